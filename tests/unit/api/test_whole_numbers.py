"""Whole numbers in answers are exact for every reader of JSON: within 2^53 - 1, or refused.

By RFC 7493, section 2.2."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client, description, the_app
from tests.support.host_platform import assemble, migrated_database
from tillroll.api.native import native_routes
from tillroll.api.routing import Route, check_whole_numbers
from tillroll_durable.platform.bindings.database import SumTooLarge, integer, statement
from tillroll_testing.host.platform import HostPlatform

_EDGE = 2**53 - 1
_LARGEST_EXPENSE = 10**13
_FIT = _EDGE // _LARGEST_EXPENSE
_MONTH = {"on": "2026-02-20"}
# Fields of answers that are fractions, which money never is.
_FRACTIONS = {"score", "delaySeconds"}


@pytest.mark.parametrize("number", [0, _EDGE, -_EDGE])
def test_a_number_up_to_the_edge_leaves(number: int) -> None:
    check_whole_numbers(b'{"owed": %d}' % number)
    assert integer({"owed": float(number)}, "owed") == number


@pytest.mark.parametrize("number", [_EDGE + 1, -_EDGE - 1, 10**16, 10**30])
@pytest.mark.parametrize(
    "body", [b'{"a":%d}', b'{"a": [1, %d]}', b"[%d]", b'{"iban":"x","a":{"b": %d}}']
)
def test_a_number_beyond_it_is_refused(number: int, body: bytes) -> None:
    with pytest.raises(SumTooLarge):
        check_whole_numbers(body % number)
    with pytest.raises(SumTooLarge):
        integer({"owed": number}, "owed")


def test_digits_in_a_text_are_no_number() -> None:
    check_whole_numbers(
        b'{"iban": "DE89370400440532013000", "said": "owed:99999999999999999999, or '
        b'[88888888888888888888"}'
    )


def test_every_route_looks_at_its_numbers() -> None:
    app = the_app()
    app.state.routes.open_all()
    assert [route.path for route in app.state.routes.opened if type(route) is not Route] == []


def test_no_amount_is_a_fraction() -> None:
    """Of a JSON number with a fraction the last cent would be a guess."""
    document = description()
    fractions = {
        name for name, schema in _fields(document["components"]["schemas"]) if _is_fraction(schema)
    }
    assert fractions == _FRACTIONS


def test_native_answers_sum_nothing_up() -> None:
    """They leave without the door of the others: a read among them hands out a stored file, no
    sum.
    """
    read = {route.template for route in native_routes() if route.method == "GET"}
    described = description()["paths"]
    in_json = {
        path
        for path in read & described.keys()
        if "application/json" in described[path]["get"]["responses"]["200"]["content"]
    }
    assert read & described.keys()
    assert in_json == set()


def _fields(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, list):
        for each in schema:  # pyright: ignore[reportUnknownVariableType] - of a JSON document
            yield from _fields(each)
    elif isinstance(schema, dict):
        # A JSON document has no types.
        properties: Any = schema.get("properties")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(properties, dict):
            yield from properties.items()
        for each in schema.values():  # pyright: ignore[reportUnknownVariableType] - JSON
            yield from _fields(each)


def _is_fraction(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    found = cast("dict[str, Any]", schema)
    return found.get("type") == "number" or any(
        _is_fraction(each) for each in found.get("anyOf", [])
    )


@pytest.fixture
async def host() -> HostPlatform:
    """As many of the largest expenses as fit into a sum, and one more; all are owed to their
    person.
    """
    host = assemble(await migrated_database(), {})
    given = [
        Given(n, date="2026-02-10", total_minor=_LARGEST_EXPENSE, category="Meals")
        for n in range(1, _FIT + 2)
    ]
    await add_expenses(host.database, *given)
    approved = "UPDATE expenses SET person = 'usr_first', paid_by = 'employee', status = 'approved'"
    await host.database.batch([statement(approved)])
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def test_of_what_is_owed_the_oldest_count_that_fit(client: httpx.AsyncClient) -> None:
    [owed] = (await client.get("/api/owed")).json()["items"]
    assert owed["sums"] == [{"currency": "EUR", "owed": _FIT * _LARGEST_EXPENSE, "onItsWay": 0}]
    assert owed["expenses"] == _FIT
    single = await client.get("/api/owed/expenses", params={"open": "true"})
    assert len(single.json()["items"]) == _FIT + 1


async def test_home_names_what_it_leaves_out(client: httpx.AsyncClient, host: HostPlatform) -> None:
    shown = (await client.get("/api/home", params=_MONTH)).json()
    assert (shown["tooLarge"], shown["months"], shown["hasExpenses"]) == (["months"], [], True)
    assert shown["owed"][0]["sums"][0]["owed"] == _FIT * _LARGEST_EXPENSE
    await host.database.batch(
        [statement("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000001'")]
    )
    shown = (await client.get("/api/home", params=_MONTH)).json()
    assert shown["tooLarge"] == []
    [total] = shown["months"][0]["now"]["totals"]["currencies"]
    assert total["total"] == f"{_FIT * _LARGEST_EXPENSE // 100}.00"


async def test_a_report_says_what_to_ask_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/reports/category")
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    problem = answer.json()
    assert problem["type"] == "urn:tillroll:problem:sum-too-large"
    assert "9,007,199,254,740,991" in problem["detail"]

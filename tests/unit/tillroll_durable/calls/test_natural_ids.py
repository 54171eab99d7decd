"""A call is looked up by what the other side knows it by, where that knows no key."""

import json
from typing import Any

import pytest

from tests.unit.tillroll_durable.calls.hostile import Reply
from tests.unit.tillroll_durable.calls.test_statuses import outcome
from tillroll_durable import (
    CallContext,
    ContractError,
    Done,
    ExternalCall,
    HttpFailed,
    NotDone,
    Unknown,
    http,
)

MAIL = "ann+1@x.example"
SUBSCRIBERS = "https://list.example/subscribers"
PLACE = SUBSCRIBERS + "?mail={mail}"


async def _looked_up(found: object, *, at: str, status: int = 200) -> tuple[Any, str]:
    """What a look-up came to, and the path that it asked."""

    async def search(url: str, context: CallContext) -> object:
        place = http.LookUp(url + "/subscribers?mail={mail}", at=at, by="mail")
        call = http.post(f"{url}/subscribers", {"mail": MAIL}, look_up=place)
        assert call.reconcile is not None
        return await call.reconcile(context)

    said, server = await outcome(lambda _: Reply(status, json.dumps(found).encode()), search)
    return said, server.requests[0].path


_ANN = {"id": 7, "mail": MAIL}
_BOB = {"id": 8, "mail": "bob@x.example"}


@pytest.mark.parametrize(
    ("found", "at", "done"),
    [
        ({"items": [_ANN]}, "items.0", Done("7", None)),
        ({"items": [_BOB, _ANN]}, "items", Done("7", None)),
        ([_ANN], "", Done("7", None)),
        (_ANN, "", Done("7", None)),
        ({"items": []}, "items.0", NotDone()),
        ({"items": []}, "items", NotDone()),
        ({"items": None}, "items", NotDone()),
        ([], "", NotDone()),
        ([], "0", NotDone()),
    ],
)
async def test_what_is_found_by_its_value_is_done(found: object, at: str, done: object) -> None:
    said, path = await _looked_up(found, at=at)
    assert said == done
    assert path == "/subscribers?mail=ann%2B1%40x.example"


async def test_a_404_says_that_nothing_was_done() -> None:
    said, _ = await _looked_up(None, at="items.0", status=404)
    assert said == NotDone()


@pytest.mark.parametrize(
    ("found", "at"),
    [
        ({"items": [_BOB]}, "items.0"),
        ({"items": [_BOB]}, "items"),
        ({"items": [{"id": 7}]}, "items.0"),
        ({"items": [{"id": 7, "mail": MAIL.upper()}]}, "items.0"),
        (_BOB, ""),
        ({}, ""),
        (None, ""),
    ],
)
async def test_nobody_knows_by_something_else(found: object, at: str) -> None:
    said, _ = await _looked_up(found, at=at)
    assert isinstance(said, Unknown)
    assert "something else: its 'mail' is not what the request has" in said.why
    assert MAIL not in said.why


@pytest.mark.parametrize(
    ("found", "at"),
    [({"data": []}, "items.0"), ({"data": []}, "items"), ({"items": {}}, "items.0"), (7, "items")],
)
async def test_nobody_knows_where_the_answer_has_no_such_place(found: object, at: str) -> None:
    said, _ = await _looked_up(found, at=at)
    assert said == Unknown(f"the answer of the look-up has no place {at!r}")


async def test_an_answer_that_is_broken_says_nothing() -> None:
    said, _ = await _looked_up(None, at="items.0", status=500)
    assert isinstance(said, HttpFailed)


def _declared(url: str, body: Any, *, by: str = "mail") -> ExternalCall[CallContext, None]:
    return http.post(SUBSCRIBERS, body, look_up=http.LookUp(url, at="items.0", by=by))


@pytest.mark.parametrize(
    ("url", "body", "by"),
    [
        (PLACE, {"mail": MAIL}, "mail"),
        (f"{SUBSCRIBERS}?mail=ann%2B1%40x.example", {"mail": MAIL}, "mail"),
        (f"{SUBSCRIBERS}/ann+1@x.example", {"mail": MAIL}, "mail"),
        (SUBSCRIBERS + "?order={order.number}", {"order": {"number": 5}}, "order.number"),
        (SUBSCRIBERS + "/{key}", {"mail": MAIL}, "mail"),
    ],
)
def test_an_address_that_asks_for_the_request_is_taken(url: str, body: object, by: str) -> None:
    assert _declared(url, body, by=by).reconcile is not None


@pytest.mark.parametrize(
    "url",
    [
        SUBSCRIBERS,
        f"{SUBSCRIBERS}?mail=bob@x.example",
        # A plus is a space in a query.
        f"{SUBSCRIBERS}?mail=ann+1@x.example",
        SUBSCRIBERS + "?mail={address}",
    ],
)
def test_an_address_that_is_the_same_for_others_is_refused(url: str) -> None:
    with pytest.raises(ContractError, match=r"let `\{mail\}` stand in it"):
        _declared(url, {"mail": MAIL})


@pytest.mark.parametrize("body", [None, {}, {"mail": ""}, {"mail": None}, {"mail": True}])
def test_a_request_without_the_value_is_refused(body: object) -> None:
    with pytest.raises(ContractError, match="no text or whole number there"):
        _declared(PLACE, body)


def test_a_form_has_the_value_too() -> None:
    place = http.LookUp(PLACE, at="items.0", by="mail")
    assert http.post(SUBSCRIBERS, form={"mail": MAIL}, look_up=place).reconcile is not None


def test_a_look_up_by_neither_is_refused_where_it_is_written() -> None:
    with pytest.raises(ContractError, match='by="mail"'):
        http.LookUp(f"{SUBSCRIBERS}?mail=ann@x.example", at="items.0")

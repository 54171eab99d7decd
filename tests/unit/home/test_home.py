"""Home in one answer: what waits, what a month came to, what is owed; each part within the caller's
rights.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN, assemble, migrated_database
from tests.support.roles import roles_given
from tests.support.watching import WatchedDatabase
from tillroll.claims.repository import outstanding
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

_BEN = "till_ben"
_CLAIM = """
  INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, terms_days,
      asked_by, created_at,
    version, told, claimed, applied, credited, written_off, is_disputed, is_withdrawn, due_on)
  VALUES (?1, 'acc_first', 'EUR', 'company', 'ACME', 'hand', 30, 'usr_first', '', 1, 1, ?2, ?3, 0,
      0, 0, 0, ?4)
"""


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(
        host.database,
        Given(1, date="2026-02-10", total_minor=1_000, category="Meals"),
        Given(2, date="2026-01-10", total_minor=4_000, category="Meals"),
        Given(3, date="2026-02-11", total_minor=500),
    )
    ben = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_ben', ?, 'Ben', '')"
    token = (
        "INSERT INTO tokens (id, user_id, hash, name, created_at) "
        "VALUES ('tok_ben', 'usr_ben', ?, 't', '')"
    )
    await host.database.batch(
        [
            statement(ben, [ACCOUNT]),
            *roles_given("usr_ben", "submitter"),
            statement(token, [secret_hash(_BEN)]),
            statement(
                "UPDATE expenses SET person = iif(id = 'exp_000003', 'usr_ben', 'usr_first')"
            ),
        ]
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def _home(client: httpx.AsyncClient, token: str, on: str = "2026-02-20") -> dict[str, Any]:
    answer = await client.get(
        "/api/home", params={"on": on}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def _totals(report: dict[str, Any]) -> list[str]:
    return [each["total"] for each in report["totals"]["currencies"]]


async def test_the_month_stands_beside_the_one_before(client: httpx.AsyncClient) -> None:
    found = await _home(client, TOKEN)
    assert [each["now"]["by"] for each in found["months"]] == ["category", "person"]
    for each in found["months"]:
        assert (_totals(each["now"]), _totals(each["before"])) == (["15.00"], ["40.00"])
    lacking = {each["missing"]: each["count"] for each in found["missing"]}
    assert lacking["category"] == 1
    assert found["claims"] == []


async def test_what_a_month_adds_up_to_is_asked_for_once(host: HostPlatform) -> None:
    watched = WatchedDatabase(host.database)
    async with api_client(replace(host.platform, database=watched)) as client:
        await _home(client, TOKEN)
    asked = Counter(
        (each.sql, each.parameters) for each in watched.seen if "expense_months" in each.sql
    )
    assert asked
    assert max(asked.values()) == 1, asked.most_common(3)


async def test_a_submitter_gets_their_own_alone(client: httpx.AsyncClient) -> None:
    found = await _home(client, _BEN)
    [month] = found["months"]
    assert (month["now"]["by"], _totals(month["now"]), _totals(month["before"])) == (
        "category",
        ["5.00"],
        [],
    )
    assert found["claims"] is None


async def test_before_the_first_expense_there_is_no_month(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch([statement("UPDATE expenses SET person = 'usr_first'")])
    found = await _home(client, _BEN)
    assert (found["hasExpenses"], found["months"], found["missing"]) == (False, [], [])


async def test_what_payers_owe_is_added_up_by_currency(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    run = """
      INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
        next_safe_action, created_at, updated_at)
      VALUES (?1, 'acc_first', 'claim', 1, ?1, 'x', 'complete', 'none', '', '')
    """
    given = [
        ("run_1", 5_000, 1_000, "2000-01-01"),
        ("run_2", 700, 0, "2999-01-01"),
        ("run_3", 900, 900, "2000-01-01"),
    ]
    for id_, claimed, paid, due in given:
        await host.database.batch(
            [statement(run, [id_]), statement(_CLAIM, [id_, claimed, paid, due])]
        )
    found = await _home(client, TOKEN)
    owed = {"currency": "EUR", "claims": 2, "open": 4_700, "overdueClaims": 1, "overdue": 4_000}
    assert found["claims"] == [owed]
    assert (
        len(await outstanding(host.database, "acc_second", host.platform.clock.now().date())) == 0
    )

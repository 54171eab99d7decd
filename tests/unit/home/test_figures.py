"""What waits in each company of a person: within their role there, and cheap."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.support.roles import roles_given
from tests.support.two_databases import over_both, second_account
from tests.unit.identity.test_companies import ADDRESS, ANN, OTHER, by_link, confirmed
from tillroll.identity.people import lock_out
from tillroll.mail.addresses import set_confirmed
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement
from tillroll_testing.host.platform import HostPlatform

_Put: TypeAlias = "Callable[[HostPlatform], Sequence[Statement]]"
_SINCE: Final = "2026-01-01T00:00:00.000Z"
_RUN: Final = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, person,
    next_safe_action, created_at, updated_at)
  VALUES (?1, 'acc_other', ?2, 1, ?1, 'x', ?3, ?4, 'none', '', '')
"""
_BANK: Final = (
    """
    INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
    VALUES ('ban_1', 'acc_other', 'Giro', 'EUR', 'usr_other', '')
    """,
    """
    INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
      created_at)
    VALUES ('bst_1', 'acc_other', 'run_bank', 'a', 'a', 1, 'upload', 'usr_other', '')
    """,
    """
    INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, amount,
      currency, owed_by, created_at)
    VALUES
      ('ent_1', 'acc_other', 'ban_1', 'bst_1', 'booked', '2026-01-02', -7630, 'EUR', NULL, ''),
      ('ent_2', 'acc_other', 'ban_1', 'bst_1', 'booked', '2026-01-03', -1, 'EUR', 'usr_other', ''),
      ('ent_3', 'acc_other', 'ban_1', 'bst_1', 'booked', '2026-01-04', -2, 'EUR', 'usr_cy', ''),
      ('ent_4', 'acc_other', 'ban_1', 'bst_1', 'replaced', '2026-03-02', -1, 'EUR', NULL, '')
    """,
)
_EXPORT: Final = """
  INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at,
    finished_at)
  VALUES (?1, 'acc_other', 'run_export', 'csv', '{}', 'usr_other', 0, ?2, ?3)
"""
_HELD: Final = """
  INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, version,
    content)
  VALUES ('xpt_1', 1, 1, 'acc_other', '', 'exp_000001', 1, '{}')
"""
_PERIOD: Final = """
  INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, closed_at,
    reopened_at)
  VALUES (?, 'acc_other', ?, ?, 'xpt_period', 'usr_other', '', ?)
"""


@pytest.fixture
async def host(host: HostPlatform) -> HostPlatform:
    """In the other company: two receipts to review and a failed one, of which one is the person's;
    three expenses, of which one is theirs; three entries of the bank, and exports.
    """
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    await add_expenses(host.database, *(Given(each, OTHER_ACCOUNT) for each in (1, 2, 3)))
    runs = [
        ("run_a", "receipt", "needs_review", "usr_other"),
        ("run_b", "receipt", "needs_review", "usr_cy"),
        ("run_c", "receipt", "failed", "usr_cy"),
        ("run_d", "claim", "failed", "usr_cy"),
        ("run_bank", "statement", "complete", None),
        ("run_export", "export", "complete", None),
    ]
    cy = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_cy', ?, 'Cy', '')"
    await host.database.batch(
        [
            statement(cy, [OTHER_ACCOUNT]),
            *(statement(_RUN, [*run]) for run in runs),
            statement("UPDATE expenses SET person = iif(id = 'exp_000001', 'usr_other', 'usr_cy')"),
            statement("UPDATE expenses SET status = 'in_review' WHERE id = 'exp_000003'"),
            *map(statement, _BANK),
            statement(_EXPORT, ["xpt_1", "2026-01-05", "2026-01-05"]),
            statement(_EXPORT, ["xpt_2", "2026-01-06", None]),
            statement(_EXPORT, ["xpt_period", "2026-01-07", "2026-01-07"]),
        ]
    )
    return host


async def _overview(browser: httpx.AsyncClient, **query: str) -> dict[str, Any]:
    answer = await browser.get("/api/companies/overview", params=query)
    assert answer.is_success, answer.text
    return answer.json()


async def _there(host: HostPlatform) -> dict[str, Any]:
    """What the person sees of the other company."""
    async with by_link(host.platform) as browser:
        answer = await _overview(browser)
    return next(each for each in answer["items"] if each["id"] == OTHER_ACCOUNT)


async def test_an_owner_sees_what_waits_in_another_company(host: HostPlatform) -> None:
    shown = await _there(host)
    del shown["month"]
    assert shown == {
        "id": OTHER_ACCOUNT,
        "name": "Books",
        "isPresent": False,
        "mayApprove": True,
        "review": 2,
        "failed": 1,
        "sentBack": 1,
        "toApprove": 2,
        "unmatched": 3,
        "documents": 2,
        "isClosed": False,
        "late": 0,
        "exportedAt": "2026-01-07",
    }


async def test_a_submitter_sees_their_own_alone(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_other", "submitter"))
    shown = await _there(host)
    assert (shown["review"], shown["failed"], shown["sentBack"], shown["toApprove"]) == (1, 0, 0, 1)
    assert shown["documents"] == 1, "what they were asked for"
    assert [shown[each] for each in ("unmatched", "isClosed", "late", "exportedAt")] == [None] * 4


async def test_who_has_no_role_there_sees_nothing_but_its_name(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_other"))
    shown = await _there(host)
    named = {"id", "name", "isPresent", "mayApprove", "month"}
    assert shown["mayApprove"] is False
    assert {name for name, value in shown.items() if value is not None} == named


def _removed(host: HostPlatform) -> list[Statement]:
    del host
    return [statement("UPDATE users SET removed_at = '2026' WHERE id = 'usr_other'")]


def _locked(host: HostPlatform) -> list[Statement]:
    return lock_out(OTHER, "operator", host.platform.clock.now())


def _closed(host: HostPlatform) -> list[Statement]:
    del host
    return [statement("UPDATE accounts SET closed_at = '2026' WHERE id = ?", [OTHER_ACCOUNT])]


@pytest.mark.parametrize("put", [_removed, _locked, _closed])
async def test_who_was_put_out_there_sees_nothing_of_it(host: HostPlatform, put: _Put) -> None:
    async with by_link(host.platform) as browser:
        await host.database.batch(put(host))
        answer = await browser.get("/api/companies/overview")
    assert [each["id"] for each in answer.json()["items"]] == [ACCOUNT]
    assert OTHER_ACCOUNT not in answer.text


async def test_a_token_sees_its_own_company_alone(host: HostPlatform) -> None:
    async with api_client(host.platform) as script:
        answer = await _overview(script)
    assert [each["id"] for each in answer["items"]] == [ACCOUNT]
    assert answer["lacks"] == "link"


async def test_a_month_is_closed_once_each_of_its_days_is(host: HostPlatform) -> None:
    last = host.platform.clock.now().date().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    middle = first.replace(day=10)
    begin = (first - timedelta(days=40)).isoformat()
    shown = await _there(host)
    assert shown["month"] == first.isoformat()[:7]
    await host.database.batch([statement(_PERIOD, ["per_1", begin, middle.isoformat(), None])])
    assert (await _there(host))["isClosed"] is False
    rest = [(middle + timedelta(days=1)).isoformat(), last.isoformat()]
    await host.database.batch([statement(_PERIOD, ["per_2", *rest, None])])
    assert (await _there(host))["isClosed"] is True
    assert (await _there(host))["exportedAt"] == "2026-01-05", "a closing hands nothing on"
    await host.database.batch([statement("UPDATE closed_periods SET reopened_at = '2026'")])
    assert (await _there(host))["isClosed"] is False


async def test_what_came_into_a_closed_month_is_named_until_an_export_has_it(
    host: HostPlatform,
) -> None:
    """A company said "Nothing waits" while a late invoice was in no file."""
    last = host.platform.clock.now().date().replace(day=1) - timedelta(days=1)
    days = [last.replace(day=1).isoformat(), last.isoformat()]
    move = "UPDATE expenses SET date = ?, status = 'approved' WHERE id = 'exp_000001'"
    await host.database.batch([statement(move, [last.isoformat()])])
    assert (await _there(host))["late"] == 0, "the month is open"
    await host.database.batch([statement(_PERIOD, ["per_1", *days, None])])
    assert (await _there(host))["late"] == 1
    await host.database.batch([statement(_HELD)])
    assert (await _there(host))["late"] == 0


class Counting:
    """Counts how often the database is asked after all its queries together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batches: list[int] = []
        self.queries: list[Statement] = []

    async def all(self, query: Statement) -> list[Row]:
        return await self.database.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self.database.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.batches.append(len(statements))
        self.queries += statements
        return await self.database.batch(statements)


async def test_a_database_is_asked_once_for_all_its_companies(host: HostPlatform) -> None:
    second, account = await second_account()
    await second.batch([set_confirmed(account.user_id, ADDRESS, _SINCE)])
    platform = over_both(host.platform, second)
    counting = [Counting(host.database), Counting(second)]
    async with by_link(platform) as browser:
        host.platform = replace(
            platform, database=counting[0], databases=dict(enumerate(counting, 1))
        )
        async with api_client(host.platform, token=None) as same:
            same.cookies.update(browser.cookies)
            answer = await _overview(same)
    assert [each["id"] for each in answer["items"]] == [ACCOUNT, OTHER_ACCOUNT, account.account_id]
    assert [each.batches for each in counting] == [[2], [1]], "one query a company"


async def test_no_figure_goes_through_all_expenses(host: HostPlatform) -> None:
    counting = Counting(host.database)
    host.platform = replace(host.platform, database=counting, databases={1: counting})
    async with api_client(host.platform) as script:
        await _overview(script)
    [query] = [each for each in counting.queries if "AS to_approve" in each.sql]
    explained = statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
    plan = [str(step["detail"]) for step in await host.database.all(explained)]
    assert not [each for each in plan if "(account_id=?)" in each and "expenses_by" in each], plan
    assert not [each for each in plan if each.startswith("SCAN ") and "CONSTANT" not in each], plan


async def test_companies_come_in_pages(host: HostPlatform) -> None:
    async with by_link(host.platform) as browser:
        first = await _overview(browser, limit="1")
        second = await _overview(browser, limit="1", cursor=first["nextCursor"])
    assert [each["id"] for each in first["items"] + second["items"]] == [ACCOUNT, OTHER_ACCOUNT]
    assert second["nextCursor"] is None

"""Days of which a person says that nothing happened: a month needs no statement of them, until an
entry comes.
"""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.support.bank_csv import csv_file
from tests.support.bank_month import Line, Month
from tests.unit.bank.deciding import CAFE, Bank
from tests.unit.bank.test_undoing import send
from tillroll.bank.covered_days import without_quiet
from tillroll.bank.models import QuietDaysRequest
from tillroll.bank.quiet_days import say_quiet
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.json import JsonObject, load_object

_MARCH = "/api/bank/months/2026-03"
_BOOKS = Line(amount=-2500, booked_on=date(2026, 3, 20), name="Books", text="Invoice 7")
_TAXI = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt")
_BEGIN = ("2026-03-01", "2026-03-05")
_END = ("2026-03-21", "2026-03-31")


@pytest.mark.parametrize(
    ("quiet", "left"),
    [
        ([], [(3, 9), (20, 31)]),
        ([(3, 9)], [(20, 31)]),
        ([(1, 31)], []),
        ([(1, 4), (8, 21)], [(5, 7), (22, 31)]),
        ([(22, 24), (23, 31)], [(3, 9), (20, 21)]),
        ([(20, 30), (21, 22)], [(3, 9), (31, 31)]),
    ],
)
def test_days_that_are_left(quiet: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    gaps = _days([(3, 9), (20, 31)])
    assert without_quiet(gaps, _days(quiet)) == _days(left)


def _days(spans: list[tuple[int, int]]) -> list[tuple[date, date]]:
    return [(date(2026, 3, first), date(2026, 3, last)) for first, last in spans]


async def _send_csv(bank: Bank, *lines: Line, opening: int = 100_000) -> None:
    """A CSV has a line for each movement, and states no period: it reaches from its first line to
    its last one.
    """
    content = csv_file(Month(opening=opening, lines=lines), "english")
    sent = await send(bank, content, bank.account)
    run = await bank.get(f"/api/runs/{sent['runId']}")
    if run["status"] == "needs_review":
        assert run["review"]["reason"] == "mapping_needed"
        await bank.world.settle({"decision": "approve"})
    assert (await bank.get(f"/api/bank/statements/{sent['id']}"))["state"] == "matched"


async def _in_april(bank: Bank) -> None:
    """Entries of 6 and 20 March are there, and March is over."""
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    await _send_csv(bank, CAFE, _BOOKS)


def _path(bank: Bank) -> str:
    return f"/api/bank/accounts/{bank.account}/quiet-days"


async def _say(bank: Bank, first: str, last: str) -> Any:
    return await bank.post(_path(bank), {"first": first, "last": last}, 201)


async def _gaps(bank: Bank) -> list[tuple[str, str]]:
    return [(each["first"], each["last"]) for each in (await bank.get(_MARCH))["uncovered"]]


async def test_a_person_says_that_nothing_happened(bank: Bank) -> None:
    await _in_april(bank)
    assert await _gaps(bank) == [_BEGIN, _END]
    said = await _say(bank, *_END)
    assert await _say(bank, *_END) == said, "the same again changes nothing"
    assert await _gaps(bank) == [_BEGIN]
    await _say(bank, *_BEGIN)
    month = await bank.get(_MARCH)
    assert (month["uncovered"], month["quietDays"][1]) == ([], said)
    assert (said["first"], said["last"], said["entryDay"]) == (*_END, None)
    [_, march] = (await bank.get("/api/bank/months", until="2026-04"))["items"]
    assert march["uncovered"] == []
    back = await bank.client.delete(f"{_path(bank)}/{said['id']}")
    assert back.status_code == httpx.codes.NO_CONTENT
    assert await _gaps(bank) == [_END]
    again = await bank.client.delete(f"{_path(bank)}/{said['id']}")
    assert again.status_code == httpx.codes.NOT_FOUND


async def test_the_audit_says_who_said_it(bank: Bank) -> None:
    await _in_april(bank)
    said = await _say(bank, *_END)
    await bank.client.delete(f"{_path(bank)}/{said['id']}")
    events = await bank.world.host.database.all(
        statement(
            "SELECT action, actor, detail FROM audit_events WHERE action LIKE 'bank_quiet_days.%' "
            "ORDER BY rowid",
            [],
        )
    )
    assert [text(each, "action") for each in events] == [
        "bank_quiet_days.said",
        "bank_quiet_days.taken_back",
    ]
    for each in events:
        assert text(each, "actor") == "token:tok_usr_first"
        detail = load_object(text(each, "detail"))
        assert (detail["bankAccount"], detail["first"], detail["last"]) == (bank.account, *_END)


async def test_a_person_is_named(bank: Bank) -> None:
    await _in_april(bank)
    person = Actor("acc_first", "user:usr_first")
    days = QuietDaysRequest(first=date(2026, 3, 21), last=date(2026, 3, 31))
    said = await say_quiet(bank.world.host.platform, person, bank.account, request=days)
    [row] = await bank.world.host.database.all(
        statement("SELECT name FROM users WHERE id = 'usr_first'", [])
    )
    assert said.said_by == text(row, "name")


async def test_an_entry_that_comes_later_makes_it_void(bank: Bank) -> None:
    await _in_april(bank)
    said = await _say(bank, *_END)
    # It opens with what the file before closed with, so nothing is missing between the two.
    await _send_csv(bank, _TAXI, opening=100_000 - 1290 - 2500)
    assert (await bank.get(_MARCH))["quietDays"] == [{**said, "entryDay": "2026-03-30"}]
    assert await _gaps(bank) == [_BEGIN, ("2026-03-31", "2026-03-31")]
    await _say(bank, "2026-03-31", "2026-03-31")
    assert await _gaps(bank) == [_BEGIN]
    taxi = (await bank.entry(-890))["statementId"]
    reason: JsonObject = {"reason": "of another account"}
    await bank.post(f"/api/bank/statements/{taxi}/undo", reason, 202)
    await bank.world.settle()
    [first, _] = (await bank.get(_MARCH))["quietDays"]
    assert (first, await _gaps(bank)) == (said, [_BEGIN]), "its import was undone: it holds again"


async def test_an_account_without_a_statement_is_covered_too(bank: Bank) -> None:
    savings = await bank.post("/api/bank/accounts", {"name": "Savings", "currency": "EUR"}, 201)
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    month = f"/api/bank/months/{savings['createdAt'][:7]}"
    [of_savings] = [
        each
        for each in (await bank.get(month))["uncovered"]
        if each["bankAccountId"] == savings["id"]
    ]
    days: JsonObject = {"first": of_savings["first"], "last": of_savings["last"]}
    await bank.post(f"/api/bank/accounts/{savings['id']}/quiet-days", days, 201)
    left = (await bank.get(month))["uncovered"]
    assert [each["bankAccountId"] for each in left] == [bank.account]


async def test_what_cannot_be_said(bank: Bank) -> None:
    await _in_april(bank)
    tomorrow = bank.world.host.platform.clock.now().date() + timedelta(days=1)
    refused: list[tuple[JsonObject, str]] = [
        ({"first": "2026-03-05", "last": "2026-03-06"}, "booked an entry on one of these days"),
        ({"first": "2026-03-25", "last": "2026-03-21"}, "before the first day"),
        ({"first": "2026-03-25", "last": tomorrow.isoformat()}, "has not come yet"),
    ]
    for body, says in refused:
        answer = await bank.client.post(_path(bank), json=body)
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert says in answer.text
    other = await bank.client.post(
        "/api/bank/accounts/ban_other/quiet-days",
        json={"first": "2026-03-21", "last": "2026-03-22"},
    )
    assert other.status_code == httpx.codes.NOT_FOUND
    said = await _say(bank, "2026-03-21", "2026-03-22")
    elsewhere = await bank.client.delete(f"/api/bank/accounts/ban_other/quiet-days/{said['id']}")
    assert elsewhere.status_code == httpx.codes.NOT_FOUND

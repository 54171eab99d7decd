"""Imports that a person undoes: entries, matches and facts are taken back, and the same bytes come
again.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940
from tests.support.bank_month import Month
from tests.support.expenses import Given
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.bank.deciding import CAFE, FEE, RENT, Bank, accept, opened
from tillroll.bank.statements.native import receive
from tillroll_durable.platform.json import JsonObject

_WHY: JsonObject = {"reason": "read for the wrong account"}
_MONTH = Month(opening=100_000, lines=(CAFE, RENT, FEE), number=3)


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1)):
        yield each


async def send(bank: Bank, content: bytes, account: str | None = None) -> Any:
    file = MemoryFile(content, bank.world.host.pieces.objects, "march")
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    taken = await receive(
        bank.world.host.platform, upload, {} if account is None else {"account": account}
    )
    await bank.world.settle()
    return await bank.get(taken.headers["location"])


async def undo(bank: Bank, statement_id: str, status: int = 202) -> Any:
    answer = await bank.post(f"/api/bank/statements/{statement_id}/undo", _WHY, status)
    await bank.world.settle()
    return answer


async def test_an_import_is_undone_with_what_was_accepted_of_it(bank: Bank) -> None:
    sent = await send(bank, camt(_MONTH))
    match = await accept(bank, await bank.entry(-1290))
    assert (await bank.entry(-490))["matches"], "something else is proposed"
    assert await bank.balance(bank.own) == -1290
    before = await bank.get(f"/api/bank/statements/{sent['id']}")
    assert before["undoable"] == {"entries": 3, "matches": 1, "matchDays": ["2026-03-06"]}
    await undo(bank, sent["id"])
    after = await bank.get(f"/api/bank/statements/{sent['id']}")
    assert (after["state"], after["added"], after["undoable"]) == ("undone", 0, None)
    assert after["undoneBy"].endswith("usr_first")
    assert after["undoneBecause"] == _WHY["reason"]
    assert (await bank.get("/api/bank/entries"))["items"] == []
    assert [each["id"] for each in (await bank.get("/api/bank/matches"))["items"]] == [match["id"]]
    assert (await bank.get(f"/api/bank/matches/{match['id']}"))["state"] == "undone"
    assert await bank.balance(bank.own) == 0
    [event] = await bank.world.rows(
        "SELECT * FROM audit_events WHERE action = 'bank_statement.undoing'"
    )
    assert "read for the wrong account" in str(event["detail"])
    await undo(bank, sent["id"])  # changes nothing
    assert await bank.balance(bank.own) == 0


async def test_the_same_bytes_are_imported_again_for_another_account(bank: Bank) -> None:
    content = camt(_MONTH)
    first = await send(bank, content)
    again = await send(bank, content)
    assert again["id"] == first["id"]
    await undo(bank, first["id"])
    second = await send(bank, content)
    assert second["id"] != first["id"]
    assert (second["state"], second["added"]) == ("matched", 3)
    assert (await bank.get(f"/api/bank/statements/{first['id']}"))["state"] == "undone"
    await undo(bank, second["id"])
    third = await send(bank, content)
    assert (third["id"] not in {first["id"], second["id"]}, third["added"]) == (True, 3)


async def test_what_another_file_has_too_stays_with_its_match(bank: Bank) -> None:
    first = await send(bank, camt(_MONTH))
    second = await send(bank, mt940(_MONTH))
    assert (second["added"], second["known"]) == (0, 3)
    match = await accept(bank, await bank.entry(-1290))
    await undo(bank, first["id"])
    assert len((await bank.get("/api/bank/entries"))["items"]) == 3
    assert (await bank.get(f"/api/bank/matches/{match['id']}"))["state"] == "accepted"
    assert await bank.balance(bank.own) == -1290


async def test_what_is_not_stored_is_not_undone(bank: Bank) -> None:
    sent = await send(bank, camt(replace(_MONTH, wrong_by=1)))
    assert sent["state"] == "awaiting_person"
    answer = await undo(bank, sent["id"], 409)
    assert "waits for a person" in str(answer["detail"])
    await bank.post("/api/bank/statements/bst_none/undo", _WHY, httpx.codes.NOT_FOUND)


async def test_many_matches_are_undone_at_once() -> None:
    lines = tuple(replace(CAFE, amount=-1000 - each) for each in range(45))
    given = [
        Given(each + 1, merchant="Green Garden Cafe", total_minor=1000 + each) for each in range(45)
    ]
    async for bank in opened(*given):
        sent = await send(bank, camt(replace(_MONTH, lines=lines)))
        for entry in (await bank.get("/api/bank/entries", limit="100"))["items"]:
            body: JsonObject = {
                "pairs": [{"entryId": entry["id"], "documentKind": "fee", "documentId": "fee:EUR"}]
            }
            await bank.post("/api/bank/matches", body, 201)
        assert await bank.balance(bank.own) != 0
        await undo(bank, sent["id"])
        assert await bank.balance(bank.own) == 0
        assert (await bank.get("/api/bank/entries"))["items"] == []


async def _asked(bank: Bank, content: bytes, account: str) -> Any:
    """A CSV whose columns are known by now, sent for an account."""
    sent = await send(bank, content, account)
    run = await bank.get(f"/api/runs/{sent['runId']}")
    if run["status"] == "needs_review" and run["review"]["reason"] == "mapping_needed":
        await bank.world.settle({"decision": "approve"})
        sent = await bank.get(f"/api/bank/statements/{sent['id']}")
    return sent


async def test_a_file_whose_entries_stand_in_another_account_waits_for_a_person(bank: Bank) -> None:
    lines = tuple(replace(CAFE, amount=-1000 - each, name=f"Payee {each}") for each in range(7))
    card = (await bank.post("/api/bank/accounts", {"name": "Card", "currency": "EUR"}, 201))["id"]
    first = await _asked(bank, csv_file(replace(_MONTH, lines=lines), "english"), bank.account)
    assert (first["state"], first["added"]) == ("matched", 7)
    again = await _asked(bank, csv_file(replace(_MONTH, lines=lines), "english") + b"\r\n", card)
    assert again["state"] == "awaiting_person"
    run = await bank.get(f"/api/runs/{again['runId']}")
    assert run["review"]["reason"] == "other_account"
    says = "7 of 7 entries stand in Giro already. Is it the right account?"
    assert run["review"]["proposed"]["says"] == says
    assert len((await bank.get("/api/bank/entries"))["items"]) == 7
    body: JsonObject = {"decision": "approve", "values": {"account": bank.account}}
    await bank.post(f"/api/runs/{again['runId']}/review", body)
    await bank.world.settle()
    shown = await bank.get(f"/api/bank/statements/{again['id']}")
    assert (shown["state"], shown["added"], shown["known"]) == ("matched", 0, 7)


async def test_a_person_says_that_it_is_the_right_account(bank: Bank) -> None:
    lines = tuple(replace(CAFE, amount=-1000 - each, name=f"Payee {each}") for each in range(4))
    card = (await bank.post("/api/bank/accounts", {"name": "Card", "currency": "EUR"}, 201))["id"]
    await _asked(bank, csv_file(replace(_MONTH, lines=lines), "english"), bank.account)
    again = await _asked(bank, csv_file(replace(_MONTH, lines=lines), "english") + b"\r\n", card)
    await bank.post(f"/api/runs/{again['runId']}/review", {"decision": "approve"})
    await bank.world.settle()
    shown = await bank.get(f"/api/bank/statements/{again['id']}")
    assert (shown["state"], shown["added"]) == ("matched", 4)


async def test_balances_that_do_not_continue_wait_for_a_person(bank: Bank) -> None:
    """The account has no number, so only the balances tell that the file is of another one."""
    card = (await bank.post("/api/bank/accounts", {"name": "Card", "currency": "EUR"}, 201))["id"]
    april = Month(
        opening=_MONTH.closing + 5,
        lines=(replace(CAFE, booked_on=date(2026, 4, 3)),),
        number=4,
        from_day=date(2026, 4, 1),
        to_day=date(2026, 4, 30),
        account="DE02120300000000202051",
    )
    march = await send(bank, camt(replace(_MONTH, account=april.account)), card)
    assert march["state"] == "matched"
    sent = await send(bank, camt(april), card)
    assert sent["state"] == "awaiting_person"
    [misfit] = sent["misfits"]
    assert misfit["says"].startswith(
        "It opens with 482.25 EUR, and the statement before it closed with 482.20 EUR."
    )


async def test_the_same_bytes_say_for_which_account_they_were_read(bank: Bank) -> None:
    await send(bank, camt(_MONTH))
    file = MemoryFile(camt(_MONTH), bank.world.host.pieces.objects, "march")
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    taken = await receive(bank.world.host.platform, upload, {})
    assert taken.body["readFor"] == [bank.account]

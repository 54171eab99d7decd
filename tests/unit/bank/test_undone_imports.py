"""Imports that are undone or sent again: who may, what the audit tells, and which run stands for a
file.
"""

from dataclasses import replace

from tests.simulation.bookkeeping_office import open_office, paid
from tests.support.bank_files import camt
from tests.support.bank_month import Month
from tests.unit.bank.deciding import CAFE, FEE, Bank, accept
from tests.unit.bank.test_undoing import send, undo
from tillroll_durable.platform.json import load_object

_MONTH = Month(opening=100_000, lines=(CAFE, FEE), number=3)


async def test_the_audit_tells_of_which_file_how_much_was_taken_back_and_why(bank: Bank) -> None:
    sent = await send(bank, camt(_MONTH))
    await accept(bank, await bank.entry(-1290))
    await undo(bank, sent["id"])
    [event] = await bank.world.rows(
        "SELECT detail FROM audit_events WHERE action = 'bank_statement.undoing'"
    )
    assert load_object(str(event["detail"])) == {
        "statement": sent["id"],
        "reason": "read for the wrong account",
        "entries": 2,
        "matches": 1,
    }


async def test_a_file_that_was_rejected_and_sent_again_is_shown_with_its_new_run(
    bank: Bank,
) -> None:
    content = camt(replace(_MONTH, wrong_by=123))
    first = await send(bank, content)
    await bank.world.settle({"decision": "reject"})
    second = await send(bank, content)
    assert second["id"] == first["id"]
    assert (second["runId"] != first["runId"], second["state"]) == (True, "awaiting_person")
    [event] = await bank.world.rows(
        "SELECT detail FROM audit_events WHERE action = 'run.created' AND stream = ?",
        second["runId"],
    )
    assert load_object(str(event["detail"]))["previousRun"] == first["runId"]


async def test_an_id_says_that_it_is_a_statements(bank: Bank) -> None:
    assert str((await send(bank, camt(_MONTH)))["id"]).startswith("bst_")


async def test_who_may_not_pay_undoes_no_import_that_says_what_was_paid() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "approver")
    async with office.owner, bob:
        payout = await office.ask(await office.payee(), 40_000)
        await office.file()
        await office.bank_account(booksCertain=True)
        at = await office.send(paid(-40_000, payout))
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted"), "an owner stands for it"
        refused = await bob.post(f"{at}/undo", json={"reason": "another account's"})
        assert refused.status_code == 403
        await office.pass_time(minutes=5)
        assert await office.status(payout) == ("paid", "posted")


async def test_a_batch_whose_payments_fit_into_no_row_keeps_its_sum_and_says_so(bank: Bank) -> None:
    """D1 takes rows of 2 MB, and a bank may write 10,000 payments with long names."""
    salaries = replace(CAFE, amount=-8_000, name="Ä" * 70, parts=(-1,) * 8_000)
    sent = await send(bank, camt(Month(opening=100_000, lines=(salaries, FEE))))
    assert (sent["state"], sent["added"]) == ("matched", 2)
    [misfit] = sent["misfits"]
    assert misfit["says"] == (
        "The batch has 8,000 payments, more than can be kept one by one. Its sum is kept."
    )
    [row] = await bank.world.rows("SELECT payments FROM bank_entries WHERE amount = -8000")
    assert row["payments"] is None

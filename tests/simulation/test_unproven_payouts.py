"""Entries of the bank alone said what became of a payment. Once they are taken back, nobody knows:
the money is on its way, and nobody is paid a second time.
"""

from tests.simulation.bookkeeping_office import Office, done, open_office, paid
from tests.support.expenses import Given
from tillroll_durable import statement

WHOLE = 40_000
ON_ITS_WAY = {"payouts:company:EUR": -WHOLE, "payouts:in-transit:EUR": WHOLE}


async def _in_a_file(office: Office) -> tuple[list[str], str]:
    """Expenses that a payout in a file pays back, and the payout."""
    ids = await office.owe("usr_first", Given(1, total_minor=WHOLE, merchant="Hotel"))
    await office.payee(person="usr_first")
    body = {"expenses": ids, "way": "file"}
    asked = await done(await office.owner.post("/api/owed/payments", json=body))
    await office.world.settle()
    await office.file()
    await office.bank_account()
    return ids, str(asked["payoutId"])


async def _accept_all(office: Office) -> None:
    """Say of each entry that it is the payout's, as is proposed; first of what left."""
    for entry in sorted(await office.entries(), key=lambda each: int(each["amount"])):
        path = f"/api/bank/matches/{entry['matches'][0]['id']}/decision"
        await done(await office.owner.post(path, json={"decision": "accept"}))
        await office.pass_time(minutes=5)


async def _undo_import(office: Office, path: str) -> None:
    await done(await office.owner.post(f"{path}/undo", json={"reason": "another account's"}))
    await office.pass_time(minutes=5)


async def test_what_only_seemed_to_have_come_back_is_not_with_the_company_and_not_paid_again() -> (
    None
):
    office = await open_office()
    async with office.owner:
        ids, payout = await _in_a_file(office)
        path = await office.send(paid(-WHOLE, payout), paid(WHOLE, payout, day=9))
        await _accept_all(office)
        assert await office.status(payout) == ("paid", "returned")
        assert (await office.balances("payouts:"), await office.owed()) == (
            {},
            {"usr_first": (WHOLE, 0)},
        )
        await _undo_import(office, path)
        assert await office.status(payout) == ("paid", "processing")
        assert await office.balances("payouts:") == ON_ITS_WAY
        assert await office.owed() == {"usr_first": (0, WHOLE)}
        again = {"expenses": ids, "way": "file"}
        assert (await office.owner.post("/api/owed/payments", json=again)).status_code == 422


async def test_each_entry_of_what_is_on_its_way_again_leads_to_its_payout() -> None:
    office = await open_office()
    async with office.owner:
        _, payout = await _in_a_file(office)
        path = await office.send(paid(-WHOLE, payout))
        await _accept_all(office)
        await _undo_import(office, path)
        assert await office.status(payout) == ("paid", "processing")
        assert await office.balances("payouts:") == ON_ITS_WAY
        kept = statement("SELECT kind, reference FROM ledger_transfers WHERE id LIKE 'run_%'")
        rows = await office.platform.database.all(kept)
        assert {row["kind"] for row in rows} == {"transfer", "reversal"}
        assert {row["reference"] for row in rows} == {payout}

"""What must hold of money: the record is held to what the bank, the provider and the people's
receipts say, none of which the product writes.
"""

from collections import Counter
from typing import Final

from tests.at_once.holding import check_money
from tests.simulation.conserving import check_conserved, history_of
from tests.support.matched import check_sums
from tests.support.named_amounts import check_named_amounts
from tests.year.bank import FirmBank
from tests.year.days import Office, claim_number
from tillroll.payouts.payments import Made, PaymentStatus
from tillroll.payouts.sepa import as_reference
from tillroll_durable.platform.bindings.database import Row, integer, text
from tillroll_testing.simulation.world import World

_UNBALANCED: Final = """
  SELECT transfer_id, SUM(CASE side WHEN 'debit' THEN posted ELSE -posted END) AS net
  FROM ledger_entries GROUP BY account_id, transfer_id HAVING net <> 0
"""
_CLOSED: Final = """
  SELECT p.id, p.first_day, p.last_day,
    (SELECT COUNT(*) FROM export_items i WHERE i.export_id = p.export_id) AS items,
    (SELECT x.expected FROM exports x WHERE x.id = p.export_id) AS expected
  FROM closed_periods p
"""


async def check_in_passing(office: Office) -> None:
    """What holds at any moment at which nothing is being written."""
    world = office.deployment.world
    await check_money(world.rows)
    await check_sums(world.rows)
    await check_named_amounts(world.rows)
    assert not await world.rows(_UNBALANCED), "a fact of the ledger does not balance"
    await _receipts_are_read_once(office)
    _nobody_is_asked_twice(office)
    await _nobody_gets_more_than_was_approved(office)
    await _months_are_closed_once(world)


async def check_at_the_end(office: Office) -> None:
    """What holds when all that was begun has ended: what is owed was paid, to the cent."""
    await check_in_passing(office)
    world = office.deployment.world
    history = [*history_of(office.deployment.provider), *await _paid_by_files(world, office.bank)]
    await check_conserved(world, history)
    await _everybody_has_what_was_approved(office)
    await _claims_have_what_clients_paid(office)


async def _receipts_are_read_once(office: Office) -> None:
    """Each receipt that was handed in is one expense, with what is printed on it, or was rejected,
    or still goes on.
    """
    world = office.deployment.world
    rows = await world.rows("SELECT * FROM expenses")
    by_run = Counter(text(row, "run_id") for row in rows)
    twice = [run for run, count in by_run.items() if count > 1]
    assert not twice, f"a receipt became two expenses: {twice[:3]}"
    for row in rows:
        purchase = office.truth.purchases[text(row, "run_id")]
        printed = (purchase.total, purchase.day.isoformat(), purchase.person.id)
        kept = (row["total_minor"], row["date"], row["person"])
        assert kept == printed, f"{row['id']} says {kept}, and its receipt {printed}"
        payer = "employee" if purchase.is_private else "company"
        assert row["paid_by"] == payer, f"{row['paid_by']} is said to have paid {row['id']}"
    known = {text(row, "id") for row in await world.rows("SELECT id FROM runs")}
    lost = [run for run in office.truth.purchases if run not in known]
    assert not lost, f"a receipt that was acknowledged is lost: {lost[:3]}"


def _nobody_is_asked_twice(office: Office) -> None:
    """Each payout is asked for once, at the bank and at the provider."""
    twice = [name for name, count in office.bank.executed.items() if count > 1]
    assert not twice, f"the bank was asked twice for {twice[:3]}"
    asked = office.deployment.provider.asked
    again = [name for name, count in asked.items() if count > 1]
    assert not again, f"the provider was asked twice for {again[:3]}"


def received(office: Office) -> Counter[str]:
    """What each person has got by the bank and by the provider, without what came back."""
    found: Counter[str] = Counter()
    for each in office.firm.employees:
        if each.by_file:
            found[each.id] = office.bank.has_paid(each.iban)
    recipients = {each.recipient: each.id for each in office.firm.employees}
    for payment in office.deployment.provider.payments:
        if payment.status in {"processing", "posted"}:
            person = recipients[payment.request["to"]["recipient"]]
            found[person] += payment.request["amount"]["value"]
    return found


async def _approved(office: Office) -> Counter[str]:
    """What each person's approved receipts come to, by what is printed on them."""
    rows = await office.deployment.world.rows(
        "SELECT run_id FROM expenses WHERE status = 'approved'"
    )
    found: Counter[str] = Counter()
    for row in rows:
        purchase = office.truth.purchases[text(row, "run_id")]
        if purchase.is_private:
            found[purchase.person.id] += purchase.total
    return found


async def _nobody_gets_more_than_was_approved(office: Office) -> None:
    approved, got = await _approved(office), received(office)
    for person, amount in got.items():
        says = f"{person} got {amount}, and {approved[person]} was approved"
        assert amount <= approved[person], says


async def _everybody_has_what_was_approved(office: Office) -> None:
    approved, got = await _approved(office), received(office)
    for each in office.firm.employees:
        says = f"{each.id} got {got[each.id]}, and {approved[each.id]} was approved"
        assert got[each.id] == approved[each.id], says


async def _paid_by_files(world: World, bank: FirmBank) -> list[Made]:
    """What the bank did with each payment of a file."""
    found: list[Made] = []
    query = "SELECT id, run_id FROM payment_instructions WHERE file_id IS NOT NULL"
    for row in await world.rows(query):
        payment = bank.payments[as_reference(text(row, "run_id"))]
        status = PaymentStatus.POSTED
        if payment.refused:
            status = PaymentStatus.FAILED
        elif payment.returned:
            status = PaymentStatus.RETURNED
        found.append(
            Made(
                text(row, "id"), text(row, "run_id"), status, currency="EUR", amount=payment.amount
            )
        )
    return found


async def _claims_have_what_clients_paid(office: Office) -> None:
    """Of each claim, what is paid is what came in and stayed."""
    query = "SELECT run_id, year, number, applied, claimed FROM claims WHERE number > 0"
    for row in await office.deployment.world.rows(query):
        paid = office.truth.paid_of(text(row, "run_id"))
        applied = integer(row, "applied")
        assert applied == min(paid, integer(row, "claimed")), (
            f"of claim {claim_number(row)}, {applied} is paid, and {paid} came in"
        )


async def _months_are_closed_once(world: World) -> None:
    """No day is closed twice, and a closing holds as many lines as it said."""
    rows = await world.rows(_CLOSED)
    days = [text(row, "first_day") for row in rows]
    assert len(days) == len(set(days)), f"a month is closed twice: {days}"
    for row in rows:
        _check_closing(row)


def _check_closing(row: Row) -> None:
    assert row["items"] == row["expected"], (
        f"the closing of {row['first_day']} has {row['items']} lines of {row['expected']}"
    )

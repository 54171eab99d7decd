"""After every play: the books say what the provider's history, settlements by hand and facts
together ask for.
"""

from collections.abc import Sequence
from dataclasses import replace

from local.payments.counterpart import Counterpart
from tillroll.payouts.payments import Made, PaymentStatus, disagreements
from tillroll.payouts.settlement import facts_of
from tillroll_durable.platform.bindings.database import integer, optional_text, text
from tillroll_testing.simulation.world import World


def history_of(provider: Counterpart) -> list[Made]:
    """All that the provider has, whatever its list shows by now, under the names that it was
    told.
    """
    return [
        Made(
            each.id,
            each.request["metadata"]["payout"],
            PaymentStatus(each.status),
            currency=each.request["amount"]["currency"].upper(),
            amount=each.request["amount"]["value"],
        )
        for each in provider.payments
    ]


async def names_of_payouts(world: World) -> dict[str, str]:
    """The ids of all payouts, by what the provider was told to call them."""
    rows = await world.rows("SELECT run_id, payment_name FROM payouts")
    return {
        optional_text(row, "payment_name") or text(row, "run_id"): text(row, "run_id")
        for row in rows
    }


async def check_conserved(world: World, history: Sequence[Made]) -> None:
    """Nothing disagrees, and nothing is on the payouts' accounts that no payout put there."""
    names = await names_of_payouts(world)
    asked, booked = await facts_of(world.host.database, [*names.values()])
    found = disagreements(
        asked, [replace(each, ours=names.get(each.ours, each.ours)) for each in history], booked
    )
    assert not found, f"{found}, and the provider has {history}"
    [row] = await world.rows(
        """
        SELECT COALESCE(SUM(CASE side WHEN 'debit' THEN posted ELSE -posted END), 0) AS net
            FROM ledger_entries
        WHERE substr(ledger_account_id, 1, 19) = 'payouts:in-transit:'
        """
    )
    assert integer(row, "net") == sum(each.in_transit for each in booked.values()), (
        "in transit, and of no payout"
    )
    assert not await world.rows("SELECT 1 FROM payouts WHERE disagrees IS NOT NULL"), (
        "the nightly audit disagrees"
    )

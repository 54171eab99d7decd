"""Money of a claim that went back by an entry of the bank: a payment that bounced, or what was owed
back and is sent. Where a person recorded that before, the entry explains it, and nothing is
recorded once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.claims import repository as claims
from tillroll.claims.models import Claim, ClaimEvent
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.platform.refusals import Kind, Refusal

REFUND: Final = "refund"
OWN_REFUND: Final = "refund:bank:"
_PLANS: Final = """
  SELECT plan FROM bank_effects
  WHERE document_id = ?1 AND plan IS NOT NULL AND is_undone = 0 AND id <> ?2
"""
# Payments of matches that were undone: that these were taken back is no word of a person on an
# entry.
_UNDONE: Final = """
  SELECT 'payment:bank:' || substr(id, 1, length(id) - length(':undone')) AS key FROM bank_effects
  WHERE document_id = ?1 AND is_undone = 1
"""


class NothingToReturn(Refusal):
    """No payment of the claim is of the amount that went back; nothing was changed."""

    kind = Kind("nothing-to-return", 409, "The claim has no payment of this amount")
    explanation = (
        "The claim has no payment of the amount that went back, and owes no such amount back. Take "
        "back by hand what was paid, or match the entry with something else."
    )


def amount_in_currency(currency: str, *, entry_currency: str, amount: int, settles: int) -> int:
    """Give an amount of a pair in a claim's currency, signed as the entry, in minor units.

    `amount` is in the entry's currency. `settles` is in the claim's, by the bank's rate.
    """
    if entry_currency == currency:
        return amount
    return settles


@dataclass(frozen=True)
class Plan:
    """What is done of money that went back. `version` is of a payment that is reversed, or of the
    event by which a person recorded it before."""

    what: str
    version: int | None = None

    @property
    def text(self) -> str:
        """How an effect keeps it."""
        if self.version is None:
            return self.what
        return f"{self.what}:{self.version}"


def plan_of(text_: str) -> Plan:
    """The plan as an effect keeps it."""
    what, _, version = text_.partition(":")
    if not version:
        return Plan(what)
    return Plan(what, int(version))


async def plan_return(
    database: Database, claim: Claim, *, currency: str, amount: int, effect_id: str
) -> Plan:
    """What an amount that went back means. Raises NothingToReturn."""
    events = await claims.list_events(database, claim.run_id)
    same = [each for each in events if (each.currency, each.amount) == (currency, amount)]
    plans = {
        text(row, "plan")
        for row in await database.all(statement(_PLANS, [claim.run_id, effect_id]))
    }
    undone = {text(row, "key") for row in await database.all(statement(_UNDONE, [claim.run_id]))}
    by_hand = [each for each in same if _is_by_hand(each, events, plans=plans, undone=undone)]
    if by_hand:
        return Plan("known", by_hand[0].version)
    if await claims.load_owed_back(database, claim, currency) >= amount:
        return Plan(REFUND)
    reversed_ = {each.reverses for each in events if each.kind == "reversed"}
    paid = [each for each in same if each.kind == "payment" and each.version not in reversed_]
    if not paid:
        raise NothingToReturn
    return Plan("reverse", paid[-1].version)


def _is_by_hand(
    event: ClaimEvent, events: Sequence[ClaimEvent], plans: set[str], undone: set[str]
) -> bool:
    """Whether a person recorded that money went back, and no entry explains it yet."""
    if Plan("known", event.version).text in plans:
        return False
    if event.kind == "refunded":
        return not event.key.startswith(OWN_REFUND)
    if event.kind != "reversed" or Plan("reverse", event.reverses).text in plans:
        return False
    payment = next((each for each in events if each.version == event.reverses), None)
    return payment is not None and payment.key not in undone

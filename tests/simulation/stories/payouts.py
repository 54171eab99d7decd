"""What can happen to a payout without any disturbance: the happy path, and every class of
failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.simulation import bank
from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.invariants import check_payout
from tests.simulation.payout.workflow import TABLES, Payouts, request_payout
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed
from tillroll_testing.stories.story import Scene, Story

FOR_GOOD = (True,) * 50


@dataclass(frozen=True)
class PayoutPlan:
    """How a payout is set up; `later` and `later_moods` are the bank's after `mend`. It is
    cancelled where the point of the name `cancelled_at` is passed first.
    """

    needs_approval: bool = False
    broken: dict[str, Sequence[bool]] = field(default_factory=dict[str, Sequence[bool]])
    moods: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    always: dict[str, str] = field(default_factory=dict[str, str])
    later: dict[str, str] = field(default_factory=dict[str, str])
    later_moods: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    at_once: bool = False
    announces_first: bool = False
    cancelled_at: str | None = None

    async def open(self, faults: Faults) -> Scene:
        other_side = Bank(faults)
        other_side.moods = {operation: [*moods] for operation, moods in self.moods.items()}
        other_side.always = dict(self.always)
        broken = {name: [*calls] for name, calls in self.broken.items()}
        payouts = Payouts(
            other_side, self.needs_approval, broken, self.at_once, self.announces_first
        )
        world = await open_world(faults, Deployed(payouts.workflow), tables=TABLES)
        if self.cancelled_at:
            faults.when.append((lambda name: name == self.cancelled_at, world.cancel))

        async def mend() -> None:
            if bank.REFUSED in self.always.values():
                await faults.release()  # what is still on its way is refused as well
            broken.clear()
            other_side.moods = {
                operation: [*moods] for operation, moods in self.later_moods.items()
            }
            other_side.always = dict(self.later)

        return Scene(
            world, lambda: request_payout(world), lambda: check_payout(world, other_side), mend
        )


_NO_ONE = {"pay": bank.DOWN, "ask pay": bank.DOWN}
_APPROVE: JsonObject = {}
_REJECT: JsonObject = {"decision": "reject"}

PAYOUTS = (
    Story("paid", PayoutPlan().open, "closed"),
    Story("approved", PayoutPlan(needs_approval=True).open, "closed", decision=_APPROVE),
    Story("rejected", PayoutPlan(needs_approval=True).open, "rejected", decision=_REJECT),
    Story("nobody decides", PayoutPlan(needs_approval=True).open, "awaiting_approval"),
    Story(
        "a read fails and recovers",
        PayoutPlan(broken={"check": (True, True)}).open,
        "closed",
        is_short_of_attempts=True,
    ),
    Story(
        "a read fails for good",
        PayoutPlan(broken={"check": FOR_GOOD}).open,
        "requested_check_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "only the first attempt of a write can work",
        PayoutPlan(broken={"debit": (False, *FOR_GOOD)}).open,
        "closed",
        is_touchy=True,
    ),
    Story(
        "a write fails for good and is retried",
        PayoutPlan(broken={"close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "only the first attempt of a write, retried",
        PayoutPlan(broken={"close": (False, *FOR_GOOD)}).open,
        "closed",
        operator="retry",
        final="closed",
        is_touchy=True,
    ),
    Story(
        "a write fails for good and is given up",
        PayoutPlan(broken={"close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="abandon",
        final="abandoned",
    ),
    Story("what may fail fails", PayoutPlan(broken={"announce": FOR_GOOD}).open, "closed"),
    Story("an answer is lost", PayoutPlan(moods={"pay": [bank.LOST_AFTER]}).open, "closed"),
    Story("a request is lost", PayoutPlan(moods={"pay": [bank.LOST_BEFORE]}).open, "closed"),
    Story(
        "the other side is slow to know",
        PayoutPlan(moods={"pay": [bank.LOST_AFTER], "ask pay": [bank.CLUELESS]}).open,
        "closed",
        is_short_of_attempts=True,
    ),
    Story("refused", PayoutPlan(always={"pay": bank.REFUSED}).open, "reversed"),
    Story(
        "nobody knows, so it is called back",
        PayoutPlan(moods={"pay": [bank.LOST_AFTER]}, always=_NO_ONE).open,
        "reversed",
    ),
    Story(
        "a rollback fails",
        PayoutPlan(always={"pay": bank.REFUSED}, broken={"credit back": FOR_GOOD}).open,
        "reversed",
        operator="abandon",
        final="abandoned",
    ),
    Story(
        "a call back fails",
        PayoutPlan(moods={"pay": [bank.LOST_AFTER]}, always={**_NO_ONE, "reverse": bank.DOWN}).open,
        "reversed",
        operator="abandon",
        final="abandoned",
    ),
    Story(
        "nobody knows of what cannot be undone",
        PayoutPlan(
            moods={"file": [bank.LOST_AFTER]}, always={"file": bank.DOWN, "ask file": bank.DOWN}
        ).open,
        "paid_filing_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "refused, then nobody knows",
        PayoutPlan(
            always={"file": bank.REFUSED},
            later={"file": bank.LOST_AFTER, "ask file": bank.CLUELESS},
            later_moods={"ask file": [bank.WELL]},
        ).open,
        "paid_filing_failed",
        operator="retry",
        final="paid_filing_failed",
        is_touchy=True,
    ),
    Story(
        "refused, then taken",
        PayoutPlan(always={"file": bank.REFUSED}).open,
        "paid_filing_failed",
        operator="retry",
        final="closed",
    ),
)

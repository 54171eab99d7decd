"""What can happen to each workflow without any disturbance: the happy path, and every class of failure."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.simulation import bank, receipts
from tests.simulation.bank import Bank
from tests.simulation.faults import Faults
from tests.simulation.payout import TABLES, Payouts, request_payout
from tests.simulation.payout_invariants import check_payout
from tests.simulation.world import Deployed, World, open_world
from tillroll.platform.json import JsonObject

FOR_GOOD = (True,) * 50


async def _nothing() -> None:
    """What is not broken is not mended."""


@dataclass
class Scene:
    """A story about to begin. `mend` repairs what was broken, before an operator acts."""

    world: World
    begin: Callable[[], Awaitable[object]]
    check: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]] = _nothing


@dataclass(frozen=True)
class Story:
    """`ending` is the state when all is quiet; then the operator does `operator`, which leads to `final`. A touchy
    story ends otherwise where it is disturbed."""

    name: str
    open: Callable[[Faults], Awaitable[Scene]]
    ending: str
    decision: JsonObject | None = None
    operator: str | None = None
    final: str | None = None
    is_touchy: bool = False

    @property
    def has_review(self) -> bool:
        return self.decision is not None or self.ending.startswith("awaiting")


@dataclass(frozen=True)
class _Payout:
    """How a payout is set up; `later` and `later_moods` are the bank's after `mend`."""

    needs_approval: bool = False
    broken: dict[str, Sequence[bool]] = field(default_factory=dict[str, Sequence[bool]])
    moods: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    always: dict[str, str] = field(default_factory=dict[str, str])
    later: dict[str, str] = field(default_factory=dict[str, str])
    later_moods: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    async def open(self, faults: Faults) -> Scene:
        other_side = Bank(faults)
        other_side.moods = {operation: [*moods] for operation, moods in self.moods.items()}
        other_side.always = dict(self.always)
        broken = {name: [*calls] for name, calls in self.broken.items()}
        payouts = Payouts(other_side, self.needs_approval, broken)
        world = await open_world(faults, Deployed(payouts.workflow), tables=TABLES)

        async def mend() -> None:
            if bank.REFUSED in self.always.values():
                await faults.release()  # what is still on its way is refused as well
            broken.clear()
            other_side.moods = {operation: [*moods] for operation, moods in self.later_moods.items()}
            other_side.always = dict(self.later)

        return Scene(world, lambda: request_payout(world), lambda: check_payout(world, other_side), mend)


_NO_ONE = {"pay": bank.DOWN, "ask pay": bank.DOWN}
_APPROVE: JsonObject = {}
_REJECT: JsonObject = {"decision": "reject"}

PAYOUTS = (
    Story("paid", _Payout().open, "closed"),
    Story("approved", _Payout(needs_approval=True).open, "closed", decision=_APPROVE),
    Story("rejected", _Payout(needs_approval=True).open, "rejected", decision=_REJECT),
    Story("nobody decides", _Payout(needs_approval=True).open, "awaiting_approval"),
    Story("a read fails and recovers", _Payout(broken={"check": (True, True)}).open, "closed"),
    Story(
        "a read fails for good",
        _Payout(broken={"check": FOR_GOOD}).open,
        "requested_check_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "only the first attempt of a write can work",
        _Payout(broken={"debit": (False, *FOR_GOOD)}).open,
        "closed",
        is_touchy=True,
    ),
    Story(
        "a write fails for good and is retried",
        _Payout(broken={"close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "only the first attempt of a write, retried",
        _Payout(broken={"close": (False, *FOR_GOOD)}).open,
        "closed",
        operator="retry",
        final="closed",
        is_touchy=True,
    ),
    Story(
        "a write fails for good and is given up",
        _Payout(broken={"close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="abandon",
        final="abandoned",
    ),
    Story("what may fail fails", _Payout(broken={"announce": FOR_GOOD}).open, "closed"),
    Story("an answer is lost", _Payout(moods={"pay": [bank.LOST_AFTER]}).open, "closed"),
    Story("a request is lost", _Payout(moods={"pay": [bank.LOST_BEFORE]}).open, "closed"),
    Story(
        "the other side is slow to know",
        _Payout(moods={"pay": [bank.LOST_AFTER], "ask pay": [bank.CLUELESS]}).open,
        "closed",
    ),
    Story("refused", _Payout(always={"pay": bank.REFUSED}).open, "reversed"),
    Story(
        "nobody knows, so it is called back", _Payout(moods={"pay": [bank.LOST_AFTER]}, always=_NO_ONE).open, "reversed"
    ),
    Story(
        "a rollback fails",
        _Payout(always={"pay": bank.REFUSED}, broken={"credit back": FOR_GOOD}).open,
        "reversed",
        operator="abandon",
        final="abandoned",
    ),
    Story(
        "a call back fails",
        _Payout(moods={"pay": [bank.LOST_AFTER]}, always={**_NO_ONE, "reverse": bank.DOWN}).open,
        "reversed",
        operator="abandon",
        final="abandoned",
    ),
    Story(
        "nobody knows of what cannot be undone",
        _Payout(moods={"file": [bank.LOST_AFTER]}, always={"file": bank.DOWN, "ask file": bank.DOWN}).open,
        "paid_filing_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "refused, then nobody knows",
        _Payout(
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
        _Payout(always={"file": bank.REFUSED}).open,
        "paid_filing_failed",
        operator="retry",
        final="closed",
    ),
)


def _receipt(
    transcript: str | None = None, *, webhook: bool = True, replies: Sequence[JsonObject] = ()
) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        world = await receipts.open_receipts(faults, transcript, webhook=webhook, replies=replies)
        return Scene(world, lambda: receipts.upload(world), lambda: receipts.check_receipts(world))

    return open_scene


RECEIPTS = (
    Story("clear, with a webhook", _receipt(), "notified"),
    Story("clear, without a webhook", _receipt(webhook=False), "notified"),
    Story("corrected by a person", _receipt(receipts.NO_TOTAL), "notified", decision=receipts.CORRECTION),
    Story("rejected by a person", _receipt(receipts.NO_TOTAL), "rejected", decision=_REJECT),
    Story("nobody decides", _receipt(receipts.NO_TOTAL), "awaiting_review"),
    Story(
        "unsure, and a language model agrees when asked again",
        _receipt(receipts.UNSURE, replies=[receipts.model_says("no"), receipts.model_reads()]),
        "notified",
    ),
)

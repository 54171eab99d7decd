"""The moments of a payout at which everything dies: how a run gets there, what is done at its death
and afterwards.
"""

import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tests.engine.payout.contract import PayoutParams
from tests.engine.payout.workflow import FEE, LARGE, REST_OF_IT
from tests.engine.payout_stack import begin, confirm, states_of
from tests.engine.provider import Hold, Provider
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

# A payout's child and its continuation have the amounts behind its own.
APART = 10
# What stands behind a sleep: on a busy machine, the sleeper is looked for when it has slept
# already.
_AFTER_SLEEP = ("rested", "unconfirmed", "confirmed", "filed", "continued")

Confirmed: TypeAlias = Literal["early", "at the death", "afterwards", "never"]


@dataclass(frozen=True)
class Moment:
    """Where a payout stands when everything dies.

    Attributes:
        stands_in: the state that the run has reached; without one, it is only begun.
        held: the call that stands still then: the operation, by how much the amount is not the
            payout's own, and whether the provider has done it already.
        answers_late: the provider does it all the same, when the caller is dead; else the request
            is lost.
        is_let_go_first: the call that stood still is answered right before the death.
        confirmed: when somebody sends the signal. One that is sent at the death is sent again
            afterwards.
        is_refused: the provider refuses the filing, so what was done is undone.
    """

    name: str
    stands_in: str | None = None
    held: tuple[str, int, bool] | None = None
    answers_late: bool = False
    is_let_go_first: bool = False
    confirmed: Confirmed = "early"
    is_refused: bool = False
    is_large: bool = False
    rest_seconds: tuple[int, int] = (1, 1)
    confirm_within_seconds: int = 7 * 86400


BEFORE, AFTER = False, True
MOMENTS = (
    Moment("a call was sent and is lost", "debited", ("pay", 0, BEFORE)),
    Moment("a call was sent and is done later", "debited", ("pay", 0, BEFORE), answers_late=True),
    Moment("a call is done, its answer is lost", "debited", ("pay", 0, AFTER)),
    Moment(
        "a reversal was sent and is lost", "compensating", ("reverse", 0, BEFORE), is_refused=True
    ),
    Moment(
        "a reversal is done, its answer is lost",
        "compensating",
        ("reverse", 0, AFTER),
        is_refused=True,
    ),
    Moment("it waits for a signal", "unconfirmed", confirmed="afterwards"),
    Moment("its signal was just sent", "unconfirmed", confirmed="at the death"),
    Moment(
        "its time to be confirmed runs out",
        "unconfirmed",
        confirmed="never",
        confirm_within_seconds=8,
    ),
    Moment(
        "it went on without a signal",
        "chased",
        ("file", 0, AFTER),
        confirmed="never",
        confirm_within_seconds=1,
    ),
    Moment(
        "its approval was just given", "awaiting_approval", confirmed="afterwards", is_large=True
    ),
    Moment("its child makes a call", "confirmed", ("pay", FEE, BEFORE)),
    Moment("it goes on as another run", "confirmed", ("file", 0, AFTER), is_let_go_first=True),
    Moment("its continuation makes a call", "continued", ("pay", REST_OF_IT, AFTER)),
    # These last: what comes before them takes its time.
    Moment("it sleeps", "resting", rest_seconds=(2, 12)),
    Moment("it was just begun", confirmed="afterwards"),
)


@dataclass
class Payout:
    """One run at its moment."""

    moment: Moment
    run_id: str
    params: PayoutParams
    hold: Hold | None


class Round:
    """One payout for each moment, all of which the next death meets."""

    def __init__(
        self, stack: RunningStack, provider: Provider, number: int, source: random.Random
    ) -> None:
        self.payouts: list[Payout] = []
        self._stack = stack
        self._provider = provider
        self._number = number
        self._source = source

    def go_on_in(self, stack: RunningStack) -> None:
        """From here on the payouts are in another place."""
        self._stack = stack

    def begin(self) -> None:
        """Bring a payout to each moment."""
        for moment in MOMENTS:
            if moment.rest_seconds[1] > 1:
                wait_until(
                    lambda: not self.on_their_way(), "all to be at their moments", PATIENCE_SECONDS
                )
            self.payouts.append(self._begin(moment))
            if moment.stands_in == "resting":
                wait_until(
                    lambda: not self.on_their_way(), "the sleeper to sleep", PATIENCE_SECONDS
                )

    def _begin(self, moment: Moment) -> Payout:
        place = self._number * len(MOMENTS) + MOMENTS.index(moment) + 1
        params = PayoutParams(
            provider=self._provider.url,
            amount=place * APART + (LARGE if moment.is_large else 0),
            rest_seconds=self._source.randint(*moment.rest_seconds),
            confirm_within_seconds=moment.confirm_within_seconds,
        )
        hold = None
        if moment.held:
            operation, further, is_done_first = moment.held
            hold = self._provider.hold(
                (operation, params.amount + further), is_done_first=is_done_first
            )
        if moment.is_refused:
            self._provider.refused.add(("file", params.amount))
        run_id = begin(self._stack, params, f"{moment.name}, round {self._number}")
        if moment.confirmed == "early":
            confirm(self._stack, run_id).raise_for_status()
        return Payout(moment, run_id, params, hold)

    def on_their_way(self) -> list[str]:
        """The moments to which their payouts have not come yet."""
        states = states_of(self._stack, [payout.run_id for payout in self.payouts])
        return [
            payout.moment.name
            for payout in self.payouts
            if not _has_come(payout, states[payout.run_id])
        ]

    def act_before_death(self) -> None:
        """What somebody does at the last moment, which was acknowledged."""
        for payout in self.payouts:
            if payout.moment.is_large:
                self._stack.ask(
                    f"/api/runs/{payout.run_id}/review", decision="approve"
                ).raise_for_status()
            if payout.moment.confirmed == "at the death":
                confirm(self._stack, payout.run_id).raise_for_status()
            if payout.hold is not None and payout.moment.is_let_go_first:
                payout.hold.let_go.set()

    def act_after_death(self) -> None:
        """What becomes of the calls whose caller is dead."""
        for payout in self.payouts:
            if payout.hold is not None and payout.moment.answers_late:
                payout.hold.let_go.set()
            elif payout.hold is not None:
                self._provider.drop(payout.hold)

    def act_when_it_lives(self) -> None:
        """What somebody does who knows nothing of a death, and again until it is acknowledged."""
        for payout in self.payouts:
            if payout.moment.confirmed in {"at the death", "afterwards"}:
                wait_until(
                    lambda: confirm(self._stack, payout.run_id).is_success,  # noqa: B023 - called in this turn
                    "the signal to be taken",
                )


def _has_come(payout: Payout, state: str) -> bool:
    if payout.hold is not None and not payout.hold.arrived.is_set():
        return False
    if payout.moment.stands_in == "resting" and state in _AFTER_SLEEP:
        return True
    return payout.moment.stands_in in {None, state}

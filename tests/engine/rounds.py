"""Rounds on the genuine engine: payouts at every moment, then a death of everything, or a save,
then their ends.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine.moments import Payout, Round
from tests.engine.payout_stack import payout_stack
from tests.engine.promises import check_promises, unsettled
from tests.engine.provider import Provider
from tests.support.own_stack import save
from tests.support.running_stack import RunningStack, wait_until

KILL, SAVE = "kill", "save"
_SETTLED_WITHIN_SECONDS = 240.0
_CRON_EVERY_SECONDS = 1.0
# Between the last act and the death: so the death meets the commits that follow, and what comes
# between them.
_LAST_BREATH_SECONDS = (0.0, 0.25)


@dataclass
class Figures:
    """What happened in all rounds."""

    disturbed: list[str] = field(default_factory=list[str])
    payouts: int = 0
    runs: int = 0
    done: int = 0
    asked: int = 0
    dropped: int = 0
    looked_up: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        counts = ", ".join(
            f"{self.disturbed.count(how)} {how}s" for how in sorted(set(self.disturbed))
        )
        return [
            f"{len(self.disturbed)} rounds ({counts}) in {self.seconds:.0f} s",
            (
                f"{self.payouts} payouts at their moments, {self.runs} runs with children and "
                "continuations"
            ),
            (
                f"the provider did {self.done} calls, each once: {self.asked} requests, "
                f"{self.dropped} of them lost"
            ),
            f"{self.looked_up} times it was asked whether a call was done",
        ]


def run_rounds(
    state: Path, disturbances: Iterable[str], seed: int, say: Callable[[str], None]
) -> Figures:
    """Run a round for each disturbance, KILL or SAVE, and check what was promised after each.

    Raises:
        AssertionError: a promise was broken, or runs did not end in time; the message says which.
    """
    figures, began = Figures(), time.monotonic()
    payouts: list[Payout] = []
    with Provider() as provider, payout_stack(state) as (stack, entry):
        for number, disturbance in enumerate(disturbances):
            started = time.monotonic()
            source = random.Random(f"{seed} round {number}")
            one = Round(stack, provider, number, source)
            one.begin()
            one.act_before_death()
            # the moment of death is what the seed chose
            time.sleep(source.uniform(*_LAST_BREATH_SECONDS))
            if disturbance == KILL:
                stack.kill()
                one.act_after_death()
                stack.start()
            else:
                save(stack, entry)
                one.act_after_death()
            restarted = time.monotonic()
            one.act_when_it_lives()
            settle(stack)
            payouts += one.payouts
            figures.runs = check_promises(stack, provider, payouts)
            figures.disturbed.append(disturbance)
            times = (
                f"{restarted - started:.0f} s until it answers again, "
                f"{time.monotonic() - restarted:.0f} s to the ends"
            )
            say(f"round {number + 1}: {disturbance}, {times}")
    figures.payouts = len(payouts)
    figures.done, figures.asked = provider.done.total(), provider.asked.total()
    figures.dropped, figures.looked_up = provider.dropped.total(), provider.looked_up.total()
    figures.seconds = time.monotonic() - began
    return figures


def settle(stack: RunningStack) -> None:
    """Fire the cron, more often than once a minute, until every payout has ended."""
    fired = 0.0

    def is_settled() -> bool:
        nonlocal fired
        if time.monotonic() - fired > _CRON_EVERY_SECONDS:
            stack.fire_cron()
            fired = time.monotonic()
        return not unsettled(stack)

    try:
        wait_until(is_settled, "every payout to end", _SETTLED_WITHIN_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}; still open: {unsettled(stack)}") from error

"""Rounds of chaos: runs in flight, random requests, and a kill -9 of everything at a random
moment.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.clients import Clients
from tests.chaos.promises import check_promises, unsettled
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack, wait_until
from tests.support.webhook_receiver import LocalReceiver

SETTLED_WITHIN_SECONDS = 240.0
# A life lasts so long after the stack is up.
_LIFE_SECONDS = (0.5, 8.0)
_CRON_EVERY_SECONDS = 2.0


@dataclass
class Figures:
    """What happened in all rounds."""

    lives: list[float] = field(default_factory=list[float])
    in_flight: list[int] = field(default_factory=list[int])
    states: dict[str, int] = field(default_factory=dict[str, int])
    acts: dict[str, int] = field(default_factory=dict[str, int])
    unanswered: int = 0
    deliveries: int = 0
    photos_asked: int = 0
    settled_after: float = 0.0

    def lines(self) -> list[str]:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return [
            (
                f"{len(self.lives)} kills, {min(self.in_flight)} to {max(self.in_flight)} runs in "
                "flight at each"
            ),
            f"settled {self.settled_after:.0f} s after the last start",
            f"{sum(self.states.values())} runs: {states}",
            f"asked: {self.acts}; {self.unanswered} of it unanswered",
            f"{self.deliveries} deliveries, a model asked {self.photos_asked} times",
        ]


def run_rounds(
    state: Path, rounds: int, in_flight: int, seed: int, say: Callable[[str], None]
) -> Figures:
    """Run the rounds, each with so many runs in flight, let everything settle, and check what was
    promised.

    The seed decides every choice; which step a death meets depends on the machine too.

    Raises:
        AssertionError: a promise was broken, or runs were not settled in time; the message says
            which.
    """
    source = random.Random(f"{seed} lives")
    figures = Figures()
    with LocalReceiver() as receiver, own_stack(state, receiver) as (stack, _):
        clients = Clients(stack, random.Random(f"{seed} clients"))
        for number in range(rounds):
            _fill(stack, clients, in_flight)
            _live_and_die(stack, clients, source, figures)
            say(
                f"round {number + 1}: killed after {figures.lives[-1]:.1f} s, "
                f"{figures.in_flight[-1]} runs in flight"
            )
            stack.start()
        began = time.monotonic()
        _settle(stack, clients)
        figures.settled_after = time.monotonic() - began
        figures.states = dict(check_promises(stack, clients.promises, receiver))
        figures.photos_asked += stack.ai.calls()
        figures.acts, figures.unanswered = clients.counted.acts, clients.counted.unanswered
        figures.deliveries = receiver.deliveries
    return figures


def _fill(stack: RunningStack, clients: Clients, in_flight: int) -> None:
    """Upload until so many runs are in flight. The model is held meanwhile, so that none ends."""
    stack.ai.hold()

    def is_full() -> bool:
        missing = in_flight - len(unsettled(stack))
        clients.upload(max(0, missing))
        return missing <= 0

    wait_until(is_full, f"{in_flight} runs to be in flight")
    stack.ai.clear()


def _live_and_die(
    stack: RunningStack, clients: Clients, source: random.Random, figures: Figures
) -> None:
    seconds = source.uniform(*_LIFE_SECONDS)
    dead = threading.Event()
    acting = threading.Thread(target=clients.act_until, args=(dead,), name="clients")
    acting.start()
    time.sleep(seconds)  # the moment of death is what the seed chose
    figures.in_flight.append(len(unsettled(stack)))
    figures.photos_asked += stack.ai.calls()
    figures.lives.append(seconds)
    stack.kill()
    dead.set()
    acting.join()


def _settle(stack: RunningStack, clients: Clients) -> None:
    """Fire the cron, more often than once a minute, until nothing more happens by itself."""
    fired = 0.0

    def is_settled() -> bool:
        nonlocal fired
        if time.monotonic() - fired > _CRON_EVERY_SECONDS:
            clients.resume_all()
            stack.fire_cron()
            fired = time.monotonic()
        return not unsettled(stack)

    try:
        wait_until(is_settled, "everything to settle", SETTLED_WITHIN_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}; still open: {unsettled(stack)}") from error

"""A burst of events on the genuine stack: every one is accepted, stored once, and does what it
means once.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.arrivals.arrival_stack import (
    arrival_stack,
    check_events,
    check_tally,
    event_of,
    set_up_source,
)
from tests.arrivals.sender import Answers, Sender
from tests.support.running_stack import RunningStack, wait_until

# So many of a hundred events are sent again, most of them while the first is on its way or was just
# taken.
_REPEATED_PERCENT = 10
_CRON_EVERY_SECONDS = 5.0
# At the pace that decision 75 sets, and as much again for a machine that is busy otherwise.
_SECONDS_FOR_EACH = 0.15


@dataclass
class Figures:
    """What came of a burst."""

    events: int
    clients: int
    answers: Answers
    sent_in: float
    ended_after: float

    def lines(self) -> list[str]:
        answers = self.answers
        statuses = ", ".join(
            f"{count} answers {status}" for status, count in sorted(answers.statuses.items())
        )
        sent = sum(answers.statuses.values())
        half, most, slowest = (
            f"{1000 * answers.quantile(part):.0f} ms" for part in (0.5, 0.99, 1.0)
        )
        return [
            (
                f"{self.events} events and {sent - self.events} more requests, by {self.clients} "
                "clients"
            ),
            f"answered in {self.sent_in:.0f} s, {sent / self.sent_in:.0f} a second: {statuses}",
            f"without an answer, and sent again: {answers.unanswered}",
            f"half within {half}, 99 of 100 within {most}, the slowest within {slowest}",
            f"{self.events} stored once, each under the id that every answer to it named",
            (
                f"{self.events} runs, each number counted once; all ended {self.ended_after:.0f} "
                "s after the first event"
            ),
        ]


def run_burst(
    state: Path, events: int, clients: int, seed: int, say: Callable[[str], None]
) -> Figures:
    """Send so many events, and a share of them again, all at once; wait for their ends, and check
    what was promised.

    Raises:
        AssertionError: a promise was broken, or the events were not worked off in time; the message
            says which.
    """
    source = random.Random(seed)
    repeated = source.sample(range(events), events * _REPEATED_PERCENT // 100)
    numbers = [*range(events), *repeated]
    source.shuffle(numbers)
    with arrival_stack(state) as stack:
        sender = Sender(stack.url, set_up_source(stack))
        began = time.monotonic()
        sender.send_all([(number, event_of(number)) for number in numbers], clients)
        sent_in = time.monotonic() - began
        say(f"{len(numbers)} requests were answered after {sent_in:.0f} s")
        _settle(stack, events, say)
        ended_after = time.monotonic() - began
        sender.send_all([(number, event_of(number)) for number in repeated], clients)
        stack.fire_cron()
        check_events(stack, sender.answers.ids, events)
        check_tally(stack, set(range(events)))
    return Figures(events, clients, sender.answers, sent_in, ended_after)


def _settle(stack: RunningStack, events: int, say: Callable[[str], None]) -> None:
    """Fire the cron until every event is worked off and every run has ended."""
    fired = time.monotonic()

    def is_settled() -> bool:
        nonlocal fired
        if time.monotonic() - fired > _CRON_EVERY_SECONDS:
            stack.fire_cron()
            fired = time.monotonic()
            (left,) = stack.d1(
                "SELECT (SELECT count(*) FROM inbound_events WHERE state = 'stored') AS stored, "
                "(SELECT count(*) FROM runs WHERE status = 'processing') AS live"
            )
            say(f"{left['stored']} events wait, {left['live']} runs are live")
            return not left["stored"] and not left["live"]
        return False

    wait_until(is_settled, "every event to be worked off", 120 + events * _SECONDS_FOR_EACH)

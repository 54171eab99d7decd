"""Rounds of a death between accepting and starting: of events, and of triggers under an
Idempotency-Key.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.arrivals.arrival_stack import arrival_stack, check_events, check_tally, set_up_source
from tests.arrivals.asked import Asked, Asker
from tests.arrivals.at_death import rows_at_death
from tests.arrivals.prepared import check_receipts, prepare_receipts
from tests.support.audits import check_audit
from tests.support.own_kind import replace_in
from tests.support.running_stack import RunningStack, wait_until

# In each round: events and triggers that are counted, and a stored receipt, one way or the other.
_EVENTS, _TRIGGERS, _RECEIPTS = 12, 10, 1
_CLIENTS = 6
_REPEATED_PERCENT = 30
# Between an answer and the death; mostly none, since a run that is triggered starts at once.
_LAST_BREATH_SECONDS = (0.0, 0.0, 0.0, 0.02, 0.1, 0.4)
_CRON_EVERY_SECONDS = 1.0
_SETTLED_WITHIN_SECONDS = 240.0
_ACCEPTED_WITHIN_SECONDS = 180.0


@dataclass
class Figures:
    """What happened in all rounds. `met` counts what was asked before each death by how far it had
    come.
    """

    rounds: int = 0
    met: Counter[str] = field(default_factory=Counter[str])
    asked: Counter[str] = field(default_factory=Counter[str])
    repeated: int = 0
    unanswered: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        met = "; ".join(f"{count} {what}" for what, count in sorted(self.met.items()))
        asked = ", ".join(f"{count} of {what}" for what, count in sorted(self.asked.items()))
        return [
            f"{self.rounds} kills in {self.seconds:.0f} s",
            f"at the deaths: {met}",
            f"asked: {asked}",
            (
                f"sent again: {self.unanswered} that the death left without an answer, "
                f"{self.repeated} that were accepted"
            ),
            "each began one run and took effect once; nothing else began",
        ]


def run_rounds(state: Path, rounds: int, seed: int, say: Callable[[str], None]) -> Figures:
    """Run the rounds, and check after each what was promised.

    The seed decides every choice; what a death meets depends on the machine too.

    Raises:
        AssertionError: a promise was broken, or something was not settled in time; the message says
            which.
    """
    figures, began = Figures(), time.monotonic()
    with arrival_stack(state, _impatient) as stack:
        receipts = prepare_receipts(stack, rounds * _RECEIPTS)
        asker, everything = Asker(stack, set_up_source(stack)), list[Asked]()
        for number in range(rounds):
            source = random.Random(f"{seed} round {number}")
            asked = _of_round(number, receipts)
            source.shuffle(asked)
            everything += asked
            _ask_and_die(stack, asker, asked, source)
            lost = [each for each in asked if each not in asker.accepted]
            again = [
                each
                for each in asked
                if each in asker.accepted and source.random() * 100 < _REPEATED_PERCENT
            ]
            met = _standing(stack, asked, asker)
            stack.start()
            for each in source.sample([*lost, *again], len(lost) + len(again)):
                asker.ask_until_accepted(each)
            _settle(stack)
            _check(stack, asker, everything)
            figures.met += met
            figures.unanswered, figures.repeated = (
                figures.unanswered + len(lost),
                figures.repeated + len(again),
            )
            figures.asked.update(f"{each.what} by {each.way}" for each in asked)
            say(
                f"round {number + 1}: {len(asked) - len(lost)} of {len(asked)} were accepted; "
                f"{dict(met)}"
            )
        states = {
            str(row["id"]): str(row["state"]) for row in stack.d1("SELECT id, state FROM runs")
        }
        check_audit(stack, states)
    figures.rounds, figures.seconds = rounds, time.monotonic() - began
    return figures


def _impatient(source: Path) -> None:
    """What waits for a minute waits for seconds in the copied sources, so that a round takes half a
    minute.
    """
    core = source / "tillroll_durable"
    instances = core / "_operations" / "instances.py"
    replace_in(instances, "PATIENCE = timedelta(seconds=30)", "PATIENCE = timedelta(seconds=1)")
    again = "timedelta({0}=self.again[attempt])"
    replace_in(core / "jobs" / "inbox.py", again.format("minutes"), again.format("seconds"))
    keys = core / "idempotency" / "keys.py"
    replace_in(
        keys, "IN_FLIGHT: Final = timedelta(seconds=60)", "IN_FLIGHT: Final = timedelta(seconds=5)"
    )


def _of_round(number: int, receipts: Sequence[str]) -> list[Asked]:
    # From 1: a number that is 0 would look like none.
    first = 1 + number * (_EVENTS + _TRIGGERS + _RECEIPTS)
    return [
        *(Asked(first + place, "event") for place in range(_EVENTS)),
        *(Asked(first + _EVENTS + place, "trigger") for place in range(_TRIGGERS)),
        Asked(first + _EVENTS + _TRIGGERS, "event" if number % 2 else "trigger", receipts[number]),
    ]


def _ask_and_die(
    stack: RunningStack, asker: Asker, asked: Sequence[Asked], source: random.Random
) -> None:
    """Ask for all of it at once, and kill everything when so many were accepted as the seed says;
    the others are asked for afterwards.
    """
    enough, breath = source.randint(1, len(asked) - _CLIENTS), source.choice(_LAST_BREATH_SECONDS)
    is_enough, dead, before = threading.Event(), threading.Event(), len(asker.accepted)

    def ask(each: Asked) -> None:
        if not dead.is_set() and asker.ask_once(each) and len(asker.accepted) - before >= enough:
            is_enough.set()

    with ThreadPoolExecutor(_CLIENTS) as pool:
        pending = [pool.submit(ask, each) for each in asked]
        assert is_enough.wait(_ACCEPTED_WITHIN_SECONDS), "not enough was accepted"
        time.sleep(breath)  # the moment of death is what the seed chose
        dead.set()
        stack.kill()
        for each in pending:
            each.result()


def _standing(stack: RunningStack, asked: Sequence[Asked], asker: Asker) -> Counter[str]:
    """How far each was that had come before the death; also what was stored, and whose answer the
    death met.
    """
    state = stack.stack.state
    rows = rows_at_death(
        state, "SELECT event_id, state, effect IS NOT NULL AS is_decided FROM inbound_events"
    )
    events = {str(row["event_id"]): row for row in rows}
    sql = (
        "SELECT json_extract(params, '$.number') AS number, subject, status FROM runs "
        "WHERE status <> 'cancelled'"
    )
    runs = {row["number"] or row["subject"]: row for row in rows_at_death(state, sql)}
    met = Counter[str]()
    for each in asked:
        answered = "answered" if each in asker.accepted else "not answered"
        event, run = events.get(f"evt_{each.number}"), runs.get(each.receipt or each.number)
        if each.way == "event" and event is not None:
            undone = "decided" if event["is_decided"] else "stored"
            met[f"events {answered}, {undone if event['state'] == 'stored' else 'started'}"] += 1
        elif each.way == "trigger" and run is not None:
            met[
                f"triggers {answered}, run "
                f"{'not ended' if run['status'] == 'processing' else 'ended'}"
            ] += 1
        else:
            met["not come"] += 1
    return met


def _settle(stack: RunningStack) -> None:
    """Fire the cron, more often than once a minute, until nothing more happens by itself."""
    fired = 0.0
    left = (
        "SELECT (SELECT count(*) FROM inbound_events WHERE state = 'stored') "
        "+ (SELECT count(*) FROM runs WHERE status = 'processing') AS n"
    )

    def is_settled() -> bool:
        nonlocal fired
        if time.monotonic() - fired > _CRON_EVERY_SECONDS:
            stack.fire_cron()
            fired = time.monotonic()
        return not stack.d1(left)[0]["n"]

    wait_until(is_settled, "everything to settle", _SETTLED_WITHIN_SECONDS)


def _check(stack: RunningStack, asker: Asker, everything: Sequence[Asked]) -> None:
    events = [each for each in everything if each.way == "event"]
    check_events(stack, asker.sender.answers.ids, len(events))
    check_tally(stack, {each.number for each in everything if each.receipt is None})
    check_receipts(stack, [each.receipt for each in everything if each.receipt is not None])
    began = {str(row["id"]) for row in stack.d1("SELECT id FROM runs")}
    for each in everything:
        if each.way == "trigger":
            assert len(asker.runs[each]) == 1, (
                f"{each} was answered with several runs: {asker.runs[each]}"
            )
            assert asker.runs[each] <= began, f"{each} was accepted, and its run is not there"

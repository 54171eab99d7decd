"""Scenes of runs that fail, and of what their failure is to others."""

from typing import Final

from tillroll_testing.conformance.adapter import Standing
from tillroll_testing.conformance.other_side import REASON, Effect, Fault
from tillroll_testing.conformance.stage import Stage
from tillroll_testing.conformance.workflows import CHARGES, MESSAGE, MESSAGES, SHIPMENTS, TWO_CALLS

_MOST_DEATHS: Final = 5
_SLOW_RUNS: Final = 8


def refused(stage: Stage) -> None:
    stage.plan(SHIPMENTS, always=Fault.REFUSE)
    stage.begin(TWO_CALLS)
    status = stage.end_of(rule=16)
    stage.expect(16, "it says that it is complete", holds=status.standing is not Standing.COMPLETE)
    stage.expect(16, f"it does not say why: {status.says[:200]}", holds=REASON in status.says)
    stage.once(CHARGES, rule=16)
    stage.never(SHIPMENTS, rule=7, what="done though it was refused")


def put_right(stage: Stage) -> None:
    stage.plan(SHIPMENTS, Fault.REFUSE)
    stage.begin(TWO_CALLS)
    stage.end_of(rule=17)
    before = len(stage.books.of(CHARGES, stage.run))
    stage.retry()
    stage.complete(rule=17)
    stage.once(CHARGES, rule=17)
    stage.once(SHIPMENTS, rule=17)
    again = len(stage.books.of(CHARGES, stage.run)) - before
    stage.expect(6, f"{CHARGES}: asked for {again} times more by the retry", holds=again == 0)


def unknown(stage: Stage) -> None:
    stage.plan(SHIPMENTS, always=Fault.LOSE_ANSWER, is_silent_when_asked=True)
    stage.begin(TWO_CALLS)
    status = stage.end_of(rule=18)
    count = stage.books.count(SHIPMENTS, stage.run)
    stage.expect(7, f"{SHIPMENTS}: done {count} times", holds=count <= 1)
    stage.expect(18, "it says that it is complete", holds=status.standing is not Standing.COMPLETE)
    what = f"{SHIPMENTS}: done, and the run that failed does not say that it may be"
    stage.expect(18, what, holds=SHIPMENTS in status.doubts)


def deadly(stage: Stage) -> None:
    """In the end the fault is lifted, so that the next scene has an engine."""
    healthy = f"{stage.run}-healthy"
    stage.plan(CHARGES, *[Fault.KILL_BEFORE] * (_MOST_DEATHS + 1))
    before = stage.side.kills
    stage.begin(TWO_CALLS)
    stage.begin(MESSAGE, healthy)
    stage.complete(healthy, rule=21)
    count = stage.books.count(MESSAGES, healthy)
    stage.expect(21, f"the healthy run beside it did its message {count} times", holds=count > 0)
    stage.watch(stage.run)
    deaths = stage.side.kills - before
    what = f"it was tried again after {_MOST_DEATHS} deaths, and killed the process once more"
    stage.expect(21, what, holds=deaths <= _MOST_DEATHS)


def slow_others(stage: Stage) -> None:
    slow = [f"{stage.run}-slow-{number}" for number in range(_SLOW_RUNS)]
    effects = [Effect(CHARGES, run) for run in slow]
    for effect in effects:
        stage.books.plan(effect, Fault.HOLD)
    for run in slow:
        stage.begin(TWO_CALLS, run)
    stage.begin(TWO_CALLS)
    stage.complete(rule=22)
    is_held = not any(stage.side.gate(effect).is_set() for effect in effects)
    stage.expect(22, "the slow ones were not slow", holds=is_held)
    stage.side.let_go(effects)
    for run in slow:
        stage.complete(run)
        stage.once(CHARGES, rule=1, run=run)

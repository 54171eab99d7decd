"""Scenes of runs that wait for a signal."""

import json
import time

from tillroll_testing.conformance.other_side import Fault
from tillroll_testing.conformance.stage import Stage
from tillroll_testing.conformance.workflows import CHARGES, SHIPMENTS, WAITING, WAITING_SHORTLY


def _took(stage: Stage, value: str) -> None:
    """Note where the wait did not come to this value, once."""
    stage.complete()
    stage.once(CHARGES, rule=1)
    stage.once(SHIPMENTS, rule=13)
    posts = [each for each in stage.books.of(SHIPMENTS, stage.run) if each.method == "POST"]
    values = sorted({str(json.loads(each.body).get("value")) for each in posts})
    what = f"the wait came to {' and '.join(values) or 'nothing'}, and not to {value}"
    stage.expect(13, what, holds=values == [value])


def _wait_until_it_waits(stage: Stage) -> None:
    stage.come(CHARGES)
    time.sleep(stage.adapter.pace_seconds)


def signal_before(stage: Stage) -> None:
    stage.plan(CHARGES, Fault.HOLD)
    stage.begin(WAITING)
    stage.come(CHARGES)
    stage.signal("early")
    stage.side.let_go([stage.effect(CHARGES)])
    _took(stage, "early")


def killed_at_signal(stage: Stage) -> None:
    stage.begin(WAITING)
    _wait_until_it_waits(stage)
    stage.signal("go")
    stage.kill()
    _took(stage, "go")


def two_signals(stage: Stage) -> None:
    """An engine may refuse the second. What it takes is the first."""
    stage.plan(CHARGES, Fault.HOLD)
    stage.begin(WAITING)
    stage.come(CHARGES)
    stage.signal("first")
    stage.signal_where_taken("second")
    stage.side.let_go([stage.effect(CHARGES)])
    _took(stage, "first")


def killed_in_wait(stage: Stage) -> None:
    stage.begin(WAITING)
    _wait_until_it_waits(stage)
    stage.kill()
    stage.signal("go")
    _took(stage, "go")


def nobody_signals(stage: Stage) -> None:
    stage.begin(WAITING_SHORTLY)
    _took(stage, "late")


def nobody_but_a_kill(stage: Stage) -> None:
    stage.begin(WAITING_SHORTLY)
    _wait_until_it_waits(stage)
    stage.kill()
    _took(stage, "late")

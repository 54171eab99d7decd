"""Scenes of runs that go on: each has its result in the end."""

import json
import tempfile
import threading
from pathlib import Path

from tillroll_testing.conformance.other_side import Did, Fault
from tillroll_testing.conformance.stage import Stage
from tillroll_testing.conformance.workflows import (
    CHARGES,
    MESSAGE,
    MESSAGES,
    PARTS,
    QUOTED,
    QUOTES,
    SHIPMENTS,
    SIDE_BY_SIDE,
    TWO_CALLS,
)

_AT_ONCE = 3


def two_calls(stage: Stage, *, effect: str, fault: Fault) -> None:
    stage.plan(effect, fault)
    stage.begin(TWO_CALLS)
    stage.complete()
    _both_once(stage)


def _both_once(stage: Stage, *, rule: int = 1) -> None:
    for name in (CHARGES, SHIPMENTS):
        stage.once(name, rule=rule)
    _not_behind(stage, CHARGES, SHIPMENTS)


def _not_behind(stage: Stage, before: str, behind: str) -> None:
    """Note where a step was carried out again, though the next one had begun."""
    posts = [each.effect.name for each in stage.books.of_run(stage.run) if each.method == "POST"]
    if behind in posts:
        is_carried_out_again = before in posts[posts.index(behind) :]
        what = f"{before}: asked for again, though {behind} had been"
        stage.expect(6, what, holds=not is_carried_out_again)


def killed_at_once(stage: Stage) -> None:
    stage.begin(TWO_CALLS)
    stage.kill()
    stage.complete()
    _both_once(stage)


def begun_often(stage: Stage) -> None:
    threads = [threading.Thread(target=stage.begin, args=(MESSAGE,)) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.complete()
    stage.begin(MESSAGE)
    stage.complete()
    count = stage.books.count(MESSAGES, stage.run)
    stage.expect(1, f"{MESSAGES}: not done", holds=count > 0)
    stage.expect(3, f"{MESSAGES}: done {count} times for one key", holds=count <= 1)


def quoted(stage: Stage, *, fault: Fault) -> None:
    stage.plan(CHARGES, fault)
    stage.begin(QUOTED)
    stage.complete()
    stage.once(CHARGES, rule=1)
    asked = len(stage.books.of(QUOTES, stage.run))
    stage.expect(6, f"{QUOTES}: asked for {asked} times", holds=asked <= 1)
    posts = [each for each in stage.books.of(CHARGES, stage.run) if each.method == "POST"]
    amounts = sorted({str(json.loads(each.body).get("amount")) for each in posts})
    what = f"{CHARGES}: asked for with the amounts {' and '.join(amounts)}"
    stage.expect(8, what, holds=len(amounts) <= 1)


def message(stage: Stage, *, fault: Fault) -> None:
    stage.plan(MESSAGES, fault)
    stage.begin(MESSAGE)
    status = stage.complete()
    entries = stage.books.of(MESSAGES, stage.run)
    count = stage.books.count(MESSAGES, stage.run)
    stage.expect(9, f"{MESSAGES}: not done", holds=count > 0)
    is_sent_again = len(entries) > 1 and entries[0].did is Did.DONE
    what = f"{MESSAGES}: done {count} times, and the run does not say so"
    stage.expect(9, what, holds=not is_sent_again or MESSAGES in status.doubts)


def down_twice(stage: Stage) -> None:
    stage.plan(CHARGES, Fault.DOWN, Fault.DOWN)
    stage.begin(TWO_CALLS)
    stage.complete(rule=24)
    _both_once(stage, rule=24)


def side_by_side(stage: Stage, *, fault: Fault) -> None:
    stage.plan(PARTS[1], fault)
    stage.begin(SIDE_BY_SIDE)
    stage.complete()
    for name in PARTS:
        stage.once(name, rule=37)


def one_part_is_refused(stage: Stage) -> None:
    """Two parts are held meanwhile: a run that has failed before they are done lost them."""
    stage.plan(PARTS[0], Fault.HOLD)
    stage.plan(PARTS[1], always=Fault.REFUSE)
    stage.plan(PARTS[2], Fault.HOLD)
    stage.begin(SIDE_BY_SIDE)
    for name in PARTS:
        stage.come(name)
    # The engine has time to draw its conclusion from the refusal.
    has_failed_early = stage.ends_at_once()
    stage.side.let_go([stage.effect(name) for name in (PARTS[0], PARTS[2])])
    stage.end_of(rule=37)
    what = "it had failed while two of its steps were on their way"
    stage.expect(37, what, holds=not has_failed_early)
    for name in (PARTS[0], PARTS[2]):
        stage.once(name, rule=37)


def restored(stage: Stage) -> None:
    """The copy knows the charge, and not the shipment, which is done behind it."""
    stage.plan(SHIPMENTS, Fault.KILL_BEFORE)
    stage.begin(TWO_CALLS)
    stage.side.is_killed.wait(stage.adapter.patience_seconds)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        copy = Path(folder) / "copy"
        stage.copy_store(copy)
        stage.complete()
        stage.side.die()
        stage.restore_store(copy)
        stage.complete()
    for name in (CHARGES, SHIPMENTS):
        count = stage.books.count(name, stage.run)
        stage.expect(32, f"{name}: done {count} times", holds=count <= 1)
    _both_once(stage)

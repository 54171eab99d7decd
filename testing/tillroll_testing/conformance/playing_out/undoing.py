"""Scenes of runs whose last call fails: what was done before is undone."""

from tillroll_testing.conformance.adapter import Standing
from tillroll_testing.conformance.other_side import Did, Fault
from tillroll_testing.conformance.stage import Stage
from tillroll_testing.conformance.workflows import (
    CHARGES,
    REFUNDS,
    RELEASES,
    RESERVATIONS,
    SHIPMENTS,
    UNDOING,
)

_FORWARD = frozenset({RESERVATIONS, CHARGES, SHIPMENTS})
_BACK = (REFUNDS, RELEASES)


def undone(stage: Stage, *, effect: str = "", fault: Fault | None = None) -> None:
    stage.plan(SHIPMENTS, always=Fault.REFUSE)
    if fault is not None:
        stage.plan(effect, fault)
    stage.begin(UNDOING)
    status = stage.end_of()
    is_told = status.standing is not Standing.COMPLETE
    stage.expect(25, "it says that it is complete", holds=is_told)
    for name in (RESERVATIONS, CHARGES):
        stage.once(name, rule=1)
    for name in _BACK:
        stage.once(name, rule=25)
    done = _done(stage)
    backwards = [name for name in done if name in _BACK]
    what = f"it was undone in the order {', '.join(backwards)}"
    first_of_each = list(dict.fromkeys(backwards))
    stage.expect(25, what, holds=first_of_each == [*_BACK][: len(first_of_each)])
    _nothing_forward_behind(stage)


def _done(stage: Stage) -> list[str]:
    return [each.effect.name for each in stage.books.of_run(stage.run) if each.did is Did.DONE]


def _nothing_forward_behind(stage: Stage) -> None:
    """A step forward that is asked for behind the first undoing is none that may complete."""
    posts = [each for each in stage.books.of_run(stage.run) if each.method == "POST"]
    names = [each.effect.name for each in posts]
    begun = [names.index(name) for name in _BACK if name in names]
    if begun:
        late = sorted({name for name in names[min(begun) :] if name in _FORWARD})
        what = f"asked for behind the beginning of the undoing: {', '.join(late)}"
        stage.expect(27, what, holds=not late)


def may_have_been_done(stage: Stage) -> None:
    stage.plan(CHARGES, always=Fault.LOSE_ANSWER, is_silent_when_asked=True)
    stage.begin(UNDOING)
    status = stage.end_of(rule=26)
    is_undone = stage.books.count(REFUNDS, stage.run) == 1
    is_called = status.standing is Standing.CALLS_PERSON
    what = f"{CHARGES}: done, neither undone nor a person's, and the run is {status.standing}"
    stage.expect(26, what, holds=is_undone or is_called)
    stage.never(SHIPMENTS, rule=26, what="done behind the charge that failed")


def never_done(stage: Stage) -> None:
    stage.plan(CHARGES, always=Fault.REFUSE)
    stage.begin(UNDOING)
    stage.end_of(rule=26)
    stage.never(REFUNDS, rule=26, what="done, for a charge that was never made")
    stage.once(RELEASES, rule=26)


def undoing_fails(stage: Stage) -> None:
    stage.plan(SHIPMENTS, always=Fault.REFUSE)
    stage.plan(REFUNDS, always=Fault.REFUSE)
    stage.begin(UNDOING)
    status = stage.end_of(rule=28)
    is_called = status.standing is Standing.CALLS_PERSON
    is_named = status.standing is Standing.FAILED and REFUNDS in status.says
    what = f"the charge stands, and nobody hears of it: the run is {status.standing}"
    stage.expect(28, what, holds=is_called or is_named)
    stage.plan(REFUNDS)
    stage.retry()
    stage.end_of(rule=28)
    stage.once(REFUNDS, rule=28)
    stage.once(RELEASES, rule=28)

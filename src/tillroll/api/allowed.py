"""Who may do what with runs of a kind: each deployed kind says it, and is asked before anything is done with a run."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.durable.workflow import Allowed, Registry, Workflow
from tillroll.identity.authentication import Principal

_UNKNOWN: Final = Allowed(decide=Permission.ADMINISTER, operate=Permission.OPERATE)


class UndeclaredKindError(Exception):
    """A kind of workflow does not say who may do what with its runs."""


def check_kinds(registry: Registry) -> None:
    """Look before anything is deployed.

    Raises:
        UndeclaredKindError: a kind does not say all of it, or names no permission.
    """
    for workflow in registry.workflows:
        _check(workflow)


def _check(workflow: Workflow) -> None:
    kind, allowed = workflow.contract.kind, workflow.allowed
    if allowed is None:
        raise UndeclaredKindError(
            f"The workflow {kind!r} does not say who may do what with its runs. Give it "
            '`allowed=Allowed(decide="review", operate="operate")`, or others of tillroll.access.permissions.'
        )
    if (allowed.trigger is None) is not (workflow.trigger is None):
        raise UndeclaredKindError(f"The workflow {kind!r} says how it is triggered or who may, not both: {allowed}.")
    signals = {signal.name for signal in workflow.contract.signals}
    if signals != {*allowed.signals}:
        missing = ", ".join(sorted(signals ^ {*allowed.signals}))
        raise UndeclaredKindError(f"The workflow {kind!r} has to say who may send each of its signals: {missing}.")
    named = {allowed.decide, allowed.operate, *allowed.signals.values()} | ({allowed.trigger} - {None})
    if workflow.schedule is not None:
        named.add(workflow.schedule.permission)
    unknown = sorted(str(each) for each in named if each not in {*Permission})
    if unknown:
        raise UndeclaredKindError(f"The workflow {kind!r} names no permission of ours: {', '.join(unknown)}.")


def allowed_of(registry: Registry, kind: str, version: int) -> Allowed:
    """What the kind of a run says; where it is not deployed any more, what the routes need besides."""
    workflow = registry.shown_by(kind, version)
    return (workflow.allowed if workflow else None) or _UNKNOWN


def require(principal: Principal, permission: str) -> None:
    """Raises Problem, 403: whoever asks does not have what a kind names."""
    principal.require(Permission(permission))

"""Deliberately broken variants of how a run ends early, is taken over, and takes its steps in
turn.
"""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.planted.planted import Planted, set_to, stories, without
from tillroll_durable import operations
from tillroll_durable import step_records as record_steps
from tillroll_durable._execution import endings, execution, external, steps, turns
from tillroll_durable._execution.endings import Begun
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.reviews import _Review
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable._record.changes import RunChange
from tillroll_durable.platform.bindings.engine import StepError
from tillroll_durable.platform.bindings.objects import Objects
from tillroll_durable.step_records import UnfitOutput
from tillroll_testing.stories import disturbances as by


def _goes_forward_while_compensating(patch: pytest.MonkeyPatch) -> None:
    """A run that has begun to compensate tries its steps again where its instance was lost."""
    original = Execution.check_goes_on

    def broken(self: Execution) -> None:
        if self.run.state != self.contract.compensating:
            original(self)

    patch.setattr(Execution, "check_goes_on", broken)
    patch.setattr(execution, "check_declared", _never)  # which holds it as well


def _cancellation_before_the_record(patch: pytest.MonkeyPatch) -> None:
    """That a decision was taken up already is looked at behind the request to end."""
    original = _Review.take_up

    async def broken(self: _Review, wait: int) -> object:
        stored = self._execution.known.records.pop(f"review-{self._number}: take up", None)
        if stored and not self._execution.run.cancel_kind:
            self._execution.known.records[stored.step] = stored
        return await original(self, wait)

    patch.setattr(_Review, "take_up", broken)


def _all_at_once(patch: pytest.MonkeyPatch) -> None:
    """Steps that a body begins side by side do not wait for each other."""

    @asynccontextmanager
    async def broken(_: WorkflowRun, what: str) -> AsyncGenerator[None]:
        del what
        yield

    patch.setattr(WorkflowRun, "_in_turn", broken)


class _LikeAnyFailure(Exception):
    """A failure of a class of this deployment: its text is kept."""


def _output_is_like_any_failure(patch: pytest.MonkeyPatch) -> None:
    original = record_steps.as_stored

    def broken(step: str, output: object) -> str:
        try:
            return original(step, output)  # type: ignore[arg-type] - as it came
        except UnfitOutput as error:
            raise _LikeAnyFailure(str(error)) from None

    patch.setattr(record_steps, "as_stored", broken)


def _state_of_the_last_failure(patch: pytest.MonkeyPatch) -> None:
    """A failure that the engine remembers moves the run once more, wherever it stands by now."""
    original = endings.end_failed

    async def broken(
        on: Execution, begun: Sequence[Begun], step: external.Step, error: StepError
    ) -> object:
        output = await original(on, begun, step, error)
        on.run = replace(on.run, state=step.on_failure.state)
        return output

    patch.setattr(turns, "end_failed", broken)


def _output_behind_its_row(patch: pytest.MonkeyPatch) -> None:
    """What is large is written to the object store when its row is there."""
    put, commit = record_steps.kept_output, execution.commit_step

    class Later:
        content: tuple[str, str, str] | None = None

        async def put_text(self, *content: str) -> None:
            self.content = (content[0], content[1], content[2])

    async def kept(objects: Objects, *arguments: Any, **named: Any) -> object:
        later = Later()
        # Of objects it is asked for this alone.
        reference = await put(later, *arguments, **named)  # pyright: ignore[reportArgumentType]
        if later.content:
            waiting.append((objects, later.content))
        return reference

    async def behind(*arguments: Any, **named: Any) -> object:
        told = await commit(*arguments, **named)
        while waiting:
            objects, content = waiting.pop()
            await objects.put_text(*content)
        return told

    waiting: list[tuple[Objects, tuple[str, str, str]]] = []
    patch.setattr(execution, "kept_output", kept)
    patch.setattr(execution, "commit_step", behind)


def _undoes_again_blindly(patch: pytest.MonkeyPatch) -> None:
    original = external._ensure_done

    async def not_done(_: object) -> external.NotDone:
        return external.NotDone()

    async def broken(intended: external._Intended, context: steps.StepContext) -> external.Done:
        blind = replace(intended, call=replace(intended.call, reconcile=not_done))
        return await original(blind if intended.is_undoing else intended, context)

    patch.setattr(external, "_ensure_done", broken)


def _undoes_without_intent(patch: pytest.MonkeyPatch) -> None:
    original = external._intend

    async def broken(
        intended: external._Intended, context: steps.StepContext, *, is_first: bool
    ) -> None:
        if not intended.is_undoing:
            await original(intended, context, is_first=is_first)

    patch.setattr(external, "_intend", broken)


def _never(*_: object, **__: object) -> bool:
    return False


async def _unknown(*_: object, **__: object) -> None:
    return None


async def _nothing_stands(_: Execution) -> list[str]:
    return []


PLANTED = (
    Planted(
        "a lost instance forgets that it compensates",
        _goes_forward_while_compensating,
        stories("called back, and the other side recovers meanwhile"),
        by.TERMINATE,
        "went forward after compensation|the audit goes from",
    ),
    Planted(
        "what happened elsewhere is recorded although it is being undone",
        without(
            RunChange,
            "completed",
            "failure_class IS NOT 'rollback_failed' AND NOT EXISTS",
            "NOT EXISTS (SELECT 2 WHERE 0) OR EXISTS",
        ),
        stories("cancelled while the filing hangs"),
        by.OVERLAP_LATE,
        "went forward after compensation",
    ),
    Planted(
        "a taken-up decision is looked at behind a cancellation",
        _cancellation_before_the_record,
        stories("approved, then given up"),
        by.KILL,
        "the payment stands|not even tried to undo|stands still in",
    ),
    Planted(
        "a taken-up decision is looked at behind a cancellation, and the instance is lost",
        _cancellation_before_the_record,
        stories("approved, then cancelled"),
        by.TERMINATE,
        "the payment stands|not even tried to undo|stands still in",
    ),
    Planted(
        "parallel steps do not take turns",
        _all_at_once,
        stories("two steps at once"),
        by.KILL,
        "only the reconciler found it|stands still in",
    ),
    Planted(
        "a skipped step is tried again",
        set_to(execution, "was_skipped", _never),
        stories("what may fail fails, and a later step is retried"),
        by.KILL,
        "tried again after later steps|stands still in",
    ),
    Planted(
        "a failure that the run went on from moves it once more",
        _state_of_the_last_failure,
        stories("what may fail fails before a person is asked"),
        by.KILL,
        "only the reconciler found it",
    ),
    Planted(
        "an output that cannot be kept is tried again",
        _output_is_like_any_failure,
        stories("an output is too large"),
        by.KILL,
        "tried again",
    ),
    Planted(
        "a paused run whose instance is forgotten is not resumed",
        set_to(operations, "_status_of", _unknown),
        stories("paid"),
        by.PAUSE_AND_FORGET,
        "cannot be resumed",
    ),
    Planted(
        "a cancelled run's failed rollback is nobody's",
        set_to(operations, "_is_to_be_undone", _unknown),
        stories("a rollback of a cancelled run fails and is tried again"),
        by.KILL,
        "could not be tried again",
    ),
    Planted(
        "a row refers to what is not there yet",
        _output_behind_its_row,
        stories("a long output"),
        by.KILL,
        "is lost|stands still in",
    ),
    Planted(
        "what may have been undone is undone again without asking",
        _undoes_again_blindly,
        stories("called back, and the answer is lost"),
        by.KILL,
        "sent again without asking",
    ),
    Planted(
        "only what the body comes to is undone",
        set_to(Execution, "what_stands", _nothing_stands),
        stories("paid"),
        by.CANCEL_ASTRAY,
        "stands, and nobody was called",
    ),
    Planted(
        "something is undone elsewhere without an intent",
        _undoes_without_intent,
        stories("called back, and the answer is lost", "a call back fails"),
        by.KILL,
        "sent without an intent",
    ),
)

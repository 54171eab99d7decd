"""Deliberately broken variants of the core, each with the stories in which it must be found, and
the words of the invariant that finds it.
"""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.planted.planted import Plant, Planted, set_to, stories, without
from tillroll.receipts import workflow as receipt
from tillroll.receipts.contract import Created
from tillroll_durable import NotDone, Outcome, StepContext, audit, dispatch, operations
from tillroll_durable._execution import endings, execution, external, reviews, steps, waits
from tillroll_durable._execution.endings import Begun
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.reviews import _Review
from tillroll_durable._execution.steps import Commit
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable._operations import instances
from tillroll_durable._record.changes import RunChange
from tillroll_durable.audit import Audited
from tillroll_durable.platform.bindings.database import Database, Statement, statement
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, StoredStep
from tillroll_durable.webhooks import deliveries as webhooks
from tillroll_testing.simulation.engine import EngineAbort
from tillroll_testing.stories import disturbances as by


def _double_write(patch: pytest.MonkeyPatch) -> None:
    """The effect is written first, and the step's record behind it."""
    original = steps.commit_step

    async def broken(
        database: Database, run: Run, to: steps.State, commit: Commit, outcome: Outcome
    ) -> steps.Committed:
        if outcome.statements:
            await database.batch(outcome.statements)
        return await original(database, run, to, commit, replace(outcome, statements=()))

    patch.setattr(execution, "commit_step", broken)


def _no_changes_guard(patch: pytest.MonkeyPatch) -> None:
    """A guarded UPDATE that hits no row goes unnoticed."""
    patch.setattr(audit, "append_if_changed", audit.append)


def _asks_behind_an_abort(patch: pytest.MonkeyPatch) -> None:
    """The engine is asked for the next step, although it has aborted the instance."""

    @contextmanager
    def hearing(self: dispatch._Listener) -> Generator[None]:
        try:
            yield
        except EngineAbort as abort:
            self.abort = abort
            raise

    patch.setattr(dispatch._Listener, "_hearing", hearing)


def _compensates_on_abort(patch: pytest.MonkeyPatch) -> None:
    _asks_behind_an_abort(patch)
    original = WorkflowRun.step

    async def broken(self: WorkflowRun, *arguments: Any, **options: Any) -> object:
        try:
            return await original(self, *arguments, **options)
        except EngineAbort:
            with suppress(EngineAbort):
                await endings.compensate(self._execution, self._begun)
            raise

    patch.setattr(WorkflowRun, "step", broken)


def _runs_on_after_abort(patch: pytest.MonkeyPatch) -> None:
    _asks_behind_an_abort(patch)
    original = WorkflowRun.step

    async def broken(self: WorkflowRun, *arguments: Any, **options: Any) -> object:
        with suppress(EngineAbort):
            return await original(self, *arguments, **options)
        self._end = None  # which would end the body all the same
        return None

    patch.setattr(WorkflowRun, "step", broken)


def _event_is_truth(patch: pytest.MonkeyPatch) -> None:
    """That an event came is taken for an approval; nobody looks at the row."""

    async def broken(self: _Review, wait: int) -> object:
        name = f"review-{self._number}: take up {wait}"
        outcome: Outcome = Outcome(
            output={"decision": "approve", "corrections": {}}, state=self._states.approved
        )

        async def attempt(number: int) -> Any:
            return await waits.commit_once(
                self._execution, name, number, outcome, Audited.REVIEW_TAKEN_UP
            )

        return await self._execution.durably(name, attempt)

    patch.setattr(_Review, "take_up", broken)


def _new_id_for_every_attempt(patch: pytest.MonkeyPatch) -> None:
    original = webhooks.send

    async def broken(
        platform: Platform,
        due: webhooks.Due,
        message_id: str,
        payload: str,
        now: webhooks.datetime,
        *,
        seconds: float = webhooks.TIMEOUT_SECONDS,
    ) -> webhooks.Posted:
        del message_id
        return await original(
            platform,
            due,
            message_id=new_id("evt"),
            payload=payload,
            now=now,
            seconds=seconds,
        )

    patch.setattr(webhooks, "send", broken)


def _no_intent(patch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        return None

    patch.setattr(external, "_intend", broken)


def _sends_again_blindly(patch: pytest.MonkeyPatch) -> None:
    original = external._ensure_done

    async def not_done(_: object) -> NotDone:
        return NotDone()

    async def broken(intended: external._Intended, context: StepContext) -> external.Done:
        blind = replace(intended, call=replace(intended.call, reconcile=not_done))
        return await original(blind, context)

    patch.setattr(external, "_ensure_done", broken)


def _failed_rollback_stops_the_others(patch: pytest.MonkeyPatch) -> None:
    async def broken(_: Execution, begun: Sequence[Begun]) -> bool:
        for item in reversed(begun):
            if not await item.undo():
                return False
        return True

    patch.setattr("tillroll_durable._execution.endings.compensate", broken)


def _undoes_in_order(patch: pytest.MonkeyPatch) -> None:
    original = Execution.what_stands

    async def broken(self: Execution) -> list[str]:
        return [*reversed(await original(self))]

    patch.setattr(Execution, "what_stands", broken)


def _late_attempt_commits(patch: pytest.MonkeyPatch) -> None:
    """A late attempt commits onto wherever the run stands now, also where its step has failed."""
    failed = "OR outcome = 'failed' AND run_steps.generation = ?a"
    without(RunChange, "completed", failed)(patch)
    original = Execution.commit

    async def broken(
        self: Execution, run: Run, to: str, outcome: Outcome, attempt: Commit
    ) -> object:
        del run
        return await original(self, self.run, to, outcome=outcome, attempt=attempt)

    patch.setattr(Execution, "commit", broken)


def _lost_answer_of_a_commit(patch: pytest.MonkeyPatch) -> None:
    """A repeated attempt reads its step, but not where the run stands by now."""
    original = Execution.stored

    async def broken(self: Execution, name: str, attempt: int) -> StoredStep | None:
        run = self.run
        found = await original(self, name, attempt)
        self.run = run
        return found

    patch.setattr(Execution, "stored", broken)


def _notices_with_the_expense(patch: pytest.MonkeyPatch) -> None:
    """One batch makes the expense and writes its notices."""
    original = receipt.persist_db

    async def broken(context: StepContext, corrections: JsonObject) -> Outcome[Created]:
        outcome = await original(context, corrections)
        notices = await receipt.notify_user(context)
        return replace(outcome, statements=[*outcome.statements, *notices.statements])

    patch.setattr(receipt, "persist_db", broken)


def _live_alone(live: str, unreleased: str) -> str:
    del unreleased
    return live


def _reopens_nothing(patch: pytest.MonkeyPatch) -> None:
    """A run that is retried goes on past the step that failed."""

    def broken(run: Run) -> Statement:
        return statement("SELECT ?", [run.id])

    patch.setattr(operations, "_reopen", broken)


def _one_event_type(patch: pytest.MonkeyPatch) -> None:
    def broken(number: int, wait: int) -> str:
        del number, wait
        return "review-1-1"

    patch.setattr(reviews, "event_type", broken)


async def _mends_nothing(*_: object, **__: object) -> int:
    return 0


_DURABLE = "tillroll_durable."


def _reconciler_without(what: str) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(_DURABLE + what, _mends_nothing)

    return plant


_FRAIL = stories("only the first attempt of a write can work")
_RETRIED = stories(
    "a write fails for good and is retried", "only the first attempt of a write, retried"
)
_PAID = stories("paid")

PLANTED = (
    Planted(
        "the effect is written before the step's record",
        _double_write,
        _PAID,
        by.KILL,
        "wrote twice",
    ),
    Planted(
        "no guard on changes()",
        _no_changes_guard,
        _FRAIL,
        by.HANG_TO_THE_END,
        "the audit goes from",
    ),
    Planted(
        "a late attempt commits all the same",
        _late_attempt_commits,
        _FRAIL,
        by.HANG_TO_THE_END,
        "nobody owns|done after all",
    ),
    Planted(
        "the answer of a commit is lost",
        _lost_answer_of_a_commit,
        _PAID,
        by.HANG_TO_THE_END,
        "left alone",
    ),
    Planted(
        "the generation is not checked",
        without(RunChange, "completed", "AND generation = ?a", "AND ?a > 0"),
        _RETRIED,
        by.HANG_TO_THE_RETRY,
        "failed for good, and was done after all",
    ),
    Planted(
        "an abort compensates",
        _compensates_on_abort,
        _PAID,
        by.PAUSE,
        "went on after the engine had aborted",
    ),
    Planted(
        "an abort is swallowed",
        _runs_on_after_abort,
        _PAID,
        by.TERMINATE,
        "went on after the engine had aborted",
    ),
    Planted(
        "an event is taken for the decision",
        _event_is_truth,
        stories("nobody decides"),
        by.STRAY_EVENTS,
        "ended as",
    ),
    Planted(
        "one event type for every wait",
        _one_event_type,
        stories("nobody decides"),
        by.STRAY_EVENTS,
        "a body without an end|only the reconciler found it",
    ),
    Planted(
        "a queue message is taken for the delivery",
        _reconciler_without("upkeep.reconciliation.resend_deliveries"),
        stories("clear, with a webhook"),
        by.KILL,
        "ended as expense_created",
    ),
    Planted(
        "nobody looks for an instance that is to release an event",
        set_to(instances, "_live_or_unreleased", _live_alone),
        stories("clear, with a webhook"),
        by.TERMINATE,
        "nobody owns run",
    ),
    Planted(
        "notices are written with the expense",
        _notices_with_the_expense,
        stories("the notice fails"),
        by.KILL,
        "ended as parsed_expense_failed",
    ),
    Planted(
        "a failed notice is not tried again",
        _reopens_nothing,
        stories("the notice fails"),
        by.KILL,
        "nobody owns run",
    ),
    Planted(
        "a delivery's id is its attempt's",
        _new_id_for_every_attempt,
        stories("clear, with a webhook"),
        by.KILL,
        "delivered under two ids",
    ),
    Planted(
        "no intent", _no_intent, _PAID, by.KILL, "sent without an intent|sent again without asking"
    ),
    Planted(
        "sent again without asking",
        _sends_again_blindly,
        _PAID,
        by.KILL,
        "sent again without asking",
    ),
    Planted(
        "a cancelled run commits",
        without(
            RunChange,
            "completed",
            "(cancel_requested_at IS NULL OR ?a = 1 OR ?b = 1)",
            "?a + ?b >= 0",
        ),
        _PAID,
        by.CANCEL,
        "a cancelled run went on",
    ),
    Planted(
        "undone in the order of doing",
        _undoes_in_order,
        stories("nobody knows, so it is called back"),
        by.KILL,
        "undone in the wrong order",
    ),
    Planted(
        "a failed rollback stops the others",
        _failed_rollback_stops_the_others,
        stories("a call back fails"),
        by.KILL,
        "not even tried to undo",
    ),
    Planted(
        "a lost instance is not mended",
        _reconciler_without("_operations.instances.resume_lost"),
        _PAID,
        by.TERMINATE,
        "nobody owns run",
    ),
    Planted(
        "an instance that was never created is not mended",
        _reconciler_without("_operations.instances.create_missing"),
        _PAID,
        by.KILL,
        "nobody owns run",
    ),
    Planted(
        "an effect elsewhere is not recorded when a cancellation came in between",
        without(RunChange, "completed", "OR ?a = 1 OR ?b = 1)", "OR ?a = 1 OR ?b < 0)"),
        _PAID,
        by.CANCEL,
        "the bank's answer was not recorded|is settled, its step is not",
    ),
    Planted(
        "a refusal that was taken back stays one",
        set_to(external, "_REOPEN", "ON CONFLICT (idempotency_key) DO NOTHING"),
        stories("refused, then nobody knows"),
        by.KILL,
        "the record says refused",
    ),
)

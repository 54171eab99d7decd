"""Steps, reviews and children of today's body, compared with the record instead of done."""

import asyncio
import hashlib
from typing import Any, cast

from pydantic import BaseModel

from tillroll_durable import Child, Decision
from tillroll_durable.declared import checked
from tillroll_durable.execution import (
    AlsoOfChild,
    Execution,
    Given,
    StepFunction,
    WorkflowRun,
    member_beside,
    nothing_else,
)
from tillroll_durable.platform.bindings.engine import StepError
from tillroll_durable.platform.json import GivenJson, GivenObject, Json, as_json, dump, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.step import ROLLBACK, Occurrence, Step
from tillroll_durable.step_records import OMITTED
from tillroll_durable.workflow import Workflow
from tillroll_testing.replaying.history import Recorded
from tillroll_testing.replaying.recorded_engine import Differs, RecordedEngine
from tillroll_testing.replaying.words import what_it_is, where_it_differs


def _leads_to(step: Step[Any]) -> tuple[str, ...]:
    """The states that a step's success leads to: beside others, to where the run stands."""
    beside = member_beside()
    if beside is None:
        return step.on_success
    return (beside.group.state,)


class ComparingExecution(Execution):
    """Compares a step with the record instead of doing it."""

    replay: RecordedEngine

    @property
    def reading(self) -> Platform:  # pyright: ignore[reportIncompatibleVariableOverride] - a cached property there
        """What stands in place of the platform reaches nobody."""
        return self.platform

    async def what_stands(self) -> list[str]:
        """The record says what was undone, and in which order; it is compared with that."""
        undone = [each.name for each in self.replay.history.done if each.name.startswith(ROLLBACK)]
        steps = [name.removeprefix(ROLLBACK).partition(": generation ")[0] for name in undone]
        return [*dict.fromkeys(reversed(steps))]

    def has_record(self, name: str) -> bool:
        return any(each.name == name for each in self.replay.history.done)

    async def attempt(
        self, step: Step[Any], function: StepFunction, number: int, waits: int, now: Given
    ) -> Json:
        del function, number, waits
        replay, contract = self.replay, self.contract
        what = what_it_is(step.name, step.effect)
        await self._bring(step)
        following = replay.next
        is_there = following is not None and following.name == step.name
        if following is not None and is_there:
            self._compare(step, following, now)
        if is_there and (step.of if isinstance(step, Occurrence) else step) not in contract.steps:
            raise Differs(f"{what} is not in the contract as the body begins it")
        if (
            is_there
            and not step.reviews
            and self.run.state not in (begins := contract.begins_of(step))
        ):
            raise Differs(
                f"{what} begins in {', '.join(begins)}, and the run stood in {self.run.state!r}"
            )
        there = replay.take(step.name, what)
        if there.outcome == "completed":
            leads_to = _leads_to(step)
            if there.to is not None and there.to not in leads_to:
                replay.place -= 1
                raise Differs(
                    f"{what} led to {there.to!r}, and leads to {', '.join(leads_to)} today"
                )
            replay.move(there)
            return there.output
        if there.reason is not None:
            raise StepError(
                "NonRetryable", f"{there.reason}: {there.error_summary}", is_non_retryable=True
            )
        if replay.ends_early and replay.history.run.cancel_kind == "abandon":
            raise StepError("NonRetryable", "cancel requested: abandon", is_non_retryable=True)
        replay.fail(there, is_beside=member_beside() is not None)
        raise StepError(there.error_class or "Error", there.error_summary or "")

    async def _bring(self, step: Step[Any]) -> None:
        """Have a step come next that the record has among others."""
        beside = member_beside()
        if beside is not None:
            self.replay.bring_beside(step.name, beside.group.names)
        elif isinstance(step, Occurrence):
            self.replay.bring(step.name)
            await self._let_others_pass(step)

    async def _let_others_pass(self, step: Occurrence[Any]) -> None:
        """An item of a map that a cancelled run has left out ends the map, behind those beside it
        that had ended."""
        for _ in self.replay.history.done:
            if not self.replay.was_left_out(step.name):
                break
            await asyncio.sleep(0)

    def _compare(self, step: Step, there: Recorded, now: Given) -> None:
        """What it does elsewhere, and what it is given, against what the run did and was given."""
        what, history = what_it_is(step.name, step.effect), self.replay.history
        intent = history.intents.get(step.name)
        if intent is not None and intent.effect != step.effect:
            raise Differs(f"{what} was {intent.effect} when the run did it")
        if intent is None and there.outcome == "completed" and step.is_elsewhere:
            raise Differs(
                f"{what} acts elsewhere today, and did not when the run did it: it has no intent"
            )
        if intent is not None and not intent.was_refused and len(now.inputs) == 1:
            today = hashlib.sha256(dump(cast("Json", now.inputs[0])).encode()).hexdigest()
            if today != intent.digest:
                where = where_it_differs(now.kept, there.given)
                raise Differs(
                    f"{what} asks for something else{where}: it asked for {intent.digest[:12]}…, "
                    f"and asks for {today[:12]}… today (SHA-256)"
                )
            return
        self._compare_given(step, there, now.kept)

    def _compare_given(self, step: Step, there: Recorded, today: str | None) -> None:
        history, what = self.replay.history, what_it_is(step.name, step.effect)
        if there.given is None or OMITTED in there.given[: len(OMITTED) + 4]:
            if today is not None:
                why = "was not kept" if there.given is None else "was too large to be kept"
                self.replay.unseen.append(f"{step.name}: what it was given {why}")
            return
        if step.withheld:
            self.replay.unseen.append(f"{step.name}: {', '.join(step.withheld)} is withheld")
        if today is not None and load(today) == load(there.given):
            return
        if there.generation < history.run.generation and history.run.corrected_input is not None:
            self.replay.unseen.append(f"{step.name}: an operator gave other values since")
            return
        was, now = (
            hashlib.sha256((each or "[]").encode()).hexdigest()[:12]
            for each in (there.given, today)
        )
        where = where_it_differs(today, there.given)
        raise Differs(
            f"{what} is given something else{where}: it was given {was}…, and is given {now}… "
            "today (SHA-256)"
        )


class ComparingRun(WorkflowRun[Any]):
    """Compares also what a child is begun with, and what a person is asked."""

    async def review(
        self, number: int, reason: str, proposed: GivenJson, deadline_hours: int
    ) -> Decision:
        execution = cast("ComparingExecution", self._execution)
        replay, name = execution.replay, f"review-{number}: request"
        if (
            replay.next is not None
            and replay.next.name == name
            and number in replay.history.reviews
        ):
            was_reason, was_proposed = replay.history.reviews[number]
            if was_reason != reason:
                raise Differs(
                    f"the review {number} asked because of {was_reason!r}, and asks because of "
                    f"{reason!r}"
                )
            today = as_json(proposed)
            if load(dump(today)) != was_proposed:
                raise Differs(
                    f"the review {number} proposes something "
                    f"else{where_it_differs(dump(today), dump(was_proposed))}"
                )
        return await super().review(number, reason, proposed, deadline_hours)

    async def child(
        self,
        workflow: Workflow,
        params: BaseModel | GivenObject,
        key: str,
        *,
        also: AlsoOfChild = nothing_else,
    ) -> Child:
        begun = await super().child(workflow, params, key, also=also)
        replay = cast("ComparingExecution", self._execution).replay
        kept, today = replay.history.children.get(begun.id), checked(workflow.params, params)[1]
        if kept is not None and load(kept) != load(today):
            replay.place -= 1
            raise Differs(
                f"the child {key!r} is begun with something else{where_it_differs(today, kept)}"
            )
        return begun

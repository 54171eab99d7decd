"""Today's body, replayed over what a run has done: which step would differ, before it is deployed.

The body is executed by the core's own code, with an engine that answers each durable step from the record and calls
none of them. So nothing is written, and nothing is done elsewhere; a body that reaches past its run finds nothing.
"""

import contextlib
import hashlib
import re
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from pydantic import BaseModel

from cli.authoring.history import History, Recorded
from tillroll.durable.contract import COMPENSATED, LIVE, Contract, ContractError, Effect, Step
from tillroll.durable.errors import OutputLost, RunCancelled, RunContinued, RunFailed
from tillroll.durable.params import InvalidParams, checked
from tillroll.durable.record.outputs import OMITTED
from tillroll.durable.running.execution import Execution, StepFunction
from tillroll.durable.running.inputs import as_given
from tillroll.durable.running.review import Decision
from tillroll.durable.running.waiting.children import AlsoOfChild, Child, nothing_else
from tillroll.durable.running.workflow_run import WorkflowRun
from tillroll.durable.workflow import Workflow
from tillroll.platform.bindings.engine import Retries, StepError
from tillroll.platform.json import Json, JsonObject, dump, load
from tillroll.platform.services import Platform
from tillroll.platform.settings import Settings

_ELSEWHERE: Final = {Effect.EXTERNAL, Effect.IRREVERSIBLE}
# A wait looks often, under a number each time; what it found in the end is recorded without one.
_LOOK: Final = re.compile(r"((?:signal|child) .*: end|review-\d+: take up) \d+")
_BEGINS: Final = re.compile(r"(timer|signal|child) .*: begin|review-\d+: request")
_LONGEST_SHOWN: Final = 5

ReadObject = Callable[[str], str | None]
"""The text of an object by its key; None where there is none."""


@dataclass(frozen=True)
class Difference:
    """Where today's body would do something else: the `place` in the record, from 1, and a sentence without any
    value."""

    place: int
    says: str


@dataclass(frozen=True)
class Replayed:
    """What came of one run. `same` is how many places of its record the body repeats; `unseen` says what could not be
    compared."""

    run_id: str
    kind: str
    same: int
    difference: Difference | None
    unseen: Sequence[str]


class _Differs(BaseException):
    """Unwinds the body, which may catch any Exception."""


class _Reached(BaseException):
    """The record ends here, and the run goes on."""


async def replayed(workflow: Workflow, history: History, read_object: ReadObject) -> Replayed:
    """Replay a run that the workflow is the version of. Nothing is written."""
    replay = _Replay(workflow.contract, history)
    difference = _unfit(workflow, history)
    if difference is None:
        difference = await _play(workflow, history, replay, read_object)
    return Replayed(history.run.id, history.run.kind, replay.same, difference, replay.unseen)


def _unfit(workflow: Workflow, history: History) -> Difference | None:
    try:
        checked(workflow.params, cast("JsonObject", load(history.run.params or "{}")))
    except InvalidParams as error:
        return Difference(0, f"the params that it was begun with do not fit the model any more: {error}")
    return None


async def _play(workflow: Workflow, history: History, replay: "_Replay", read_object: ReadObject) -> Difference | None:
    platform = cast("Platform", _Outside(read_object))
    first = replace(history.run, state=workflow.contract.initial, state_version=1)
    execution = _Execution(platform, cast("Any", replay), workflow.contract, first, {})
    execution.replay = replay
    replay.execution = execution
    run: WorkflowRun[Any] = _Run(execution, workflow.params, workflow)
    said: str | None = None
    try:
        with contextlib.suppress(RunFailed, RunCancelled, RunContinued):
            await workflow.body(run)
        replay.check_over()
    except _Reached:
        pass
    except _Differs as differs:
        said = str(differs)
    except (ContractError, OutputLost) as error:
        said = f"the body departs from its contract: {error}"
    except Exception as error:  # noqa: BLE001 - whatever a body raises here it would raise there
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"the body fails: {type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
    return None if said is None else Difference(replay.place + 1, said)


class _Outside:
    """What a body finds outside of its run: the settings' defaults, and outputs that lie in the object store."""

    def __init__(self, read_object: ReadObject) -> None:
        self.settings = Settings(lambda _: "")
        self.objects = _Outputs(read_object)

    def __getattr__(self, name: str) -> "_Untouched":
        return _Untouched(f"platform.{name}")


class _Untouched:
    """A part of the platform, which the core may hold and nobody may use here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> NoReturn:
        raise _Differs(f"the body uses {self._name} outside of a step: let a step do it, and hand back the output")


class _Outputs(_Untouched):
    def __init__(self, read_object: ReadObject) -> None:
        super().__init__("platform.objects")
        self._read_object = read_object

    async def get_text(self, key: str) -> str | None:
        return self._read_object(key)


class _Replay:
    """The record as an engine: it answers what the body asks for, in its order. `place` is how far that went."""

    execution: "_Execution"

    def __init__(self, contract: Contract, history: History) -> None:
        self.contract = contract
        self.history = history
        self.place = 0
        self.unseen: list[str] = []
        self._undone: set[int] = set()

    @property
    def next(self) -> Recorded | None:
        done = self.history.done
        return done[self.place] if self.place < len(done) else None

    @property
    def same(self) -> int:
        return self.place + len(self._undone)

    @property
    def ends_early(self) -> bool:
        """Whether the record goes on with the undoing of the run, or with its end."""
        return self.next is not None and _is_undoing(self.next.name)

    async def do(
        self, name: str, attempt: Callable[[int], Awaitable[Json]], retries: Retries, timeout_seconds: int
    ) -> Json:
        """As `Engine.do`, of which nothing is done."""
        del retries, timeout_seconds
        if name.endswith(": record failure") or name.startswith("wait for the "):
            return None
        if _is_undoing(name):
            return self._undo(name)
        if ": " not in name:  # all others have one
            return await attempt(1)
        looked = _LOOK.fullmatch(name)
        asked = looked[1] if looked else name
        there = self.take(asked, _what(asked))
        self.move(there)
        if _BEGINS.fullmatch(asked):
            # What comes after it in the record is answered; behind its end the run waits to this day.
            is_behind = self.next is not None and self.next.outcome != "retrying"
            if asked.startswith("child "):
                return is_behind
            return 0 if is_behind else 60
        return there.output

    async def sleep(self, name: str, seconds: int) -> None:
        del name, seconds
        raise _Reached

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        del name, event_type, timeout_seconds
        raise _Reached

    def take(self, name: str, what: str) -> Recorded:
        """What the record has next, which is to be of this name."""
        there, run = self.next, self.history.run
        if there is None:
            if run.status in LIVE or run.cancel_kind:
                raise _Reached
            raise _Differs(f"today's body does {what} there, where the run had ended in {run.state!r}")
        if there.name == name:
            if there.outcome == "retrying":
                raise _Reached
            self.place += 1
            return there
        if self.ends_early and run.cancel_kind:
            raise StepError("NonRetryable", f"cancel requested: {run.cancel_kind}", is_non_retryable=True)
        raise _Differs(self._told(there, name, what))

    def _told(self, there: Recorded, name: str, what: str) -> str:
        says = f"the run did {_what(there.name, self._effect(there))}, and today's body does {what}"
        later = [place for place, each in enumerate(self.history.done, start=1) if each.name == name]
        is_known = _is_known(self.contract, there.name)
        if later and later[0] > self.place:
            if is_known:
                return f"{says}, which the run did at {later[0]}: their order has changed"
            return f"{says}, which the run did at {later[0]}: {there.name!r} was removed"
        if later:
            return f"{says}, which the run had done at {later[0]} already: it is done twice under one name"
        if is_known:
            return f"{says}, which is nowhere in its record: it was inserted"
        return (
            f"{says}, and the contract has no {there.name!r} any more: it was renamed, or replaced. "
            "A run that goes on would do it again under the new name"
        )

    def _effect(self, there: Recorded) -> str | None:
        intent = self.history.intents.get(there.name)
        return intent.effect if intent else None

    def _undo(self, name: str) -> Json:
        """What was undone, in this generation or a later one; and what of that has failed and was not tried again."""
        for place, there in enumerate(self.history.done):
            if place < self.place or place in self._undone or not _is_undoing(there.name):
                continue
            if there.name == name or there.name.startswith(f"{name}: generation "):
                self._undone.add(place)
                self.move(there)
                return there.output
            if self.history.run.generation == 1 and name not in self.history.failed_rollbacks:
                raise _Differs(self._told(there, name, _what(name)))
        if name in self.history.failed_rollbacks:
            raise StepError("RollbackFailed", "as it did")
        if self.history.run.status in LIVE:
            raise _Reached
        raise _Differs(f"today's body does {_what(name)} there, which the run did not")

    def move(self, there: Recorded) -> None:
        if there.to is None:
            return
        try:
            self.execution.moved_to(there.to)
        except ContractError as error:
            raise _Differs(f"{there.name!r} led to {there.to!r}, and {error}") from error

    def check_over(self) -> None:
        """The body has ended, and the record, too."""
        rest = [
            each
            for place, each in enumerate(self.history.done)
            if place >= self.place and place not in self._undone and not each.name.startswith(("end as ", COMPENSATED))
        ]
        if rest:
            names = ", ".join(repr(each.name) for each in rest[:_LONGEST_SHOWN])
            raise _Differs(f"today's body ends there, and the run went on with {names}")


class _Execution(Execution):
    """Compares a step with the record instead of doing it."""

    replay: _Replay

    async def attempt(self, step: Step, function: StepFunction, number: int, inputs: Sequence[object] = ()) -> Json:
        del function, number
        replay, contract = self.replay, self.contract
        what = _what(step.name, step.effect)
        following = replay.next
        is_there = following is not None and following.name == step.name
        if following is not None and is_there:
            self._compare(step, following, inputs)
        if is_there and step not in contract.steps:
            raise _Differs(f"{what} is not in the contract as the body begins it")
        if is_there and not step.reviews and self.run.state not in (begins := contract.begins_of(step)):
            raise _Differs(f"{what} begins in {', '.join(begins)}, and the run stood in {self.run.state!r}")
        there = replay.take(step.name, what)
        if there.outcome == "completed":
            if there.to is not None and there.to not in step.on_success:
                replay.place -= 1
                raise _Differs(f"{what} led to {there.to!r}, and leads to {', '.join(step.on_success)} today")
            replay.move(there)
            return there.output
        if there.reason is not None:
            raise StepError("NonRetryable", f"{there.reason}: {there.error_summary}", is_non_retryable=True)
        if replay.ends_early and replay.history.run.cancel_kind == "abandon":
            raise StepError("NonRetryable", "cancel requested: abandon", is_non_retryable=True)
        replay.move(there)
        raise StepError(there.error_class or "Error", there.error_summary or "")

    def _compare(self, step: Step, there: Recorded, inputs: Sequence[object]) -> None:
        """What it does elsewhere, and what it is given, against what the run did and was given."""
        what, history = _what(step.name, step.effect), self.replay.history
        intent = history.intents.get(step.name)
        if intent is not None and intent.effect != step.effect:
            raise _Differs(f"{what} was {intent.effect} when the run did it")
        if intent is None and there.outcome == "completed" and step.effect in _ELSEWHERE:
            raise _Differs(f"{what} acts elsewhere today, and did not when the run did it: it has no intent")
        if intent is not None and not intent.was_refused and len(inputs) == 1:
            today = hashlib.sha256(dump(cast("Json", inputs[0])).encode()).hexdigest()
            if today != intent.digest:
                where = _where(as_given(step, inputs), there.given)
                raise _Differs(
                    f"{what} asks for something else{where}: it asked for {intent.digest[:12]}…, and asks for "
                    f"{today[:12]}… today (SHA-256)"
                )
            return
        self._compare_given(step, there, as_given(step, inputs))

    def _compare_given(self, step: Step, there: Recorded, today: str | None) -> None:
        history, what = self.replay.history, _what(step.name, step.effect)
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
        was, now = (hashlib.sha256((each or "[]").encode()).hexdigest()[:12] for each in (there.given, today))
        raise _Differs(
            f"{what} is given something else{_where(today, there.given)}: it was given {was}…, and is given {now}… "
            "today (SHA-256)"
        )


class _Run(WorkflowRun[Any]):
    """Compares also what a child is begun with, and what a person is asked."""

    async def review(self, number: int, reason: str, proposed: Json, deadline_hours: int) -> Decision:
        execution = cast("_Execution", self._execution)
        replay, name = execution.replay, f"review-{number}: request"
        if replay.next is not None and replay.next.name == name and number in replay.history.reviews:
            was_reason, was_proposed = replay.history.reviews[number]
            if was_reason != reason:
                raise _Differs(f"the review {number} asked because of {was_reason!r}, and asks because of {reason!r}")
            if load(dump(proposed)) != was_proposed:
                raise _Differs(
                    f"the review {number} proposes something else{_where(dump(proposed), dump(was_proposed))}"
                )
        return await super().review(number, reason, proposed, deadline_hours)

    async def child(
        self,
        workflow: Workflow,
        params: BaseModel | JsonObject,
        key: str,
        *,
        also: AlsoOfChild = nothing_else,
    ) -> Child:
        begun = await super().child(workflow, params, key, also=also)
        replay = cast("_Execution", self._execution).replay
        kept, today = replay.history.children.get(begun.id), checked(workflow.params, params)[1]
        if kept is not None and load(kept) != load(today):
            replay.place -= 1
            raise _Differs(f"the child {key!r} is begun with something else{_where(today, kept)}")
        return begun


def _what(name: str, effect: str | None = None) -> str:
    if effect is not None:
        return f"{name!r} ({effect})"
    for prefix, said in (
        ("timer ", "the timer"), ("signal ", "the wait for a signal"), ("child: ", "a child"), ("tell: ", "an event"),
        ("child ", "the wait for a child"), ("review-", "a review"), ("continue: ", "a continuation"),
        ("rollback: ", "an undoing"), ("end as ", "its end"),
    ):  # fmt: skip
        if name.startswith(prefix):
            return f"{said} {name!r}"
    return repr(name)


def _is_undoing(name: str) -> bool:
    return name.startswith(("rollback: ", "end as ", COMPENSATED))


def _is_known(contract: Contract, name: str) -> bool:
    """Whether today's contract still has what is recorded under this name; children and events the body names."""
    word = name.partition(" ")[2].partition(": ")[0].rpartition("-")[0]
    if name.startswith("timer "):
        return any(each.name == word for each in contract.timers)
    if name.startswith("signal "):
        return any(each.name == word for each in contract.signals)
    if ": " in name or name.startswith("review-"):
        return True
    return any(step.name == name for step in contract.steps)


def _where(today: str | None, before: str | None) -> str:
    """The members that differ, without their values."""
    if today is None or before is None:
        return ""
    paths = [*_paths(load(today), load(before), "")]
    if not paths:
        return ""
    shown = ", ".join(path or "the whole" for path in paths[:_LONGEST_SHOWN])
    return f" (in {shown}{', …' if len(paths) > _LONGEST_SHOWN else ''})"


def _paths(one: Json, other: Json, at: str) -> Sequence[str]:
    if one == other:
        return ()
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            path
            for name in sorted({*one, *other})
            for path in (
                _paths(one[name], other[name], f"{at}.{name}") if name in one and name in other else [f"{at}.{name}"]
            )
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        both = enumerate(zip(one, other, strict=True))
        return [path for number, (left, right) in both for path in _paths(left, right, f"{at}[{number}]")]
    return [at]

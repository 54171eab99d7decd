"""Calls of tools that a model asks for: each is offered, allowed, done and undone by the record.

What a model says is context. A call is held to what the run has offered, to the arguments that the
tool declares, and to its bounds, before anything begins. A dangerous one waits for a person.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Final, Generic, Literal, Protocol, cast

from pydantic import BaseModel, Field, ValidationError
from typing_extensions import TypeVar

from tillroll_durable._execution.endings import check_rollback
from tillroll_durable._execution.execution import Execution, StepFunction
from tillroll_durable._execution.external import (
    ExternalCall,
    Reading,
    as_reading,
    as_step_function,
    read_back,
)
from tillroll_durable._execution.items import ONCE, DoStep, with_inputs
from tillroll_durable._execution.many import Failed, end_of
from tillroll_durable._execution.reviews import Decision, check_goes_on
from tillroll_durable._execution.steps import (
    Given,
    Outcome,
    Rollback,
    RollbackContext,
    StepContext,
    given_text,
)
from tillroll_durable._execution.undoing import Undoing, as_undoing
from tillroll_durable._execution.waits import commit_once
from tillroll_durable.audit import Audited
from tillroll_durable.decisions import ALLOWED_BY
from tillroll_durable.errors import ReviewNeeded
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.declaring import check_members
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.json import GivenJson, Json, JsonObject, as_object, dump
from tillroll_durable.step import Step
from tillroll_durable.step_records import withhold

Arguments = TypeVar("Arguments", bound=BaseModel)
Out = TypeVar("Out", default=Any)

ToolState = Literal["completed", "failed", "refused", "forbidden"]

_MAY_BEGIN: Final = "offered"
_NO: Final = "refused"
_LONGEST_ANSWER: Final = 1000
# Of a name that was not offered, so much is kept.
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Bound:
    """At most so much of an argument in a run, over all calls of a tool.

    Attributes:
        argument: the name of an argument, a whole number that is not negative, such as cents.
        at_most: the largest sum.
    """

    argument: str
    at_most: int


@dataclass(frozen=True)
class Tool(Generic[Arguments, Out]):
    """What a model may ask for: a step of the contract, with words and arguments for a model.

    Attributes:
        step: the step that a call does, once for each call. Its name is the tool's, its effect
            says what a failure means, and its `at_most` is how many calls a run has.
        purpose: what it does, in words for the model.
        arguments: the model that a call's arguments must fit.
        does: makes the call of arguments, as for `run.call`; of a step that acts here, its
            `async` function, called with the step's context and the arguments.
        undoes: makes what undoes it, exactly where the step has a `rollback_config`.
        is_dangerous: a person allows each call before it begins.
        allowed_by: the permission that a person needs to decide on its calls, beside that of the
            kind's reviews.
        bound: what the calls of a run come to at most.
        decide_within_hours: after so long the person is reminded, and then others.

    Raises ContractError: the bound is of no argument, a count has no number, or nobody is asked
    who would need the permission.
    """

    step: Step[Out]
    purpose: str
    arguments: type[Arguments]
    does: (
        Callable[[Arguments], ExternalCall[StepContext, Any] | Reading[Any]]
        | Callable[[StepContext, Arguments], Awaitable[Any]]
    )
    undoes: Callable[[Arguments], ExternalCall[RollbackContext, Any] | Rollback] | None = None
    is_dangerous: bool = False
    bound: Bound | None = None
    decide_within_hours: int = 24
    allowed_by: str | None = None

    def __post_init__(self) -> None:
        members = {"step": Step, "purpose": str, "bound": Bound, "allowed_by": str}
        check_members(f"tool {self.name!r}", self, members)
        if self.allowed_by is not None and not self.is_dangerous:
            raise ContractError(
                f"tool {self.name!r}: nobody is asked about its calls, so nobody needs "
                f"{self.allowed_by!r}: let it be `is_dangerous`"
            )
        check_rollback(self.step, self.undoes)
        if self.step.subject:
            raise ContractError(
                f"tool {self.name!r}: its calls are of a run, so let the step's idempotency key "
                "have {run_id}"
            )
        if self.bound is not None and self.bound.argument not in self.arguments.model_fields:
            raise ContractError(
                f"tool {self.name!r}: its bound is of {self.bound.argument!r}, which is none of "
                "its arguments"
            )

    @property
    def name(self) -> str:
        """Its step's name, by which a model asks for it."""
        return self.step.name

    @property
    def words(self) -> JsonObject:
        """What a model gets to know of it: its name, description and JSON Schema of parameters."""
        parameters: Json = self.arguments.model_json_schema()
        return {"name": self.name, "description": self.purpose, "parameters": parameters}


class ToolCall(BaseModel):
    """A call as a model asks for it.

    Attributes:
        name: the name of the tool.
        arguments: an object, or its JSON text.
        id: the model's own, by which it knows the answer. Nothing is decided by it.
    """

    name: str
    arguments: Any = Field(default_factory=dict[str, Any])
    id: str = ""


@dataclass(frozen=True)
class ToolEnd:
    """What a call came to.

    Attributes:
        call: what the model has asked for.
        number: which call of its run it is, from 1.
        state: completed; failed; refused before anything began; or forbidden by a person.
        output: what the tool has given, as JSON.
        why: why it is not completed, in a sentence.
    """

    call: ToolCall
    number: int
    state: ToolState
    output: Json = None
    why: str = ""

    @property
    def message(self) -> JsonObject:
        """An answer for the model, in the form that most models take."""
        content = f"{self.state}: {self.why}"
        if self.state == "completed":
            content = dump(self.output)
        return {"role": "tool", "tool_call_id": self.call.id, "content": content}


class _Refused(Exception):
    """The call does not begin. `code` is for the audit, the message for the model."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why[:_LONGEST_ANSWER])
        self.code = code


class AskNext(Protocol):
    """Puts the run before a person in its next review, and gives that review's number too."""

    async def __call__(
        self, reason: str, *, proposed: GivenJson, deadline_hours: int
    ) -> tuple[int, Decision]: ...


@dataclass(frozen=True)
class RunVerbs:
    """What of a run models are asked with, and calls of tools are made with."""

    in_order: Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
    occurrence: Callable[[Step[Any], str | None], Step[Any]]
    alone: Callable[[Step[Any], Step[Any], Callable[[], Awaitable[Json]]], Awaitable[Json]]
    do_step: DoStep
    ask_next: AskNext


@dataclass
class Tools:
    """The tools of one run, and what its calls have come to so far. They take turns."""

    execution: Execution
    verbs: RunVerbs
    _by_name: Mapping[str, Tool[Any, Any]] = field(default_factory=dict[str, Tool[Any, Any]])
    _most_calls: int = 0
    _offers: int = 0
    _number: int = 0
    _calls: Counter[str] = field(default_factory=Counter[str])
    _amounts: Counter[str] = field(default_factory=Counter[str])
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def offer(self, tools: Sequence[Tool[Any, Any]], most_calls: int) -> list[JsonObject]:
        """Record what may be called from now on. Raises ContractError: the contract does not have
        it, or another replay has offered something else.
        """
        for tool in tools:
            self._check_declared(tool)
        by_name = {tool.name: tool for tool in tools}
        if len(by_name) < len(tools):
            raise ContractError("tools are offered under names of their own: one is there twice")
        async with self._turn:
            self._offers += 1
            name = f"tools {self._offers}: offered"
            whole: Json = [{**tool.words, "isDangerous": tool.is_dangerous} for tool in tools]
            now = given_text(self.execution.run.id, name, whole=dump(whole))
            names: Json = [*by_name]
            outcome = Outcome[Any](output=names, told={"tools": names})
            await self._record(name, now, lambda: _ready(outcome), action=Audited.TOOLS_OFFERED)
            self._by_name = by_name
            self._most_calls = most_calls
        return [tool.words for tool in tools]

    def _check_declared(self, tool: Tool[Any, Any]) -> None:
        contract = self.execution.contract
        if not contract.has_step(tool.step):
            raise ContractError(
                f"{contract.kind} offers {tool.name!r}: declare its step in the contract's `steps`"
            )
        if tool.is_dangerous:
            check_goes_on(contract, f"a person decides on {tool.name!r}")

    async def call(self, call: ToolCall) -> ToolEnd:
        """Do a call that a model asks for, or say why not. Raises as a step."""
        async with self._turn:
            self._number += 1
            number = self._number
            # The first call behind the last is on the record; what comes behind it costs no step.
            if number > self._most_calls + 1:
                return ToolEnd(call, number=number, state=_NO, why=self._all_spent())
            tool = self._by_name.get(call.name)
            arguments, why = await self._record_verdict(call, tool, number)
            if tool is None or arguments is None:
                return ToolEnd(call, number=number, state=_NO, why=why)
            is_allowed = not tool.is_dangerous or await self._is_allowed(tool, arguments, number)
            if not is_allowed:
                self._amounts[tool.name] -= _amount_of(tool, arguments)
                return ToolEnd(
                    call, number=number, state="forbidden", why="a person has not allowed it"
                )
            return await self._do(call, tool, arguments=arguments, number=number)

    def _all_spent(self) -> str:
        return f"a run has {self._most_calls} calls, and all were made: answer without"

    async def _record_verdict(
        self, call: ToolCall, tool: Tool[Any, Any] | None, number: int
    ) -> tuple[BaseModel | None, str]:
        """Record what was asked for, and whether it may begin: its arguments, or why it does not.
        The record decides; a replay only holds the call to it.
        """
        name = f"tool {number}: asked"
        request: Json = {"name": call.name, "arguments": call.arguments, "id": call.id}
        secrets: Sequence[str] = ("arguments",)
        if tool is not None:
            secrets = tool.step.withheld
        now = given_text(self.execution.run.id, name, whole=dump(request), withheld=secrets)
        arguments: BaseModel | None = None
        verdict: JsonObject = {"verdict": _MAY_BEGIN}
        if tool is not None and tool.allowed_by is not None:
            verdict = {**verdict, "tool": tool.name, ALLOWED_BY: tool.allowed_by}
        detail: JsonObject = {"call": number, "tool": call.name, "verdict": _MAY_BEGIN}
        try:
            arguments = self._checked(call, tool, number)
        except _Refused as refusal:
            verdict = {"verdict": _NO, "why": str(refusal)}
            detail = {"call": number, "verdict": _NO, "why": refusal.code}
            if tool is not None:
                detail["tool"] = tool.name
        outcome = Outcome[Any](output=verdict, told=detail)
        record = await self._record(name, now, lambda: _ready(outcome), action=Audited.TOOL_ASKED)
        match record:
            case {"verdict": "refused", "why": str(why)}:
                return None, why
            case _ if tool is None or arguments is None:
                raise ContractError(
                    f"call {number} of a tool was offered before, and would be refused now: a "
                    "change of what is offered is a new version's"
                )
            case _:
                self._calls[tool.name] += 1
                self._amounts[tool.name] += _amount_of(tool, arguments)
                return arguments, ""

    def _checked(self, call: ToolCall, tool: Tool[Any, Any] | None, number: int) -> BaseModel:
        """The arguments of a call that may begin. Raises _Refused."""
        if number > self._most_calls:
            raise _Refused("all-calls-spent", self._all_spent())
        if tool is None:
            names = ", ".join(self._by_name) or "none"
            raise _Refused(
                "not-offered", f"no tool {call.name[:_LONGEST_NAME]!r} is offered; there is {names}"
            )
        if self._calls[tool.name] >= tool.step.at_most:
            raise _Refused(
                "too-often", f"{tool.name} is called at most {tool.step.at_most} times in a run"
            )
        try:
            if isinstance(call.arguments, str):
                arguments = tool.arguments.model_validate_json(call.arguments)
            else:
                arguments = tool.arguments.model_validate(call.arguments)
        except ValidationError as error:
            why = faults_of(error, "arguments", tool.arguments)
            raise _Refused("arguments", why) from error
        if tool.bound is not None:
            self._check_bound(tool, arguments, tool.bound)
        return arguments

    def _check_bound(self, tool: Tool[Any, Any], arguments: BaseModel, bound: Bound) -> None:
        amount = _amount_of(tool, arguments)
        remainder = bound.at_most - self._amounts[tool.name]
        if amount < 0:
            raise _Refused("arguments", f"{bound.argument} is negative")
        if amount > remainder:
            raise _Refused(
                "bound", f"{tool.name} has {remainder} of {bound.argument} left in this run"
            )

    async def _is_allowed(self, tool: Tool[Any, Any], arguments: BaseModel, number: int) -> bool:
        """Put a call before a person, and record who has decided what."""
        execution = self.execution
        proposal: JsonObject = {
            "tool": tool.name,
            "says": tool.purpose,
            "call": number,
            "arguments": withhold(arguments.model_dump(mode="json"), tool.step.withheld),
        }
        if tool.allowed_by is not None:
            proposal[ALLOWED_BY] = tool.allowed_by
        review, decision = await self.verbs.ask_next(
            f"Is this call of {tool.name} allowed?",
            proposed=proposal,
            deadline_hours=tool.decide_within_hours,
        )
        verdict = "forbidden"
        if decision.is_approved:
            verdict = "approved"
        review_id = f"{execution.run.id}:review-{review}"

        async def read_decision() -> Outcome[Any]:
            sql = "SELECT actor FROM review_decisions WHERE review_id = ?"
            row = await execution.platform.database.first(statement(sql, [review_id]))
            if row is None:
                raise NonRetryable(f"the decision of {review_id} is gone")
            detail: JsonObject = {
                "call": number,
                "tool": tool.name,
                "verdict": verdict,
                "by": text(row, "actor"),
                "review": review_id,
            }
            return Outcome(output={"verdict": verdict, "by": detail["by"]}, told=detail)

        name = f"tool {number}: decided"
        now = given_text(execution.run.id, name, whole=dump({"review": review_id}))
        await self._record(name, now, read_decision, action=Audited.TOOL_DECIDED)
        return decision.is_approved

    async def _do(
        self, call: ToolCall, tool: Tool[Any, Any], *, arguments: BaseModel, number: int
    ) -> ToolEnd:
        """Do the tool's step for this call: its key is of the run, the tool and the number."""
        execution = self.execution
        step = tool.step.keyed(str(number), may_fail=True)
        effect = _effect_of(tool, arguments)
        function, inputs, output = _function_of(
            execution, tool, step=step, arguments=arguments, effect=effect
        )
        undoing = _undoing_of(execution, tool, step=step, arguments=arguments, effect=effect)
        do_step = partial(self.verbs.do_step, step, function)
        do = partial(do_step, undoing, inputs)

        try:
            result = await self.verbs.alone(tool.step, step, do)
            end = end_of(step.output, str(number), result)
        except ReviewNeeded as refusal:
            return ToolEnd(call, number=number, state="failed", why=refusal.reason)
        if isinstance(end, Failed):
            why = f"{end.error} ({end.failure_class})"
            return ToolEnd(call, number=number, state="failed", why=why[:_LONGEST_ANSWER])
        return ToolEnd(call, number=number, state="completed", output=output(result))

    async def _record(
        self,
        name: str,
        now: Given,
        outcome_of: Callable[[], Awaitable[Outcome[Any]]],
        *,
        action: Audited,
    ) -> Json:
        """Commit an outcome once under a name. A replay is held to what it was made of."""
        execution = self.execution
        execution.check_given(name, now, ONCE)

        async def attempt(number: int) -> Json:
            before = await execution.completed(name, number)
            if before is not None:
                return before.output
            outcome = await outcome_of()
            return await commit_once(
                execution, name, attempt=number, outcome=outcome, action=action, now=now
            )

        async def durably() -> Json:
            return await execution.durably(name, attempt)

        record = await self.verbs.in_order(name, durably)
        execution.known.was_given(name, now)
        return record


async def _ready(outcome: Outcome[Any]) -> Outcome[Any]:
    return outcome


def _amount_of(tool: Tool[Any, Any], arguments: BaseModel) -> int:
    """What a call comes to by its tool's bound. Raises ContractError: that is no whole number."""
    if tool.bound is None:
        return 0
    amount = getattr(arguments, tool.bound.argument)
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise ContractError(
            f"tool {tool.name!r}: its bound is of {tool.bound.argument!r}, which is no whole "
            "number: declare it as `int`"
        )
    return amount


def _effect_of(tool: Tool[Any, Any], arguments: BaseModel) -> object:
    """What a tool does elsewhere with these arguments; None of one that acts here."""
    if iscoroutinefunction(tool.does):
        return None
    return cast("Callable[[BaseModel], object]", tool.does)(arguments)


def _function_of(
    execution: Execution,
    tool: Tool[Any, Any],
    *,
    step: Step[Any],
    arguments: BaseModel,
    effect: object,
) -> tuple[StepFunction, Sequence[object], Callable[[Json], Json]]:
    """A tool's step as a function, what it is given, and how its answer reads as JSON."""
    if iscoroutinefunction(tool.does):
        return with_inputs(step, tool.does, [arguments]), [arguments], _as_it_is
    if isinstance(effect, Reading):
        reading = cast("Reading[Any]", effect)
        return as_reading(reading), [as_object(reading.request)], partial(_as_json, step, reading)
    if not isinstance(effect, ExternalCall) or not step.is_elsewhere:
        raise ContractError(
            f"tool {tool.name!r} is a {step.effect}: let `does` be an `async` function, or make "
            "the call of an external step"
        )
    call = cast("ExternalCall[StepContext, Any]", effect)
    function = as_step_function(execution, step, call)
    return function, [as_object(call.request)], partial(_as_json, step, call)


def _as_it_is(answer: Json) -> Json:
    return answer


def _as_json(step: Step[Any], call: ExternalCall[Any, Any] | Reading[Any], record: Json) -> Json:
    """A call's answer as JSON. Raises ContractError: what is stored does not fit any more."""
    answer = read_back(step, call, record)
    if step.gives is not None:
        return step.output.written(answer)
    if call.gives is not None:
        return call.gives.written(answer)
    return answer


def _undoing_of(
    execution: Execution,
    tool: Tool[Any, Any],
    *,
    step: Step[Any],
    arguments: BaseModel,
    effect: object,
) -> Undoing | None:
    """What undoes a call, where its tool has that. Raises ContractError: it cannot be asked for."""
    if tool.undoes is None:
        return None
    undo: object = tool.undoes(arguments)
    if not isinstance(undo, ExternalCall):
        return Undoing(undo)
    if not isinstance(effect, ExternalCall):
        raise ContractError(f"tool {tool.name!r} makes no call, so a call does not undo it")
    call = cast("ExternalCall[StepContext, Any]", effect)
    rollback = cast("ExternalCall[RollbackContext, Any]", undo)
    return as_undoing(execution, step, call=call, rollback=rollback)

"""Calls of models as steps of a run: each is in the ledger before it is made, with what it cost.

A budget that is used up is no crash: a person is asked whether as much again may be spent, or the
run fails with the reason.
"""

import asyncio
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel

from tillroll_durable._execution.answers import key_sent, read_json, succeeded
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.items import with_inputs
from tillroll_durable._execution.many import fail_run
from tillroll_durable._execution.reviews import check_goes_on
from tillroll_durable._execution.steps import Outcome, StepContext
from tillroll_durable._execution.tools import RunVerbs, ToolCall
from tillroll_durable.ai.calls import Question, Stopwatch, failure_of
from tillroll_durable.ai.chat import Chat, ModelWords, read_answer
from tillroll_durable.ai.costs import CostSettings, dollars
from tillroll_durable.ai.ledger import BudgetSpent, Ledger, RunTerms
from tillroll_durable.ai.typed import TypedAnswer
from tillroll_durable.errors import NeedsReview, ReviewNeeded
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.http import AnswerUnfit, Throttled
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.step import Effect, Step

Reply = TypeVar("Reply")

SPENT: Final = "budget_spent"
_LONGEST_ANSWER_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class RunBudget:
    """What the calls of models in a run may cost together.

    Attributes:
        micro_usd: whole millionths of a US dollar: 50_000 are five cents.
        asks: a person is asked whether as much again may be spent. Otherwise, and where the person
            says no, the run fails with the reason.
        decide_within_hours: after so long the person is reminded, and then others.
    """

    micro_usd: int
    asks: bool = False
    decide_within_hours: int = 24


class ModelAnswer(BaseModel):
    """What a model has answered.

    Attributes:
        text: what it says; empty where it only asks for tools.
        calls: the calls of tools that it asks for.
        call_id: the call's id in the ledger.
        input_tokens: what it has read, as it counts; None where it does not say.
        output_tokens: what it has written.
        micro_usd: what the call cost, in millionths of a US dollar; None where that is unknown.
        is_cut_off: whether the answer may lack its end.
    """

    text: str
    calls: list[ToolCall]
    call_id: str
    input_tokens: int | None
    output_tokens: int | None
    micro_usd: int | None
    is_cut_off: bool

    @property
    def message(self) -> JsonObject:
        """The answer among the messages of the next question."""
        message: JsonObject = {"role": "assistant", "content": self.text}
        if self.calls:
            calls: Json = [
                {
                    "id": each.id,
                    "type": "function",
                    "function": {"name": each.name, "arguments": _as_text(each.arguments)},
                }
                for each in self.calls
            ]
            message["tool_calls"] = calls
        return message


def _as_text(arguments: Json) -> str:
    if isinstance(arguments, str):
        return arguments
    return dump(arguments)


class Asking:
    """The calls of models of one run, and how often a person has granted its budget anew."""

    def __init__(self, execution: Execution, verbs: RunVerbs) -> None:
        self._execution = execution
        self._verbs = verbs
        self._granted = 0

    async def ask_for(
        self,
        step: Step[Any],
        chat: Chat,
        gives: type[Reply],
        *,
        key: str | None,
        budget: RunBudget | None,
    ) -> Reply:
        """Ask as `ask`, for what is of this type. What a model says that is none fails its attempt.
        Raises as `run.step`; ContractError: the chat has tools.
        """
        if chat.tools:
            raise ContractError(
                f"step {step.name!r} asks for `gives`, and offers tools: a call of a tool is no "
                "such answer, so ask once for each"
            )
        typed = TypedAnswer(step.name, gives)
        answer = await self.ask(step, chat, key=key, budget=budget, typed=typed)
        return typed.read(answer.text)

    async def ask(
        self,
        step: Step[Any],
        chat: Chat,
        *,
        key: str | None,
        budget: RunBudget | None,
        typed: TypedAnswer[Any] | None = None,
    ) -> ModelAnswer:
        """Ask a model once for a step, and for its key. Raises as `run.step`."""
        self._check_declared(step, chat, budget)
        # Without the schema: a field that is new since, with a default, is no other question.
        inputs: list[object] = [{"model": chat.model.name, **chat.request}]
        for number in count(1):
            name = _name_of(key, number)
            occurrence = self._verbs.occurrence(step, name).that_may_refuse(SPENT)
            most = None
            if budget is not None:
                most = budget.micro_usd * (1 + self._granted)
            function = partial(self._attempt, chat, typed=typed, most=most)
            do_step = partial(self._verbs.do_step, occurrence, function)
            do = partial(do_step, None, inputs)
            try:
                output = await self._verbs.alone(step, occurrence, do)
            except ReviewNeeded as refusal:
                if refusal.reason != SPENT:
                    raise
                await self._grant(step, chat, budget)
                continue
            return ModelAnswer.model_validate(output)
        raise AssertionError("not reached")

    def _check_declared(self, step: Step[Any], chat: Chat, budget: RunBudget | None) -> None:
        contract = self._execution.contract
        if step.effect is not Effect.READ:
            raise ContractError(
                f"step {step.name!r} is a {step.effect}: a model changes nothing elsewhere, so "
                "call it a read"
            )
        if not contract.failed:
            raise ContractError(
                f"{contract.kind} asks a model, whose budget may be spent: give the contract "
                "`failed`, where the run ends then"
            )
        if budget is None:
            return
        costs = self._execution.platform.settings.of(CostSettings)
        if costs.price_of(chat.model.name, chat.model.price) is None:
            raise ContractError(
                f"the price of {chat.model.name} is unknown, so no budget holds: give the model "
                "`price`, or name it in AI_PRICES"
            )
        if budget.asks:
            check_goes_on(contract, "a person is asked for more budget")

    async def _grant(self, step: Step[Any], chat: Chat, budget: RunBudget | None) -> None:
        """Return where a person lets the run spend as much again. Raises RunFailed: they do not,
        or are not to be asked.
        """
        why = f"{chat.model.name} is not asked in {step.name}: "
        if budget is None:
            await self._fail(f"{why}the account's budget of the day is spent")
        why += f"the run's budget of {_usd(budget.micro_usd * (1 + self._granted))}, or the "
        why += "account's of the day, is spent"
        if not budget.asks:
            await self._fail(why)
        proposal: JsonObject = {
            "step": step.name,
            "model": chat.model.name,
            "more": _usd(budget.micro_usd),
        }
        _, decision = await self._verbs.ask_next(
            f"May this run spend {_usd(budget.micro_usd)} more on models?",
            proposed=proposal,
            deadline_hours=budget.decide_within_hours,
        )
        if not decision.is_approved:
            await self._fail(f"{why}, and a person has not granted more")
        self._granted += 1

    async def _fail(self, reason: str) -> NoReturn:
        step = self._execution.contract.failing
        function = with_inputs(step, fail_run, [reason])
        do_step = partial(self._verbs.do_step, step, function)
        await self._verbs.alone(step, step, partial(do_step, None, [reason]))
        raise AssertionError("not reached")

    async def _attempt(
        self,
        chat: Chat,
        context: StepContext,
        *,
        typed: TypedAnswer[Any] | None,
        most: int | None,
    ) -> Outcome[Any]:
        """One attempt: the ledger has the call before it is made, and its end with the step's."""
        request = chat.request
        if typed is not None:
            request["response_format"] = typed.response_format
        model = chat.model
        question = Question(model.name, context.step, dump(request), answer_tokens=chat.most_tokens)
        terms = RunTerms(most, model.price)
        ledger = Ledger(self._execution.platform, context, terms=terms)
        try:
            call_id = await ledger.start(question)
        except BudgetSpent as refusal:
            raise NeedsReview(SPENT, f"{refusal} ({refusal.reason})") from refusal
        watch = Stopwatch(question, call_id)
        try:
            words = read_answer(await self._answer(chat, request, context))
        except AnswerUnfit as unfit:
            ledger.settle([watch.completed(unusable=str(unfit))])
            raise
        except Exception as error:
            ledger.settle([watch.failed(str(error), was_refused=_is_refusal(error))])
            if isinstance(error, ModelError) and not error.is_retryable:
                raise failure_of(error) from error
            raise
        tokens = (words.input_tokens, words.output_tokens)
        try:
            _check_useful(words, typed)
        except AnswerUnfit as unfit:
            ledger.settle([watch.completed(tokens=tokens, unusable=str(unfit))])
            raise
        call = watch.completed(tokens=tokens)
        ledger.settle([call])
        cost = ledger.cost(call)
        detail: JsonObject = {
            "model": model.name,
            "call": call_id,
            "inputTokens": words.input_tokens,
            "outputTokens": words.output_tokens,
            "microUsd": cost,
        }
        output: JsonObject = {**asdict(words), "call_id": call_id, "micro_usd": cost}
        return Outcome(output=output, told=detail)

    async def _answer(self, chat: Chat, request: JsonObject, context: StepContext) -> JsonObject:
        platform = self._execution.platform
        model = chat.model
        if not model.url:
            try:
                async with asyncio.timeout(chat.timeout_seconds):
                    return await platform.models.run(model.name, request)
            except TimeoutError as error:
                raise ModelError(None, f"no answer from {model.name} in time") from error
        headers = {
            "content-type": "application/json",
            "idempotency-key": key_sent(f"{context.idempotency_key}:{context.attempt}"),
        }
        if model.key_variable:
            headers["authorization"] = f"Bearer {platform.settings.text(model.key_variable)}"
        whole: JsonObject = {"model": model.name, **request}
        answer = await platform.http.post(
            model.url,
            headers,
            dump(whole),
            timeout_seconds=chat.timeout_seconds,
            max_bytes=_LONGEST_ANSWER_BYTES,
        )
        value = read_json(succeeded(context, answer))
        if not isinstance(value, dict):
            raise AnswerUnfit("the answer is no JSON object")
        return value


def _check_useful(words: ModelWords, typed: TypedAnswer[Any] | None) -> None:
    """Raises AnswerUnfit: what was said, and is paid for, is of no use."""
    if words.is_blank:
        raise AnswerUnfit("the model has answered with nothing")
    if typed is not None:
        typed.check(words)


def _is_refusal(error: Exception) -> bool:
    """Whether the model was not asked, or said no, so that nothing is paid for."""
    if isinstance(error, ModelError):
        return error.code is not None or not error.is_retryable
    return isinstance(error, Throttled | NonRetryable)


def _name_of(key: str | None, number: int) -> str | None:
    """The key of an occurrence; from the second on it says that a person has granted more."""
    if number == 1:
        return key
    mark = f"again {number}"
    if key is None:
        return mark
    return f"{key}, {mark}"


def _usd(micro: int) -> str:
    return f"US${dollars(micro)}"

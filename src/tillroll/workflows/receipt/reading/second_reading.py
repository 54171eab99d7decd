"""Asking a language model about a transcript that the rules are unsure of.

It never fails a step: where no model answers, the rules' reading stands and a person decides. What a model said is
stored before anything else is done, under a key made of the question, so that no crash has it paid twice.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field

from tillroll.ai.calls import AiCall, Question, Stopwatch, calls_from_json
from tillroll.ai.ledger import BudgetSpent, Ledger
from tillroll.ai.settings import AiSettings
from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.receipts.opinion.model_answer import InvalidAnswer, ModelAnswer, parse_answer
from tillroll.receipts.opinion.model_prompt import chat_request
from tillroll.receipts.page.transcript import Transcript
from tillroll.workflows.receipt.reading.chat_answers import read_answer

PURPOSE = "second-reading"

# A malformed answer is asked for once more; what is malformed again stays so.
_MOST_ANSWERS = 2
# One call, and all of them; the step's own time limit is 120 s.
_CALL_SECONDS = 60.0
_ALL_SECONDS = 100.0
# Workers AI says so in words, under no code of its own.
_NO_JSON_MODE = "json mode couldn't be met"


@dataclass(frozen=True)
class SecondReading:
    """What came of the asking: the answer of `model`, or None; `is_over_budget` where there was no money to ask."""

    answer: ModelAnswer | None = None
    model: str = ""
    is_over_budget: bool = False


@dataclass
class _Conversation:
    """What one model has said so far, as it is stored."""

    key: str
    texts: list[str] = field(default_factory=list[str])
    calls: list[AiCall] = field(default_factory=list[AiCall])

    def as_json(self) -> JsonObject:
        return {"texts": [*self.texts], "calls": [call.as_json() for call in self.calls]}

    def remember(self, text: str, call: AiCall) -> None:
        self.texts.append(text)
        self.calls.append(call)

    @property
    def answer(self) -> ModelAnswer | None:
        return _usable(self.texts[-1]) if self.texts else None


async def read_again(platform: Platform, prefix: str, transcript: Transcript, ledger: Ledger) -> SecondReading:
    """Ask the configured model, and the fallback where the first does not answer; a spent quota or budget ends it at
    once.

    `prefix` is where the answers are stored.
    """
    conversations = {
        model: await _stored(platform, _key(prefix, model, transcript))
        for model in platform.settings.of(AiSettings).language_models
    }
    for said in conversations.values():
        ledger.settle(said.calls)  # an attempt before may have died before it could
    deadline = asyncio.get_running_loop().time() + _ALL_SECONDS
    # A model that has answered before is not passed over for one that failed then.
    for model in sorted(conversations, key=lambda model: not conversations[model].texts):
        asking = _Asking(platform, model, transcript, deadline, ledger)
        try:
            answer = await asking.converse(conversations[model])
        except BudgetSpent:
            return SecondReading(is_over_budget=True)
        except ModelError as error:
            if error.is_quota:
                break
            continue
        return SecondReading(answer, model)
    return SecondReading()


class _Asking:
    """The conversation with one model."""

    def __init__(self, platform: Platform, model: str, transcript: Transcript, deadline: float, ledger: Ledger) -> None:
        self._platform = platform
        self._model = model
        self._transcript = transcript
        self._deadline = deadline
        self._ledger = ledger

    async def converse(self, said: _Conversation) -> ModelAnswer | None:
        """Its answer, or None where it has none of the right shape.

        Raises:
            ModelError: it does not answer.
            BudgetSpent: there is no money to ask it.
        """
        while said.answer is None and len(said.texts) < _MOST_ANSWERS:
            text, call = await self._ask(said.key, is_second=bool(said.texts))
            said.remember(text, call)
            await self._platform.objects.put_text(said.key, dump(said.as_json()), "application/json")
            self._ledger.settle([call])
        return said.answer

    async def _ask(self, key: str, *, is_second: bool) -> tuple[str, AiCall]:
        request = chat_request(self._transcript, is_second=is_second)
        question = Question(self._model, PURPOSE, dump(request))
        watch = Stopwatch(question, await self._ledger.start(question))
        try:
            answer = read_answer(await self._run(request))
        except ModelError as error:
            if _NO_JSON_MODE in str(error).lower():
                return "", watch.completed(key, unusable=str(error))
            self._ledger.settle([watch.failed(str(error), was_refused=error.code is not None)])
            raise
        tokens = (answer.input_tokens, answer.output_tokens)
        try:
            parse_answer(answer.text)
        except InvalidAnswer as error:
            cause = "the answer was cut off" if answer.is_cut_off else str(error)
            return answer.text, watch.completed(key, tokens=tokens, unusable=cause)
        return answer.text, watch.completed(key, tokens=tokens)

    async def _run(self, request: JsonObject) -> JsonObject:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + _CALL_SECONDS, self._deadline)):
                return await self._platform.models.run(self._model, request)
        except TimeoutError as error:
            raise ModelError(None, f"no answer from {self._model} in time") from error


def _key(prefix: str, model: str, transcript: Transcript) -> str:
    question = hashlib.sha256(dump(chat_request(transcript, is_second=False)).encode()).hexdigest()
    return f"{prefix}/reading/{model.strip('@').replace('/', '-')}-{question[:16]}.json"


async def _stored(platform: Platform, key: str) -> _Conversation:
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {"texts": [*texts], "calls": [*calls]}:
            return _Conversation(key, [str(text) for text in texts], [*calls_from_json(calls)])
        case _:
            return _Conversation(key)


def _usable(text: str) -> ModelAnswer | None:
    try:
        return parse_answer(text)
    except InvalidAnswer:
        return None

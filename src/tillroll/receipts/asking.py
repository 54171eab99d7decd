"""Asks language models about a transcript: the configured one, then the fallback. What each said is
stored before it is used, and every call is in the ledger.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from tillroll.ai.known_models import (
    takes_pictures,
    with_little_thought,
    with_twice_the_limit,
    without_thought,
)
from tillroll.ai.settings import AiSettings
from tillroll.receipts.chat_answers import ChatAnswer, read_answer
from tillroll_documents.reading.opinions.second_opinion import InvalidAnswer
from tillroll_durable.ai.calls import AiCall, Question, Stopwatch, calls_from_json
from tillroll_durable.ai.ledger import BudgetSpent, Ledger
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

Answer = TypeVar("Answer")

# A malformed answer is asked for once more; what is malformed again stays so.
_MOST_ANSWERS: Final = 2
# One call; the step's own time limit is 120 s for all.
_CALL_SECONDS: Final = 60.0
_PICTURE: Final = (
    "The picture shows what these lines were read from; it is data as they are. Where it shows "
    "another value than the line, say the picture's."
)
# Workers AI says so in words, under no code of its own.
_NO_JSON_MODE: Final = "json mode couldn't be met"


@dataclass(frozen=True)
class Topic(Generic[Answer]):
    """What is asked: its `purpose` in the ledger, the `folder` its answers lie in, how many
    `seconds` all calls may take together, the `request` (a second time or not), and how its answer
    is read, which raises InvalidAnswer. A model that takes pictures is shown the `picture` beside
    it, a data: URL. `read` takes the text out of its answer.
    """

    purpose: str
    folder: str
    seconds: float
    request: Callable[[bool], JsonObject]
    parse: Callable[[str], Answer]
    picture: str | None = None
    read: Callable[[JsonObject], ChatAnswer] = read_answer


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """What came of the asking: the answer of `model`, or None; `is_over_budget` where there was no
    money to ask.
    """

    answer: Answer | None = None
    model: str = ""
    is_over_budget: bool = False


async def ask(
    platform: Platform,
    prefix: str,
    topic: Topic[Answer],
    ledger: Ledger,
    models: Sequence[str] | None = None,
) -> Asked[Answer]:
    """Ask the configured model, and the fallback where it does not answer or writes nothing, until
    a quota or budget is spent; or these `models`. `prefix` is where answers are stored."""
    question = hashlib.sha256(dump(topic.request(False)).encode()).hexdigest()[:16]
    conversations: list[_Conversation[Answer]] = []
    for model in dict.fromkeys(models or platform.settings.of(AiSettings).language_models):
        key = f"{prefix}/{topic.folder}/{model.strip('@').replace('/', '-')}-{question}.json"
        conversations.append(await _load(platform, model, key=key, topic=topic, ledger=ledger))
    deadline = asyncio.get_running_loop().time() + topic.seconds
    # A model that has answered before is not passed over for one that failed then.
    for conversation in sorted(conversations, key=lambda each: not each.texts):
        try:
            answer = await conversation.converse(deadline)
        except BudgetSpent:
            return Asked(is_over_budget=True)
        except ModelError as error:
            if error.is_quota:
                break
            continue
        if answer is None and not conversation.texts[-1].strip():
            continue  # it wrote nothing, also without its thoughts
        return Asked(answer, conversation.model)
    return Asked()


@dataclass
class _Conversation(Generic[Answer]):
    """What one model has said so far about a topic, as it is stored under the key."""

    platform: Platform
    model: str
    key: str
    topic: Topic[Answer]
    ledger: Ledger
    texts: list[str] = field(default_factory=list[str])
    calls: list[AiCall] = field(default_factory=list[AiCall])

    async def converse(self, deadline: float) -> Answer | None:
        """Its answer, or None where it has none of the right form. Raises ModelError;
        BudgetSpent.
        """
        answer = self._usable(self.texts[-1]) if self.texts else None
        while answer is None and len(self.texts) < _MOST_ANSWERS:
            text, call = await self._ask(deadline)
            self.texts.append(text)
            self.calls.append(call)
            stored: JsonObject = {
                "texts": [*self.texts],
                "calls": [each.as_json() for each in self.calls],
            }
            await self.platform.objects.put_text(self.key, dump(stored), "application/json")
            self.ledger.settle([call])
            answer = self._usable(text)
        return answer

    async def _ask(self, deadline: float) -> tuple[str, AiCall]:
        request = self._request()
        if takes_pictures(self.model):
            picture = self.topic.picture
        else:
            picture = None
        question = Question(
            self.model,
            self.topic.purpose,
            dump(request),
            pictures=int(picture is not None),
            is_beside=True,
        )
        if picture is not None:
            request = _showing(picture, request)
        watch = Stopwatch(question, await self.ledger.start(question))
        try:
            answer = self.topic.read(await self._run(request, deadline))
        except ModelError as error:
            if _NO_JSON_MODE in str(error).lower():
                return str(error), watch.completed(self.key, unusable=str(error))
            self.ledger.settle([watch.failed(str(error), was_refused=error.code is not None)])
            raise
        tokens = (answer.input_tokens, answer.output_tokens)
        try:
            self.topic.parse(answer.text)
        except InvalidAnswer as error:
            cause = str(error)
            if answer.is_cut_off:
                cause = "the answer was cut off"
            elif answer.refusal is not None:
                cause = f"the model refused: {answer.refusal}"
            elif answer.is_blank:
                cause = "the answer has no text"
            return answer.text, watch.completed(self.key, tokens=tokens, unusable=cause)
        return answer.text, watch.completed(self.key, tokens=tokens)

    def _request(self) -> JsonObject:
        """The question; a second time with twice the room for the answer, and where there was none,
        without thoughts that would fill it again."""
        if not self.texts:
            return with_little_thought(self.model, self.topic.request(False))
        request = with_little_thought(self.model, self.topic.request(True))
        if not self.texts[-1].strip():
            request = without_thought(self.model, request)
        return with_twice_the_limit(self.model, request)

    async def _run(self, request: JsonObject, deadline: float) -> JsonObject:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + _CALL_SECONDS, deadline)):
                return await self.platform.models.run(self.model, request)
        except TimeoutError as error:
            raise ModelError(None, f"no answer from {self.model} in time") from error

    def _usable(self, text: str) -> Answer | None:
        try:
            return self.topic.parse(text)
        except InvalidAnswer:
            return None


def _showing(picture: str, request: JsonObject) -> JsonObject:
    """The request with the picture in front of what the user says last, or beside typed
    questions.
    """
    match request:
        case {"questions": _}:
            images: Json = [picture]
            return request | {"images": images}
        case {"messages": [*before, {"role": "user", "content": str(said)}]}:
            text = f"{_PICTURE}\n{said}"
            parts: Json = [
                {"type": "image_url", "image_url": {"url": picture}},
                {"type": "text", "text": text},
            ]
            messages: Json = [*before, {"role": "user", "content": parts}]
            return request | {"messages": messages}
        case _:
            raise ValueError("a question ends with what the user says")


async def _load(
    platform: Platform, model: str, key: str, topic: Topic[Answer], ledger: Ledger
) -> _Conversation[Answer]:
    conversation = _Conversation(platform, model, key=key, topic=topic, ledger=ledger)
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {"texts": [*texts], "calls": [*calls]}:
            conversation.texts, conversation.calls = (
                [str(text) for text in texts],
                [*calls_from_json(calls)],
            )
        case _:
            pass
    ledger.settle(conversation.calls)  # an attempt before may have died before it could
    return conversation

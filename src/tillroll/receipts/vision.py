"""Asks the vision model for the text of one picture.

An answer that was cut off, or that has no text, is never a transcript. It is kept apart, so that it
is paid for once and shows in the ledger, and the model is asked once more with twice the room.
Where that does not help, a person is asked.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tillroll.ai.known_models import (
    TRANSCRIPT_TOKENS,
    with_limit,
    with_little_thought,
    with_twice_the_limit,
    without_thought,
)
from tillroll.receipts import contract
from tillroll.receipts.chat_answers import ChatAnswer, read_answer
from tillroll_durable import NeedsReview
from tillroll_durable.ai.calls import AiCall, Question, Stopwatch, calls_from_json, failure_of
from tillroll_durable.ai.ledger import BudgetSpent, Ledger
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

# How often a model is asked for a text that is complete.
_MOST_ANSWERS: Final = 2

_PROMPT: Final = (
    "Transcribe this receipt exactly as printed. One printed line per line of text, top to bottom. "
    "Keep columns apart by two or more spaces. "
    "Do not translate, correct, summarise or add anything."
)


@dataclass(frozen=True)
class CutAnswers:
    """The answers so far that are no transcripts: what came of the text, and the calls that were
    paid."""

    texts: tuple[str, ...] = ()
    calls: tuple[AiCall, ...] = ()


@dataclass(frozen=True)
class VisionAnswer:
    """A complete text of a picture, the calls that it took, and where its words stand, as the model
    said it."""

    text: str
    calls: tuple[AiCall, ...]
    boxes: Json


@dataclass(frozen=True)
class VisionReader:
    """Asks one model, for one step. `cut_key` and `key` say where an answer is kept that is none,
    and one that is."""

    platform: Platform
    ledger: Ledger
    model: str

    async def read(
        self, key: str, cut_key: str, show: Callable[[], Awaitable[str]]
    ) -> VisionAnswer:
        """Have a picture read; `show` gives it as a data: URL. Raises NeedsReview: the model cannot
        take it, or does not end, or there is no money to ask; NonRetryable or AccessDenied: the
        model refuses for good; ModelError: it did not answer."""
        cut = await self._load(cut_key)
        while len(cut.texts) < _MOST_ANSWERS:
            request = self._request(cut)
            limit = int(str(request["max_tokens"]))
            # Nothing here names the picture: it is held until the model is asked.
            answer, watch = await self._ask(request, await show())
            tokens = (answer.input_tokens, answer.output_tokens)
            fault = _fault_of(answer, limit)
            is_last = len(cut.texts) + 1 == _MOST_ANSWERS
            if fault is None or (is_last and _is_of_nothing(answer, limit)):
                # Of a blank page it is the right answer; where every page seems blank, it is the
                # model that fails, which `model_failing` counts.
                call = watch.completed(key, tokens=tokens, unusable=fault)
                return VisionAnswer(answer.text, (*cut.calls, call), answer.boxes)
            call = watch.completed(cut_key, tokens=tokens, unusable=fault)
            cut = CutAnswers((*cut.texts, answer.text), (*cut.calls, call))
            await self._store(cut_key, cut)
            self.ledger.settle([call])
        raise NeedsReview(
            contract.TRANSCRIPT_CUT,
            f"{self.model} did not end its text, asked {_MOST_ANSWERS} times",
        )

    def _request(self, cut: CutAnswers) -> JsonObject:
        """The request without its picture."""
        inputs: JsonObject = {"stream": False, "temperature": 0}
        request = with_limit(self.model, with_little_thought(self.model, inputs), TRANSCRIPT_TOKENS)
        if not cut.texts:
            return request
        if not cut.texts[-1].strip():
            request = without_thought(self.model, request)
        return with_twice_the_limit(self.model, request)

    async def _ask(self, request: JsonObject, image: str) -> tuple[ChatAnswer, Stopwatch]:
        question = Question(self.model, contract.OCR_EXTRACT.name, image, pictures=1)
        try:
            watch = Stopwatch(question, await self.ledger.start(question))
        except BudgetSpent as spent:
            raise NeedsReview(contract.AI_BUDGET) from spent
        answer = self.platform.models.run(self.model, request | {"messages": _messages(image)})
        del image  # a megabyte, and many models think at once
        try:
            return read_answer(await answer), watch
        except ModelError as error:
            self.ledger.settle([watch.failed(str(error), was_refused=error.code is not None)])
            if error.is_retryable:
                raise
            if error.is_about_input:
                raise NeedsReview(contract.UNREADABLE, str(error)) from error
            raise failure_of(error) from error

    async def _load(self, cut_key: str) -> CutAnswers:
        """What an earlier attempt of this run kept; that it was paid for may not be in the ledger
        yet."""
        stored = await self.platform.objects.get_text(cut_key)
        match {} if stored is None else load_object(stored):
            case {"texts": [*texts], "calls": [*calls]}:
                cut = CutAnswers(tuple(str(text) for text in texts), calls_from_json(calls))
            case _:
                cut = CutAnswers()
        self.ledger.settle(cut.calls)
        return cut

    async def _store(self, cut_key: str, cut: CutAnswers) -> None:
        body: JsonObject = {"texts": [*cut.texts], "calls": [call.as_json() for call in cut.calls]}
        await self.platform.objects.put_text(cut_key, dump(body), "application/json")


def _fault_of(answer: ChatAnswer, limit: int) -> str | None:
    """Why the answer is no complete transcript; None where it is one."""
    if answer.is_cut_at(limit):
        return "the text was cut off"
    if answer.is_blank and answer.refusal is not None:
        return f"the model refused: {answer.refusal}"
    if answer.is_blank:
        return "the answer has no text"
    return None


def _is_of_nothing(answer: ChatAnswer, limit: int) -> bool:
    """Whether the model says, as its whole answer, that there is no text in the picture."""
    return answer.has_text and answer.is_blank and not answer.is_cut_at(limit)


def _messages(image: str) -> Json:
    content: Json = [
        {"type": "text", "text": _PROMPT},
        {"type": "image_url", "image_url": {"url": image}},
    ]
    return [{"role": "user", "content": content}]

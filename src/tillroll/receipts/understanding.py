"""From a transcript to a reading: rules and what the account knows, and a language model only where they doubt. It
never fails a step."""

import asyncio
import hashlib
from dataclasses import dataclass, field, replace

from tillroll.ai.calls import AiCall, Question, Stopwatch, calls_from_json
from tillroll.ai.ledger import BudgetSpent, Ledger
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.reading.extraction import DocumentKind, Field, Transcript
from tillroll.reading.page import Page
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.receipt import Reading, are_several, read_page
from tillroll.reading.second_opinion import InvalidAnswer, ModelAnswer, chat_request, parse_answer, weigh, would_help
from tillroll.reading.voucher import ORIGINS
from tillroll.receipts.contract import AI_BUDGET
from tillroll.receipts.recollection import Recollection, recollect
from tillroll.receipts.repository import Receipt
from tillroll.receipts.settings import ReceiptSettings
from tillroll.receipts.statements import read_statement
from tillroll.receipts.transcription import PDF, read_answer
from tillroll.receipts.transcripts import StoredXml, Transcription

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


_SEVERAL = ReviewReason.SEVERAL_RECEIPTS.value


@dataclass(frozen=True)
class Known:
    """What the rules read, and what the account has for it."""

    understood: Reading
    recollection: Recollection


def read_by_rules(platform: Platform, receipt: Receipt, found: Transcription) -> Reading:
    """What the rules read; of the account they know only what it calls itself."""
    today = platform.clock.now().date()
    return _as_receipt(read_page(_page(found), default_currency=_currency(platform), today=today, own=receipt.own))


def _as_receipt(reading: Reading) -> Reading:
    """Says what it is: a receipt, or where money came back, a credit note."""
    total = reading.extraction.total
    if total.value is None:
        return reading
    kind = DocumentKind.CREDIT_NOTE if total.value.startswith("-") else DocumentKind.RECEIPT
    told = Field[DocumentKind](value=kind, evidence=total.evidence, confidence=total.confidence)
    return replace(reading, extraction=reading.extraction.model_copy(update={"document_kind": told}))


async def understand(
    platform: Platform, run: Run, receipt: Receipt, found: Transcription, ledger: Ledger, known: Known | None
) -> tuple[Reading, str | None]:
    """The reading, and the run that looks like the same purchase. Where there is no money to ask a model, the reading
    is that of the rules, with AI_BUDGET among its reasons. `known` is what was looked up already, None for nothing."""
    if receipt.media_type in ORIGINS:
        return await read_statement(platform, run, receipt)
    if found.xml:
        return await _read_exactly(platform, run, receipt, found.xml, found.text)
    invoice = _read_invoice(platform, receipt, found)
    if invoice is not None:
        return await _with_memory(platform, run, invoice)
    if known is None:
        understood = read_by_rules(platform, receipt, found)
        known = Known(understood, await recollect(platform.database, run, understood))
    remembered = known.recollection.snap(known.understood)
    second = None
    if found.doubt:
        remembered = replace(remembered, accepted=False, reasons=(found.doubt,))
    elif are_several(_page(found), _currency(platform)):
        remembered = replace(remembered, accepted=False, reasons=(_SEVERAL, *remembered.reasons))
    elif platform.settings.of(AiSettings).language_models and would_help(remembered):
        second = await read_again(platform, receipt.derived_prefix, Transcript.from_text(found.text), ledger)
    if second is not None and second.is_over_budget:
        remembered = replace(remembered, accepted=False, reasons=(*remembered.reasons, AI_BUDGET))
    elif second is not None and second.answer is not None:
        weighed = weigh(known.understood, second.answer, Transcript.from_text(found.text), second.model)
        recollection = await recollect(platform.database, run, weighed)
        remembered = recollection.snap(weighed)
        return remembered, recollection.duplicate_of(remembered)
    return remembered, known.recollection.duplicate_of(remembered)


async def _read_exactly(
    platform: Platform, run: Run, receipt: Receipt, xml: StoredXml, transcript: str
) -> tuple[Reading, str | None]:
    """The reading of an e-invoice's XML; that the account knows the seller by another name counts as well."""
    from tillroll.receipts.e_invoices import read_stored  # noqa: PLC0415 - only where there is XML

    return await _with_memory(platform, run, await read_stored(platform, receipt.own, xml, transcript))


def _read_invoice(platform: Platform, receipt: Receipt, found: Transcription) -> Reading | None:
    """The reading of a PDF's own text as an invoice; None where it is none. Pictures are read as receipts: what OCR may
    have misread, the rules for invoices do not expect."""
    if receipt.media_type != PDF or found.calls:
        return None
    from tillroll.reading.invoices.printed import read_printed  # noqa: PLC0415 - only where a PDF comes

    today = platform.clock.now().date()
    reading = read_printed(_page(found), default_currency=_currency(platform), today=today, own=receipt.own)
    if reading is None or not found.doubt:
        return reading
    return replace(reading, accepted=False, reasons=(found.doubt,))


async def _with_memory(platform: Platform, run: Run, reading: Reading) -> tuple[Reading, str | None]:
    recollection = await recollect(platform.database, run, reading)
    remembered = recollection.snap(reading)
    return remembered, recollection.duplicate_of(remembered)


def _page(found: Transcription) -> Page:
    return Page.of(Transcript.from_text(found.text))


def _currency(platform: Platform) -> str | None:
    return platform.settings.of(ReceiptSettings).default_currency or None

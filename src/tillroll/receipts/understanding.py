"""From a transcript to a reading: rules and what the account knows, and a language model only where they doubt. It
never fails a step."""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tillroll.ai.calls import AiCall, Question, Stopwatch, calls_from_json
from tillroll.ai.ledger import BudgetSpent, Ledger
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.runs import Run
from tillroll.expenses.duplicates import is_other_document
from tillroll.expenses.sorting.rules import Facts, Rule, active_rules, first_match, gives_json, rule_of_row
from tillroll.expenses.writes import key_of
from tillroll.platform.bindings.database import Database, Row, Statement, integer, of_row, statement, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.reading import recognition
from tillroll.reading.correction import InvalidValues, apply
from tillroll.reading.extraction import DocumentKind, Field, Transcript
from tillroll.reading.money import AmountError, minor_from_decimal_string
from tillroll.reading.page import Page
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.receipt import Reading, are_several, read_page
from tillroll.reading.recognition import Sightings, look_key, merchant_key
from tillroll.reading.second_opinion import InvalidAnswer, ModelAnswer, chat_request, parse_answer, weigh, would_help
from tillroll.reading.voucher import ORIGINS, Origin
from tillroll.reading.voucher import extract as extract_statement
from tillroll.receipts.contract import AI_BUDGET, ReceiptSettings
from tillroll.receipts.repository import PDF, Receipt
from tillroll.receipts.transcription import StoredXml, Transcription, load_statement, read_answer

# What the account has that bears on a reading, in one round trip: its known merchants, their categories, and expenses
# that may be the same purchase.

# The runs that show a merchant under this name, the firm's or this tax id; a UNION, since for an OR the planner would
# read all rows.
_ALIKE = """
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND look_key IN (?2, ?4)
  UNION
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND tax_id = ?3
"""
_KNOWN = f"""
  SELECT merchant, spelling, tax_id, COUNT(*) AS times, COUNT(confirmed_by) AS confirmed, MIN(at) AS since
  FROM merchant_sightings WHERE run_id IN ({_ALIKE})
  GROUP BY merchant, spelling, tax_id
"""  # noqa: S608 - a constant
# How often people chose each category for each of those merchants.
_CATEGORIES = f"""
  SELECT s.merchant_key, e.category, COUNT(*) AS times
  FROM merchant_sightings s JOIN expenses e ON e.run_id = s.run_id
  WHERE s.account_id = ?1 AND s.undone_at IS NULL AND e.category IS NOT NULL AND e.category_by IS NOT NULL
    AND s.merchant_key IN (SELECT merchant_key FROM merchant_sightings WHERE run_id IN ({_ALIKE}))
  GROUP BY s.merchant_key, e.category
"""  # noqa: S608 - a constant
# An expense's key is its merchant's, and ?6. One from before the merchant was known has the name as it was read (?7),
# one whose receipt prints no brand the firm's (?8).
_SAME = f"""
  SELECT run_id, duplicate_key, document_kind, receipt_number FROM expenses
  WHERE account_id = ?1 AND receipt_id <> ?5 AND status <> 'voided' AND duplicate_key IN (
    SELECT merchant_key || ?6 FROM merchant_sightings WHERE run_id IN ({_ALIKE})
    UNION SELECT ?7 || ?6 UNION SELECT ?8 || ?6
  )
  ORDER BY id
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Recollection:
    """What was found for a reading. `categories` are counted by the merchant's key; `same` are rows of expenses from
    other receipts with this date, total and currency."""

    known: Sequence[Sightings]
    categories: dict[str, dict[str, int]]
    same: Sequence[Row]
    rules: Sequence[Rule] = ()

    def snap(self, reading: Reading) -> Reading:
        """The reading with its merchant snapped to a known one, and the category of a rule, or its usual one."""
        known = self._as_known(reading)
        rule = first_match(self.rules, _facts(known))
        if rule is None:
            return known
        return recognition.with_rule(known, rule.id, gives_json(rule.gives), rule.gives.category)

    def _as_known(self, reading: Reading) -> Reading:
        read = reading.extraction
        name, firm, tax_id = read.merchant.value, read.registered_name.value, read.tax_id.value
        found = recognition.recognise(name, tax_id, self.known)
        if found is None and firm is not None and look_key(firm) != look_key(name):
            # Of receipts that print no brand, the firm is what is known.
            found = recognition.recognise(firm, tax_id, self.known)
        if found is None:
            return reading
        snapped = recognition.with_known_merchant(reading, found)
        counts = self.categories.get(merchant_key(found.merchant), {})
        category = recognition.usual_category(counts)
        return snapped if category is None else recognition.with_category(snapped, category, counts[category])

    def duplicate_of(self, reading: Reading) -> str | None:
        """The run whose expense is the same purchase, from another receipt, and not an invoice of another number."""
        try:
            fields = apply(reading.extraction, {})
        except InvalidValues:
            return None  # incomplete: a person is asked anyway
        read_as = recognition.read_name(reading.extraction) or fields.merchant
        names = {fields.merchant, read_as, fields.registered_name or fields.merchant}
        keys = {key_of(replace(fields, merchant=name)) for name in names}
        alike = (row for row in self.same if text(row, "duplicate_key") in keys and not is_other_document(fields, row))
        return next((text(row, "run_id") for row in alike), None)


def queries(run: Run, reading: Reading) -> list[Statement]:
    """What `recollect` asks for a reading by the rules, for anyone who has a batch to ask it with."""
    read = reading.extraction
    name, firm = read.merchant.value, read.registered_name.value
    whose = (run.account_id, look_key(name), read.tax_id.value, look_key(firm))
    return [
        statement(_KNOWN, *whose),
        statement(_CATEGORIES, *whose),
        statement(
            _SAME, *whose, run.subject, _rest_of_key(reading), merchant_key(name or ""), merchant_key(firm or "")
        ),
        active_rules(run.account_id),
    ]


def recollection_of(rows: Sequence[Sequence[Row]]) -> Recollection:
    """The answers of `queries`."""
    known, categories, same, rules = rows
    counts: dict[str, dict[str, int]] = {}
    for row in categories:
        counts.setdefault(text(row, "merchant_key"), {})[text(row, "category")] = integer(row, "times")
    return Recollection([of_row(Sightings, row) for row in known], counts, same, [rule_of_row(row) for row in rules])


async def recollect(database: Database, run: Run, reading: Reading) -> Recollection:
    return recollection_of(await database.batch(queries(run, reading)))


def _facts(reading: Reading) -> Facts:
    read, total, currency = reading.extraction, None, reading.extraction.currency.value or ""
    with suppress(AmountError):  # an amount that the currency cannot have is none that a rule can go by
        total = minor_from_decimal_string(read.total.value, currency) if read.total.value and currency else None
    texts = (read.receipt_number.value, read.buyer.value, *(item.description for item in read.line_items))
    kind = read.document_kind.value and read.document_kind.value.value
    names = read.merchant.value or "", read.registered_name.value
    return Facts(*names, total, currency, kind, [*filter(None, texts)])


def _rest_of_key(reading: Reading) -> str | None:
    """An expense's key behind its merchant's; None where the reading is no whole expense, whoever the merchant is."""
    try:
        fields = apply(reading.extraction, {"merchant": "anybody"})
    except InvalidValues:
        return None
    return key_of(fields).removeprefix("anybody")


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


async def read_again(platform: Platform, prefix: str, transcript: Transcript, ledger: Ledger) -> SecondReading:
    """Ask the configured model, and the fallback where it does not answer, until a quota or budget is spent. `prefix`
    is where answers are stored."""
    question = hashlib.sha256(dump(chat_request(transcript, is_second=False)).encode()).hexdigest()[:16]
    conversations: list[_Conversation] = []
    for model in dict.fromkeys(platform.settings.of(AiSettings).language_models):
        key = f"{prefix}/reading/{model.strip('@').replace('/', '-')}-{question}.json"
        conversations.append(await _load(platform, model, key, transcript, ledger))
    deadline = asyncio.get_running_loop().time() + _ALL_SECONDS
    # A model that has answered before is not passed over for one that failed then.
    for said in sorted(conversations, key=lambda said: not said.texts):
        try:
            answer = await said.converse(deadline)
        except BudgetSpent:
            return SecondReading(is_over_budget=True)
        except ModelError as error:
            if error.is_quota:
                break
            continue
        return SecondReading(answer, said.model)
    return SecondReading()


@dataclass
class _Conversation:
    """What one model has said so far about a transcript, as it is stored under the key."""

    platform: Platform
    model: str
    key: str
    transcript: Transcript
    ledger: Ledger
    texts: list[str] = field(default_factory=list[str])
    calls: list[AiCall] = field(default_factory=list[AiCall])

    async def converse(self, deadline: float) -> ModelAnswer | None:
        """Its answer, or None where it has none of the right form. Raises ModelError; BudgetSpent."""
        answer = _usable(self.texts[-1]) if self.texts else None
        while answer is None and len(self.texts) < _MOST_ANSWERS:
            text_, call = await self._ask(deadline)
            self.texts.append(text_)
            self.calls.append(call)
            stored: JsonObject = {"texts": [*self.texts], "calls": [each.as_json() for each in self.calls]}
            await self.platform.objects.put_text(self.key, dump(stored), "application/json")
            self.ledger.settle([call])
            answer = _usable(text_)
        return answer

    async def _ask(self, deadline: float) -> tuple[str, AiCall]:
        request = chat_request(self.transcript, is_second=bool(self.texts))
        question = Question(self.model, PURPOSE, dump(request))
        watch = Stopwatch(question, await self.ledger.start(question))
        try:
            answer = read_answer(await self._run(request, deadline))
        except ModelError as error:
            if _NO_JSON_MODE in str(error).lower():
                return "", watch.completed(self.key, unusable=str(error))
            self.ledger.settle([watch.failed(str(error), was_refused=error.code is not None)])
            raise
        tokens = (answer.input_tokens, answer.output_tokens)
        try:
            parse_answer(answer.text)
        except InvalidAnswer as error:
            cause = "the answer was cut off" if answer.is_cut_off else str(error)
            return answer.text, watch.completed(self.key, tokens=tokens, unusable=cause)
        return answer.text, watch.completed(self.key, tokens=tokens)

    async def _run(self, request: JsonObject, deadline: float) -> JsonObject:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + _CALL_SECONDS, deadline)):
                return await self.platform.models.run(self.model, request)
        except TimeoutError as error:
            raise ModelError(None, f"no answer from {self.model} in time") from error


async def _load(platform: Platform, model: str, key: str, transcript: Transcript, ledger: Ledger) -> _Conversation:
    said = _Conversation(platform, model, key, transcript, ledger)
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {"texts": [*texts], "calls": [*calls]}:
            said.texts, said.calls = [str(text) for text in texts], [*calls_from_json(calls)]
        case _:
            pass
    ledger.settle(said.calls)  # an attempt before may have died before it could
    return said


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
    reading = read_page(_page(found), default_currency=_currency(platform), today=today, own=receipt.own)
    total = reading.extraction.total
    if total.value is None:
        return reading
    kind = DocumentKind.CREDIT_NOTE if total.value.startswith("-") else DocumentKind.RECEIPT
    told = Field[DocumentKind](value=kind, evidence=total.evidence, confidence=total.confidence)
    return replace(reading, extraction=reading.extraction.model_copy(update={"document_kind": told}))


async def understand(
    platform: Platform, run: Run, receipt: Receipt, found: Transcription, ledger: Ledger, known: Known | None
) -> tuple[Reading, str | None]:
    """The reading, and the run that looks like the same purchase; AI_BUDGET is among its reasons where there is no
    money to ask a model. `known` is what was looked up already."""
    if receipt.media_type in ORIGINS:
        return await _read_statement(platform, run, receipt)
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
    """The reading of an e-invoice's XML, held against the text of the pages that it lies in."""
    # Only where there is XML.
    from tillroll.reading.invoices.extraction import extract, read_invoice  # noqa: PLC0415
    from tillroll.reading.invoices.judgement import judge  # noqa: PLC0415

    content = await platform.objects.get_bytes(xml.key)
    if content is None:
        raise NonRetryable(f"the object {xml.key} is missing")
    invoice = read_invoice(content)
    extraction, _ = extract(invoice, first_line=xml.first_line, file_name=xml.name)
    printed = "\n".join(transcript.split("\n")[: xml.first_line])
    return await _with_memory(platform, run, judge(invoice, extraction, printed, receipt.own))


async def _read_statement(platform: Platform, run: Run, receipt: Receipt) -> tuple[Reading, str | None]:
    """The reading, which is believed but for its category, and the run that looks like the same expense."""
    voucher = await load_statement(platform, receipt)
    reading = Reading(extract_statement(voucher), accepted=True, reasons=())
    if voucher.origin is not Origin.VOUCHER:
        return reading, await _claimed_before(platform, run, reading)
    recollection = await recollect(platform.database, run, reading)
    duplicate_of = recollection.duplicate_of(reading)
    remembered = recollection.snap(reading).extraction
    stated = {"merchant": reading.extraction.merchant, "known_as": None}
    if voucher.category is not None:
        stated["category"] = reading.extraction.category
    return replace(reading, extraction=remembered.model_copy(update=stated)), duplicate_of


async def _claimed_before(platform: Platform, run: Run, reading: Reading) -> str | None:
    """The run of the same person's same claim: two people may make one journey."""
    query = """
      SELECT run_id FROM expenses
      WHERE account_id = ?1 AND duplicate_key = ?2 AND receipt_id <> ?3 AND status <> 'voided'
        AND person = (SELECT uploaded_by FROM receipts WHERE id = ?3)
      ORDER BY id LIMIT 1
    """
    key = key_of(apply(reading.extraction, {}))
    row = await platform.database.first(statement(query, run.account_id, key, run.subject))
    return None if row is None else text(row, "run_id")


def _read_invoice(platform: Platform, receipt: Receipt, found: Transcription) -> Reading | None:
    """The reading of a PDF's own text as an invoice; None where it is none. OCR may have misread pictures."""
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

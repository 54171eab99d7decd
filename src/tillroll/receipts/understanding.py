"""From a transcript to a reading: rules and what the account knows, and a language model only where they doubt. It
never fails a step."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tillroll.ai.ledger import Ledger
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.runs import Run
from tillroll.expenses.duplicates import is_other_document
from tillroll.expenses.sorting.categories import MOST_CATEGORIES
from tillroll.expenses.sorting.proposing import question
from tillroll.expenses.sorting.proposing.decide import Chosen, Seen, newest, propose
from tillroll.expenses.sorting.proposing.decide import Known as ProposedFrom
from tillroll.expenses.sorting.proposing.kinds import Sorted
from tillroll.expenses.sorting.proposing.question import SaidCategory
from tillroll.expenses.sorting.rules import Facts, Rule, active_rules, first_match, gives_json, rule_of_row
from tillroll.expenses.writes import key_of
from tillroll.platform.bindings.database import Database, Row, Statement, integer, of_row, statement, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.reading import recognition
from tillroll.reading.correction import InvalidValues, apply
from tillroll.reading.extraction import DocumentKind, Field, ProposedCategory, Transcript
from tillroll.reading.money import AmountError, minor_from_decimal_string
from tillroll.reading.page import Page
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.receipt import Reading, are_several, read_page
from tillroll.reading.recognition import Sightings, look_key, merchant_key
from tillroll.reading.second_opinion import ModelAnswer, chat_request, parse_answer, weigh, would_help
from tillroll.reading.voucher import ORIGINS, Origin
from tillroll.reading.voucher import extract as extract_statement
from tillroll.receipts.asking import Topic, ask
from tillroll.receipts.contract import AI_BUDGET, ReceiptSettings
from tillroll.receipts.repository import PDF, Receipt
from tillroll.receipts.transcription import StoredXml, Transcription, load_statement

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
# How often people chose each category for each of those merchants, and when last. What they did not want to be proposed
# again (0 in `times`) counts from the next choice on.
_CHOSEN = f"""
  WITH merchants AS (
    SELECT DISTINCT merchant_key FROM merchant_sightings WHERE run_id IN ({_ALIKE}) UNION SELECT ?5 UNION SELECT ?6
  ), dismissed AS (
    SELECT d.* FROM merchants m CROSS JOIN proposals_dismissed d
    WHERE d.account_id = ?1 AND d.merchant_key = m.merchant_key
  )
  SELECT s.merchant_key, e.category, COUNT(*) AS times, MAX(COALESCE(e.category_at, e.created_at)) AS last
  FROM merchants m CROSS JOIN merchant_sightings s JOIN expenses e ON e.run_id = s.run_id
  LEFT JOIN dismissed d ON d.merchant_key = s.merchant_key AND d.category = e.category
  WHERE s.account_id = ?1 AND s.merchant_key = m.merchant_key AND s.undone_at IS NULL
    AND e.category IS NOT NULL AND e.category_by IS NOT NULL AND e.status <> 'voided'
    AND COALESCE(e.category_at, e.created_at) > COALESCE(d.dismissed_at, '')
  GROUP BY s.merchant_key, e.category
  UNION ALL
  SELECT merchant_key, category, 0, '' FROM dismissed
"""  # noqa: S608 - a constant
# What the account sorts by now.
_SORTED_BY = "SELECT name, starter FROM categories WHERE account_id = ? AND state = 'active' ORDER BY name LIMIT ?"
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
    """What was found for a reading. `chosen` are the categories that people chose and `dismissed` those that they do
    not want, by the merchant's key; `same` are rows of expenses from other receipts with this date, total and
    currency; `categories` are the account's."""

    known: Sequence[Sightings]
    chosen: Mapping[str, Sequence[Chosen]]
    dismissed: Mapping[str, frozenset[str]]
    same: Sequence[Row]
    rules: Sequence[Rule] = ()
    categories: Sequence[Sorted] = ()

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
        chosen = self.chosen.get(merchant_key(found.merchant), ())
        counts, last = {each.category: each.times for each in chosen}, newest(chosen)
        category = recognition.usual_category(counts)
        if category is None or last is None or last.category != category:
            return snapped  # what was chosen last, and is not usual, is proposed
        return recognition.with_category(snapped, category, counts[category])

    def proposing(self, reading: Reading, text: str) -> Reading:
        """The reading with a category proposed, where it has none; `text` is the transcript."""
        read = reading.extraction
        name = read.merchant.value
        if read.category.value is not None or name is None:
            return reading
        key = merchant_key(name)
        known = ProposedFrom(self.categories, self.chosen.get(key, ()), self.dismissed.get(key, frozenset()))
        items = [item.description for item in read.line_items]
        codes = [item.code for item in read.line_items if item.code is not None]
        proposed = propose(Seen(name, read.registered_name.value, items, codes, text.splitlines()), known)
        return with_proposed(reading, proposed)

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
        statement(_CHOSEN, *whose, merchant_key(name or ""), merchant_key(firm or "")),
        statement(
            _SAME, *whose, run.subject, _rest_of_key(reading), merchant_key(name or ""), merchant_key(firm or "")
        ),
        active_rules(run.account_id),
        statement(_SORTED_BY, run.account_id, MOST_CATEGORIES),
    ]


def recollection_of(rows: Sequence[Sequence[Row]]) -> Recollection:
    """The answers of `queries`."""
    known, choices, same, rules, categories = rows
    chosen: dict[str, list[Chosen]] = {}
    dismissed: dict[str, frozenset[str]] = {}
    for row in choices:
        key = text(row, "merchant_key")
        if integer(row, "times"):
            chosen.setdefault(key, []).append(of_row(Chosen, row))
        else:
            dismissed[key] = dismissed.get(key, frozenset()) | {text(row, "category")}
    return Recollection(
        [of_row(Sightings, row) for row in known],
        chosen,
        dismissed,
        same,
        [rule_of_row(row) for row in rules],
        [of_row(Sorted, row) for row in categories],
    )


async def recollect(database: Database, run: Run, reading: Reading) -> Recollection:
    return recollection_of(await database.batch(queries(run, reading)))


def with_proposed(reading: Reading, proposed: ProposedCategory | None) -> Reading:
    if proposed is None:
        return reading
    return replace(reading, extraction=reading.extraction.model_copy(update={"proposed_category": proposed}))


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
_ALL_SECONDS = 100.0


def _second_reading(transcript: Transcript) -> Topic[ModelAnswer]:
    def request(is_second: bool) -> JsonObject:
        return chat_request(transcript, is_second=is_second)

    return Topic(PURPOSE, "reading", _ALL_SECONDS, request, parse_answer)


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
        return await _read_exactly(platform, run, receipt, found, found.xml)
    invoice = _read_invoice(platform, receipt, found)
    if invoice is not None:
        return await _with_memory(platform, run, invoice, found.text)
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
        topic = _second_reading(Transcript.from_text(found.text))
        second = await ask(platform, receipt.derived_prefix, topic, ledger)
    if second is not None and second.is_over_budget:
        remembered = replace(remembered, accepted=False, reasons=(*remembered.reasons, AI_BUDGET))
    elif second is not None and second.answer is not None:
        weighed = weigh(known.understood, second.answer, Transcript.from_text(found.text), second.model)
        recollection = await recollect(platform.database, run, weighed)
        remembered = recollection.snap(weighed)
        return await _sorted(platform, receipt, found, (recollection, remembered), ledger)
    return await _sorted(platform, receipt, found, (known.recollection, remembered), ledger)


async def _sorted(
    platform: Platform, receipt: Receipt, found: Transcription, known: tuple[Recollection, Reading], ledger: Ledger
) -> tuple[Reading, str | None]:
    """The reading with a category proposed, by a language model where nothing else does; and what it duplicates."""
    recollection, reading = known
    proposing = recollection.proposing(reading, found.text)
    read = proposing.extraction
    is_open = read.category.value is None and read.proposed_category is None and not found.doubt
    if is_open and recollection.categories and platform.settings.of(AiSettings).language_models:
        names = [each.name for each in recollection.categories]
        transcript = Transcript.from_text(found.text)
        asked = await ask(platform, receipt.derived_prefix, _which_category(transcript, names), ledger)
        if asked.answer is not None:
            proposing = with_proposed(proposing, question.proposal(asked.answer, transcript))
    return proposing, recollection.duplicate_of(reading)


CATEGORY_PURPOSE = "category"
# Behind a second reading it must end within the step's time too.
_CATEGORY_SECONDS = 15.0


def _which_category(transcript: Transcript, names: list[str]) -> Topic[SaidCategory]:
    def request(is_second: bool) -> JsonObject:
        return question.chat_request(transcript, names, is_second=is_second)

    def parse(text: str) -> SaidCategory:
        return question.parse_answer(text, names)

    return Topic(CATEGORY_PURPOSE, "category", _CATEGORY_SECONDS, request, parse)


async def _read_exactly(
    platform: Platform, run: Run, receipt: Receipt, found: Transcription, xml: StoredXml
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
    printed = "\n".join(found.text.split("\n")[: xml.first_line])
    return await _with_memory(platform, run, judge(invoice, extraction, printed, receipt.own), printed)


async def _read_statement(platform: Platform, run: Run, receipt: Receipt) -> tuple[Reading, str | None]:
    """The reading, which is believed but for its category, and the run that looks like the same expense."""
    voucher = await load_statement(platform, receipt)
    reading = Reading(extract_statement(voucher), accepted=True, reasons=())
    if voucher.origin is not Origin.VOUCHER:
        return reading, await _claimed_before(platform, run, reading)
    recollection = await recollect(platform.database, run, reading)
    duplicate_of = recollection.duplicate_of(reading)
    remembered = recollection.proposing(recollection.snap(reading), "").extraction
    stated = {"merchant": reading.extraction.merchant, "known_as": None}
    if voucher.category is not None:
        stated |= {"category": reading.extraction.category, "proposed_category": None}
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


async def _with_memory(platform: Platform, run: Run, reading: Reading, text: str) -> tuple[Reading, str | None]:
    recollection = await recollect(platform.database, run, reading)
    remembered = recollection.snap(reading)
    return recollection.proposing(remembered, text), recollection.duplicate_of(remembered)


def _page(found: Transcription) -> Page:
    return Page.of(Transcript.from_text(found.text))


def _currency(platform: Platform) -> str | None:
    return platform.settings.of(ReceiptSettings).default_currency or None

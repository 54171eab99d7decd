"""Measures readers on documents of the account whose values a person confirmed: what each reads of
them, and its cost. A model is asked as a second reader is, and what it says changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tillroll.expenses.writes import expense_id
from tillroll.quotas.calls import ledger_of
from tillroll.receipts import repository, transcripts
from tillroll.receipts.contract import OCR_EXTRACT
from tillroll.receipts.repository import Receipt, receipt_from_row
from tillroll_documents.money import decimal_string, minor_digits
from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.verdicts import Verdict, held, values_of
from tillroll_durable import Statement, ValuesRefused
from tillroll_durable.ai.costs import CostSettings
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.models import Model, RequestBody
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run

if TYPE_CHECKING:
    from tillroll.receipts.transcription import Transcription

PURPOSE: Final = "measurement"
RULES: Final = "rules"
MOST_DOCUMENTS: Final = 200
_SECONDS: Final = 50.0
_LOOKED_AT: Final = digits(5_000)
"""Expenses, the newest: most accounts have few that a person was asked about."""


class MeasuredDocument(Model):
    """A document on which readers can be measured, by its run; the other values are the
    expense's.
    """

    run_id: str
    expense_id: str
    merchant: str
    date: str


class MeasureRequest(RequestBody):
    """`model` is one of AI_PRICES, or `rules`."""

    model: str


class Measurement(Model):
    """What a reader made of a document. `verdicts` has one for each value that a person confirmed;
    it is empty where there is nothing to measure: an e-invoice is read exactly. `is_answered` is
    false where it did not answer; `is_over_budget` where there was no money to ask it.
    `cost_micro_usd` is null where nobody knows.
    """

    model: str
    verdicts: dict[str, Verdict]
    is_answered: bool = True
    is_over_budget: bool = False
    cost_micro_usd: int | None = 0


# An approved review confirms all values of an expense.
_CONFIRMED: Final = """
  EXISTS (SELECT 1 FROM reviews r JOIN review_decisions d ON d.review_id = r.id
          WHERE r.run_id = e.run_id AND d.decision = 'approve')
"""


async def list_documents(database: Database, account_id: str, limit: int) -> list[MeasuredDocument]:
    """The newest whose values a person confirmed."""
    query = f"""
      SELECT e.run_id, e.id, e.merchant, e.date
      FROM (SELECT * FROM expenses WHERE account_id = ?1 ORDER BY id DESC LIMIT {_LOOKED_AT}) e
      WHERE e.origin = 'receipt' AND e.status <> 'voided' AND {_CONFIRMED}
      ORDER BY e.id DESC LIMIT ?2
    """
    return [
        MeasuredDocument(
            run_id=text(row, "run_id"),
            expense_id=text(row, "id"),
            merchant=text(row, "merchant"),
            date=text(row, "date"),
        )
        for row in await database.all(statement(query, [account_id, limit]))
    ]


@dataclass(frozen=True)
class _Aside:
    """Who asks beside a run's steps."""

    run: Run
    step: None = None
    attempt: int = 0
    kept: list[Statement] = field(default_factory=list[Statement])


async def measure(platform: Platform, run: Run, model: str) -> Measurement:
    """Raises ValuesRefused: there is no such model here, or nothing that a person confirmed."""
    # What reads is imported where it is asked for.
    from tillroll.receipts.transcription import load_transcript  # noqa: PLC0415
    from tillroll.receipts.understanding import (  # noqa: PLC0415 - not loaded at the start
        page_of,
        read_by_rules,
        read_invoice,
    )

    if model != RULES and model not in platform.settings.of(CostSettings).prices:
        raise ValuesRefused([("model", "Name a model whose price is in AI_PRICES, or rules.")])
    query = f"SELECT * FROM expenses e WHERE e.id = ? AND e.status <> 'voided' AND {_CONFIRMED}"
    steps = "SELECT output, step FROM run_steps WHERE run_id = ? AND step = ?"
    rows = await platform.database.batch(
        [
            statement(query, [expense_id(run.id)]),
            repository.receipt_of_run(run.id),
            statement(steps, [run.id, OCR_EXTRACT.name]),
        ]
    )
    expenses, receipts, outputs = rows
    key = transcripts.transcript_key_in(outputs)
    transcript = None if key is None else await load_transcript(platform, key)
    if not expenses or not receipts or transcript is None:
        raise ValuesRefused(
            [("runId", "Name a document that was read, and whose values a person confirmed.")]
        )
    if transcript.xml:
        return Measurement(model=model, verdicts={})
    receipt = receipt_from_row(receipts[0])
    [expense] = expenses
    page = page_of(transcript)
    invoice = read_invoice(platform, receipt, transcription=transcript, page=page)
    reading = invoice or read_by_rules(platform, receipt, page)
    if model == RULES:
        return Measurement(model=model, verdicts=_compare(values_of(reading.extraction), expense))
    return await _ask(
        platform,
        run,
        model=model,
        document=_Document(
            receipt,
            transcript,
            extraction=reading.extraction,
            expense=expense,
            is_invoice=invoice is not None,
        ),
    )


@dataclass(frozen=True)
class _Document:
    receipt: Receipt
    found: "Transcription"
    extraction: Extraction
    expense: Row
    is_invoice: bool


async def _ask(platform: Platform, run: Run, model: str, document: _Document) -> Measurement:
    from tillroll.receipts.asking import ask  # noqa: PLC0415 - not loaded at the start
    from tillroll.receipts.understanding import picture_of, topic_of  # noqa: PLC0415 - not loaded at the start
    from tillroll_documents.reading.opinions.invoice_opinion import (  # noqa: PLC0415 - see above
        NAMES as OF_INVOICES,
    )
    from tillroll_documents.reading.opinions.second_opinion import FIELDS, compare  # noqa: PLC0415 - not loaded at the start

    transcript = Transcript.from_text(document.found.text)
    if document.is_invoice:
        picture = None
    else:
        picture = await picture_of(platform, document.receipt, [model])
    topic = topic_of(
        transcript, picture, is_invoice=document.is_invoice, purpose=PURPOSE, seconds=_SECONDS
    )
    aside = _Aside(run)
    answer = await ask(
        platform,
        document.receipt.derived_prefix,
        topic=topic,
        ledger=ledger_of(platform, aside),
        models=[model],
    )
    cost = """
      SELECT SUM(cost_micro_usd) AS cost, COALESCE(SUM(is_unpriced), 0) AS unpriced FROM ai_calls
      WHERE run_id = ? AND model = ? AND purpose = ?
    """
    *_, [sums] = await platform.database.batch(
        [*aside.kept, statement(cost, [run.id, model, PURPOSE])]
    )
    values: Mapping[str, str] = {}
    if answer.answer is not None:
        if document.is_invoice:
            names = OF_INVOICES
        else:
            names = {name: name for name in FIELDS}
        values = compare(
            document.extraction, answer.answer, names=names, transcript=transcript, model=model
        ).standing
    return Measurement(
        model=model,
        verdicts=_compare(values, document.expense),
        is_answered=answer.answer is not None,
        is_over_budget=answer.is_over_budget,
        cost_micro_usd=None if integer(sums, "unpriced") else optional_integer(sums, "cost") or 0,
    )


def _compare(read: Mapping[str, str], expense: Row) -> dict[str, Verdict]:
    """Against what the person confirmed, as far as a receipt has it."""
    currency = text(expense, "currency")
    digits = minor_digits(currency)
    tax = optional_integer(expense, "tax_minor")
    truth = {
        "merchant": text(expense, "merchant"),
        "date": text(expense, "date"),
        "total": decimal_string(integer(expense, "total_minor"), digits),
        "tax": None if tax is None else decimal_string(tax, digits),
        "currency": currency,
        "number": optional_text(expense, "receipt_number") if _is_numbered(expense) else None,
    }
    truths = {name: value for name, value in truth.items() if value is not None}
    return held(read, truths, optional_text(expense, "registered_name"))


def _is_numbered(expense: Row) -> bool:
    """A till's receipt is not asked about its number."""
    return optional_text(expense, "document_kind") in {"invoice", "credit_note"}

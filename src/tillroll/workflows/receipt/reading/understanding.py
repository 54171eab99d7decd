"""From a transcript to a reading: the rules and what the account knows first, and a language model only where they do
not believe themselves."""

from dataclasses import dataclass, replace

from tillroll.ai.ledger import Ledger
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.runs import Run
from tillroll.platform.services import Platform
from tillroll.receipts.extraction import DocumentKind, Field
from tillroll.receipts.opinion.second_opinion import weigh, would_help
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reading import Reading, read_page
from tillroll.receipts.reasons import ReviewReason
from tillroll.receipts.several import are_several
from tillroll.receipts.voucher import ORIGINS
from tillroll.workflows.receipt.contract import AI_BUDGET
from tillroll.workflows.receipt.reading.recollection import Recollection, recollect
from tillroll.workflows.receipt.reading.second_reading import read_again
from tillroll.workflows.receipt.reading.statements import read_statement
from tillroll.workflows.receipt.reading.stored_xml import StoredXml
from tillroll.workflows.receipt.reading.transcription import PDF
from tillroll.workflows.receipt.reading.transcripts import Transcription
from tillroll.workflows.receipt.rows.records import Receipt
from tillroll.workflows.receipt.settings import ReceiptSettings

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
    from tillroll.workflows.receipt.reading.e_invoices import read_stored  # noqa: PLC0415 - only where there is XML

    return await _with_memory(platform, run, await read_stored(platform, receipt.own, xml, transcript))


def _read_invoice(platform: Platform, receipt: Receipt, found: Transcription) -> Reading | None:
    """The reading of a PDF's own text as an invoice; None where it is none. Pictures are read as receipts: what OCR may
    have misread, the rules for invoices do not expect."""
    if receipt.media_type != PDF or found.calls:
        return None
    from tillroll.invoices.printed.reading import read_printed  # noqa: PLC0415 - only where a PDF comes

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

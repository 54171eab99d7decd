"""From a transcript to a reading: the rules and what the account knows first, and a language model only where they do
not believe themselves."""

from dataclasses import replace

from tillroll.ai.ledger import Ledger
from tillroll.platform.services import Platform
from tillroll.receipts.opinion.second_opinion import weigh, would_help
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reading import Reading, read_page
from tillroll.receipts.reasons import ReviewReason
from tillroll.receipts.several import are_several
from tillroll.workflows.receipt.contract import AI_BUDGET
from tillroll.workflows.receipt.merchant_memory import remember
from tillroll.workflows.receipt.reading.second_reading import read_again
from tillroll.workflows.receipt.reading.stored_xml import StoredXml
from tillroll.workflows.receipt.reading.transcription import Transcription
from tillroll.workflows.receipt.records import Receipt

_SEVERAL = ReviewReason.SEVERAL_RECEIPTS.value


async def understand(platform: Platform, receipt: Receipt, found: Transcription, ledger: Ledger) -> Reading:
    """The reading. Where there is no money to ask a model, that of the rules, with AI_BUDGET among its reasons."""
    if found.xml:
        return await _read_exactly(platform, receipt, found.xml, found.text)
    return await _read_print(platform, receipt, found, ledger)


async def _read_exactly(platform: Platform, receipt: Receipt, xml: StoredXml, transcript: str) -> Reading:
    """The reading of an e-invoice's XML; that the account knows the seller by another name counts as well."""
    from tillroll.workflows.receipt.reading.e_invoices import read_stored  # noqa: PLC0415 - only where there is XML

    return await remember(platform.database, receipt.account_id, await read_stored(platform, xml, transcript))


async def _read_print(platform: Platform, receipt: Receipt, found: Transcription, ledger: Ledger) -> Reading:
    transcript = Transcript.from_text(found.text)
    default_currency = platform.settings.default_currency or None
    page = Page.of(transcript)
    understood = read_page(page, default_currency=default_currency, today=platform.clock.now().date())
    remembered = await remember(platform.database, receipt.account_id, understood)
    if found.doubt:
        return replace(remembered, accepted=False, reasons=(found.doubt,))
    if are_several(page, default_currency):
        return replace(remembered, accepted=False, reasons=(_SEVERAL, *remembered.reasons))
    if not platform.settings.language_models or not would_help(remembered):
        return remembered
    second = await read_again(platform, receipt.derived_prefix, transcript, ledger)
    if second.is_over_budget:
        return replace(remembered, accepted=False, reasons=(*remembered.reasons, AI_BUDGET))
    if second.answer is None:
        return remembered
    weighed = weigh(understood, second.answer, transcript, second.model)
    return await remember(platform.database, receipt.account_id, weighed)

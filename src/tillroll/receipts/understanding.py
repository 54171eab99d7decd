"""From a transcript to a reading: rules and what the account knows, and a language model only where
they doubt. It never fails a step.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tillroll.ai.known_models import takes_pictures
from tillroll.ai.settings import AiSettings, SecondReading
from tillroll.expenses.sorting.proposing import question
from tillroll.expenses.sorting.proposing.question import SaidCategory
from tillroll.expenses.writes import key_of
from tillroll.receipts.asking import Topic, ask
from tillroll.receipts.chat_answers import read_decisions
from tillroll.receipts.contract import AI_BUDGET, RELATED, ReceiptSettings
from tillroll.receipts.recollection import Recollection, recollect, with_proposed
from tillroll.receipts.repository import PDF, Receipt, pages_of
from tillroll.receipts.transcription import (
    MAX_PIXELS,
    PAGE_MARK,
    StoredXml,
    Transcription,
    load_statement,
)
from tillroll_documents.reading.correction import apply
from tillroll_documents.reading.extraction import DocumentKind, Field, Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.contacts import find_contact
from tillroll_documents.reading.opinions import invoice_opinion
from tillroll_documents.reading.opinions.invoice_opinion import InvoiceAnswer
from tillroll_documents.reading.opinions.second_opinion import (
    ModelAnswer,
    chat_request,
    parse_answer,
    weigh,
    would_help,
)
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.pieces.several import Sheet, are_several, beginnings, sheet_of
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, read_page
from tillroll_documents.reading.text.company_names import Own
from tillroll_documents.reading.voucher import ORIGINS, Origin
from tillroll_documents.reading.voucher import extract as extract_statement
from tillroll_durable.ai.ledger import Ledger
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.models import (
    ImagesQuotaSpent,
    MissingImage,
    UnreadableImage,
)
from tillroll_durable.platform.bindings.objects import missing
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run

PURPOSE = "second-reading"
_ALL_SECONDS = 85.0


def topic_of(
    transcript: Transcript,
    picture: str | None,
    *,
    is_invoice: bool,
    purpose: str = PURPOSE,
    seconds: float = _ALL_SECONDS,
) -> Topic[ModelAnswer]:
    """What a second reader is asked about a transcript."""
    build_request = invoice_opinion.chat_request if is_invoice else chat_request

    def request(is_second: bool) -> JsonObject:
        return build_request(transcript, is_second=is_second)

    parse = invoice_opinion.parse_answer if is_invoice else parse_answer
    return Topic(purpose, "reading", seconds=seconds, request=request, parse=parse, picture=picture)


def _is_to_be_asked(platform: Platform, reading: Reading, would_help: bool) -> bool:
    """Whether a language model reads it too."""
    settings = platform.settings.of(AiSettings)
    is_checked = reading.accepted and settings.second_reading is SecondReading.ALWAYS
    return bool(settings.language_models) and (would_help or is_checked)


THIRD_PURPOSE = "third-reading"
# It answers within a second as a rule; behind a second reading it must end within the step's time
# too.
_THIRD_SECONDS = 15.0


async def _confirmed(
    platform: Platform,
    receipt: Receipt,
    transcription: Transcription,
    ledger: Ledger,
    doubted: Reading,
    agreed: Reading,
) -> Reading:
    """What rules and language model agree on, held against a third voice where one is set. Where
    that does not answer, two are enough.
    """
    model = platform.settings.of(AiSettings).decision_model
    if not model or not agreed.accepted or doubted.accepted:
        return agreed
    from tillroll_documents.reading.opinions import third_voice  # noqa: PLC0415 - asked by few

    kind = agreed.extraction.document_kind.value
    is_invoice = (
        kind in {DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}
        and receipt.media_type == PDF
        and not transcription.calls
    )
    requested = third_voice.request(
        Transcript.from_text(transcription.text), agreed.extraction, model, is_invoice=is_invoice
    )
    picture = await picture_of(platform, receipt, [model])
    topic = Topic(
        THIRD_PURPOSE,
        "third",
        seconds=_THIRD_SECONDS,
        request=lambda _: requested,
        parse=third_voice.parse_answer,
        picture=picture,
        read=read_decisions,
    )
    third = await ask(platform, receipt.derived_prefix, topic=topic, ledger=ledger, models=[model])
    if third.answer is None:
        return agreed
    return third_voice.confirm(agreed, doubted, third.answer)


async def picture_of(platform: Platform, receipt: Receipt, models: Iterable[str]) -> str | None:
    """What models are shown beside the transcript: the photo, if one of them takes pictures.
    Raises ImagesUnavailable."""
    if receipt.media_type == PDF or not any(map(takes_pictures, models)):
        return None
    try:
        return await platform.images.as_data_url(
            receipt.object_key, MAX_PIXELS, size=receipt.picture
        )
    except (UnreadableImage, MissingImage, ImagesQuotaSpent):
        return None  # its transcript was made, so it is read by that alone


_SEVERAL = ReviewReason.SEVERAL_RECEIPTS.value


@dataclass(frozen=True)
class Known:
    """What the rules read, what the account has for it, the page that it was read of, and its
    transcript.
    """

    understood: Reading
    recollection: Recollection
    page: Page
    found: Transcription


def read_by_rules(platform: Platform, receipt: Receipt, page: Page) -> Reading:
    """Read what the rules read; of the account they know only what it calls itself."""
    today = platform.clock.now().date()
    reading = read_page(
        page, default_currency=_currency(platform, receipt), today=today, own=receipt.own
    )
    reading = _with_contact(reading, page, receipt)
    total = reading.extraction.total
    is_other = reading.extraction.document_kind.value is DocumentKind.OTHER
    if total.value is None or is_other:
        return reading
    reading = _with_head_of_invoice(platform, receipt, page=page, reading=reading)
    if reading.extraction.document_kind.value is not None:
        return reading
    if total.value.startswith("-"):
        kind = DocumentKind.CREDIT_NOTE
    else:
        kind = DocumentKind.RECEIPT
    kind_field = Field[DocumentKind](
        value=kind, evidence=total.evidence, confidence=total.confidence
    )
    return replace(
        reading, extraction=reading.extraction.model_copy(update={"document_kind": kind_field})
    )


async def understand(
    platform: Platform,
    run: Run,
    receipt: Receipt,
    transcription: Transcription,
    ledger: Ledger,
    knowledge: Known | None,
) -> tuple[Reading, str | None]:
    """The reading, and the run that looks like the same purchase; AI_BUDGET is among its reasons
    where there is no money to ask a model. `knowledge` is what was looked up already.
    """
    reading, duplicate_of = await _understand(
        platform,
        run,
        receipt=receipt,
        transcription=transcription,
        ledger=ledger,
        knowledge=knowledge,
    )
    if transcription.attachments:
        extraction = reading.extraction.model_copy(
            update={"attachments": transcription.attachments}
        )
        reading = replace(reading, extraction=extraction)
    return reading, duplicate_of


async def _understand(
    platform: Platform,
    run: Run,
    receipt: Receipt,
    transcription: Transcription,
    ledger: Ledger,
    knowledge: Known | None,
) -> tuple[Reading, str | None]:
    if receipt.media_type in ORIGINS:
        return await _read_statement(platform, run, receipt)
    if transcription.xml:
        return await _read_exactly(
            platform, run, receipt=receipt, transcription=transcription, xml=transcription.xml
        )
    page = page_of(transcription) if knowledge is None else knowledge.page
    transcription = await _doubted(platform, receipt, transcription)
    invoice = read_invoice(platform, receipt, transcription=transcription, page=page)
    if invoice is not None:
        return await _understand_invoice(
            platform,
            run,
            receipt=receipt,
            transcription=transcription,
            ledger=ledger,
            invoice=invoice,
        )
    if knowledge is None:
        understood = read_by_rules(platform, receipt, page)
        knowledge = Known(
            understood,
            await recollect(platform.database, run, understood),
            page=page,
            found=transcription,
        )
    remembered = knowledge.recollection.snap(knowledge.understood, transcription.text)
    second = None
    if transcription.doubt:
        remembered = replace(remembered, accepted=False, reasons=(transcription.doubt,))
    elif _has_several(platform, receipt, transcription=transcription, page=page):
        remembered = replace(remembered, accepted=False, reasons=(_SEVERAL, *remembered.reasons))
    elif _is_to_be_asked(platform, remembered, would_help(remembered)):
        picture = await picture_of(
            platform, receipt, platform.settings.of(AiSettings).language_models
        )
        topic = topic_of(Transcript.from_text(transcription.text), picture, is_invoice=False)
        second = await ask(platform, receipt.derived_prefix, topic=topic, ledger=ledger)
    if second is not None and second.is_over_budget and not remembered.accepted:
        remembered = replace(remembered, accepted=False, reasons=(*remembered.reasons, AI_BUDGET))
    elif second is not None and second.answer is not None:
        weighed = weigh(
            knowledge.understood,
            second.answer,
            transcript=Transcript.from_text(transcription.text),
            model=second.model,
        )
        recollection = await recollect(platform.database, run, weighed)
        agreed = recollection.snap(weighed, transcription.text)
        remembered = await _confirmed(
            platform,
            receipt,
            transcription=transcription,
            ledger=ledger,
            doubted=remembered,
            agreed=agreed,
        )
        return await _sorted(
            platform,
            receipt,
            transcription=transcription,
            recollected=(recollection, remembered),
            ledger=ledger,
        )
    return await _sorted(
        platform,
        receipt,
        transcription=transcription,
        recollected=(knowledge.recollection, remembered),
        ledger=ledger,
    )


async def _sorted(
    platform: Platform,
    receipt: Receipt,
    transcription: Transcription,
    recollected: tuple[Recollection, Reading],
    ledger: Ledger,
) -> tuple[Reading, str | None]:
    """The reading with a category proposed, by a language model where nothing else does; and what
    it duplicates.
    """
    recollection, reading = recollected
    proposing = recollection.proposing(reading, transcription.text)
    read = proposing.extraction
    is_open = (
        read.category.value is None and read.proposed_category is None and not transcription.doubt
    )
    if is_open and recollection.categories and platform.settings.of(AiSettings).language_models:
        names = [each.name for each in recollection.categories]
        transcript = Transcript.from_text(transcription.text)
        answer = await ask(
            platform,
            receipt.derived_prefix,
            topic=_which_category(transcript, names),
            ledger=ledger,
        )
        if answer.answer is not None:
            proposing = with_proposed(proposing, question.proposal(answer.answer, transcript))
    return proposing, recollection.duplicate_of(reading)


CATEGORY_PURPOSE = "category"
# Behind a second reading it must end within the step's time too.
_CATEGORY_SECONDS = 15.0


def _which_category(transcript: Transcript, names: list[str]) -> Topic[SaidCategory]:
    def request(is_second: bool) -> JsonObject:
        return question.chat_request(transcript, names, is_second=is_second)

    def parse(text: str) -> SaidCategory:
        return question.parse_answer(text, names)

    return Topic(
        CATEGORY_PURPOSE, "category", seconds=_CATEGORY_SECONDS, request=request, parse=parse
    )


async def _read_exactly(
    platform: Platform, run: Run, receipt: Receipt, transcription: Transcription, xml: StoredXml
) -> tuple[Reading, str | None]:
    """The reading of an e-invoice's XML, held against the text of the pages that it lies in."""
    # Only where there is XML.
    from tillroll.receipts.related import find_related  # noqa: PLC0415
    from tillroll_documents.reading.e_invoices.extraction import extract  # noqa: PLC0415 - not loaded at the start
    from tillroll_documents.reading.e_invoices.extraction import (  # noqa: PLC0415 - not loaded at the start
        read_invoice as read_xml,
    )
    from tillroll_documents.reading.e_invoices.judgement import judge  # noqa: PLC0415 - not loaded at the start

    content = await platform.objects.get_bytes(xml.key)
    if content is None:
        raise NonRetryable(missing(xml.key))
    invoice = read_xml(content)
    extraction, _ = extract(invoice, first_line=xml.first_line, file_name=xml.name)
    printed = "\n".join(transcription.text.split("\n")[: xml.first_line])
    today = platform.clock.now().date()
    reading = judge(invoice, extraction, printed=printed, own=receipt.own, today=today)
    related, reasons = await find_related(platform.database, run, invoice=invoice, read=extraction)
    if reasons:
        reading = replace(reading, accepted=False, reasons=(*reasons, *reading.reasons))
    remembered, duplicate_of = await _with_memory(platform, run, reading=reading, text=printed)
    if RELATED.intersection(remembered.reasons):
        return remembered, related or duplicate_of
    return remembered, duplicate_of


async def _read_statement(
    platform: Platform, run: Run, receipt: Receipt
) -> tuple[Reading, str | None]:
    """The reading, which is believed but for its category, and the run that looks like the same
    expense.
    """
    voucher = await load_statement(platform, receipt)
    reading = Reading(extract_statement(voucher), accepted=True, reasons=())
    if voucher.origin is not Origin.VOUCHER:
        return reading, await _claimed_before(platform, run, reading)
    recollection = await recollect(platform.database, run, reading)
    duplicate_of = recollection.duplicate_of(reading)
    remembered = recollection.proposing(recollection.snap(reading, ""), "").extraction
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
    row = await platform.database.first(statement(query, [run.account_id, key, run.subject]))
    if row is None:
        return None
    return text(row, "run_id")


def _with_head_of_invoice(
    platform: Platform, receipt: Receipt, page: Page, reading: Reading
) -> Reading:
    """With the number and the kind of an invoice that was photographed or scanned."""
    if not page.naming(Concept.HEADING):
        return reading
    # Only where a paper has such a title.
    from tillroll_documents.reading.invoices.scanned import with_head_of_invoice  # noqa: PLC0415

    return with_head_of_invoice(
        reading,
        page,
        default_currency=_currency(platform, receipt),
        today=platform.clock.now().date(),
        own=receipt.own,
    )


def read_invoice(
    platform: Platform, receipt: Receipt, transcription: Transcription, page: Page
) -> Reading | None:
    """The reading of a PDF's own text as an invoice; None where it is none. OCR may have misread
    pictures.
    """
    if receipt.media_type != PDF or transcription.calls:
        return None
    # Only where a PDF comes.
    from tillroll_documents.reading.invoices.printed import read_printed  # noqa: PLC0415

    today = platform.clock.now().date()
    reading = read_printed(
        page, default_currency=_currency(platform, receipt), today=today, own=receipt.own
    )
    if reading is None:
        return None
    reading = _with_contact(reading, page, receipt)
    if not transcription.doubt:
        return reading
    return replace(reading, accepted=False, reasons=(transcription.doubt,))


def _has_several(
    platform: Platform, receipt: Receipt, transcription: Transcription, page: Page
) -> bool:
    """Whether several receipts lie on a page."""
    texts = transcription.text.split(PAGE_MARK)
    currency = _currency(platform, receipt)
    if len(texts) == 1:
        pages = [page]
    else:
        pages = [Page.of(Transcript.from_text(text)) for text in texts]
    return any(are_several(each, currency) for each in pages)


async def begins_at(
    platform: Platform, receipt: Receipt, transcription: Transcription
) -> list[int]:
    """The pages of a PDF, from 1, on which another document seems to begin."""
    texts = transcription.text.split(PAGE_MARK)
    if receipt.media_type != PDF or transcription.xml or len(texts) < 2:
        return []
    sheets: list[Sheet] = []
    for printed in texts:
        page = Page.of(Transcript.from_text(printed))
        invoice = read_invoice(
            platform, receipt, transcription=replace(transcription, doubt=None), page=page
        )
        sheets.append(sheet_of(printed, invoice or read_by_rules(platform, receipt, page)))
        await platform.pause()
    return beginnings(sheets)


async def _doubted(
    platform: Platform, receipt: Receipt, transcription: Transcription
) -> Transcription:
    """With a doubt where a PDF seems to be several documents, and no person has made it one."""
    if (
        transcription.doubt
        or receipt.split_of is not None
        or not await begins_at(platform, receipt, transcription)
    ):
        return transcription
    is_joined = bool(await pages_of(platform.database, receipt.account_id, receipt.id))
    if is_joined:
        return transcription
    return replace(transcription, doubt=_SEVERAL)


def _with_contact(reading: Reading, page: Page, receipt: Receipt) -> Reading:
    contact = find_contact(page, receipt.own or Own(), reading.extraction.buyer.value)
    return replace(reading, extraction=reading.extraction.model_copy(update={"contact": contact}))


async def _understand_invoice(
    platform: Platform,
    run: Run,
    receipt: Receipt,
    transcription: Transcription,
    ledger: Ledger,
    invoice: Reading,
) -> tuple[Reading, str | None]:
    """The reading of a printed invoice with what the account knows, and a language model's where
    that leaves doubts.
    """
    recollection = await recollect(platform.database, run, invoice)
    remembered = recollection.snap(invoice, transcription.text)
    if not transcription.doubt and _is_to_be_asked(
        platform, remembered, invoice_opinion.would_help(remembered)
    ):
        transcript = Transcript.from_text(transcription.text)
        topic = topic_of(transcript, None, is_invoice=True)
        second = await ask(platform, receipt.derived_prefix, topic=topic, ledger=ledger)
        if second.is_over_budget and not remembered.accepted:
            remembered = replace(remembered, reasons=(*remembered.reasons, AI_BUDGET))
        elif isinstance(second.answer, InvoiceAnswer):
            agreed = invoice_opinion.weigh(
                remembered, second.answer, transcript=transcript, model=second.model
            )
            remembered = await _confirmed(
                platform,
                receipt,
                transcription=transcription,
                ledger=ledger,
                doubted=remembered,
                agreed=agreed,
            )
    return recollection.proposing(remembered, transcription.text), recollection.duplicate_of(
        remembered
    )


async def _with_memory(
    platform: Platform, run: Run, reading: Reading, text: str
) -> tuple[Reading, str | None]:
    recollection = await recollect(platform.database, run, reading)
    remembered = recollection.snap(reading, text)
    return recollection.proposing(remembered, text), recollection.duplicate_of(remembered)


def page_of(transcription: Transcription) -> Page:
    return Page.of(Transcript.from_text(transcription.text))


def _currency(platform: Platform, receipt: Receipt) -> str | None:
    """The currency that is assumed where a paper names none: the account's own, else the
    deployment's.
    """
    return receipt.base_currency or platform.settings.of(ReceiptSettings).default_currency or None

"""The receipt workflow: read the photo, understand the text, ask a person where unsure, save the
expense, tell.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tillroll.expenses.conversions import convert_in_base
from tillroll.expenses.duplicates.pairs import find_duplicate
from tillroll.expenses.events import CREATED_TOPIC
from tillroll.expenses.events import nudge as nudge_changes
from tillroll.expenses.sorting.rules import give
from tillroll.expenses.writes import expense_id, insert_expense, insert_lines, learn, proposed_of
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import EXPENSE_CREATED
from tillroll.quotas.calls import ledger_of
from tillroll.receipts import contract as receipts_contract
from tillroll.receipts import repository
from tillroll.receipts.contract import SENTENCES, Created, Judged, ReceiptParams, Transcribed
from tillroll.receipts.models import VIEW
from tillroll.receipts.repository import receipt_of_run
from tillroll.receipts.service import begin_for_stored
from tillroll_documents.reading.correction import ExpenseFields, InvalidValues, apply
from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.voucher import ORIGINS
from tillroll_durable import (
    Allowed,
    NeedsReview,
    Outcome,
    ReviewNeeded,
    Settlement,
    Statement,
    StepContext,
    Trigger,
    ValuesRefused,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.ai.ledger import roll_back
from tillroll_durable.outbox import handed_over, hold, release, settle_unreceived
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Prefetch, find_run
from tillroll_durable.settings import RunSettings

if TYPE_CHECKING:
    from tillroll.expenses.approval.decisions import Decision
    from tillroll.receipts.transcription import Transcription


# Under which name `parse-structured` leaves what it read to `persist-db`, in the memory of the
# instance.
_EXTRACTION = "extraction"


async def receipt_v1(run: WorkflowRun[ReceiptParams]) -> None:
    """The body of version 1: four steps, and a review where a person is asked. Each `run.step` is
    one `step.do` of the engine. Deterministic: all that it decides on is the output of a step.
    Values that an operator gives with a retry go over what a reviewer gave.
    """
    corrections: JsonObject = {}
    tell = notify_user
    judged = await _read_receipt(run)
    if judged["reasons"]:
        hours = run.platform.settings.of(RunSettings).review_deadline_hours
        proposed: JsonObject = {
            "reasons": [*judged["reasons"]],
            "duplicateOf": judged["duplicateOf"],
        }
        decision = await run.review(
            1, judged["reasons"][0], proposed=proposed, deadline_hours=hours
        )
        if not decision.is_approved:
            return
        corrections = decision.corrections
        # Values that came with a retry are not those that the person confirmed.
        if not run.corrected_input:
            tell = notify_and_approve
    await run.step(receipts_contract.PERSIST_DB, persist_db, {**corrections, **run.corrected_input})
    await run.step(receipts_contract.NOTIFY_USER, tell)


async def _read_receipt(run: WorkflowRun[ReceiptParams]) -> Judged:
    """Why a person is asked, if one is, and the run that looks like the same purchase."""
    try:
        transcript = await run.step(receipts_contract.OCR_EXTRACT, ocr_extract)
        return await run.step(receipts_contract.PARSE_STRUCTURED, parse_structured, transcript)
    except ReviewNeeded as needed:
        return Judged(reasons=[needed.reason], duplicateOf=None)


# The functions of the steps. Each returns what is to be committed; none commits by itself. What
# reads is imported by the steps that read: an upload is answered without it.


async def ocr_extract(context: StepContext) -> Outcome[Transcribed]:
    """Have the receipt read, unless a person typed all values in; its transcript is left in the
    object store.
    """
    from tillroll.receipts.transcription import transcribe  # noqa: PLC0415 - see above

    if _typed_in(context) is not None:
        return Outcome(Transcribed(typedIn=True))
    ledger = ledger_of(context.platform, context)
    receipt = await _receipt(context)
    transcription = await transcribe(context.platform, receipt, ledger)
    transcribed = Transcribed(transcript=transcription.key)
    return Outcome(
        transcribed,
        prefetch=_prefetch(context, receipt, transcription),
        told=_inner_files(transcription),
    )


def _inner_files(transcription: "Transcription") -> JsonObject:
    """What the audit event says of the files in a PDF: their forms, and never their names."""
    if not transcription.attachments:
        return {}
    files: list[Json] = [
        {"form": each.form, "isRead": each.is_read} for each in transcription.attachments
    ]
    return {"attachments": files}


def _prefetch(
    context: StepContext, receipt: repository.Receipt, transcription: "Transcription"
) -> Prefetch | None:
    """What the account has for this reading, asked with the commit of the transcript; not of XML
    and statements.
    """
    from tillroll.receipts.recollection import query, recollection_of  # noqa: PLC0415 - not loaded at the start
    from tillroll.receipts.understanding import Known, page_of, read_by_rules  # noqa: PLC0415 - not loaded at the start

    if transcription.xml or receipt.media_type in ORIGINS:
        return None
    try:
        page = page_of(transcription)
        understood = read_by_rules(context.platform, receipt, page)
    except Exception:  # noqa: BLE001 - the next step reads it again, and its failure is that step's
        return None

    def take(rows: Sequence[list[Row]]) -> None:
        context.prefetched.found[transcription.key] = Known(
            understood, recollection_of(rows[0][0]), page=page, found=transcription
        )

    return Prefetch([query(context.run, understood)], take)


async def parse_structured(context: StepContext, transcribed: Transcribed) -> Outcome[Judged]:
    """Read the fields from the transcript, and say whether they may be believed. What a person
    typed in may, unless it looks like another receipt.
    """
    from tillroll.receipts.understanding import Known, understand  # noqa: PLC0415 - see above
    from tillroll_documents.reading.vat_category import with_printed_category  # noqa: PLC0415 - see above

    typed = _typed_in(context)
    if typed is not None:
        duplicate_of = await find_duplicate(
            context.platform.database, context.run, fields=typed, read_as=typed.merchant
        )
        if duplicate_of:
            reasons = [receipts_contract.POSSIBLE_DUPLICATE]
        else:
            reasons = []
        return Outcome(Judged(reasons=reasons, duplicateOf=duplicate_of))
    receipt = await _receipt(context)
    ledger = ledger_of(context.platform, context)
    prefetched = context.prefetched.found.pop(_key(transcribed), None)
    prefetched = prefetched if isinstance(prefetched, Known) else None
    transcription = (
        await _transcript(context, _key(transcribed)) if prefetched is None else prefetched.found
    )
    reading, duplicate_of = await understand(
        context.platform,
        context.run,
        receipt=receipt,
        transcription=transcription,
        ledger=ledger,
        knowledge=prefetched,
    )
    extraction = with_printed_category(reading.extraction, Transcript.from_text(transcription.text))
    store = [repository.store_extraction(context.run, extraction)]
    # A refusal has one reason only. A spent budget of models is a second one, which people see too.
    has_none = extraction.total.value is None and receipts_contract.AI_BUDGET not in reading.reasons
    if has_none and reading.reasons[0] in receipts_contract.PARSE_STRUCTURED.reviews:
        raise NeedsReview(reading.reasons[0], statements=store)
    reasons = [*reading.reasons]
    # An invoice that belongs to another one stands beside it, and is no second one of it.
    is_related = receipts_contract.RELATED.intersection(reasons)
    if duplicate_of and not is_related:
        reasons.append(receipts_contract.POSSIBLE_DUPLICATE)
    doubt = ReviewReason.MERCHANT_UNCERTAIN.value
    if doubt not in reasons and await _is_disguised(context, extraction):
        reasons.append(doubt)

    def leave_to_next_step(_: Sequence[list[Row]]) -> None:
        context.prefetched.found[_EXTRACTION] = extraction

    judged = Judged(reasons=list(reasons), duplicateOf=duplicate_of)
    return Outcome(judged, statements=store, prefetch=Prefetch((), leave_to_next_step))


async def persist_db(context: StepContext, corrections: JsonObject) -> Outcome[Created]:
    """Make the expense of what was read and what a person says: its row, unique on the run, and the
    event that tells of it, which `notify-user` releases.
    """
    extraction = await _extraction(context)
    try:
        fields = apply(extraction, corrections)
    except InvalidValues as error:  # the corrections were checked when they were given
        raise NonRetryable(str(error)) from error
    if extraction is None:
        method = None
    else:
        method = extraction.payment_method.value
    if extraction is None or extraction.stated is None:
        note = None
    else:
        note = extraction.stated.as_note
    run = context.run
    fields = await _with_own_category(context, fields)
    now = _now(context)
    id_ = expense_id(run.id)
    event = repository.expense_event(run, fields, now)
    return Outcome(
        Created(expenseId=id_),
        statements=[
            insert_expense(
                run,
                fields,
                now,
                payment_method=method and method.value,
                note=note,
                proposed=proposed_of(extraction, fields),
            ),
            convert_in_base(id_, now),
            *insert_lines(id_, extraction, fields),
            *give(id_, extraction, fields),
            learn(run, extraction, fields=fields, now=now),
            hold(run, receipts_contract.EXPENSE_CREATED_TOPIC, payload=event, now=now),
        ],
    )


async def _with_own_category(context: StepContext, fields: ExpenseFields) -> ExpenseFields:
    """The fields, with the category by its own name. One that only looks like another, as a rule
    of before may give it, is left out: a person is asked for it, as for any that is missing.
    """
    if fields.category is None:
        return fields
    from tillroll.expenses.sorting.category_names import checked_as  # noqa: PLC0415 - few have one

    account_id = context.run.account_id
    try:
        own = await checked_as(context.platform.database, account_id, fields.category)
    except ValuesRefused:
        return replace(fields, category=None)
    return replace(fields, category=own)


async def _is_disguised(context: StepContext, extraction: Extraction) -> bool:
    """Whether the merchant is read in letters of several alphabets, and looks like another one."""
    merchant = extraction.merchant.value
    if merchant is None or merchant.isascii():
        return False
    from tillroll.expenses.sorting.merchant_names import disguised_merchant  # noqa: PLC0415 - few have one

    account_id = context.run.account_id
    return await disguised_merchant(context.platform.database, account_id, merchant) is not None


async def _extraction(context: StepContext) -> Extraction | None:
    """What the step before has read; None where nothing was read, since a person typed it in."""
    extraction = context.prefetched.found.pop(_EXTRACTION, None)
    if isinstance(extraction, Extraction):
        return extraction
    return await repository.load_extraction(context.platform.database, context.run.id)


async def notify_user(context: StepContext) -> Outcome:
    """Write the notices of the expense, for its uploader and for those who approve first, and
    release its event, which the queue's consumer delivers. The rows are the truth: where this
    fails, the expense stands.
    """
    return await _notify(context, None)


async def notify_and_approve(context: StepContext) -> Outcome:
    """Do the same where a person confirmed what was read: if they work alone, that approves it."""
    return await _notify(context, await _approval(context))


async def _notify(context: StepContext, approval: "Decision | None") -> Outcome:
    run = context.run
    now = context.platform.clock.now()
    topic = receipts_contract.EXPENSE_CREATED_TOPIC
    receipt = await _receipt(context)
    has_receiver = (
        context.platform.settings.of(RunSettings).delivers_webhooks or receipt.has_endpoint
    )
    notices = notify(
        run.account_id,
        EXPENSE_CREATED,
        subject=Subject(run.id, run.id),
        now=to_text(now),
        person=receipt.uploaded_by,
    )
    if receipt.has_chains:
        notices += await _notices_of_approvers(context)
    approved: Sequence[Statement] = ()
    if approval is not None:
        approved = approval.statements
    if not has_receiver:
        return Outcome(
            state=receipts_contract.NOTIFIED.name,
            statements=[*notices, *approved, settle_unreceived(run.id, topic, now)],
        )
    claimed: list[Row] = []

    async def nudge() -> None:
        for row in claimed:
            await context.platform.deliveries.send(handed_over(row))
        if approval is not None:
            await nudge_changes(context.platform, approval.moved)

    return Outcome(
        state=receipts_contract.EXPENSE_CREATED.name,
        statements=[*notices, *approved],
        nudge=nudge,
        prefetch=Prefetch([release(run.id, topic, now)], lambda rows: claimed.extend(rows[0])),
    )


async def _approval(context: StepContext) -> "Decision | None":
    # Only what a person confirmed pays it.
    from tillroll.expenses.approval.confirmed import approved_by_confirming  # noqa: PLC0415

    run = context.run
    return await approved_by_confirming(context.platform, run, expense_id=expense_id(run.id))


async def _notices_of_approvers(context: StepContext) -> list[Statement]:
    # Only accounts with rules pay it.
    from tillroll.expenses.approval.decisions import tell_first  # noqa: PLC0415

    run = context.run
    return await tell_first(
        context.platform, run.account_id, expense_id=expense_id(run.id), now=_now(context)
    )


async def _receipt(context: StepContext) -> repository.Receipt:
    for row in context.prefetched.subject_rows:
        return repository.receipt_from_row(row)
    receipt = await repository.load_receipt(context.platform.database, context.run.subject)
    if receipt is None:
        raise NonRetryable(f"receipt {context.run.subject} is missing")
    return receipt


def _key(transcribed: Transcribed) -> str:
    key = transcribed.get("transcript")
    if key is None:
        raise NonRetryable("the OCR step left no reference to a transcript")
    return key


async def _transcript(context: StepContext, key: str) -> "Transcription":
    from tillroll.receipts.transcription import load_transcript  # noqa: PLC0415 - see above

    stored = await load_transcript(context.platform, key)
    if stored is None:
        raise NonRetryable(f"the transcript {key} is missing")
    return stored


def _now(context: StepContext) -> str:
    return to_text(context.platform.clock.now())


def _typed_in(context: StepContext) -> ExpenseFields | None:
    """The whole expense, where it was given along with a retry."""
    if not context.run.corrected_input:
        return None
    try:
        return apply(None, context.run.corrected_input)
    except InvalidValues:
        return None


# A purchase is not dated further ahead, in whatever time zone: a mistyped year is.
_MOST_AHEAD = timedelta(days=366)
FAR_AHEAD = "This day lies more than a year ahead. Check the year."


async def check_values(
    platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool
) -> None:
    """Refuse what could not become an expense. Unless `is_complete`, what is not given may still be
    read.
    """
    extraction = await repository.load_extraction(platform.database, run_id)
    problems: list[tuple[str, str]] = []
    try:
        apply(extraction, values)
    except InvalidValues as error:
        problems = [
            (name, message) for name, message in error.problems if is_complete or name in values
        ]
    if not any(name == "date" for name, _ in problems) and is_far_ahead(
        values.get("date"), platform
    ):
        problems.append(("date", FAR_AHEAD))
    if problems:
        raise ValuesRefused(problems)
    if values.keys() & {"category", "merchant"}:
        await _check_typed_names(platform, run_id, values)


async def _check_typed_names(platform: Platform, run_id: str, values: JsonObject) -> None:
    from tillroll.expenses.sorting.typed_names import check_typed_names  # noqa: PLC0415 - typed by few

    run = await find_run(platform.database, run_id)
    if run is None:
        return
    await check_typed_names(
        platform.database,
        run.account_id,
        category=values.get("category"),
        merchant=values.get("merchant"),
    )


def is_far_ahead(date_text: object, platform: Platform) -> bool:
    """Whether a day that was given (YYYY-MM-DD, or nothing) is further in the future than any
    purchase.
    """
    return (
        bool(date_text)
        and date.fromisoformat(str(date_text).strip()) > platform.clock.now().date() + _MOST_AHEAD
    )


RECEIPT = Workflow(
    contract=receipts_contract.RECEIPT_V1,
    has_own_class=True,
    body=receipt_v1,
    params=receipts_contract.ReceiptParams,
    subject=lambda params: params.receipt_id,
    when_undone=roll_back,
    subject_rows=receipt_of_run,
    view=VIEW,
    check_values=check_values,
    settlements={
        receipts_contract.EXPENSE_CREATED_TOPIC: Settlement(
            pending=receipts_contract.EXPENSE_CREATED,
            delivered=receipts_contract.NOTIFIED,
            given_up=receipts_contract.NOTIFICATION_FAILED,
        )
    },
    topics=(CREATED_TOPIC,),
    sentences=SENTENCES,
    allowed=Allowed(trigger="trigger", decide="review"),
    trigger=Trigger(begin_for_stored),
)

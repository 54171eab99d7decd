"""The receipt workflow: read the photo, understand the text, ask a person where unsure, save the expense, tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.ai.ledger import Ledger
from tillroll.durable import NeedsReview, Outcome, ReviewNeeded, StepContext, WorkflowRun
from tillroll.durable.record.outbox import handed_over, hold, release, released
from tillroll.durable.record.runs import Ahead
from tillroll.durable.settings import RunSettings
from tillroll.expenses.duplicates import find_duplicate
from tillroll.expenses.sorting.rules import give
from tillroll.expenses.writes import expense_id, insert_expense, insert_lines, learn
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import EXPENSE_CREATED
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject, load_object
from tillroll.receipts.correction import ExpenseFields, InvalidValues, apply
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.voucher import ORIGINS
from tillroll.workflows.receipt import contract
from tillroll.workflows.receipt.contract import ReceiptParams
from tillroll.workflows.receipt.reading.recollection import queries, recollection_of
from tillroll.workflows.receipt.reading.transcription import transcribe
from tillroll.workflows.receipt.reading.transcripts import Transcription, load_transcript
from tillroll.workflows.receipt.reading.understanding import Known, read_by_rules, understand
from tillroll.workflows.receipt.rows import records

# Under which name the reading is left for the step that makes an expense of it.
_EXTRACTION = "extraction"


async def receipt_v1(run: WorkflowRun[ReceiptParams]) -> JsonObject:
    """The body of version 1. Deterministic: everything it decides on is the output of a step.

    An operator may give corrected values along with a retry; they go over what a reviewer gave.
    """
    corrections: JsonObject = {}
    doubts = await _read_receipt(run)
    if doubts is not None:
        hours = run.platform.settings.of(RunSettings).review_deadline_hours
        decision = await run.review(1, doubts.reasons[0], doubts.as_json(), hours)
        if not decision.is_approved:
            return {"state": run.state}
        corrections = decision.corrections
    await run.step(contract.PERSIST_DB, persist_db, {**corrections, **run.corrected_input})
    await run.step(contract.NOTIFY_USER, notify_user)
    return {"expenseId": expense_id(run.id)}


@dataclass(frozen=True)
class _Doubts:
    """Why a person is asked: at least one reason, and the run that looks like the same purchase."""

    reasons: tuple[str, ...]
    duplicate_of: str | None = None

    def as_json(self) -> JsonObject:
        return {"reasons": [*self.reasons], "duplicateOf": self.duplicate_of}


async def _read_receipt(run: WorkflowRun[ReceiptParams]) -> _Doubts | None:
    """The two reading steps; None where what they found may be believed."""
    try:
        transcript = await run.step(contract.OCR_EXTRACT, ocr_extract)
        parsed = await run.step(contract.PARSE_STRUCTURED, parse_structured, transcript)
    except ReviewNeeded as needed:
        return _Doubts((needed.reason,))
    match parsed:
        case {"reasons": [_, *_] as reasons, "duplicateOf": duplicate_of}:
            return _Doubts(tuple(map(str, reasons)), None if duplicate_of is None else str(duplicate_of))
        case _:
            return None


# The functions of the steps. Each returns what is to be committed; none commits by itself.


async def ocr_extract(context: StepContext) -> Outcome:
    """Have the receipt read; a large transcript is no output, so it is left in the object store.

    Where a person typed all values in, nothing is read: what failed for good would fail again.
    """
    if _typed_in(context) is not None:
        return Outcome(output={"typedIn": True})
    ledger = Ledger(context.platform, context)
    receipt = await _receipt(context)
    found = await transcribe(context.platform, receipt, ledger)
    return Outcome(output={"transcript": found.key}, ahead=_look_ahead(context, receipt, found))


def _look_ahead(context: StepContext, receipt: records.Receipt, found: Transcription) -> Ahead | None:
    """What the account has for this reading, asked with the commit of the transcript. An e-invoice's XML and
    a statement are read by the next step, which asks by itself."""
    if found.xml or receipt.media_type in ORIGINS:
        return None
    try:
        understood = read_by_rules(context.platform, receipt, found)
    except Exception:  # noqa: BLE001 - the next step reads it again, and its failure is that step's
        return None

    def take(rows: Sequence[list[Row]]) -> None:
        context.along.found[found.key] = Known(understood, recollection_of(rows))

    return Ahead(queries(context.run, understood), take)


async def parse_structured(context: StepContext, transcript: Json) -> Outcome:
    """Read the fields from the transcript; say whether they may be believed. What a person typed in may."""
    typed = _typed_in(context)
    if typed is not None:
        return await _believe(context, typed)
    receipt = await _receipt(context)
    found = await _transcript(context, transcript)
    ledger, known = Ledger(context.platform, context), context.along.found.pop(found.key, None)
    known = known if isinstance(known, Known) else None
    reading, duplicate_of = await understand(context.platform, context.run, receipt, found, ledger, known)
    body = load_object(reading.extraction.model_dump_json())
    store = [records.store_extraction(context.run, body, accepted=reading.accepted, now=_now(context))]
    has_no_total = reading.extraction.total.value is None and reading.reasons[0] in contract.PARSE_STRUCTURED.reviews
    # A refusal has one reason only; that there was no money to ask further is told as well.
    if has_no_total and contract.AI_BUDGET not in reading.reasons:
        raise NeedsReview(reading.reasons[0], statements=store)
    reasons = [*reading.reasons, *([contract.POSSIBLE_DUPLICATE] if duplicate_of else [])]

    def keep(_: Sequence[list[Row]]) -> None:
        context.along.found[_EXTRACTION] = reading.extraction

    output: JsonObject = {"reasons": list(reasons), "duplicateOf": duplicate_of}
    return Outcome(output=output, statements=store, ahead=Ahead((), keep))


async def _believe(context: StepContext, typed: ExpenseFields) -> Outcome:
    """What was typed in is asked about only where it looks like another receipt."""
    duplicate_of = await find_duplicate(context.platform.database, context.run, typed, typed.merchant)
    reasons: list[Json] = [contract.POSSIBLE_DUPLICATE] if duplicate_of else []
    return Outcome(output={"reasons": reasons, "duplicateOf": duplicate_of})


async def persist_db(context: StepContext, corrections: JsonObject) -> Outcome:
    """Make the expense: its row, and the event that tells of it, in the step's one batch."""
    extraction = await _extraction(context)
    fields = _complete(extraction, corrections)
    now = _now(context)
    event = records.expense_event(context.run, fields, now)
    return Outcome(
        output={"expenseId": expense_id(context.run.id)},
        statements=[
            insert_expense(
                context.run, fields, now, payment_method=_payment_method(extraction), note=_note(extraction)
            ),
            *insert_lines(expense_id(context.run.id), extraction, fields),
            *give(expense_id(context.run.id), extraction, fields),
            learn(context.run, extraction, fields, now),
            hold(context.run.id, context.run.account_id, contract.EXPENSE_CREATED_TOPIC, event, now),
        ],
    )


async def notify_user(context: StepContext) -> Outcome:
    """Write the notice in the app and let the event go; the queue's consumer delivers it."""
    run, now, receipt = context.run, context.platform.clock.now(), await _receipt(context)
    topic = contract.EXPENSE_CREATED_TOPIC
    has_receiver = context.platform.settings.of(RunSettings).delivers_webhooks or receipt.has_endpoint
    events: list[Row] = []

    async def nudge() -> None:
        for event in events:
            await context.platform.queue.send(handed_over(event))

    return Outcome(
        output={"delivery": "pending" if has_receiver else "no_receiver"},
        statements=[
            *notify(run.account_id, EXPENSE_CREATED, Subject(run.id, run.id), to_text(now), person=receipt.uploaded_by),
            release(run.id, topic, now, has_receiver=has_receiver),
        ],
        state=contract.EXPENSE_CREATED.name if has_receiver else contract.NOTIFIED.name,
        nudge=nudge if has_receiver else None,
        ahead=Ahead([released(run.id, topic)], lambda rows: events.extend(rows[0])) if has_receiver else None,
    )


async def _receipt(context: StepContext) -> records.Receipt:
    for row in context.along.subject_rows:
        return records.receipt_from_row(row)
    receipt = await records.load_receipt(context.platform.database, context.run.subject)
    if receipt is None:
        raise NonRetryable(f"receipt {context.run.subject} is missing")
    return receipt


async def _transcript(context: StepContext, transcript: Json) -> Transcription:
    """What lies behind the OCR step's output."""
    match transcript:
        case {"transcript": str(key)}:
            stored = await load_transcript(context.platform, key)
        case _:
            raise NonRetryable("the OCR step left no reference to a transcript")
    if stored is None:
        raise NonRetryable(f"the transcript {key} is missing")
    return stored


async def _extraction(context: StepContext) -> Extraction | None:
    read = context.along.found.get(_EXTRACTION)
    if isinstance(read, Extraction) and context.attempt == 1:
        return read
    row = await context.platform.database.first(records.extraction_of_run(context.run.id))
    return None if row is None else Extraction.model_validate_json(text(row, "body"))


def _payment_method(extraction: Extraction | None) -> str | None:
    method = None if extraction is None else extraction.payment_method.value
    return None if method is None else method.value


def _note(extraction: Extraction | None) -> str | None:
    return None if extraction is None or extraction.stated is None else extraction.stated.as_note


def _now(context: StepContext) -> str:
    return to_text(context.platform.clock.now())


def _complete(extraction: Extraction | None, corrections: JsonObject) -> ExpenseFields:
    """What was read, with a person's corrections over it. The corrections were checked when they were given."""
    try:
        return apply(extraction, corrections)
    except InvalidValues as error:
        raise NonRetryable(str(error)) from error


def _typed_in(context: StepContext) -> ExpenseFields | None:
    """The whole expense, where it was given along with a retry."""
    try:
        return apply(None, context.run.corrected_input or {})
    except InvalidValues:
        return None

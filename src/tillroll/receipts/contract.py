"""The receipt workflow's contract: its states, its steps, what each step's end means, and a
sentence for each reason.
"""

from dataclasses import dataclass
from typing import NotRequired, Self

from typing_extensions import TypedDict

from tillroll_documents.reading.reasons import SENTENCES as OF_READING
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_durable import (
    Contract,
    Effect,
    NextSafeAction,
    OnFailure,
    Params,
    ReviewStates,
    State,
    Status,
    Step,
    Then,
)
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.settings import Variable

KIND = "receipt"
EXPENSE_CREATED_TOPIC = "expense.created"


class ReceiptParams(Params):
    """The receipt that a run reads: an id of `receipts`, which is also the run's subject."""

    receipt_id: str


def begun_by(sha256: str) -> str:
    """The key of the first run of some bytes: 128 bits of their hash tell those of an account
    apart.
    """
    return f"sha256:{sha256[:32]}"


@dataclass(frozen=True)
class ReceiptSettings:
    """`default_currency` is the ISO 4217 code assumed where a receipt names none; empty for
    none.
    """

    default_currency: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        return cls(variable("DEFAULT_CURRENCY"))


_READING = "We have your receipt and are reading it."
_READY = "Your expense is ready."
_FAILED = "We could not finish; nothing was lost. Retry it: it goes on from where it failed."
_UNREAD = (
    "We could not read your receipt. Retry the run; where that fails too, retry it with the "
    "values typed in."
)

RECEIVED = State.processing("received", _READING)
TEXT_EXTRACTED = State.processing("text_extracted", _READING)
PARSED = State.processing("parsed", _READING)
AWAITING_REVIEW = State.review("awaiting_review")
EXPENSE_CREATED = State(
    "expense_created", Status.COMPLETE, says=_READY, next_safe_action=NextSafeAction.NONE
)
NOTIFIED = State.ended("notified", Status.COMPLETE, _READY)
NOTIFICATION_FAILED = State(
    "expense_created_notification_failed",
    Status.COMPLETE,
    says=_READY,
    next_safe_action=NextSafeAction.RESEND_NOTIFICATION,
    is_terminal=True,
)
REJECTED = State(
    "rejected",
    Status.REJECTED,
    says="This receipt was rejected: {reason}",
    next_safe_action=NextSafeAction.UPLOAD_AGAIN,
    is_terminal=True,
)

# Why a step hands over to a person, beside the reasons that the reading of the text gives.
UNREADABLE = ReviewReason.UNREADABLE.value
NO_TEXT_IN_PDF = "pdf_without_text"
ENCRYPTED_PDF = "encrypted_pdf"
UNREADABLE_XML = "unreadable_xml"
TOO_MANY_PAGES = "too_many_pages"
POSSIBLE_DUPLICATE = "possible_duplicate"
RELATED = frozenset({"corrected_invoice", "final_invoice", "goods_returned", "prepaid_invoice"})
"""Reasons of InvoiceReason for which a review shows the expense that an invoice belongs to."""
# The vision model did not end its text, asked twice: what it wrote may lack the total.
TRANSCRIPT_CUT = "transcript_cut"
# The account's daily budget for models is spent: the picture was not read, or no language model was
# asked about it.
AI_BUDGET = "ai_budget"


class Transcribed(TypedDict):
    """What a picture or a file was read into: the key of the transcript; or nothing, since a person
    typed it in.
    """

    transcript: NotRequired[str]
    typedIn: NotRequired[bool]


class Judged(TypedDict):
    """Why a person is asked (no reason: nobody is), and the run that looks like the same
    purchase.
    """

    reasons: list[str]
    duplicateOf: str | None


class Created(TypedDict):
    """The expense that came of the receipt."""

    expenseId: str


OCR_EXTRACT = Step(
    name="ocr-extract",
    title="Read the text",
    effect=Effect.READ,
    gives=Transcribed,
    on_success=(TEXT_EXTRACTED.name,),
    on_failure=OnFailure("received_ocr_failed", says=_UNREAD),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
    reviews=(UNREADABLE, TRANSCRIPT_CUT, NO_TEXT_IN_PDF, AI_BUDGET),
)
PARSE_STRUCTURED = Step(
    name="parse-structured",
    title="Understand it",
    effect=Effect.READ,
    gives=Judged,
    on_success=(PARSED.name,),
    on_failure=OnFailure("text_extracted_parse_failed", says=_UNREAD),
    retries=Retries(limit=3, delay_seconds=1, backoff="exponential"),
    timeout_seconds=2 * 60,
    # Without a total there is nothing to go on with: no attempt is burnt on what cannot improve.
    reviews=(UNREADABLE, ReviewReason.NOT_A_RECEIPT.value, ReviewReason.TOTAL_MISSING.value),
)
PERSIST_DB = Step(
    name="persist-db",
    title="Save the expense",
    effect=Effect.WRITE,
    gives=Created,
    on_success=(EXPENSE_CREATED.name,),
    on_failure=OnFailure("parsed_expense_failed", says=_FAILED),
    retries=Retries(limit=10, delay_seconds=3, backoff="linear"),
    timeout_seconds=30,
    withheld=("buyer",),  # a person's name, where somebody typed it in
)
NOTIFY_USER = Step(
    name="notify-user",
    title="Notify people",
    effect=Effect.WRITE,
    # With a receiver of events the run stays in expense_created until the delivery is settled; else
    # it is done here.
    on_success=(EXPENSE_CREATED.name, NOTIFIED.name),
    # The expense stands whatever becomes of its notice.
    on_failure=OnFailure(NOTIFICATION_FAILED.name, then=Then.CONTINUE),
    # What Cloudflare gives a step without a configuration.
    retries=Retries(limit=5, delay_seconds=10, backoff="exponential"),
    timeout_seconds=10 * 60,
)

RECEIPT_V1 = Contract(
    kind=KIND,
    version=1,
    initial=RECEIVED.name,
    states=(
        *(RECEIVED, TEXT_EXTRACTED, PARSED, AWAITING_REVIEW),
        *(EXPENSE_CREATED, NOTIFIED, NOTIFICATION_FAILED, REJECTED),
    ),
    steps=(OCR_EXTRACT, PARSE_STRUCTURED, PERSIST_DB, NOTIFY_USER),
    review=ReviewStates(waiting=AWAITING_REVIEW.name, approved=PARSED.name, rejected=REJECTED.name),
    result=PERSIST_DB.name,
)


SENTENCES = {
    **OF_READING,
    AI_BUDGET: "Today's AI budget is spent, or this month's AI calls are used up (Settings says "
    "which): type the values in, or have it read when there is more.",
    TRANSCRIPT_CUT: (
        "Reading stopped before the end of the text: type the values in, or have it read again."
    ),
    NO_TEXT_IN_PDF: (
        "This PDF has no text and no picture that can be read: type the values in, or send a "
        "photo of it."
    ),
    ENCRYPTED_PDF: (
        "This PDF opens with a password only: save it without one and upload that, or type the "
        "values in."
    ),
    UNREADABLE_XML: (
        "This XML is broken, or holds what no e-invoice may: reject it and ask the seller for "
        "another."
    ),
    TOO_MANY_PAGES: (
        "This PDF has more than 20 pages: split it, or send the pages of the receipt by themselves."
    ),
    POSSIBLE_DUPLICATE: (
        "This purchase may be here already. If it is, reject this receipt; if not, confirm it."
    ),
}

"""The contract of a bank statement's run: reads the file, holds its sums together, stores each
entry once, and proposes what explains it.
"""

from datetime import date
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, Field

from tillroll.bank.statements.entry_traits import Overlap
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_durable import (
    Contract,
    Effect,
    NextSafeAction,
    OnFailure,
    Params,
    ReviewStates,
    RollbackConfig,
    State,
    Status,
    Step,
)
from tillroll_durable.platform.bindings.engine import Retries

KIND: Final = "statement"
MOST_PARTS: Final = 1_100
"""So many parts a file has: at least one for each statement, and one for each PART entries."""
MOST_WINDOWS: Final = 5_000
"""So many spans of days a file's entries have: at most one each day."""
MOST_BOOKED: Final = 100
"""Matches that are booked in one step."""
PART: Final = 1_000
"""Entries that are stored at once."""


class StatementParams(Params):
    """The statement that a run reads: an id of `bank_statements`, which is also the run's
    subject.
    """

    statement_id: str


Asks: TypeAlias = Literal[
    "mapping_needed",
    "account_unknown",
    "sums_differ",
    "other_account",
    "overlap_unproven",
    "corrected",
]
MAPPING_NEEDED: Final = "mapping_needed"
ACCOUNT_UNKNOWN: Final = "account_unknown"
SUMS_DIFFER: Final = "sums_differ"
OTHER_ACCOUNT: Final = "other_account"
OVERLAP_UNPROVEN: Final = "overlap_unproven"
CORRECTED: Final = "corrected"
SENTENCES: Final = {
    MAPPING_NEEDED: (
        "Say which column of this file is what; the answer is remembered for files like it."
    ),
    ACCOUNT_UNKNOWN: "Say of which bank account the file is, or create that account.",
    SUMS_DIFFER: (
        "The opening balance and the entries do not give the closing balance, so nothing was "
        "booked."
    ),
    CORRECTED: "The bank corrects stored entries, so nothing was stored. Approve what it corrects.",
    OVERLAP_UNPROVEN: (
        "Some entries may be stored already, so nothing was stored. Say whether they are the same."
    ),
    OTHER_ACCOUNT: (
        "The file may be of another bank account, so nothing was stored. Say of which it is."
    ),
}


class Turned(BaseModel):
    """An entry that is booked with the other sign: its statement within the file, and its position
    there.
    """

    section: int
    position: int


class Answers(BaseModel):
    """What people have said of a file so far.

    Attributes:
        mapping: which column of a CSV is what.
        account: the bank account that the file is of.
        is_sure: they were asked whether it is of that one.
        encoding: what the text is in.
        turned: entries that they have booked with the other sign.
        overlap: whether entries that differ by their references only are stored already.
        corrects: the bank's corrections of stored entries are made.
    """

    mapping: dict[str, Any] | None = None
    account: str | None = None
    is_sure: bool = False
    encoding: Encoding | None = None
    turned: list[Turned] = Field(default_factory=list[Turned])
    overlap: Overlap | None = None
    corrects: bool = False


class Part(BaseModel):
    """Entries of one statement within a file, in an object of their own: `number` counts the parts
    of the file, from 1; the positions are those of its first and last entry.
    """

    number: int
    section: int
    first: int
    last: int


class Read(BaseModel):
    """What reading a file came to: its parts; why a person is asked, with what they are shown; or
    that it cannot be read.
    """

    is_unreadable: bool = False
    asks: Asks | None = None
    proposed: dict[str, Any] = Field(default_factory=dict[str, Any])
    parts: list[Part] = Field(default_factory=list[Part])


class Stored(BaseModel):
    """How many entries of a part were new, known, and pending before."""

    added: int
    known: int
    booked: int


class Days(BaseModel):
    """Days whose entries are matched together; both included."""

    first: date
    last: date


class Imported(Stored):
    """The counts of a whole file, and the days whose entries are to be matched."""

    statement_id: str
    windows: list[Days]


class Found(BaseModel):
    """How many matches were found for some days, and which of them may be booked without a
    person.
    """

    matches: int
    automatic: list[str]


class Booked(BaseModel):
    """How many matches were booked without a person."""

    booked: int


class Matched(BaseModel):
    """What a file came to."""

    statement_id: str
    added: int
    known: int
    was_pending: int
    matches: int
    booked: int


_READING: Final = "We have your bank statement and are reading it."
_STORING: Final = "Your bank statement is being stored."
_MATCHING: Final = "Your bank statement is stored; its entries are being matched."
_FAILED: Final = "We could not finish; nothing was lost. Retry it: it goes on from where it failed."

RECEIVED = State.processing("received", _READING)
READ_WHOLE = State.processing("read", _STORING)
ASKING = State.processing("asking", _READING)
AWAITING = State.review("awaiting_person", "This needs your eye: {reason}")
AGAIN = State.processing("again", "Your bank statement is being read again.")
STORING = State.processing("storing", _STORING)
UNREADABLE = State(
    "unreadable",
    Status.REJECTED,
    says="{reason}",
    next_safe_action=NextSafeAction.UPLOAD_AGAIN,
    is_terminal=True,
)
DROPPED = State(
    "dropped",
    Status.REJECTED,
    says="This statement was dropped: {reason}",
    next_safe_action=NextSafeAction.UPLOAD_AGAIN,
    is_terminal=True,
)
IMPORTED = State.processing("imported", _MATCHING)
PROPOSED = State.processing("proposed", _MATCHING)
BOOKED = State.processing("booked", _MATCHING)
MATCHED = State.ended(
    "matched",
    Status.COMPLETE,
    "Your bank statement is stored, and its entries were compared with your documents.",
)
UNDOING = State.processing("undoing", "What was stored of this statement is being taken back.")
UNDONE = State.ended("undone", Status.CANCELLED, "This statement was taken back: {reason}")

READ = Step(
    name="read",
    title="Read the file",
    effect=Effect.READ,
    gives=Read,
    on_success=(READ_WHOLE.name, ASKING.name, UNREADABLE.name),
    on_failure=OnFailure("read_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
    begins_in=(RECEIVED.name, AGAIN.name),
    withheld=("*",),  # rows of a bank's file
)
STORE = Step(
    name="store",
    title="Store the entries",
    effect=Effect.WRITE,
    gives=Stored,
    on_success=(STORING.name,),
    on_failure=OnFailure("store_failed", says=_FAILED),
    # Another statement of the same account may be stored at the same time: then a part is decided
    # anew.
    retries=Retries(limit=10, delay_seconds=3, backoff="linear"),
    timeout_seconds=2 * 60,
    begins_in=(READ_WHOLE.name,),
    at_most=MOST_PARTS,
    rollback_config=RollbackConfig(timeout_seconds=2 * 60),
)
CLOSE = Step(
    name="close",
    title="Hold the sums against each other",
    effect=Effect.WRITE,
    gives=Imported,
    on_success=(IMPORTED.name,),
    on_failure=OnFailure("close_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=60,
    begins_in=(READ_WHOLE.name, STORING.name),
)
PROPOSE = Step(
    name="propose",
    title="Look for what matches",
    effect=Effect.WRITE,
    gives=Found,
    on_success=(PROPOSED.name,),
    on_failure=OnFailure("propose_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
    begins_in=(IMPORTED.name,),
    at_most=MOST_WINDOWS,
)
BOOK = Step(
    name="book",
    title="Book what is certain",
    effect=Effect.WRITE,
    gives=Booked,
    on_success=(BOOKED.name,),
    on_failure=OnFailure("book_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
    begins_in=(PROPOSED.name,),
    at_most=MOST_PARTS,
    rollback_config=RollbackConfig(timeout_seconds=5 * 60),
)
FINISH = Step(
    name="finish",
    title="Finish",
    effect=Effect.READ,
    gives=Matched,
    on_success=(MATCHED.name,),
    on_failure=OnFailure("finish_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=60,
    begins_in=(IMPORTED.name, PROPOSED.name, BOOKED.name),
)

STATEMENT_V1 = Contract(
    kind=KIND,
    version=1,
    initial=RECEIVED.name,
    states=(
        *(
            RECEIVED,
            READ_WHOLE,
            ASKING,
            AWAITING,
            AGAIN,
            STORING,
            UNREADABLE,
            DROPPED,
            IMPORTED,
            PROPOSED,
            BOOKED,
        ),
        *(MATCHED, UNDOING, UNDONE),
    ),
    steps=(READ, STORE, CLOSE, PROPOSE, BOOK, FINISH),
    review=ReviewStates(AWAITING.name, AGAIN.name, DROPPED.name, begins_in=(ASKING.name,)),
    compensating=UNDOING.name,
    undone=UNDONE.name,
    result=FINISH.name,
)

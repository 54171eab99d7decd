"""The contract of a sync, in both directions.

Into the books: plan a page, find contacts, freeze what is to be written, book each item, record,
attach. From a CRM: pull a page.
"""

import hashlib
from functools import partial
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

import tillroll_durable as durable
from tillroll_durable import Effect, OnFailure, State, Status, Step
from tillroll_durable.platform.bindings.engine import Retries

KIND: Final = "sync"
PAGE: Final = 100


class SyncParams(durable.Params):
    """A sync (an id of `books_syncs`, which is the run's subject) of a connection, and where this
    run of its chain goes on: behind the change of that place. A run takes a `page` of so many
    items. `compares`: what is in the books as it should be is compared with what the books have,
    too. The run before made so many `requests` until `asked_at`. Of a CRM, it reads records of a
    `kind`, from where the connection was read last.
    """

    sync_id: str
    connection_id: str
    direction: Literal["push", "pull"] = "push"
    cursor: Annotated[int, Field(ge=0)] = 0
    compares: bool = False
    requests: Annotated[int, Field(ge=0)] = 0
    asked_at: str | None = None
    kind: Literal["company", "contact", "deal"] = "company"
    page: Annotated[int, Field(ge=1, le=100)] = PAGE


class PartyWanted(BaseModel):
    """A contact that the books are to have. `currency` is that of its documents, where the books'
    contacts have one; empty: any.
    """

    role: Literal["supplier", "customer"]
    name: str
    word: str
    currency: str = ""

    @property
    def key(self) -> str:
        """Stands for the name, and for the currency, in keys, which are seen."""
        words = self.word
        if self.currency:
            words = f"{self.word}\n{self.currency}"
        return hashlib.sha256(words.encode()).hexdigest()[:32]


class PagePlan(BaseModel):
    """The items of a page by their ids, the contacts that they need, the place of the last of them,
    and whether another page follows. `per_minute` and `at_once` are the target's limits. `denied`:
    the target lets us in no more.
    """

    items: list[str]
    parties: list[PartyWanted]
    last: int
    is_last: bool
    per_minute: int
    at_once: int
    closed_until: str | None = None
    denied: bool = False


class ContactFound(BaseModel):
    id: str
    requests: int


class PartyFailed(BaseModel):
    """Why a contact could not be had. `is_refused`: for good."""

    role: str
    word: str
    code: str
    reason: str
    currency: str = ""


class PartyFound(BaseModel):
    role: str
    word: str
    name: str
    id: str
    currency: str = ""


class Task(BaseModel):
    """A revision of an item that is to be sent, and the file that goes with it, by its SHA-256."""

    item: str
    revision: int


class Booked(BaseModel):
    """What the target answered. `outcome`: written; void, where a document that was to be credited
    had been voided; or conflict, and then nothing was written. `seen` is what the books have, as
    JSON; `differences` by field, each as [ours, theirs].
    """

    outcome: Literal["written", "void", "conflict"]
    seen: str | None
    why: str = ""
    differences: dict[str, list[str]] = {}
    requests: int = 1


class Sent(BaseModel):
    """What became of a task: what was answered, or why nothing was. `failure` is a class of
    docs/operations.md.
    """

    item: str
    revision: int
    booked: Booked | None
    failure: str = ""
    reason: str = ""


class FileTask(BaseModel):
    """A file of ours for a document in the books."""

    item: str
    generation: int
    kind: str
    external_id: str
    object_key: str
    sha256: str
    name: str
    media_type: str


class Comparison(BaseModel):
    """A document that is in the books as it should be, as far as we know."""

    item: str
    kind: str
    external_id: str
    digest: str


class Compared(BaseModel):
    """Whether the books have it as it was written."""

    item: str
    same: bool
    requests: int


class Frozen(BaseModel):
    """What is to be sent: revisions, and files of documents that are in the books as they should
    be. `comparisons` are such documents, where they are to be compared.
    """

    tasks: list[Task]
    files: list[FileTask]
    comparisons: list[Comparison]


class Recorded(BaseModel):
    """`files` are to be attached. `denied`: the target lets us in no more. `again`: something is to
    be looked at once more in this sync.
    """

    files: list[FileTask]
    denied: bool
    again: bool


class Attached(BaseModel):
    id: str
    requests: int


class FileSent(BaseModel):
    item: str
    generation: int
    sha256: str
    name: str
    external_id: str | None
    failure: str = ""
    reason: str = ""


class Pulled(BaseModel):
    """`is_last`: no page of this kind follows. `denied`: the CRM lets us in no more."""

    is_last: bool
    denied: bool


class Synced(BaseModel):
    """How many of the sync's items came to what, by outcome."""

    outcomes: dict[str, int]


_BUSY: Final = "Your books are being brought into step."
_FAILED: Final = (
    "This sync could not go on; nothing was lost, and nothing is written twice. Retry it."
)
# A target that is down for minutes is asked again; then an item waits for the next sync.
_OFTEN: Final = Retries(limit=4, delay_seconds=5, backoff="exponential")
_ENOUGH: Final = Retries(limit=5, delay_seconds=2, backoff="exponential")

_write = partial(
    Step[Any],
    effect=Effect.WRITE,
    on_failure=OnFailure(says=_FAILED),
    retries=_ENOUGH,
    timeout_seconds=120,
    withheld=("*",),
)
_call = partial(
    Step[Any], effect=Effect.EXTERNAL, retries=_OFTEN, timeout_seconds=120, withheld=("*",)
)

PLAN: Final[Step[PagePlan]] = _write(name="plan", gives=PagePlan)
CONTACT: Final[Step[ContactFound]] = _call(
    name="contact", gives=ContactFound, idempotency_key="{connection}:{role}:{name}"
)
FREEZE: Final[Step[Frozen]] = _write(name="freeze", gives=Frozen)
BOOK: Final[Step[Booked]] = _call(
    name="book", gives=Booked, idempotency_key="{item}:{revision}:{connection}"
)
RECORD: Final[Step[Recorded]] = _write(name="record", gives=Recorded)
ATTACH: Final[Step[Attached]] = _call(
    name="attach", gives=Attached, idempotency_key="{item}:{generation}:{file}:{connection}"
)
NOTE_FILES: Final[Step[None]] = _write(name="note-files", gives=type(None))
COMPARE: Final[Step[Compared]] = Step(
    "compare",
    Effect.READ,
    gives=Compared,
    retries=_OFTEN,
    timeout_seconds=120,
    on_failure=OnFailure(says=_FAILED),
)
NOTE_COMPARED: Final[Step[int]] = _write(name="note-compared", gives=int)
PULL: Final[Step[Pulled]] = _write(name="pull", gives=Pulled)
FINISH: Final[Step[Synced]] = _write(name="finish", gives=Synced)
PACE: Final = durable.Timer("pace")

COMPLETED: Final = State.ended("completed", Status.COMPLETE, "Your books were brought into step.")
DISCONNECTED: Final = State.ended(
    "disconnected",
    Status.REJECTED,
    "The books let us in no more: connect them again, then sync. What is left waits.",
)

SYNC_V1: Final = durable.Contract(
    kind=KIND,
    version=1,
    states=(
        *(
            State.processing(step.own_state, _BUSY)
            for step in (PLAN, CONTACT, FREEZE, BOOK, RECORD, ATTACH)
        ),
        *(
            State.processing(step.own_state, _BUSY)
            for step in (NOTE_FILES, COMPARE, NOTE_COMPARED, PULL, FINISH)
        ),
        COMPLETED,
        DISCONNECTED,
    ),
    steps=(
        PLAN,
        CONTACT,
        FREEZE,
        BOOK,
        RECORD,
        ATTACH,
        NOTE_FILES,
        COMPARE,
        NOTE_COMPARED,
        PULL,
        FINISH,
    ),
    timers=(PACE,),
    concurrency=durable.Concurrency(1, key="connection_id"),
    continued="continued",
)

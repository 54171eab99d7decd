"""Connections, mapping, syncs, items and conflicts, as the API has them. Times are UTC, days
YYYY-MM-DD.
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue

from tillroll.books.syncs.mapping import Word
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import (
    ChangeBody,
    Flag,
    Model,
    RequestBody,
    ShownOnce,
    WrittenDay,
    printable,
)


class Audited(Action):
    CONNECTED = "books.connected", "books were connected, or connected again"
    CHANGED = "books.changed", "what of an account books get was changed; `fields` names what"
    MAPPED = "books.mapped", "what our words are in the books was changed"
    DISCONNECTED = (
        "books.disconnected",
        "a connection of books was ended: nothing is written there any more",
    )
    SYNCED = "books.synced", "a sync was begun"
    RETRIED = "books.retried", "items that were set aside are looked at again"
    CORRECTED = (
        "books.corrected",
        "somebody decided on documents that the books have without the VAT of their invoices",
    )
    DECIDED = (
        "books.decided",
        "somebody decided which side of a document that was changed in the books holds",
    )


Provider = Literal["signed", "xero", "quickbooks", "hubspot"]
PREVIEWS: Final[frozenset[str]] = frozenset({"xero", "quickbooks", "hubspot"})
"""Providers that were read in their documents: nobody has asked the real service yet."""
Direction = Literal["push", "pull"]
ItemStateName = Literal[
    "new", "written", "credited", "left_out", "set_aside", "waiting", "conflict"
]
Name = Annotated[str, printable(100), Field(description="What people call it")]
MOST_WORDS: Final = 2_000


class ConnectionRequest(RequestBody):
    """A connection to set up. For provider `signed`, `url` takes signed requests, by `secret`
    (whsec_…) or one that is made. Any other provider asks a person, at `authorizeUrl` of the
    answer. `firstDay`: what is before it is left out. `onlyApproved`: an expense is written once it
    is approved. `onChange`: changes begin a sync by themselves, once a person has begun the first.
    """

    name: Name
    provider: Provider
    first_day: WrittenDay
    only_approved: Flag = False
    on_change: Flag = True
    url: Annotated[str | None, Field(max_length=2_000)] = None
    secret: Annotated[str | None, Field(max_length=300)] = None


class ConnectionChange(ChangeBody):
    """What is left out stays as it is."""

    name: Name | None = None
    only_approved: Flag | None = None
    on_change: Flag | None = None


class AuthorizationRequest(RequestBody):
    """What a provider's page has handed to `redirectUri`: `state` and `code`, of QuickBooks
    `realmId` too.
    """

    state: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=2_000)]
    realm_id: Annotated[str | None, Field(max_length=100)] = None


class BooksConnection(Model):
    """`status`: connected; asked, while a person is to say yes at the provider; disconnected, since
    the provider lets us in no more (`disconnectedWhy`); or ended. `company` is the name of the
    company whose books they are. `syncing` is the sync that goes on. `firstSyncAt` is when a person
    has begun the first sync; null: nothing is written yet, and no change and no schedule begins a
    sync. `isPreview`: nobody has asked the provider's real service yet; try a demo company first.
    """

    id: str
    name: str
    provider: Provider
    is_preview: bool
    direction: Direction
    status: Literal["connected", "asked", "disconnected", "ended"]
    disconnected_why: str | None
    company: str | None
    url: str | None
    first_day: date
    only_approved: bool
    on_change: bool
    chart_at: str | None
    syncing: str | None
    first_sync_at: str | None
    created_by: str
    created_at: str


class CreatedConnection(BooksConnection):
    """`secret` signs the requests. `authorizeUrl` is where a person says yes, within a quarter of
    an hour. POST /api/books/connections/{connection_id}/authorization gives another one.
    """

    secret: ShownOnce
    authorize_url: ShownOnce


class ChartAccount(Model):
    code: str
    name: str
    number: str
    type: str
    is_active: bool


class ChartTaxCode(Model):
    """`percent` is null where the code has several rates or none. `ofPurchases`, `ofSales`: what it
    is for.
    """

    code: str
    name: str
    percent: str | None
    is_active: bool
    of_purchases: bool
    of_sales: bool


class BooksChart(Model):
    """The accounts and tax codes of the books, as they were read last."""

    company: str
    currency: str
    read_at: str
    accounts: list[ChartAccount]
    tax_codes: list[ChartTaxCode]


class MappedWord(RequestBody):
    """`what`: category (an account of costs), income (an account of what customers are charged, by
    category), tax (a code of input tax, by the rate at home in percent, or by another treatment
    such as `eu_services:19`), output_tax (a code of what is charged, in the same way), or person
    (the name of a contact, by the user's id).
    `word` is `*` for all that is not named, of tax for all rates; empty for no category, `none` for
    no tax, `other` for a rate that fits none. An empty `code` of a tax is none at all.
    """

    what: Word
    word: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=200)]


class MappingRequest(RequestBody):
    """All of it, as it shall be."""

    words: Annotated[list[MappedWord], Field(max_length=MOST_WORDS)]


class UnmappedWord(Model):
    """A word that has no place in the books. `items` counts what waits for it, and `says` it in a
    sentence.
    """

    what: Word
    word: str
    says: str
    items: int


class BooksMappingShown(Model):
    """`unmapped` are the words of what is to be written next that have no place yet. `isWhole`: all
    of that was looked at; else the first 5,000 changes. `needsTaxCodes`: the books refuse a line
    that has tax, and no code of it.
    """

    words: list[MappedWord]
    unmapped: list[UnmappedWord]
    is_whole: bool
    needs_tax_codes: bool


class DryRunItem(Model):
    """What the next sync does with an item. `act`: create, change, credit, nothing, wait, or
    set_aside; `reason` says why where nothing is written. `document` is what would be written,
    also of what is set aside, as far as it is known then:
    amounts are minor units, `contact` is its name while the books have none, else its id there,
    whose name `contacts` has. `accounts` and `taxCodes` have the names of what its lines name by
    codes, as far as the chart was read. `differences`: what a change changes, as [before, after].
    """

    item: str
    kind: Literal["expense", "claim", "credit_note"]
    subject: str
    title: str | None
    act: Literal["create", "change", "credit", "nothing", "wait", "set_aside"]
    reason: str | None
    document: dict[str, JsonValue] | None
    differences: dict[str, list[JsonValue]]
    contacts: dict[str, str]
    accounts: dict[str, str]
    tax_codes: dict[str, str]


class SyncRequest(RequestBody):
    """`skipUnmapped`: begin although some words have no place in the books; what has them is set
    aside. `compare`: read each document that is in the books, too, and find out whether somebody
    changed it there.
    """

    skip_unmapped: Flag = False
    compare: Flag = False


class BooksSync(Model):
    """`state`: running, stopped_short (its run failed: retry it), completed, disconnected or
    stopped. `outcomes` counts its items by what they came to: written, credited, unchanged,
    left_out, set_aside, waiting, uncertain, conflict, denied. `runId` is the newest run of its
    chain.
    """

    id: str
    connection_id: str
    state: Literal["running", "stopped_short", "completed", "disconnected", "stopped"]
    begun_by: Literal["hand", "schedule", "change"]
    actor: str
    begun_at: str
    ended_at: str | None
    run_id: str
    outcomes: dict[str, int]


class SyncOutcome(Model):
    """What a sync came to for an item; `says` is how the item is now."""

    item: str
    kind: str | None
    subject: str | None
    outcome: str
    reason: str | None
    at: str


class BooksItem(Model):
    """What the books have of an expense, a claim or a credit note. `says` in words: "In Xero as
    BILL-123, 12 Nov". `isDue`: it changed since it was looked at last. `code` and `reason` say why
    it is not as it should be; of what is new, why the next sync will not write it.
    """

    id: str
    connection_id: str
    connection: str
    kind: Literal["expense", "claim", "credit_note"]
    subject: str
    title: str | None
    state: ItemStateName
    is_due: bool
    code: str | None
    reason: str | None
    says: str
    external_id: str | None
    external_number: str | None
    external_url: str | None
    written_version: int | None
    written_at: str | None
    has_file: bool
    updated_at: str
    place: int = Field(exclude=True)


class BooksRetry(RequestBody):
    """Which items are looked at again: by their ids, or by the code of why they are set aside."""

    items: Annotated[list[str], Field(max_length=100)] | None = None
    code: Annotated[str | None, Field(max_length=60)] = None


class Retried(Model):
    """How many items are looked at again."""

    items: int


class BooksCorrection(RequestBody):
    """What becomes of invoices and credit notes that the books have without the VAT that they
    name: `correct` has the next sync write it over what is there, `keep` leaves them as they are.
    `items` by their ids; left out: all of them. What is of a closed day is written once that is
    open.
    """

    decision: Literal["correct", "keep"]
    items: Annotated[list[str] | None, Field(min_length=1, max_length=100)] = None


class Corrected(Model):
    """How many documents the decision is about."""

    items: int


class SideDifference(Model):
    """A field that the two sides have differently."""

    field: str
    ours: JsonValue
    theirs: JsonValue


class BooksConflict(Model):
    """A document that somebody changed in the books. `ours` is what was to be written, `theirs`
    what the books have; null where it is gone. `contacts`, `accounts` and `taxCodes` have the names
    of what they name by ids and codes, where they are known. Decide `ours`, and it is written over
    theirs, or `theirs`, and ours stays as it is.
    """

    id: str
    connection_id: str
    item: str
    kind: str
    subject: str
    title: str | None
    found_at: str
    ours: dict[str, JsonValue]
    theirs: dict[str, JsonValue] | None
    is_void_there: bool
    url: str | None
    differences: list[SideDifference]
    contacts: dict[str, str]
    accounts: dict[str, str]
    tax_codes: dict[str, str]
    decision: Literal["ours", "theirs"] | None
    decided_by: str | None
    decided_at: str | None


class ConflictDecision(RequestBody):
    decision: Literal["ours", "theirs"]


class Lacking(Model):
    """Items that are not in the books as they should be, for one reason, or that the next sync will
    not write. `examples` are up to five of them.
    """

    state: ItemStateName
    code: str | None
    says: str
    items: int
    examples: list[BooksItem]


class ConnectionStatus(Model):
    """Whether one connection's books have everything. Each item counts once: in `written` where it
    is there as it should be, in `lacking`, or in `leftOut`, which has what is not meant to be
    there, such as voided expenses. `notDue` says which of those the books get later: they are in
    review, or not approved.
    """

    connection: BooksConnection
    is_everything: bool
    says: str
    written: int
    left_out: int
    lacking: list[Lacking]
    not_due: list[Lacking]
    last_sync: BooksSync | None


class BooksStatus(Model):
    """Is everything in the books? If not, what and why?"""

    is_everything: bool
    connections: list[ConnectionStatus]

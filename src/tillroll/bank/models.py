"""Bank accounts, statements and entries: each is a row, and the JSON of it. Amounts are whole minor
units of the currency; money that comes in is positive.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from tillroll.bank.statements.entry_traits import Overlap
from tillroll_documents.bank_files.printed import Format
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import (
    ChangeBody,
    Flag,
    Model,
    RequestBody,
    WrittenDay,
    printable,
)


class Audited(Action):
    BANK_ACCOUNT_CREATED = (
        "bank_account.created",
        "a bank account was named, whose statements are read",
    )
    BANK_ACCOUNT_CHANGED = (
        "bank_account.changed",
        "a bank account was renamed, archived, or allowed to book by itself",
    )
    BANK_ACCOUNT_HELD = (
        "bank_account.held",
        "it was said whose a bank account is, and whose its cards are",
    )
    CHASING_SET = (
        "account.chasing_set",
        ("asking each week for missing documents was switched on or off; `chases` says which"),
    )
    DOCUMENTS_CHASED = (
        "bank_documents.chased",
        (
            "a person was asked for documents of payments, as each week; `entries` counts these, "
            "and their approver was notified of `told` of these"
        ),
    )
    QUIET_DAYS_SAID = (
        "bank_quiet_days.said",
        "a person said that nothing happened in a bank account on some days",
    )
    QUIET_DAYS_TAKEN_BACK = (
        "bank_quiet_days.taken_back",
        "what was said of days without entries was taken back",
    )
    BANK_BOOKS_MENDED = (
        "bank_account.mended",
        (
            "a person had the books of a bank account brought to what explains its entries; "
            "`matches` and `entries` are those that were wrong"
        ),
    )
    STATEMENT_IMPORTED = (
        "bank_statement.imported",
        (
            "entries of a bank statement were stored: `added` are new, `known` were there, "
            "`booked` were pending before"
        ),
    )
    IMPORT_UNDOING = (
        "bank_statement.undoing",
        (
            "a person has the import of a statement undone: its entries are taken back, and what "
            "explained them"
        ),
    )
    LAYOUT_CONFIRMED = (
        "bank_layout.confirmed",
        "a person said which column of a bank's CSV file is what",
    )


EntryStatus: TypeAlias = Literal["booked", "pending", "replaced"]
Source: TypeAlias = Literal["upload", "mail", "fetch"]
Name = Annotated[str, Field(min_length=1, max_length=100), printable(100)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])]
Reason = Annotated[str, Field(min_length=1, max_length=300), printable(300)]


class BankCard(Model):
    """A card of a bank account, by the last four digits of its number, and whose it is."""

    ending: str
    person: str


class BankAccount(Model):
    """A bank account of the company. `number` shows the first and last four characters of its IBAN
    or other number; null for none. `booksCertain`: certain matches are booked without a person.
    `balance` is the closing balance of its last statement, on `balanceDay`. Statements cover
    `firstDay` to `lastDay`. `entries` counts what its bank has booked, `open` what nothing explains
    yet, `certain` how much of it has a certain match. `disagrees` says how the ledger, a claim or a
    payout differs from what explains the entries, as the last night found it; null where all
    agrees. `heldBy` is asked for the documents of its payments, but for those of `cards`; null
    where it is nobody's.
    """

    id: str
    name: str
    currency: str
    number: str | None
    books_certain: bool
    created_at: str
    archived_at: str | None
    balance: int | None
    balance_day: date | None
    first_day: date | None
    last_day: date | None
    entries: int
    open: int
    certain: int
    disagrees: str | None
    held_by: str | None
    cards: list[BankCard]


class BankAccountRequest(RequestBody):
    """`number` is its IBAN, or the number by which the bank's files name it; leave it out where
    they name none.
    """

    name: Name
    currency: Currency
    number: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    books_certain: Flag = False


class QuietDaysRequest(RequestBody):
    """Days on which nothing happened in a bank account, both included: they need no statement."""

    first: WrittenDay
    last: WrittenDay


class QuietDays(Model):
    """Days on which nothing happened in a bank account, as a person says; both included. `saidBy`
    is their name, also where they used a token; null once they are not here. `entryDay` is the
    first day on which an entry was booked all the same: it makes void what was said. Null where
    there is none.
    """

    id: str
    bank_account_id: str
    first: date
    last: date
    said_by: str | None
    said_at: str
    entry_day: date | None


class BooksMending(RequestBody):
    """Why a person has the books of a bank account mended."""

    reason: Reason


class BankAccountChange(ChangeBody):
    """What changes; null for what stays. An archived account takes no statements; its entries
    stay.
    """

    name: Name | None = None
    books_certain: Flag | None = None
    archived: Flag | None = None


class Misfit(Model):
    """What of a file did not fit. `line` is of the file, `entry` a position in the statement, both
    from 1; null where the whole file is meant. `section` is the number of the statement within the
    file, from 1.
    """

    says: str
    section: int | None = None
    line: int | None = None
    entry: int | None = None
    field: str | None = None


class Section(Model):
    """A statement of one account within a file, as the bank printed it. `sum`: closes, where
    opening balance and entries give the closing balance; unproven, where the file lacks a balance.
    `overlap` is what a person said of entries that differ from stored ones by their references
    only: `same` or `apart`; null where nobody was asked.
    """

    number: int
    bank_account_id: str
    currency: str
    format: Format
    printed_id: str | None
    sequence: int | None
    page: int | None
    is_last_page: bool
    states_period: bool
    first_day: date | None
    last_day: date | None
    opening: int | None
    closing: int | None
    closing_day: date | None
    sum: Literal["closes", "unproven"]
    entries: int
    overlap: Overlap | None
    is_stored: bool


class BankStatement(Model):
    """A file of a bank, and what its run made of it. `state` is where the run stands; GET
    /api/runs/{runId} says what is safe to do next. `added` entries were new, `known` were there
    already, `booked` were pending before. `bankAccounts` names the accounts that it is of; null
    where it is of none yet. `undoneBy` asked to undo the import; from `undoneAt` on nothing of it
    is stored, and the same bytes are another statement.
    """

    id: str
    run_id: str
    state: str
    status: str
    file_name: str | None
    bank_accounts: str | None
    size: int
    source: Source
    by: str
    created_at: str
    format: Format | None
    entries: int | None
    added: int
    known: int
    booked: int
    undone_by: str | None
    undone_because: str | None
    undone_at: str | None


class BreakKind(StrEnum):
    """How a statement does not join another one."""

    GAP = "gap"
    """Money moved between two statements that is in neither, or their days leave some out."""
    NUMBER = "number"
    """A number is left out, though the balances join: its entries may cancel each other out."""
    PAGE = "page"
    """A page of a statement is missing."""
    OVERLAP = "overlap"
    """Both cover the same days. Entries that both have are stored once."""


class Break(Model):
    """Where this statement does not join another one of its account. The days from `fromDay` to
    `toDay` are missing, or covered twice. `amount` is what moved in between, in minor units, where
    the balances tell. `numbers` are the first and the last number, or page, that is missing.
    """

    kind: BreakKind
    bank_account_id: str
    before: str
    after: str
    from_day: date | None
    to_day: date | None
    amount: int | None
    numbers: tuple[int, int] | None


class Undoable(Model):
    """What undoing an import takes back: `entries` that no other file has, and the accepted
    `matches` of these. `match_days` are the days of what these matches explain.
    """

    entries: int
    matches: int
    match_days: list[date]


class ImportUndoing(RequestBody):
    """Why an import is undone; the audit and the matches that are undone keep it."""

    reason: Reason


class BankStatementDetail(BankStatement):
    """With the statements of accounts in it, everything that did not fit, and where it does not
    join others. `undoable` is null where the import cannot be undone.
    """

    sections: list[Section]
    misfits: list[Misfit]
    breaks: list[Break]
    undoable: Undoable | None


class TakenStatement(Model):
    """The run that reads a file. `previousRunId` where that one ended without entries. `readFor`
    are the bank accounts for which bytes that were known already were read.
    """

    run_id: str
    statement_id: str
    status: str
    previous_run_id: str | None = None
    read_for: list[str] | None = None
    is_new: bool = Field(exclude=True)


class Payment(Model):
    """A single payment of a batch, by its number from 1."""

    number: int
    amount: int
    counterparty: str | None = None
    counterparty_shown: str | None = None
    counterparty_mark: Annotated[str | None, Field(exclude=True)] = None
    words: str = ""
    end_to_end_id: str | None = None
    creditor_reference: str | None = None
    charges: int = 0
    foreign_amount: int | None = None
    foreign_currency: str | None = None
    rate: str | None = None


ReasonKind = Literal["interest", "tax_office", "wages", "private", "other"]
"""What words explain: interest, VAT paid to the tax office or by it, wages, or private money. Each
has an account in the books; `other` has none."""


class Entry(Model):
    """What a bank booked, or will book where it is `pending`. `explained` is how much of `amount`
    accepted matches explain. `reason` says why no document explains it, and `reasonKind` what it
    is, null where nobody chose; `owedBy` is the person who was asked for one. `doubt`: an accepted
    expense was voided, or has another total or currency now (`changed`), or its amount `differs`
    and nothing says why; so the entry is open.
    """

    id: str
    bank_account_id: str
    statement_id: str
    status: EntryStatus
    day: date
    value_day: date | None
    amount: int
    currency: str
    counterparty: str | None
    counterparty_shown: str | None
    words: str
    bank_reference: str | None
    end_to_end_id: str | None
    creditor_reference: str | None
    transaction_code: str | None
    charges: int
    foreign_amount: int | None
    foreign_currency: str | None
    rate: str | None
    is_reversal: bool
    explained: int
    reason: str | None
    reason_kind: ReasonKind | None
    reason_by: str | None
    owed_by: str | None
    asked_at: str | None
    doubt: Literal["voided", "changed", "differs"] | None


class EntryDetail(Entry):
    """With the single payments of a batch."""

    payments: list[Payment]


class EntryCounts(Model):
    """How many entries are booked, how many of them nothing explains yet, and how many of these
    have a certain match that waits to be accepted.
    """

    entries: int
    open: int
    certain: int


class SuspectLine(Model):
    """The first entry of a statement that cannot be right, as the bank printed it. `position`
    counts from 1; `line` is of the file, null where its format has none.
    """

    position: int
    line: int | None
    day: date | None
    amount: int
    counterparty: str | None
    words: str


class Unclosed(Model):
    """Why a statement does not close: `opening` and `booked`, the sum of its entries, are not
    `closing`. `difference` is what is missing. `says` is a sentence on it.
    """

    section: int
    currency: str
    opening: int | None
    entries: int
    booked: int
    closing: int | None
    difference: int
    says: str
    suspect: SuspectLine | None


class NamedAccount(Model):
    """What a file says of its bank account. `number` is as it may be shown, never whole; null where
    there is none.
    """

    number: str | None
    currency: str


class PreviewTotals(Model):
    """What the booked rows of a preview come to: `moneyOut` is zero or negative, `moneyIn` zero or
    positive. Where the file's signs are the other way round, they change places.
    """

    rows: int
    money_out: int
    money_in: int
    currency: str


class Proposal(Model):
    """What a person decides on where a file waits: `mapping` with its `preview` and `totals` for
    the columns of a CSV, or `unclosed`: which of its statements do not close, the first ten of
    them. `account` is the bank account that the file names, as far as it does, where that is not
    known. `turned` are the entries that approval books with the other sign, by their `section` and
    `position`: the balances prove it.
    """

    says: str
    account: NamedAccount | None = None
    misfits: list[Misfit] = Field(default_factory=list[Misfit])
    columns: list[str] = Field(default_factory=list[str])
    rows: list[list[str]] = Field(default_factory=list[list[str]])
    mapping: dict[str, Any] | None = None
    preview: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    totals: PreviewTotals | None = None
    turned: list[dict[str, int]] = Field(default_factory=list[dict[str, int]])
    unclosed: list[Unclosed] = Field(default_factory=list[Unclosed])

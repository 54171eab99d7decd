"""What a bank's file says: statements, their entries, and what did not fit. Every format is read
into these.

Amounts are whole minor units of the account's currency, and signed: what the account receives is
positive.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Format(StrEnum):
    """How a file is written. All versions of a message are one format."""

    CAMT_052 = "camt.052"
    CAMT_053 = "camt.053"
    CAMT_054 = "camt.054"
    MT940 = "mt940"
    OFX = "ofx"
    CSV = "csv"
    BAI2 = "bai2"
    CODA = "coda"
    CFONB = "cfonb"
    NORMA_43 = "norma43"
    QIF = "qif"
    ENABLE_BANKING = "enable-banking"

    @property
    def family(self) -> str:
        """Formats of one family repeat the same bank references: `camt`, `mt940`, `ofx`, `csv`, or
        an API.
        """
        return self.value.partition(".")[0]

    @property
    def lists_all(self) -> bool:
        """Whether a file has all that is booked on the days that it states, as a bank's API answers
        for days.
        """
        return self is Format.ENABLE_BANKING


class EntryStatus(StrEnum):
    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"
    """The bank announces something that may never be booked."""


class UnreadableFile(ValueError):
    """A file cannot be read; the message is one sentence or more that say what is wrong, and where.

    Attributes:
        line: of the file, from 1; None where it has no lines, or the whole file is meant.
        entry: position of the entry, from 1, as far as one was begun.
        field: as the format calls it, such as `Amt` or `:61:`.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        entry: int | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.line = line
        self.entry = entry
        self.field = field


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in a statement did not fit, though the statement can be read. `says` is a sentence
    for a person.

    `line` is of the file, `entry` a position in the statement; both from 1.
    """

    says: str
    line: int | None = None
    entry: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance in signed minor units at the end of `day`; of an opening balance, `day` is what the
    file says of it.
    """

    minor: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """The amount in the other currency, signed as the entry is.

    `rate` is the decimal that the bank printed: units of either currency for one of the other; the
    amounts show which.
    """

    minor: int
    currency: str
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class Counterparty:
    """The other side. `account` is an IBAN or another number without spaces, `bank` a BIC or a
    national code.

    `ultimate` is the name of the one for whom the counterparty pays or receives.
    """

    name: str | None = None
    account: str | None = None
    bank: str | None = None
    ultimate: str | None = None


NOBODY: Final = Counterparty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is said of money that moved, be it an entry or a single payment of a batch.

    Attributes:
        amount: signed minor units; credit is positive. Includes `charges`.
        counterparty: NOBODY if the file names none.
        bank_reference: the bank's own id (AcctSvcrRef, FITID); it may be no id at all (NONREF).
        end_to_end: the payer's id; None also for NOTPROVIDED.
        creditor_reference: structured, such as RF18… (ISO 11649), without spaces.
        text: the remittance information, or what else the bank writes for people; lines are joined
            by a space.
        code: the bank's transaction code: PMNT-RCDT-ESCT, a GVC, NTRF, or DEBIT.
        charges: minor units, positive: contained in `amount` as what the bank kept or took.
        return_reason: why it came back, such as AC04 (ISO 20022 external code).
    """

    amount: int
    counterparty: Counterparty = NOBODY
    bank_reference: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    creditor_reference: str | None = None
    text: str = ""
    code: str | None = None
    charges: int = 0
    foreign: Foreign | None = None
    return_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Details):
    """A single payment of a batch: its amounts add up to the entry's, unless a Misfit says
    otherwise.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Details):
    """A line of a statement.

    Attributes:
        position: in the statement, from 1, in the order of the file.
        booked_on: None if the file has no booking day, as for pending entries.
        valued_on: from when the money counts.
        is_reversal: it undoes an earlier entry; `amount` has the direction in which the money goes
            now.
        payments: of a batch; empty for a single payment, whose details are the entry's.
        balance: of the account after this entry, if the file prints it.
        line: of the file, from 1; None if the format has no lines.
        corrects: the bank's reference of an earlier entry that this one replaces, or takes back.
        is_deletion: the bank takes that entry back, and nothing comes in its place.
    """

    position: int
    status: EntryStatus
    booked_on: date | None
    valued_on: date | None
    is_reversal: bool = False
    payments: tuple[Payment, ...] = ()
    balance: int | None = None
    line: int | None = None
    corrects: str | None = None
    is_deletion: bool = False

    @property
    def day(self) -> date | None:
        """The booking day, else the value day."""
        return self.booked_on or self.valued_on


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """What a file says of one account and period.

    Attributes:
        format: of the file.
        account: IBAN or another number, without spaces; None if the file names none.
        bank: who keeps the account, as a name or BIC.
        currency: ISO 4217. All amounts of the statement are in it.
        id: the statement's or message's own id.
        sequence: electronic number, else the number that MT940 has.
        legal_sequence: number of the statement on paper, where it differs.
        page: of a statement in several parts, from 1; None if it has one part.
        is_last_page: False if further pages of this statement follow.
        from_day, to_day: the period. If the file states none, the days of its entries.
        states_period: the file itself says which period it covers.
        opening, closing: booked balances, None if the file has none.
        is_interim: the balances may still change within the day, or belong to a page of a
            statement.
        available: what can be spent at the closing, None if the file has none.
        expected: balance with pending entries, None if the file has none.
        entries: how many there are, of every status.
        problems: what did not fit.
    """

    format: Format
    account: str | None
    currency: str
    bank: str | None = None
    id: str | None = None
    sequence: int | None = None
    legal_sequence: int | None = None
    page: int | None = None
    is_last_page: bool = True
    from_day: date | None = None
    to_day: date | None = None
    states_period: bool = False
    opening: Balance | None = None
    closing: Balance | None = None
    is_interim: bool = False
    available: Balance | None = None
    expected: Balance | None = None
    entries: int = 0
    problems: tuple[Misfit, ...] = ()


Item = Entry | BankStatement
"""What a reader yields: the entries of a statement, then the statement itself."""

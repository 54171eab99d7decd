"""What is matched: lines of bank accounts and documents that explain them; and what matching
answers.

All amounts are whole minor units. They are signed as the bank account sees them: what it receives
is positive, so an expense that was paid from it is negative, and the payment of a claim is
positive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of a bank account, or one single payment of a batch (then its entry is no line
    itself).

    Attributes:
        account: id of the own bank account.
        amount: signed minor units of `currency`, charges included.
        day: when it was booked; None while it is pending.
        value_day: from when the money counts; of a card payment often the day of the purchase.
        name: the counterparty as the bank writes it.
        counterparty: mark of the counterparty's account: its IBAN's fingerprint, say. Only
            compared, never shown.
        text: remittance information.
        references: end-to-end id, structured creditor reference, bank reference; whatever there is.
        foreign_amount: in `foreign_currency`, signed as `amount` is; charges are not contained.
        rate: the decimal that the bank printed.
        charges: positive minor units, contained in `amount`.
        code: the bank's own code of the transaction: `PMNT-CCRD-POSD` (ISO 20022), a GVC such as
            `106`.
        is_reversal: it undoes an earlier line of the same account.
        is_pending: the bank has not booked it; it is never matched automatically.
        is_settled: it is explained already: it serves as evidence, and is not matched again.
        person_asked: id of the person who was asked for its document; None: nobody was.
    """

    id: str
    account: str
    amount: int
    currency: str
    day: date | None = None
    value_day: date | None = None
    name: str | None = None
    counterparty: str | None = None
    text: str = ""
    references: tuple[str, ...] = ()
    foreign_amount: int | None = None
    foreign_currency: str | None = None
    rate: str | None = None
    charges: int = 0
    code: str | None = None
    is_reversal: bool = False
    is_pending: bool = False
    is_settled: bool = False
    person_asked: str | None = None

    @property
    def on(self) -> date | None:
        """The booking day, else the value day."""
        return self.day or self.value_day


class DocumentKind(StrEnum):
    EXPENSE = auto()
    CLAIM = auto()
    """A payment that is expected for a claim. It may come in parts, and much later."""
    PAYOUT = auto()
    """A payment that the account itself has ordered."""
    FEE = auto()
    """A rule, used any number of times: `names` are the words by which the bank's own fees are
    known, `amount` is the largest fee, negative.
    """
    OWN_ACCOUNT = auto()
    """Another own bank account, used any number of times. `id` is that of the bank account,
    `amount` 0.
    """

    @property
    def is_rule(self) -> bool:
        """Whether the document is a rule: it has no amount of its own, and is never used up."""
        return self in {DocumentKind.FEE, DocumentKind.OWN_ACCOUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What explains money that moved.

    Attributes:
        amount: expected in all, signed minor units of `currency`. A credit note of an expense is
            positive.
        remainder: what is still open of it, with the same sign; 0 if nothing is.
            `amount - remainder` can be refunded.
        converted: the remainder in another currency, `converted_currency`, by a published rate;
            None where no rate is known. `conversion_into` says whether it counts.
        day: of the purchase, the claim or the order.
        due: the last day on which it should be paid.
        names: merchant, registered name, payee or payer.
        accounts: marks of the other side's accounts, made as those of lines are.
        references: numbers that a payer may write: of the claim, invoice, payout run or payment
            file, and end-to-end ids. Those of a payment file are shared by its payouts.
        bank_account: id of the own bank account that pays or receives it; None if any may.
        allows_tip: the amount that was paid may be larger by a tip.
        says_cash: it was read as paid in cash, and no person said so.
        employee: name of the employee who paid it, as it says; None if the company paid.
        by_entries: what accepted entries paid of it, without what people recorded; 0 where the two
            are not counted apart. Signed as `amount` is.
        person: id of the person whose expense it is.
    """

    id: str
    kind: DocumentKind
    amount: int
    currency: str
    remainder: int
    day: date | None = None
    due: date | None = None
    converted: int | None = None
    converted_currency: str | None = None
    names: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    bank_account: str | None = None
    allows_tip: bool = False
    says_cash: bool = False
    employee: str | None = None
    by_entries: int = 0
    person: str | None = None

    @property
    def paid(self) -> int:
        """What was paid of it so far, and can come back by an entry; signed as `amount` is. What a
        person recorded before its entry came counts as what entries paid, too."""
        return max(self.amount - self.remainder, self.by_entries, key=abs)

    def conversion_into(self, currency: str) -> int | None:
        """The remainder in another currency by a published rate; None without a rate.

        A conversion is one between two currencies: in its own one a document has its amount.
        """
        if self.converted_currency != currency or self.currency == currency:
            return None
        return self.converted or None


class MatchKind(StrEnum):
    EXACT = auto()
    PARTIAL = auto()
    """The line pays a part of the document."""
    ONE_TO_MANY = auto()
    """One line pays several documents."""
    MANY_TO_ONE = auto()
    """Several lines pay one document."""
    TIP = auto()
    DISCOUNT = auto()
    """Less was paid, as a seller's terms allow who pays soon. All of the document is settled."""
    FOREIGN = auto()
    """The document is in another currency: the bank's own rate and charges hold."""
    REFUND = auto()
    """Money that came back, netted against its document."""
    FEE = auto()
    TRANSFER = auto()
    """Between own accounts: two lines, or one line and the other account."""
    HOLD = auto()
    """A pending line, and the booked one that replaced it with another amount. Concerns no
    document.
    """
    REVERSAL = auto()
    """A line that undoes an earlier one. Concerns the documents of that one."""


class Level(StrEnum):
    AUTOMATIC = auto()
    """The evidence cannot belong to another open document. It may be booked if the account allows
    it.
    """
    PROPOSED = auto()
    TIE = auto()
    """Another document or line fits as well: a person decides."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What one line gives to one document.

    Attributes:
        amount: of the line's money, signed; includes tips and charges.
        settles: of the document's remainder, in its currency, signed. Of a refund, its sign is the
            opposite of the document's: it opens the remainder again, or lowers what is owed.
    """

    line: str
    document: str
    amount: int
    settles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Lines and documents that belong together.

    Attributes:
        lines: all of them, also those without a document, such as both sides of a transfer.
        pairs: by document. Empty for a transfer of two lines, a hold and a reversal.
        score: 0 to 1000.
        reasons: for a person to read: "same amount", "two days later", "the reference names the
            claim 2026-0014".
        twins: ids of documents or lines that fit as well as those chosen.
    """

    kind: MatchKind
    lines: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    score: int
    reasons: tuple[str, ...]
    level: Level = Level.PROPOSED
    twins: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the documents, each once, in the order of the pairs."""
        return tuple(dict.fromkeys(pair.document for pair in self.pairs))


class Unmatched(StrEnum):
    """Why a line or a document has no match. `SAYS` has the sentences."""

    NO_CANDIDATE = auto()
    CANDIDATES_TAKEN = auto()
    OTHER_NAMES = auto()
    DECLINED = auto()
    AWAITS_MONEY = auto()


SAYS: Final[Mapping[Unmatched, str]] = MappingProxyType(
    {
        Unmatched.NO_CANDIDATE: "No open document has this amount, name or reference.",
        Unmatched.CANDIDATES_TAKEN: (
            "Similar documents are open, but other entries fit them better."
        ),
        Unmatched.OTHER_NAMES: "Documents have this amount, but neither the name nor a reference.",
        Unmatched.DECLINED: "A person declined what would fit.",
        Unmatched.AWAITS_MONEY: "No line pays this document.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What matching found.

    Attributes:
        matches: agree with each other: no line and no document is used beyond its amount. Best
            first.
        alternatives: by id of a line: further matches that would be possible instead, best first.
        unmatched_lines, unmatched_documents: why, by id.
    """

    matches: tuple[Match, ...]
    alternatives: Mapping[str, tuple[Match, ...]]
    unmatched_lines: Mapping[str, Unmatched]
    unmatched_documents: Mapping[str, Unmatched]

    def automatic(self) -> tuple[Match, ...]:
        """Matches that may be booked without a person."""
        return tuple(match for match in self.matches if match.level is Level.AUTOMATIC)

    def proposals(self) -> dict[str, list[Match]]:
        """List for each line, by its id, its match first, then the alternatives."""
        by_line: dict[str, list[Match]] = {}
        for match in self.matches:
            for line in match.lines:
                by_line.setdefault(line, []).append(match)
        for line, others in self.alternatives.items():
            by_line.setdefault(line, []).extend(others)
        return by_line


@dataclass(frozen=True, slots=True)
class Alias:
    """How often people accepted or declined that a payee of bank lines is a merchant of documents.

    `payee` and `merchant` are keys of `payee_names.name_key`.
    """

    payee: str
    merchant: str
    accepted: int = 0
    declined: int = 0

    @property
    def holds(self) -> bool:
        """People accepted it more often than they declined it."""
        return self.accepted > self.declined


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What decisions have taught.

    Attributes:
        aliases: by (payee, merchant).
        declined: ids of lines and documents that a person said do not belong together; of two
            lines, both ids.
    """

    aliases: Mapping[tuple[str, str], Alias] = field(default_factory=dict[tuple[str, str], Alias])
    declined: frozenset[tuple[str, str]] = frozenset()


NOTHING_LEARNED: Final = Knowledge()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a line and the documents that were proposed for it, or that the person
    found.

    `other_lines` are the lines of a transfer, a hold or a reversal that `line` was proposed with.
    """

    is_accepted: bool
    line: Line
    documents: tuple[Document, ...] = ()
    other_lines: tuple[Line, ...] = ()

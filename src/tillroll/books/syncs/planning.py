"""What is to be done with an item: write, credit, or nothing, and why. Pure.

A revision is one content of an item. Its key stands for that content, whichever run sends it, so a
revision never changes; what is wanted otherwise later is the next revision.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from tillroll.books.syncs.drafts import (
    Blocked,
    Draft,
    NotWanted,
    Reversal,
    Wanted,
    credit_reference_of,
    dumped,
    reference_of,
    reversing,
)
from tillroll.books.syncs.subjects import SubjectKind
from tillroll.books.targets.target import Document, Kind, Written
from tillroll.claims.charged import ChargedLine


class ItemState(StrEnum):
    """WAITING: it is due, and something is awaited. SET_ASIDE: it was refused, until somebody puts
    it right.
    """

    NEW = "new"
    WRITTEN = "written"
    CREDITED = "credited"
    LEFT_OUT = "left_out"
    SET_ASIDE = "set_aside"
    WAITING = "waiting"
    CONFLICT = "conflict"


class Act(StrEnum):
    WRITE = "write"
    CREDIT = "credit"


KEPT_OUT: Final = "kept-out"
"""The code of an item that a person decided to leave out."""
INVOICE_TAX: Final = "invoice-tax"
"""The code of an item that the books have without the VAT of its invoice."""
_LACKS_TAX: Final = (
    "The books have it without the VAT that its invoice names. Have it corrected, or leave it as "
    "it is there."
)
_INVOICE_LACKS_TAX: Final = (
    "Its claim is in the books without the VAT of its invoice: decide on that correction first."
)


class Correction(StrEnum):
    """What a person decided of a document that the books have without its VAT."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class Item:
    """A row of `books_items`, as far as planning reads it. `written` is what the books have of it;
    None: nothing.
    """

    id: str
    connection_id: str
    kind: SubjectKind
    subject_id: str
    changed: int
    state: ItemState
    code: str | None
    reason: str | None
    generation: int
    revision: int
    asked_digest: str | None
    external_number: str | None
    written: Written | None
    correction: Correction | None = None


@dataclass(frozen=True)
class Invoice:
    """What the books have of a credit note's claim. `is_kept`: a person left it without VAT."""

    written: Written
    is_kept: bool


@dataclass(frozen=True)
class Closed:
    """Days that are closed: periods of ours, and in the books all up to a day."""

    here: Sequence[tuple[date, date]] = ()
    there_until: date | None = None

    def against(self, day: date) -> Blocked | None:
        """Why nothing may be written of that day; None where it may."""
        return self.against_here(day) or self.against_there(day)

    def against_here(self, day: date) -> Blocked | None:
        """Why our own closing refuses that day."""
        for first, last in self.here:
            if first <= day <= last:
                return Blocked(
                    "closed-here",
                    f"{day} is in the period {first} to {last}, which is closed here: open it "
                    "first.",
                )
        return None

    def against_there(self, day: date) -> Blocked | None:
        """Why the books refuse that day."""
        if self.there_until is not None and day <= self.there_until:
            return Blocked(
                "closed-there",
                f"{day} is closed in the books, as all days up to {self.there_until}: open it "
                "there.",
            )
        return None


@dataclass(frozen=True)
class Planned:
    """What is to be sent as the item's next revision. `current` is what the books have, which is
    changed or credited; None where they have nothing yet. `remark` is for people.
    """

    act: Act
    document: Document
    current: Written | None
    remark: str | None = None

    @property
    def digest(self) -> str:
        return digest_of_document(self.document)


@dataclass(frozen=True)
class Settled:
    """Nothing is to be sent. `is_open`: it stays due. `proposed` is what would be sent, were it not
    for the reason.
    """

    state: ItemState
    code: str | None = None
    reason: str | None = None
    is_open: bool = False
    proposed: Document | None = None


def digest_of_document(document: Document) -> str:
    """SHA-256 of all that is asked for, in hexadecimal digits."""
    return hashlib.sha256(dumped(document).encode()).hexdigest()


def plan(
    item: Item,
    subject: Wanted,
    contact: str | None,
    closed: Closed,
    today: date,
    invoice: Invoice | None = None,
    *,
    existed: bool = False,
) -> Planned | Settled:
    """What is next for an item. `contact` is the id of the draft's party; None while it is not
    known. `invoice` is what a credit note belongs to; None while that is not in the books.
    `existed`: it was there, as it is now, when its day was closed.
    """
    if item.state is ItemState.CONFLICT or item.code == KEPT_OUT:
        return Settled(item.state, item.code, item.reason)
    match subject:
        case Blocked():
            return replace(_set_aside(subject), proposed=_proposed(item, subject.draft, contact))
        case NotWanted():
            return _take_back(item, subject, closed=closed, today=today)
        case Draft():
            return _write(
                item,
                subject,
                contact=contact,
                closed=closed,
                today=today,
                invoice=invoice,
                existed=existed,
            )


def _take_back(item: Item, reason: NotWanted, closed: Closed, today: date) -> Planned | Settled:
    if item.written is None:
        if item.state is ItemState.CREDITED:
            state = ItemState.CREDITED
        else:
            state = ItemState.LEFT_OUT
        return Settled(state, reason.code, reason.reason)
    if not reason.is_over:
        return Settled(
            ItemState.WRITTEN, "kept", f"{reason.reason} The books have it as it was before."
        )
    return _credit(item, item.written, closed=closed, today=today, credited=reason.credited)


def _credit(
    item: Item,
    written: Written,
    closed: Closed,
    today: date,
    credited: Sequence[ChargedLine] = (),
) -> Planned | Settled:
    if not _can_be_credited(written.kind):
        return Settled(
            ItemState.SET_ASIDE, "is-a-credit", "The books have it as a credit: void it there."
        )
    reference = credit_reference_of(item.subject_id, item.generation)
    document = reversing(
        written.kind, written.fields, number=written.number, by=Reversal(reference, today, credited)
    )
    if document is None:
        return Settled(ItemState.CREDITED, None, "Credit notes took all of it back.")
    refused = closed.against(document.issued)
    if refused:
        return _set_aside(refused)
    return Planned(Act.CREDIT, document, written)


def _can_be_credited(kind: Kind) -> bool:
    return kind in {Kind.BILL, Kind.INVOICE}


def _write(
    item: Item,
    draft: Draft,
    contact: str | None,
    closed: Closed,
    today: date,
    invoice: Invoice | None,
    *,
    existed: bool,
) -> Planned | Settled:
    written = item.written
    if written is not None and written.kind is not draft.kind:
        return _credit(item, written, closed=closed, today=today)
    if contact is None:
        return Settled(
            ItemState.WAITING,
            "contact",
            f"The books have no contact {draft.party.name} yet.",
            is_open=True,
        )
    try:
        document = draft.document(reference_of(item.subject_id, item.generation), contact)
    except ValueError as error:
        return Settled(
            ItemState.SET_ASIDE, "no-document", f"{str(error)[:1].upper()}{str(error)[1:]}."
        )
    if written is not None:
        return _rewrite(item, written, document, closed=closed)
    if item.kind is SubjectKind.CREDIT_NOTE:
        planned = _credit_in_part(document, invoice)
    else:
        planned = Planned(Act.WRITE, document, None)
    if isinstance(planned, Settled):
        return planned
    return _first(item, planned, closed, existed=existed)


def _first(item: Item, planned: Planned, closed: Closed, *, existed: bool) -> Planned | Settled:
    """Write what the books never had. What existed before its day was closed here may come into it
    once, unless the books closed it themselves.
    """
    day = planned.document.issued
    ours = closed.against_here(day)
    if ours is None or not existed or item.generation > 1:
        return _unless_closed(planned, closed, {day})
    theirs = closed.against_there(day)
    if theirs is not None:
        return _set_aside(theirs)
    return replace(planned, remark=f"{day} is closed here. It existed before, and is written once.")


def _rewrite(item: Item, written: Written, document: Document, closed: Closed) -> Planned | Settled:
    """What is next for a document that the books have. A credit note never changes; VAT that is
    missing there comes only once a person says so.
    """
    if item.asked_digest == digest_of_document(document):
        return Settled(ItemState.WRITTEN)
    if item.correction is not Correction.ACCEPTED:
        if lacks_tax(written, document):
            return _offered(document, closed.against(_issued(written)))
        if item.kind is SubjectKind.CREDIT_NOTE:
            return Settled(ItemState.WRITTEN)
    days = {document.issued, _issued(written)}
    return _unless_closed(Planned(Act.WRITE, document, written), closed, days)


def _unless_closed(planned: Planned, closed: Closed, days: Iterable[date]) -> Planned | Settled:
    refused = next(filter(None, map(closed.against, sorted(days))), None)
    if refused:
        return _set_aside(refused)
    return planned


def lacks_tax(written: Written, document: Document) -> bool:
    """Whether the books have a document without the VAT that it should have."""
    lines = written.fields["lines"]
    has_tax = isinstance(lines, list) and any(
        isinstance(line, dict) and line.get("tax") for line in lines
    )
    return not has_tax and any(line.tax for line in document.lines)


def _offered(document: Document, refused: Blocked | None) -> Settled:
    """A correction that waits for a person; `refused` says that its day is closed."""
    reason = _LACKS_TAX
    if refused is not None:
        reason = f"{_LACKS_TAX} {refused.reason}"
    return Settled(ItemState.SET_ASIDE, INVOICE_TAX, reason, proposed=document)


def _proposed(item: Item, draft: Draft | None, contact: str | None) -> Document | None:
    if draft is None or contact is None:
        return None
    return draft.document(reference_of(item.subject_id, item.generation), contact)


def _credit_in_part(document: Document, invoice: Invoice | None) -> Planned | Settled:
    """A credit note takes a part of its claim's invoice back, once: it never changes. It takes back
    no VAT that the books do not have.
    """
    if invoice is None:
        return Settled(ItemState.WAITING, "invoice", "Its claim is not in the books yet.")
    if lacks_tax(invoice.written, document) and not invoice.is_kept:
        return Settled(ItemState.WAITING, "invoice", _INVOICE_LACKS_TAX)
    return Planned(Act.CREDIT, document, invoice.written)


def _set_aside(why: Blocked) -> Settled:
    return Settled(ItemState.SET_ASIDE, why.code, why.reason)


def _issued(written: Written) -> date:
    return date.fromisoformat(str(written.fields["issued"]))

"""What is to be done with an item: write, credit, or nothing, and why. Pure.

A revision is one content of an item. Its key stands for that content, whichever run sends it, so a
revision never changes; what is wanted otherwise later is the next revision.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Closed:
    """Days that are closed: periods of ours, and in the books all up to a day."""

    here: Sequence[tuple[date, date]] = ()
    there_until: date | None = None

    def against(self, day: date) -> Blocked | None:
        """Why nothing may be written of that day; None where it may."""
        for first, last in self.here:
            if first <= day <= last:
                return Blocked(
                    "closed-here",
                    f"{day} is in the period {first} to {last}, which is closed here: open it "
                    "first.",
                )
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
    changed or credited; None where they have nothing yet.
    """

    act: Act
    document: Document
    current: Written | None

    @property
    def digest(self) -> str:
        return digest_of_document(self.document)


@dataclass(frozen=True)
class Settled:
    """Nothing is to be sent. `is_open`: it stays due."""

    state: ItemState
    code: str | None = None
    reason: str | None = None
    is_open: bool = False


def digest_of_document(document: Document) -> str:
    """SHA-256 of all that is asked for, in hexadecimal digits."""
    return hashlib.sha256(dumped(document).encode()).hexdigest()


def plan(
    item: Item,
    subject: Wanted,
    contact: str | None,
    closed: Closed,
    today: date,
    invoice: Written | None = None,
) -> Planned | Settled:
    """What is next for an item. `contact` is the id of the draft's party; None while it is not
    known. `invoice` is what a credit note belongs to; None while that is not in the books.
    """
    if item.state is ItemState.CONFLICT or item.code == KEPT_OUT:
        return Settled(item.state, item.code, item.reason)
    match subject:
        case Blocked():
            return _set_aside(subject)
        case NotWanted():
            return _take_back(item, subject, closed=closed, today=today)
        case Draft():
            return _write(
                item, subject, contact=contact, closed=closed, today=today, invoice=invoice
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
    item: Item, written: Written, closed: Closed, today: date, credited: int = 0
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
    invoice: Written | None,
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
    if item.kind is SubjectKind.CREDIT_NOTE:
        return _credit_in_part(written, document, closed=closed, invoice=invoice)
    if written is not None and item.asked_digest == digest_of_document(document):
        return Settled(ItemState.WRITTEN)
    days = {document.issued} if written is None else {document.issued, _issued(written)}
    refused = next(filter(None, map(closed.against, sorted(days))), None)
    return _set_aside(refused) if refused else Planned(Act.WRITE, document, written)


def _credit_in_part(
    written: Written | None, document: Document, closed: Closed, invoice: Written | None
) -> Planned | Settled:
    """A credit note takes a part of its claim's invoice back, once: it never changes."""
    if written is not None:
        return Settled(ItemState.WRITTEN)
    if invoice is None:
        return Settled(ItemState.WAITING, "invoice", "Its claim is not in the books yet.")
    refused = closed.against(document.issued)
    if refused:
        return _set_aside(refused)
    return Planned(Act.CREDIT, document, invoice)


def _set_aside(why: Blocked) -> Settled:
    return Settled(ItemState.SET_ASIDE, why.code, why.reason)


def _issued(written: Written) -> date:
    return date.fromisoformat(str(written.fields["issued"]))

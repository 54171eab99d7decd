"""Books at the other end of a simulated sync: of a signed target, of Xero and of QuickBooks, each
read in one way.

None of them refuses a second document of one reference: nothing but the sync keeps them from being
doubled.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from local.books.counterpart import Counterpart
from local.books.quickbooks import QuickBooksCounterpart
from local.books.signed import SignedCounterpart
from local.books.xero import XeroCounterpart

Provider = Literal["signed", "xero", "quickbooks"]
BY_HAND: Final = "by hand"
_DUE_BY_HAND: Final = "2026-12-31"
_XERO_DUE_BY_HAND: Final = "/Date(1798675200000+0000)/"


@dataclass(frozen=True)
class There:
    """A document or a credit in the books, by our reference. `total` is in minor units."""

    id: str
    reference: str
    total: int
    is_by_hand: bool


class SyncedBooks(ABC):
    """`account` and `tax` are codes of the chart. `edited` has references of what a person changed
    there.
    """

    provider: Provider
    account: str
    tax: str

    def __init__(self, there: Counterpart) -> None:
        self.there = there
        self.edited: set[str] = set()

    @abstractmethod
    def documents(self) -> list[There]: ...

    @abstractmethod
    def files(self) -> Iterable[tuple[str, str]]:
        """The document's id and the name of each."""

    def edit_by_hand(self, reference: str) -> None:
        """Somebody changes a document there."""
        for each in self.documents():
            if each.reference == reference:
                self._edit(each.id)
                self.edited.add(reference)

    @abstractmethod
    def _edit(self, id_: str) -> None: ...


class GullibleBooks(SignedCounterpart):
    """They do what they are told, as long as they do not know the key."""

    def _write(self, document: dict[str, Any], previous: dict[str, str] | None) -> dict[str, Any]:
        if previous is not None:
            return super()._write(document, previous)
        self._check(document)
        made = {"id": str(uuid.uuid4()), "version": "1", **document}
        made |= {"url": f"https://books.example/{made['id']}", "isVoid": False, "isSettled": False}
        self.documents[made["id"]] = made
        return made

    def _attach(self, given: dict[str, Any]) -> dict[str, Any]:
        made = {"id": f"f_{len(self.attachments) + 1}", "document": given["id"], "size": None}
        self.attachments.append(
            {**made, "name": given["name"], "mediaType": given["mediaType"], "sha256": ""}
        )
        return {name: self.attachments[-1][name] for name in ("id", "name", "mediaType", "size")}


class SignedBooks(SyncedBooks):
    provider, account, tax = "signed", "6300", "V19"

    def __init__(self, secrets: Sequence[str], now: Callable[[], datetime]) -> None:
        self._signed = GullibleBooks(secrets, now)
        super().__init__(self._signed)

    def documents(self) -> list[There]:
        return [
            There(each["id"], str(each["reference"]), each["total"], each["number"] == BY_HAND)
            for each in self._signed.documents.values()
        ]

    def files(self) -> Iterable[tuple[str, str]]:
        return [(each["document"], each["name"]) for each in self._signed.attachments]

    def _edit(self, id_: str) -> None:
        self._signed.act("edit", {"id": id_, "fields": {"number": BY_HAND}})


class XeroBooks(SyncedBooks):
    provider, account, tax = "xero", "493", "INPUT2"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._xero = XeroCounterpart("client", "secret", now)
        super().__init__(self._xero)
        self.company = self._xero.tenant
        self.grants = self._xero.grants

    def documents(self) -> list[There]:
        found = [
            (each["InvoiceID"], each["InvoiceNumber"], each)
            for each in self._xero.invoices.values()
        ]
        found += [
            (each["CreditNoteID"], each["CreditNoteNumber"], each)
            for each in self._xero.credit_notes.values()
        ]
        return [
            There(
                id_,
                number.partition(" #")[2],
                _minor(each["Total"]),
                each["DueDate"] == _XERO_DUE_BY_HAND,
            )
            for id_, number, each in found
        ]

    def files(self) -> Iterable[tuple[str, str]]:
        return [(each["of"], each["FileName"]) for each in self._xero.attachments]

    def _edit(self, id_: str) -> None:
        self._xero.act("edit", {"id": id_, "fields": {"DueDate": _XERO_DUE_BY_HAND}})


class QuickBooksBooks(SyncedBooks):
    provider, account, tax = "quickbooks", "7", "5"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._quickbooks = QuickBooksCounterpart("client", "secret", now)
        super().__init__(self._quickbooks)
        self.company = self._quickbooks.realm
        self.grants = self._quickbooks.grants

    def documents(self) -> list[There]:
        rows = [
            *self._quickbooks.rows["Bill"].values(),
            *self._quickbooks.rows["VendorCredit"].values(),
        ]
        return [
            There(
                each["Id"],
                str(each["PrivateNote"]).partition("#")[2].partition("\n")[0],
                _minor(each["TotalAmt"]),
                each.get("DueDate") == _DUE_BY_HAND,
            )
            for each in rows
        ]

    def files(self) -> Iterable[tuple[str, str]]:
        return [
            (each["AttachableRef"][0]["EntityRef"]["value"], each["FileName"])
            for each in self._quickbooks.rows["Attachable"].values()
        ]

    def _edit(self, id_: str) -> None:
        self._quickbooks.act(
            "edit", {"entity": "Bill", "id": id_, "fields": {"DueDate": _DUE_BY_HAND}}
        )


def _minor(amount: float) -> int:
    return round(float(amount) * 100)


def books_of(provider: Provider, secret: str, now: Callable[[], datetime]) -> SyncedBooks:
    match provider:
        case "signed":
            return SignedBooks([secret], now)
        case "xero":
            return XeroBooks(now)
        case "quickbooks":
            return QuickBooksBooks(now)

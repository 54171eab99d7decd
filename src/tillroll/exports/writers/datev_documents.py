"""The documents of DATEV's batch: a document package for Belegtransfer, version 6.0.

A ZIP of the documents and `document.xml`, which gives each of them the GUID that the batch names in
`Beleglink`. The rules are those of "DATEV XML-Schnittstelle online" on developer.datev.de.
"""

import zipfile
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5
from xml.sax.saxutils import quoteattr

from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.formats import About
from tillroll.exports.writers.tables import ArchiveWriter, Original

MANIFEST: Final = "document.xml"
# Kinds of files that Belege online shows, of those that documents here have.
VIEWABLE: Final = frozenset({"image/jpeg", "image/png", "application/pdf", "application/xml"})
TEXT: Final = "text/plain"

_OF_DOCUMENTS: Final = UUID("6f2f4d5e-7d0b-4b86-9a53-5b7c1d2c9e41")
_NAMESPACE: Final = "http://xml.datev.de/bedi/tps/document/v06.0"
_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    f'<archive xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{_NAMESPACE} Document_v060.xsd" version="6.0"'
    ' generatingSystem="Tillroll">\n'
)


def guid_of(receipt_id: str) -> str:
    """The GUID of a document at DATEV: always the same, so that a batch and a package fit each
    other, whichever was made first.
    """
    return str(uuid5(_OF_DOCUMENTS, receipt_id)).upper()


def link_to(receipt_id: str) -> str:
    """What `Beleglink` of a booking holds: the system that has the document, and its GUID."""
    return f'BEDI "{guid_of(receipt_id)}"'


class DatevDocumentsWriter(ArchiveWriter):
    """Each document once, under the name that it has in the ZIP with originals; `document.xml`
    stands last.
    """

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._made_at = about.asked_at[:19]
        self._entries: dict[str, str] = {}
        self._unread = 0

    def add_with(self, expense: ExportedExpense, original: Original | None) -> bytes:
        if expense.receipt_id in self._entries:
            return b""
        if original is None:
            if expense.corrects is None:
                self._missing += 1
            return b""
        if original.media_type not in VIEWABLE | {TEXT}:
            self._unread += 1
            return b""
        name = self._name(expense, original.media_type)
        self._archive.writestr(self._entry(name), original.content)
        self._entries[expense.receipt_id] = name
        return self._sink.take()

    def end(self) -> bytes:
        manifest = self._entry(MANIFEST, zipfile.ZIP_DEFLATED)
        self._archive.writestr(manifest, self._manifest().encode())
        self._archive.close()
        return self._sink.take()

    def remarks(self) -> Sequence[str]:
        sentences = list[str]()
        if self._missing == 1:
            sentences.append("1 document is not in the store any more: its bookings lead to none.")
        elif self._missing:
            sentences.append(
                f"{self._missing} documents are not in the store any more: their bookings lead to "
                "none."
            )
        if self._unread == 1:
            sentences.append(
                "1 document is of a kind that DATEV does not show, and is not in the file: its "
                "bookings lead to none."
            )
        elif self._unread:
            sentences.append(
                f"{self._unread} documents are of a kind that DATEV does not show, and are not in "
                "the file: their bookings lead to none."
            )
        return sentences

    def _manifest(self) -> str:
        """`type` 1 marks a document that came in."""
        documents = "".join(
            f'    <document guid="{guid_of(receipt_id)}" type="1" processID="1">\n'
            f'      <extension xsi:type="File" name={quoteattr(name)}/>\n'
            "    </document>\n"
            for receipt_id, name in self._entries.items()
        )
        return (
            f"{_HEAD}  <header>\n    <date>{self._made_at}</date>\n  </header>\n"
            f"  <content>\n{documents}  </content>\n</archive>\n"
        )

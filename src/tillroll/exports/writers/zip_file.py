"""A ZIP with the originals, named by what they are, and an index of them.

Originals are stored as they are: pictures and PDFs do not shrink. Sizes stand behind the entries, since nothing is
sought in; ZIP64 where it must be.
"""

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.tables import BYTE_ORDER_MARK, COLUMNS, Lines, plain_cell
from tillroll.exports.writers.writer import About, Sink, Writer, moment
from tillroll.reading.voucher import ORIGINS

EXTENSIONS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "application/xml": "xml",
    **dict.fromkeys(ORIGINS, "json"),
}
INDEX: Final = "index.csv"
_LONGEST_NAME = 40
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Original:
    """The document of an expense, as it is handed out."""

    content: bytes
    media_type: str


class ArchiveWriter(Writer):
    """Each expense with its original; the index stands last, with a line for each, and the SHA-256 of its original."""

    def __init__(self, about: About) -> None:
        self._sink = Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)  # type: ignore[arg-type]
        self._moment = moment(about.asked_at)
        self._lines = Lines()
        self._index = bytearray(BYTE_ORDER_MARK + self._lines.line(["Original", "SHA-256", *COLUMNS]))
        self._names: set[str] = set()
        self._missing = 0

    def add(self, expense: ExportedExpense) -> bytes:
        """A line of the index that has no original: what takes back an earlier one."""
        return self.add_with(expense, None)

    def add_with(self, expense: ExportedExpense, original: Original | None) -> bytes:
        name, digest = "", ""
        if original is not None:
            name = self._name(expense, original.media_type)
            digest = hashlib.sha256(original.content).hexdigest()
            self._archive.writestr(self._entry(name), original.content)
        elif expense.corrects is None:
            self._missing += 1
        cells = [plain_cell(heading, value_of(expense)) for heading, value_of in COLUMNS.items()]
        self._index += self._lines.line([name, digest, *cells])
        return self._sink.take()

    def end(self) -> bytes:
        self._archive.writestr(self._entry(INDEX, zipfile.ZIP_DEFLATED), bytes(self._index))
        self._archive.close()
        return self._sink.take()

    def remarks(self) -> Sequence[str]:
        if not self._missing:
            return ()
        return [f"{self._missing} originals are not in the store any more; the index has their expenses."]

    def _name(self, expense: ExportedExpense, media_type: str) -> str:
        """The day, the merchant, the total and the end of the id; no part of it is a path."""
        merchant = _NO_WORD.sub("-", unicodedata.normalize("NFC", expense.merchant)).strip("-")[:_LONGEST_NAME]
        total = f"{expense.total}-{expense.currency}".removeprefix("-")
        extension = EXTENSIONS.get(media_type, "bin")
        words = [expense.date, merchant.rstrip("-"), total]
        name = f"{'_'.join(filter(None, words))}_{expense.id[-8:]}.{extension}"
        if _as_folders_see(name) in self._names:
            name = f"{'_'.join(filter(None, words))}_{expense.id}.{extension}"
        for number in count(2):
            if _as_folders_see(name) not in self._names:
                break
            name = f"{'_'.join(filter(None, words))}_{expense.id}_{number}.{extension}"
        self._names.add(_as_folders_see(name))
        return name

    def _entry(self, name: str, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = compression
        return entry


def _as_folders_see(name: str) -> str:
    """Two names that are this one are one file on Windows and macOS, which would lose the first."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

"""What the readers of all formats share: bytes are fed in pieces, and what is complete comes out.

A reader holds one entry at a time, so a file costs what its longest entry does.
"""

import codecs
from abc import ABC, abstractmethod
from datetime import date
from typing import Final, NoReturn

from tillroll_documents.bank_files.encodings import EVIDENCE, Encoding, likely_encoding
from tillroll_documents.bank_files.limits import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    MAX_STATEMENTS,
    MAX_TEXT,
)
from tillroll_documents.bank_files.printed import BankStatement, Entry, Item, Misfit, UnreadableFile


class Reader(ABC):
    """Reads one file. `feed` and `close` answer the entries and statements that became complete, in
    order.

    Raises:
        UnreadableFile: in any call. What came out before belongs to a file that cannot be read:
            store none of it.
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._entries = 0
        self._statements = 0
        self._out: list[Item] = []

    def feed(self, chunk: bytes) -> list[Item]:
        """Take the next bytes."""
        self._bytes += len(chunk)
        if self._bytes > MAX_BYTES:
            raise UnreadableFile(
                f"The file is larger than {MAX_BYTES // 2**20} MB. Ask the bank for shorter "
                "periods."
            )
        self._take(chunk)
        return self._handed()

    def close(self) -> list[Item]:
        """The file has ended."""
        self._end()
        out = self._handed()
        if not self._statements:
            raise UnreadableFile("The file has no statement")
        return out

    @abstractmethod
    def _take(self, chunk: bytes) -> None: ...

    @abstractmethod
    def _end(self) -> None: ...

    def _handed(self) -> list[Item]:
        out = self._out
        self._out = []
        return out

    def _emit_entry(self, entry: Entry) -> None:
        self._out.append(entry)

    def _count_entry(self) -> None:
        """Before an entry is made."""
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise UnreadableFile(
                f"The file has more than {MAX_ENTRIES} entries. Ask the bank for shorter periods."
            )

    def _emit_statement(self, statement: BankStatement) -> None:
        self._statements += 1
        if self._statements > MAX_STATEMENTS:
            raise UnreadableFile(
                f"The file has more than {MAX_STATEMENTS} statements. Send several files."
            )
        self._out.append(statement)


class Gathered:
    """What a reader learns of a statement from its entries: how many, their days, and what did not
    fit.
    """

    def __init__(self) -> None:
        self.entries = 0
        self.first: date | None = None
        self.last: date | None = None
        self._problems: list[Misfit] = []
        self._more = 0

    def see(self, day: date | None) -> None:
        """Count an entry of this day."""
        self.entries += 1
        if day is not None:
            if self.first is None or day < self.first:
                self.first = day
            if self.last is None or day > self.last:
                self.last = day

    def note(
        self,
        sentence: str,
        *,
        line: int | None = None,
        entry: int | None = None,
        field: str | None = None,
    ) -> None:
        """Note what did not fit, in a sentence."""
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Misfit(sentence, line, entry=entry, field=field))
        else:
            self._more += 1

    @property
    def problems(self) -> tuple[Misfit, ...]:
        """The first ones, and a count of the others."""
        if not self._more:
            return tuple(self._problems)
        return (*self._problems, Misfit(f"{self._more} more things did not fit"))


_UTF_8_MARK: Final = codecs.BOM_UTF8
_MARKS: Final = (
    (_UTF_8_MARK, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class TextDecoder:
    """Decodes bytes in pieces.

    A mark at the beginning counts first, then what a person chose. Else it is UTF-8 if the first
    byte above 127 is; else what the file declares, or the encoding by which its letters make sense.
    UTF-8 with other bytes after it is refused, since half of the text would be wrong.

    Args:
        encoding: what a person chose; None to find it by the content.
    """

    def __init__(self, encoding: Encoding | None = None) -> None:
        self._chosen = encoding
        self._declared: str | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._has_begun = False
        self._tail = b""
        self.name: str | None = encoding
        """The encoding that is used; None while all bytes are ASCII."""

    def declare(self, encoding: str) -> None:
        """The file itself names its encoding; a mark and valid UTF-8 are believed more."""
        self._declared = encoding

    def decode(self, chunk: bytes, *, final: bool = False) -> str:
        """The text of these bytes. Raises UnreadableFile: no encoding fits."""
        chunk = self._tail + chunk
        self._tail = b""
        if not self._has_begun:
            if len(chunk) < 4 and not final:
                self._tail = chunk
                return ""
            chunk = self._begin(chunk)
        text = self._decoded(chunk, final=final)
        if "\0" in text:
            raise UnreadableFile("The file has NUL bytes: it is no text, or was damaged on its way")
        return text

    def _begin(self, chunk: bytes) -> bytes:
        self._has_begun = True
        for mark, encoding in _MARKS:
            if chunk.startswith(mark):
                self._use(encoding)
                return chunk[len(mark) :]
        # UTF-16 without a mark: files begin with ASCII, of which every other byte is NUL.
        if len(chunk) >= 4 and chunk[1] == chunk[3] == 0 and chunk[0] and chunk[2]:
            self._use("utf-16-le")
        elif len(chunk) >= 4 and chunk[0] == chunk[2] == 0 and chunk[1] and chunk[3]:
            self._use("utf-16-be")
        elif self._chosen is not None:
            self._use(self._chosen)
        return chunk

    def _use(self, encoding: str) -> None:
        self.name = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")

    def _decoded(self, chunk: bytes, *, final: bool) -> str:
        if self._decoder is not None:
            return self._strict(chunk, final=final)
        if chunk.isascii():
            return chunk.decode("ascii")
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            text = decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            if not chunk[: error.start].isascii():
                _refuse_mixed(error)
            return self._in_other(chunk, error.start, final=final)
        remainder = decoder.getstate()[0]
        if text.isascii() and remainder:
            self._tail = remainder  # a character is cut off: the next piece decides
            return text
        self.name = "utf-8"
        self._decoder = decoder
        return text

    def _in_other(self, chunk: bytes, begin: int, *, final: bool) -> str:
        """Text that is no UTF-8. Its encoding is decided when enough of it has come."""
        evidence = chunk[begin : begin + EVIDENCE]
        if self._declared is None and len(evidence) < EVIDENCE and not final:
            # What is before it is ASCII in each encoding.
            self._tail = chunk[begin:]
            return chunk[:begin].decode("ascii")
        self._use(self._declared or likely_encoding(evidence))
        return self._strict(chunk, final=final)

    def _strict(self, chunk: bytes, *, final: bool) -> str:
        assert self._decoder is not None  # noqa: S101 - the caller has looked
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            if self._chosen is not None and self.name == self._chosen:
                raise UnreadableFile(
                    f"The file is not in {self._chosen}: it does not have the bytes "
                    f"{_bytes_of(error)}"
                ) from error
            _refuse_mixed(error)


def _bytes_of(error: UnicodeDecodeError) -> str:
    return error.object[error.start : error.start + 4].hex(" ")


def _refuse_mixed(error: UnicodeDecodeError) -> NoReturn:
    raise UnreadableFile(
        f"The file mixes encodings, or is damaged: {error.encoding} does not have the bytes "
        f"{_bytes_of(error)}"
    ) from error


TRANSMISSION: Final = "\x01\x02\x03\x04\x1a"
"""Characters that a transmission puts around a text: SOH, STX, ETX, EOT, and the end of a DOS
file.
"""


class LineReader(Reader):
    """Reads a file line by line."""

    most_of_a_line = MAX_TEXT
    """Characters."""

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__()
        self._decoder = TextDecoder(encoding)
        self._rest: str = ""
        self._line_number = 0

    def _take(self, chunk: bytes) -> None:
        self._lines(self._decoder.decode(chunk), final=False)

    def _end(self) -> None:
        self._lines(self._decoder.decode(b"", final=True), final=True)
        self._ended()

    def _lines(self, text: str, *, final: bool) -> None:
        # A CR at the end may belong to an LF that comes with the next piece.
        text = self._rest + text
        carried = "\r" if text.endswith("\r") and not final else ""
        lines = (
            text[: len(text) - len(carried)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        self._rest = lines.pop() + carried
        if final and self._rest:
            lines.append(self._rest)
            self._rest = ""
        for line in lines:
            self._line_number += 1
            if len(line) > self.most_of_a_line:
                self._too_long()
            self._line(line.strip(TRANSMISSION))
        if len(self._rest) > self.most_of_a_line:
            self._line_number += 1
            self._too_long()

    def _too_long(self) -> None:
        raise UnreadableFile(
            f"Line {self._line_number} has more than {self.most_of_a_line} characters",
            line=self._line_number,
        )

    @abstractmethod
    def _line(self, line: str) -> None: ...

    @abstractmethod
    def _ended(self) -> None: ...

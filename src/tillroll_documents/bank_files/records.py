"""Files of records: each line is one, and its first characters say which."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Final, NoReturn

from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_documents.bank_files.reader import LineReader
from tillroll_documents.bank_files.values import day_of, minor_of

WAY_OUT: Final = "Download camt.053, MT940, OFX or CSV from the bank in its place"


Takers = Mapping[str, Callable[[str], None]]
"""What takes a record, by its code."""


class RecordReader(LineReader):
    """Reads records of one format. A refusal names the format, the line and the way out."""

    title: ClassVar[str]
    """What people call the format."""
    width: ClassVar[int | None] = None
    """Characters of a record; None where they differ. A file may have no line ends."""

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._is_ended = False

    def _line(self, line: str) -> None:
        if not line.strip():
            return
        if self.width is None or len(line) <= self.width:
            self._take_record(line)
            return
        is_longer = bool(line[self.width :].strip()) and len(line) < 2 * self.width
        if is_longer and len(line.rstrip()) % self.width:
            self._refuse(f"a record has {len(line)} characters, and {self.title} has {self.width}")
        for begin in range(0, len(line), self.width):
            record = line[begin : begin + self.width]
            if record.strip():
                self._take_record(record)

    def _take_record(self, record: str) -> None:
        try:
            self._record(record.ljust(self.width or 0))
        except UnreadableFile as error:
            if error.line is not None:
                raise
            self._refuse(str(error), field=error.field)

    @abstractmethod
    def _record(self, record: str) -> None: ...

    def _refuse(self, problem: str, *, field: str | None = None) -> NoReturn:
        begin = problem
        if problem.startswith(("The ", "A ")):
            begin = problem[:1].lower() + problem[1:]
        raise UnreadableFile(
            f"Line {self._line_number}: {begin}. The file is {self.title}. {WAY_OUT}",
            line=self._line_number,
            entry=self._entries or None,
            field=field,
        )

    def _take_by_code(self, takers: Takers, code: str, record: str) -> None:
        taker = takers.get(code)
        if taker is None:
            raise UnreadableFile(f"{self.title} has no record {code!r}")
        taker(record)


def minor_in(digits: str, decimals: int, currency: str) -> int:
    """Minor units of digits of which the last ones are decimals. Raises UnreadableFile."""
    if not (digits.isascii() and digits.isdigit()):
        raise UnreadableFile(f"“{digits.strip()}” is not an amount")
    place = len(digits) - decimals
    whole = digits[:place].lstrip("0")
    return minor_of(f"{whole or 0}.{digits[place:]}", currency)


def day_dmy(printed: str) -> date:
    """The day of 310326. Raises UnreadableFile."""
    return day_of(f"20{printed[4:6]}", printed[2:4], printed[:2], printed=printed)


def day_ymd(printed: str) -> date:
    """The day of 260331. Raises UnreadableFile."""
    return day_of(f"20{printed[:2]}", printed[2:4], printed[4:6], printed=printed)


def optional_day(printed: str, read: Callable[[str], date]) -> date | None:
    """The day, or None where it is blank or zeros. Raises UnreadableFile."""
    if not printed.strip(" 0"):
        return None
    return read(printed)

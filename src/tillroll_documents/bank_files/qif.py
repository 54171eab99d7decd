"""QIF of Quicken: an account's movements as lines that begin with a letter, each ended by `^`.

It names neither a currency nor an order of days, and has no balances and no ids. So it is read as a
table, whose mapping a person confirms.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from tillroll_documents.bank_files.csv.files import MappingNeeded, TableReader
from tillroll_documents.bank_files.csv.layout import CsvLayout, CsvMapping
from tillroll_documents.bank_files.csv.proposal import propose
from tillroll_documents.bank_files.csv.rows import Rows, preview
from tillroll_documents.bank_files.csv.values import order_of
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_PAYMENTS
from tillroll_documents.bank_files.printed import Format, UnreadableFile
from tillroll_documents.bank_files.records import WAY_OUT

_LETTERS: Final[Mapping[str, str]] = {
    "D": "Date",
    "T": "Amount",
    "P": "Payee",
    "M": "Memo",
    "N": "Number",
    "A": "Address",
}
_COLUMNS: Final = tuple(_LETTERS.values())
_AT: Final = {letter: at for at, letter in enumerate(_LETTERS)}
_MONEY: Final = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
_OTHER_LISTS: Final = frozenset(
    ["cat", "class", "memorized", "account", "tag", "security", "prices", "budget"]
)
_FIRST_RECORDS: Final = 100
_FINGERPRINT: Final = hashlib.sha256(b"qif").hexdigest()[:32]
_OPENING: Final = "opening balance"


class QifReader(TableReader):
    """Reads the movements of one account."""

    format = Format.QIF

    def __init__(
        self,
        *,
        mappings: Mapping[str, CsvMapping] | None = None,
        mapping: CsvMapping | None = None,
        currency: str | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        super().__init__(mappings=mappings, mapping=mapping, currency=currency, encoding=encoding)
        self._is_money = False
        self._is_list_of_accounts = False
        self._has_movements = False
        self._record: dict[str, str] = {}
        self._record_at = 0
        self._fields = 0
        self._first: list[tuple[int, tuple[str, ...]]] = []

    def _line(self, line: str) -> None:
        line = line.strip()
        if not line:
            return
        if line.startswith("!"):
            self._begin_list(line[1:].strip().casefold())
            return
        if line == "^":
            self._end_record()
            return
        if not self._is_money:
            return
        self._record_at = self._record_at or self._line_number
        self._fields += 1
        if self._fields > MAX_PAYMENTS:
            self._refuse("a movement has too many lines")
        letter = line[0]
        value = line[1:].strip()
        if letter == "T":
            self._record["T"] = value
        elif letter == "U":
            self._record.setdefault("T", value)
        elif letter in _AT:
            before = self._record.get(letter)
            self._record[letter] = " ".join(filter(None, (before, value)))

    def _begin_list(self, name: str) -> None:
        if self._record:
            self._refuse("a list begins within a movement")
        kind = name.removeprefix("type:").strip()
        self._is_money = kind in _MONEY
        if self._is_money and self._has_movements:
            self._refuse("the file has several accounts: export each by itself")
        is_setting = name.startswith(("option", "clear"))
        if not self._is_money and kind not in _OTHER_LISTS and not is_setting:
            self._refuse(f"the list “{kind[:40]}” has no movements of a bank account")

    def _refuse(self, problem: str) -> None:
        line = self._line_number
        raise UnreadableFile(f"Line {line}: {problem}. The file is a QIF. {WAY_OUT}", line=line)

    def _end_record(self) -> None:
        record = self._record
        line = self._record_at
        self._record = {}
        self._record_at = 0
        self._fields = 0
        if not self._is_money or not record:
            return
        self._has_movements = True
        if record.get("P", "").casefold() == _OPENING:
            return  # it is a balance, and no money moved
        record["D"] = _day(record.get("D", ""))
        cells = tuple(record.get(letter, "") for letter in _LETTERS)
        if self._rows is not None:
            self._row(self._rows, line, cells)
            return
        self._first.append((line, cells))
        if len(self._first) >= _FIRST_RECORDS:
            self._begin()

    def _ended(self) -> None:
        if self._record:
            self._refuse("the file is cut off: the last movement does not end")
        self._begin()
        if self._rows is not None:
            self._emit_statement(self._rows.ended())

    def _begin(self) -> None:
        if self._rows is not None:
            return
        if not self._first:
            self._refuse("it has no movements of a bank account")
        records = [cells for _, cells in self._first]
        layout = CsvLayout(
            fingerprint=_FINGERPRINT,
            separator="",
            columns=_COLUMNS,
            header_line=1,
            first_line=self._first[0][0],
            rows=tuple(records),
        )
        proposal = _proposed(layout).model_copy(update={"encoding": self._encoding})
        if self._mapping is None and self._is_doubtful(proposal):
            raise MappingNeeded(layout, proposal, preview(layout, proposal, self._currency))
        mapping = self._chosen(layout, proposal)
        rows = self._rows = Rows(layout, mapping, self._currency, format_=self.format)
        for line, cells in self._first:
            self._row(rows, line, cells)
        self._first.clear()

    def _is_doubtful(self, proposal: CsvMapping) -> bool:
        """All QIF have the same columns: what was confirmed holds where the days leave no
        choice.
        """
        remembered = self._mappings.get(_FINGERPRINT)
        if remembered is None or "order" in proposal.doubts:
            return True
        return remembered.order != proposal.order


def _proposed(layout: CsvLayout) -> CsvMapping:
    """Propose a mapping as for a table. Days that fit two orders have that of Quicken's own
    country.
    """
    proposal = propose(layout)
    days = [row[_AT["D"]] for row in layout.rows]
    _, is_sure = order_of(days)
    is_american = not is_sure and all("/" in day for day in days)
    if not is_american:
        return proposal
    return proposal.model_copy(update={"order": "mdy"})


def _day(printed: str) -> str:
    """“3/ 1'26” is written like other days: 3/1/26."""
    return printed.replace(" ", "").replace("'", "/")

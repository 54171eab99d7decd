"""What writes a file piece by piece, so that no file has to fit into memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tillroll.exports.expense import ExportedExpense


@dataclass(frozen=True)
class About:
    """What a file is about: whose expenses, of which days (YYYY-MM-DD; None: without an end), as of when (UTC text)."""

    account_name: str
    first_day: str | None
    last_day: str | None
    asked_at: str


class Writer(Protocol):
    """Writes one file: `begin` once, `add` for each expense in the order of its day, `end` once. The same expenses give
    the same bytes."""

    def begin(self) -> bytes: ...

    def add(self, expense: ExportedExpense) -> bytes: ...

    def end(self) -> bytes: ...


@dataclass(frozen=True)
class Format:
    """A kind of file.

    `name` is what the API calls it, `extension` stands behind the file's name, without a dot. `has_one_currency`: it
    has no place for a currency, so all of its expenses must be of one.
    """

    name: str
    media_type: str
    extension: str
    writer: Callable[[About], Writer]
    has_one_currency: bool = False

"""What writes a file piece by piece, so that none has to fit into memory, and texts for cells of a table."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import dropwhile

from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.profile import Profile

NO_PROFILE = Profile()
# What a remark calls expenses without a category.
NO_CATEGORY = "no category"
WITHOUT_ACCOUNT = (
    "{count} expenses are of categories without an account of their own ({about}), and booked on {account}. They are"
    " {expenses}."
)


@dataclass(frozen=True)
class About:
    """What a file is about: whose expenses, of which days (YYYY-MM-DD; None: without an end), as of when (UTC text).

    `earliest` and `latest` are the days of its first and last line; None for a file without lines. `base_currency` is
    the account's. `number` counts the files of an export, from 1. `choice` is the filter in words, but for the days:
    pairs of a label and what is asked for. `asked_by` is the name of who asked for it. `title` is what a report is
    called.
    """

    account_name: str
    first_day: str | None
    last_day: str | None
    asked_at: str
    earliest: str | None = None
    latest: str | None = None
    base_currency: str | None = None
    profile: Profile = NO_PROFILE
    number: int = 1
    choice: Sequence[tuple[str, str]] = ()
    asked_by: str | None = None
    title: str = "Expense report"


class Writer:
    """Writes one file: `begin` once, `add` for each expense in the order of its day, `end` once. The same expenses give
    the same bytes."""

    def begin(self) -> bytes:
        return b""

    def add(self, expense: ExportedExpense) -> bytes:
        raise NotImplementedError

    def end(self) -> bytes:
        return b""

    def remarks(self) -> Sequence[str]:
        """Sentences on what could not be written as it is; they are shown with the export."""
        return ()


class Needs(StrEnum):
    """What a format wants to be told before a file can be written."""

    CURRENCY = "currency"
    """A filter of one currency: it has no place for one."""
    DATEV = "datev"
    """A profile with DATEV's numbers and accounts, and days of one fiscal year."""
    ACCOUNT = "account"
    """A profile with an account for every category."""
    TAX_CODE = "tax_code"
    """A code for every category whose amounts have tax: without one, the file says that there is none."""


@dataclass(frozen=True)
class Format:
    """A kind of file.

    `name` is what the API calls it, `extension` stands behind the file's name, without a dot. `most` is how many
    expenses one file takes at most: of more, there are several files. `most_bytes` bounds the originals in one file,
    where the format has them.
    """

    name: str
    media_type: str
    extension: str
    writer: Callable[[About], Writer]
    needs: frozenset[Needs] = frozenset()
    options: frozenset[str] = frozenset()
    most: int | None = None
    most_bytes: int | None = None


class Sink:
    """It cannot be sought in, so sizes stand behind entries."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


def moment(at: str) -> tuple[int, int, int, int, int, int]:
    """UTC text as a ZIP's entries have it."""
    day, time = at[:10].split("-"), at[11:19].split(":")
    return (int(day[0]), int(day[1]), int(day[2]), int(time[0]), int(time[1]), int(time[2]))


# What a spreadsheet takes for the beginning of a formula, and the full-width twins of it that Excel takes likewise; a
# tab or a line break in front is skipped by some. Source: OWASP, "CSV Injection".
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - they are meant
# Control characters, of which NUL ends a text for some readers, and halves of a mark, which UTF-8 does not have.
_NO_MARK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def writable(text: str) -> str:
    """The text with a space for what no table holds: control characters but tabs and line breaks."""
    return _NO_MARK.sub(" ", text)


def harmless(text: str | None) -> str:
    """The text as one that no spreadsheet computes: an apostrophe before what would begin a formula, also behind blanks
    and marks that nobody sees."""
    if text is None:
        return ""
    plain = writable(text)
    seen = "".join(dropwhile(_is_unseen, plain))
    return f"'{plain}" if plain.startswith(_BEGINS_FORMULA) or seen.startswith(_BEGINS_FORMULA) else plain


def _is_unseen(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) == "Cf"

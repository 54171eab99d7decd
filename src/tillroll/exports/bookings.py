"""A batch of what the bank took and clients paid, beside DATEV's batch of expenses.

Each booking is handed on as an expense is: once in a series with `onlyNew`, and what was changed
since is taken back. Rows of `export_bookings` say what finished exports of a series hold.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from tillroll.exports.lines import Choice
from tillroll.exports.monthly import AddedFile, add_file
from tillroll.exports.repository import ExportWork
from tillroll.exports.writers.datev_bank import (
    NOT_BOOKED,
    BankBooking,
    BankLine,
    Closed,
    EarlierBooking,
    Kind,
    Lack,
    lack_of,
    new_lines,
    remark_on,
    write_bank,
)
from tillroll.exports.writers.formats import BATCH, FormatName, words_of_new
from tillroll.module import Hook
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, of_row, optional_text, text
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.services import Platform


class ReadBookings(Protocol):
    """What a module has of the days (YYYY-MM-DD): what stands in no batch of DATEV else, and what
    was paid of expenses.
    """

    async def __call__(
        self, platform: Platform, account_id: str, first: str, last: str
    ) -> Sequence[BankBooking]: ...


BOOKINGS: Final = Hook[ReadBookings]("exports.bookings")
"""What books entries of the bank in DATEV's batch."""
_BY_CHOICE: Final = {Kind.PAID, Kind.DISCOUNT, Kind.RATES, Kind.OTHER_AMOUNT}
"""What a batch has only where its profile books payments of expenses."""
_AT_ONCE: Final = 500
"""So many rows a statement writes."""


@dataclass(frozen=True)
class AddedBookings:
    """What notes the batch and its lines, how many files it is, and remarks."""

    statements: Sequence[Statement] = ()
    files: int = 0
    remarks: Sequence[str] = ()


async def has_bookings(platform: Platform, choice: Choice) -> bool:
    """Whether the bank has anything for an export of these days."""
    days = _days_of(choice)
    if days is None:
        return False
    first, last = days
    read = await _read(platform, choice, choice.not_before or first, last)
    # What no file can have begins none.
    bookings = [each for each in read if each.kind not in NOT_BOOKED]
    return bool(await _lines(platform.database, choice, bookings, first=first))


async def add_bookings(platform: Platform, work: ExportWork, number: int) -> AddedBookings:
    """Write the batch of an export; what notes it behind the file of that number."""
    choice = work.choice
    days = _days_of(choice)
    if days is None:
        return AddedBookings()
    first, last = days
    explained = await _read_all(platform, choice, choice.not_before or first, last)
    bookings = [each for each in explained if _is_chosen(choice, each)]
    if choice.as_closed_in is not None:
        # As of when it was closed: what was accepted later comes with the next new ones.
        bookings = [each for each in bookings if each.decided_at <= work.about.asked_at]
    lacks = {each.id: lack_of(each, work.about) for each in bookings}
    remarks: list[str] = []
    for lack in Lack:
        lacking = [each for each in bookings if lacks[each.id] is lack and each.day >= first]
        if lacking:
            remarks.append(remark_on(lack, lacking))
    left_out = [
        each
        for each in explained
        if each.kind is Kind.PAID and not _is_chosen(choice, each) and each.day >= first
    ]
    if left_out:
        remarks.append(remark_on(Lack.CHOICE, left_out))
    bookable = [each for each in bookings if lacks[each.id] is None]
    lines = await _lines(platform.database, choice, bookable, first=first)
    if not lines:
        return AddedBookings(remarks=remarks)
    added = AddedFile(
        _name(choice, first, last),
        last[:7],
        content=write_bank(work.about, lines),
        lines=len(lines),
    )
    noted = await add_file(platform, choice, number + 1, added, kind="batch")
    return AddedBookings([noted, *_insert_lines(choice, lines)], files=1, remarks=remarks)


def _days_of(choice: Choice) -> tuple[str, str] | None:
    """The days of a choice for DATEV; None where it chooses by more than days."""
    chosen = choice.chosen
    if choice.file_format != FormatName.DATEV or chosen.is_of_the_list_only:
        return None
    if chosen.found.currencies or chosen.found.categories:
        return None
    first, last = choice.days
    if first is None or last is None:
        return None
    return first, last


async def _read(platform: Platform, choice: Choice, first: str, last: str) -> list[BankBooking]:
    """What the profile chooses of the bank's bookings."""
    bookings = await _read_all(platform, choice, first, last)
    return [each for each in bookings if _is_chosen(choice, each)]


def _is_chosen(choice: Choice, booking: BankBooking) -> bool:
    if booking.kind not in _BY_CHOICE:
        return True
    datev = choice.options.datev
    return datev is not None and datev.books_paid


async def _read_all(platform: Platform, choice: Choice, first: str, last: str) -> list[BankBooking]:
    bookings = [
        booking
        for read in BOOKINGS.answers()
        for booking in await read(platform, choice.account_id, first, last)
    ]
    return sorted(bookings, key=lambda booking: (booking.day, booking.id))


async def _lines(
    database: Database, choice: Choice, bookings: Sequence[BankBooking], *, first: str
) -> list[BankLine]:
    if not choice.only_new:
        return [BankLine(each) for each in bookings if each.day >= first]
    earlier = await _earlier(database, choice)
    closed = await _closed(database, choice.account_id)
    return new_lines(bookings, earlier, first_day=first, closed=closed)


async def _earlier(database: Database, choice: Choice) -> dict[str, EarlierBooking]:
    """What the finished exports of the series hold, of the fiscal year up to the last day. A line
    that takes back is the newest where a booking is not held."""
    query = """
      SELECT export_bookings.booking_id, export_bookings.export_id, export_bookings.corrects,
        export_bookings.content
      FROM export_bookings
      JOIN exports ON exports.id = export_bookings.export_id AND exports.finished_at IS NOT NULL
      WHERE export_bookings.account_id = ?1 AND export_bookings.series = ?2
        AND json_extract(export_bookings.content, '$.day') BETWEEN ?3 AND ?4
      ORDER BY exports.finished_at, export_bookings.export_id, export_bookings.place
    """
    first, last = choice.days
    days = (choice.not_before or first, last)
    earlier: dict[str, EarlierBooking] = {}
    for row in await database.all(statement(query, [choice.account_id, choice.series, *days])):
        id_ = text(row, "booking_id")
        earlier.pop(id_, None)
        if optional_text(row, "corrects") is None:
            content = load_object(text(row, "content"))
            earlier[id_] = EarlierBooking(text(row, "export_id"), _booking_of(content))
    return earlier


def _booking_of(content: dict[str, Json]) -> BankBooking:
    debtor = content["debtor"]
    debtor_number: int | None = None
    if debtor is not None:
        debtor_number = int(str(debtor))
    return BankBooking(
        str(content["id"]),
        str(content["entry_id"]),
        Kind(str(content["kind"])),
        day=str(content["day"]),
        amount=int(str(content["amount"])),
        currency=str(content["currency"]),
        text=str(content["text"]),
        number=str(content["number"]),
        debtor=debtor_number,
        decided_at=str(content["decided_at"]),
        rate=str(content.get("rate", "")),
    )


async def _closed(database: Database, account_id: str) -> list[Closed]:
    query = """
      SELECT first_day, last_day, closed_at FROM closed_periods
      WHERE account_id = ? AND reopened_at IS NULL ORDER BY first_day
    """
    return [of_row(Closed, row) for row in await database.all(statement(query, [account_id]))]


def _name(choice: Choice, first: str, last: str) -> str:
    """The file's name. Batches of new bookings say when: there are several for the same days."""
    parts = [f"{BATCH}bank", first, last]
    if choice.only_new:
        parts += words_of_new(choice.asked_at)
    return f"{'_'.join(parts)}.csv"


def _insert_lines(choice: Choice, lines: Sequence[BankLine]) -> list[Statement]:
    query = """
      INSERT INTO export_bookings (
        export_id, place, account_id, series, booking_id, corrects, content)
      SELECT ?1, json_extract(value, '$[0]'), ?2, ?3, json_extract(value, '$[1]'),
        json_extract(value, '$[2]'), json_extract(value, '$[3]')
      FROM json_each(?4)
    """
    statements: list[Statement] = []
    for begin in range(0, len(lines), _AT_ONCE):
        values: list[Json] = [
            [begin + place, line.booking.id, line.corrects, asdict(line.booking)]
            for place, line in enumerate(lines[begin : begin + _AT_ONCE])
        ]
        statements.append(
            statement(query, [choice.export_id, choice.account_id, choice.series, dump(values)])
        )
    return statements

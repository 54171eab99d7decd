"""Files of seals and events: JSON Lines in copies and exports, and the ranges that were moved into
the archive.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import LiteralString

from tillroll_durable.archive.files import ArchiveLost, content_there
from tillroll_durable.audit import SEALED_COPIES
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN
from tillroll_durable.platform.bindings.database import Database, Row, of_row, statement
from tillroll_durable.platform.bindings.objects import Objects
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.platform.shards import FIRST
from tillroll_durable.sealing.repository import (
    Entry,
    entries_between,
    entry_of_line,
    numbers_after,
    seal_numbered,
    seals_between,
)
from tillroll_durable.sealing.seals import SignedSeal, seal_of_json

MEDIA_TYPE = "application/x-ndjson"
# Wide enough to keep the order of the keys that of the numbers for a million years of one seal a
# minute.
_DIGITS = 12
_SUFFIX = ".jsonl"
_COPY = re.compile(rf"{SEALED_COPIES}(?:db-[0-9]+/)?[0-9]{{{_DIGITS}}}\{_SUFFIX}")


@dataclass
class Section:
    """What a file has of one `seal` (None: lines before the first), and how many lines are
    `unreadable`.
    """

    seal: SignedSeal | None
    entries: list[Entry] = field(default_factory=list[Entry])
    unreadable: int = 0


def copy_key(number: int, shard: int = FIRST) -> str:
    """Where the object store has a seal's copy. Each database has a chain of its own."""
    return f"{_folder(shard)}{number:0{_DIGITS}}{_SUFFIX}"


def number_of_key(key: str, shard: int = FIRST) -> int | None:
    """The seal's number, for a key of `copy_key`."""
    digits = key.removeprefix(_folder(shard)).removesuffix(_SUFFIX)
    if digits.isdecimal() and key == copy_key(int(digits), shard):
        return int(digits)
    return None


def is_copy(key: str) -> bool:
    """Whether a seal's copy lies there, of any database."""
    return _COPY.fullmatch(key) is not None


def _folder(shard: int) -> str:
    if shard == FIRST:
        return SEALED_COPIES
    return f"{SEALED_COPIES}db-{shard}/"


def render(seal: SignedSeal, entries: Iterable[Entry]) -> str:
    """The file of a seal and its events. Equal input gives equal bytes."""
    return "".join(
        f"{line}\n" for line in (dump(seal.to_json()), *(entry.line for entry in entries))
    )


def sections(lines: Iterable[str]) -> Iterator[Section]:
    """The seals of a file, one at a time, so that its size does not matter."""
    section = Section(None)
    for raw in lines:
        line = raw.rstrip("\r\n")
        if not line:
            continue
        if line.startswith('{"hash":'):  # the first key of a seal's line, which no event's line has
            try:
                seal = seal_of_json(load_object(line))
            except ValueError:
                section.unreadable += 1
                continue
            if _has_content(section):
                yield section
            section = Section(seal)
            continue
        try:
            section.entries.append(entry_of_line(line))
        except ValueError:
            section.unreadable += 1
    if _has_content(section):
        yield section


def _has_content(section: Section) -> bool:
    return section.seal is not None or bool(section.entries) or section.unreadable > 0


RANGE_MEDIA_TYPE = "application/gzip"
# A range is closed where it has so many events, or seals: some 2 MB of text, which a Worker
# verifies in a second.
MOST_EVENTS = 2_000
MOST_SEALS = 300
PART = "archive"
_UNFINISHED = f"""
  SELECT r.*, 'range ' || r.number AS name, s.failures AS setbacks FROM archive_ranges r
  {JOIN.format(part=f"'{PART}'", subject="'range ' || r.number")}
  WHERE (r.state IN ('begun', 'verified') OR (r.state = 'restored' AND r.updated_at < ?2))
    AND {IS_DUE}
  ORDER BY r.state = 'restored', {IN_TURN}, r.number LIMIT 3
"""


class State(StrEnum):
    BEGUN = "begun"
    VERIFIED = "verified"
    ARCHIVED = "archived"
    RESTORED = "restored"


@dataclass(frozen=True)
class Range:
    """A row of `archive_ranges`: see the migration."""

    number: int
    from_seal: int
    to_seal: int
    from_id: int
    to_id: int
    count: int
    from_at: str
    to_at: str
    object_key: str
    sha256: str
    state: State
    proof: str
    updated_at: str

    @property
    def stands_in_its_file(self) -> bool:
        """Whether its rows may be gone: then the file is what is read and verified."""
        return self.state is not State.BEGUN


def file_key(number: int, sha256: str) -> str:
    """Place a file beside the copies of the seals, where nothing is ever swept."""
    return f"{SEALED_COPIES}archive/{number:08}-{sha256}.jsonl.gz"


def range_of_row(row: Row) -> Range:
    """Read a row of `archive_ranges`."""
    return of_row(Range, row)


async def last_range(database: Database) -> Range | None:
    """Load the newest range; None before the first one."""
    return await _one(database, "ORDER BY number DESC LIMIT 1")


async def range_numbered(database: Database, number: int) -> Range | None:
    """Load a range by its number; None where there is none."""
    return await _one(database, "WHERE number = ?", number)


async def range_of_seal(database: Database, seal: int) -> Range | None:
    """The range that a seal belongs to, where there is one."""
    archived = await _one(database, "WHERE from_seal <= ? ORDER BY from_seal DESC LIMIT 1", seal)
    if archived and archived.to_seal >= seal:
        return archived
    return None


async def range_below(database: Database, event_id: int) -> Range | None:
    """The range with the highest ids that begins below an event's id."""
    return await _one(database, "WHERE from_id < ? ORDER BY from_id DESC LIMIT 1", event_id)


async def unfinished_ranges(database: Database, restored_before: str, now: str) -> list[Row]:
    """Ranges with rows to be deleted, also again, oldest first; each row with its `name` and
    `setbacks`.
    """
    return await database.all(statement(_UNFINISHED, [now, restored_before]))


async def _one(database: Database, which: LiteralString, *values: int) -> Range | None:
    row = await database.first(
        statement(
            f"SELECT * FROM archive_ranges {which}",
            [*values],
        )
    )
    if row is None:
        return None
    return range_of_row(row)


async def content_of(database: Database, seals: Sequence[SignedSeal]) -> str:
    """What the file of these seals holds: the same for the same rows, to the byte."""
    entries = await entries_between(database, seals[0].seal.from_id, seals[-1].seal.to_id)
    parts: list[str] = []
    place = 0
    for signed in seals:
        own = place
        while place < len(entries) and entries[place].id <= signed.seal.to_id:
            place += 1
        parts.append(render(signed, entries[own:place]))
    return "".join(parts)


async def content_in_database(database: Database, archived: Range) -> str:
    """What the file of a range would hold if it were made of the rows that there are now."""
    seals = await seals_between(database, archived.from_seal, archived.to_seal)
    if seals:
        return await content_of(database, seals)
    return ""


async def file_of(objects: Objects, archived: Range) -> str | None:
    """The text of a range's file; None where there is none that unpacks.
    Raises ObjectsUnavailable.
    """
    try:
        return await content_there(objects, archived.object_key)
    except ArchiveLost:
        return None


async def export_all(database: Database, objects: Objects, first: int, last: int) -> str:
    """Export as `export` does, and read archived seals from their files. Raises ArchiveLost,
    ObjectsUnavailable.
    """
    parts: list[str] = []
    while first <= last:
        archived = await range_of_seal(database, first)
        if archived is None or not archived.stands_in_its_file:
            return "".join([*parts, await export(database, first, last)])
        content = await content_there(objects, archived.object_key)
        parts += [
            render(section.seal, section.entries)
            for section in sections(content.split("\n"))
            if section.seal and first <= section.seal.number <= last
        ]
        first = archived.to_seal + 1
    return "".join(parts)


async def export(database: Database, first: int, last: int) -> str:
    """The seals from one number to another, each with all events at its place, also those that
    slipped in.
    """
    numbers = [
        number
        for number in await numbers_after(database, first - 1, last - first + 1)
        if number <= last
    ]
    before = await seal_numbered(database, first - 1)
    parts: list[str] = []
    for number in numbers:
        signed = await seal_numbered(database, number)
        if signed is None:
            continue
        follows = before is not None and before.number == number - 1
        if number == 1:
            begin = None
        elif before and follows:
            begin = before.seal.to_id + 1
        else:
            begin = signed.seal.from_id
        parts.append(render(signed, await entries_between(database, begin, signed.seal.to_id)))
        before = signed
    return "".join(parts)

"""Reading the files of the audit's ranges, whose events are no rows any more: all of a range stand in its file."""

import hashlib
from collections.abc import Iterator
from typing import Final

from tillroll.durable.record.archive.archived import ArchiveLost, Wrong
from tillroll.durable.record.archive.packing import NotPacked, unpack
from tillroll.durable.record.audit import NAMES
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.bindings.objects import Objects
from tillroll.platform.json import JsonObject, dump, load_object

# Of a file, unpacked: an event has ids and codes, never a document.
_MOST_BYTES: Final = 64 * 2**20


def file_behind(event_id: int) -> Statement:
    """The query for the first range that has events behind that id, and whose file was verified; the columns are those
    of `archive_ranges`."""
    return statement(
        """
        SELECT * FROM archive_ranges
        WHERE from_id >= (SELECT COALESCE(MAX(from_id), 0) FROM archive_ranges WHERE from_id <= ?1 + 1)
          AND to_id > ?1 AND state <> 'begun'
        ORDER BY from_id LIMIT 1
        """,
        event_id,
    )


async def content_there(objects: Objects, object_key: str) -> str:
    """The text of a range's file, whatever it says.

    Raises:
        ArchiveLost: there is none, or none that unpacks.
        ObjectsUnavailable: the object store does not answer.
    """
    packed = await objects.get_bytes(object_key)
    if packed is None:
        raise ArchiveLost(object_key, Wrong.MISSING)
    try:
        return unpack(packed, _MOST_BYTES)
    except NotPacked as error:
        raise ArchiveLost(object_key, Wrong.DIFFERS) from error


def sha256_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


async def content_as_written(objects: Objects, object_key: str, sha256: str) -> str:
    """The text of a range's file; `sha256` is the text's.

    Raises:
        ArchiveLost: it is gone, or not what was written.
        ObjectsUnavailable: the object store does not answer.
    """
    try:
        content = await content_there(objects, object_key)
    except ArchiveLost as lost:
        _log(lost)
        raise
    if sha256_of(content) != sha256:
        lost = ArchiveLost(object_key, Wrong.DIFFERS)
        _log(lost)
        raise lost
    return content


def _log(lost: ArchiveLost) -> None:
    log.error("archive.lost", source=lost.object_key, reason=lost.wrong.value)


async def events_of_account(objects: Objects, row: Row, account_id: str) -> Iterator[Row]:
    """The events of an account in the file of a range, a row of `archive_ranges`, as the database had them. Raises
    ArchiveLost, ObjectsUnavailable."""
    content = await content_as_written(objects, text(row, "object_key"), text(row, "sha256"))
    # A file has the events of all accounts: most lines are not worth parsing.
    wanted = dump({"accountId": account_id})[1:-1]
    events = (load_object(line) for line in content.split("\n") if wanted in line)
    return (row_of_event(event) for event in events if event.get("accountId") == account_id)


def row_of_event(event: JsonObject) -> Row:
    """The row of an event's line, as the database had it."""
    row: Row = {}
    for column, name in NAMES.items():
        value = event.get(name)
        row[column] = value if isinstance(value, str | int | float) else None
    return row

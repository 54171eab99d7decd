"""Seals and events in the database; an event is one line of canonical JSON with every column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_durable.audit import NAMES, digest_of
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    columns_of,
    digits,
    insert_row,
    integer,
    optional_integer,
    statement,
)
from tillroll_durable.platform.json import Json, JsonObject, dump, load, load_object
from tillroll_durable.platform.tables import Kept, of_nobody
from tillroll_durable.sealing.seals import SignedSeal, seal_of_row

COLUMNS: Final = ", ".join(columns_of(NAMES))
# What the database assigns, or what is made of the rest: the digest does not cover these.
_NOT_DIGESTED = frozenset({"id", "seq", "digest"})


@dataclass(frozen=True)
class Entry:
    """`line` is what is hashed, with `detail` as the stored text; `event` is the line, parsed."""

    id: int
    line: str
    event: JsonObject

    @property
    def stream(self) -> str:
        return str(self.event.get("stream"))

    def has_true_digest(self) -> bool:
        """True where the digest is that of the content."""
        content = {
            name: self.event.get(name) for name in NAMES.values() if name not in _NOT_DIGESTED
        }
        try:
            content["detail"] = load(str(content["detail"]))
            return digest_of(content) == self.event.get("digest")
        except ValueError:
            return False

    def with_id(self, other: int) -> str:
        """The line that this event would have under another id."""
        return dump({**self.event, "id": other})


def entry_of_row(row: Row) -> Entry:
    """The entry of a row of COLUMNS."""
    event: JsonObject = {name: row[column] for column, name in NAMES.items()}
    return Entry(_whole(event["id"]), dump(event), event)


def entry_of_line(line: str) -> Entry:
    """The entry of a line in an export. Raises ValueError: it is no event."""
    event = load_object(line)
    return Entry(_whole(event.get("id")), line, event)


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        # The text is what is wrong.
        raise ValueError(f"an event's id is a whole number, not {value!r}")  # noqa: TRY004
    return value


# More than a seal or an archived range can have, so that what was inserted among its events is
# seen.
_MOST_READ = 5_000
_SELECT_SEALS = (
    "SELECT seals.*, audit_keys.public_key FROM seals LEFT "
    "JOIN audit_keys ON audit_keys.id = seals.key_id"
)


async def last_seal(database: Database) -> SignedSeal | None:
    """Load the newest seal; None before the first one."""
    row = await database.first(statement(f"{_SELECT_SEALS} ORDER BY number DESC LIMIT 1"))
    if row is None:
        return None
    return seal_of_row(row)


async def last_number(database: Database) -> int:
    """The number of the last seal; 0 where there is none."""
    row = await database.first(statement("SELECT MAX(number) AS number FROM seals"))
    if row:
        return optional_integer(row, "number") or 0
    return 0


async def sealed_to(database: Database) -> int:
    """The id of the last event that a seal covers; 0 where there is none."""
    row = await database.first(statement("SELECT to_id FROM seals ORDER BY number DESC LIMIT 1"))
    if row is None:
        return 0
    return integer(row, "to_id")


async def seal_numbered(database: Database, number: int) -> SignedSeal | None:
    """Load a seal by its number; None where there is none."""
    row = await database.first(statement(f"{_SELECT_SEALS} WHERE number = ?", [number]))
    if row is None:
        return None
    return seal_of_row(row)


async def seals_between(database: Database, first: int, last: int) -> list[SignedSeal]:
    """The seals from one number to another, as far as they are there."""
    rows = await database.all(
        statement(
            f"{_SELECT_SEALS} WHERE number >= ? AND number <= ? ORDER BY number", [first, last]
        )
    )
    return [seal_of_row(row) for row in rows]


async def numbers_after(database: Database, number: int, limit: int) -> list[int]:
    """The numbers of the next seals."""
    query = statement(
        "SELECT number FROM seals WHERE number > ? ORDER BY number LIMIT ?", [number, limit]
    )
    return [integer(row, "number") for row in await database.all(query)]


async def entries_after(database: Database, event_id: int, limit: int) -> list[Entry]:
    """The next events, by id."""
    query = statement(
        f"SELECT {COLUMNS} FROM audit_events WHERE id > ? ORDER BY id LIMIT ?",
        [event_id, limit],
    )
    return [entry_of_row(row) for row in await database.all(query)]


async def entries_between(database: Database, first: int | None, last: int) -> list[Entry]:
    """The events from one id to another, both included; all up to `last` where `first` is None."""
    where = "id <= ?1" if first is None else "id <= ?1 AND id >= ?2"
    query = statement(
        (
            f"SELECT {COLUMNS} FROM audit_events WHERE {where} ORDER BY id "
            f"LIMIT {digits(_MOST_READ)}"
        ),
        [
            last,
            *([] if first is None else [first]),
        ],
    )
    return [entry_of_row(row) for row in await database.all(query)]


def insert_seal(signed: SignedSeal) -> Sequence[Statement]:
    """Statements that add a seal, and a new public key. The second fails where another sealer was
    first.
    """
    seal = signed.seal
    sql = """
      INSERT INTO audit_keys (id, public_key, created_at)
      SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM audit_keys WHERE id = ?1)
    """
    key = statement(sql, [seal.key_id, signed.public_key, seal.sealed_at])
    columns = {
        **vars(seal),
        "hash": signed.hash,
        "signature": signed.signature,
        "leaves": signed.leaves,
    }
    return [key, insert_row("seals", columns)]


TABLES: Final = (
    of_nobody("seals", "hashes and signatures"),
    of_nobody("archive_ranges", "where events of the audit lie"),
    of_nobody("audit_keys", "public keys"),
)


RETENTION: Final = (
    Kept(
        "the audit and its seals, archived or not", "for good: ids and codes, no values", "nobody"
    ),
)

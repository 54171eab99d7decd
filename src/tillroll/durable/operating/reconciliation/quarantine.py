"""Objects in quarantine: rows about objects that nothing refers to. The objects themselves stay where they are.

quarantined -> deleting -> gone, or quarantined -> restored. Each change is in the audit, in the same batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tillroll.durable.errors import LostGuard
from tillroll.durable.operating.reconciliation.bounds import ACTOR, BATCH
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform.bindings.database import Database, Row, Statement, statement, text
from tillroll.platform.bindings.objects import StoredObject
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject

# An object is deleted that has been in quarantine for so long.
PERIOD = timedelta(days=30)


class State(StrEnum):
    QUARANTINED = "quarantined"
    RESTORED = "restored"
    DELETING = "deleting"


@dataclass(frozen=True)
class Entry:
    """A row: the object as it was seen, and since when (UTC text) it is in here."""

    key: str
    uploaded_at: str
    etag: str
    since: str
    state: State

    def is_of(self, item: StoredObject) -> bool:
        """Whether the object is still the one that was seen, and not one that was uploaded anew."""
        return (self.uploaded_at, self.etag) == (to_text(item.uploaded_at), item.etag)


async def entries_between(database: Database, after: str, last: str | None) -> Sequence[Entry]:
    """What is in quarantine of the keys behind `after`, up to `last`, or to the end where that is None."""
    rows = await database.all(
        statement(
            """
            SELECT * FROM object_quarantine WHERE object_key > ?1 AND (?2 IS NULL OR object_key <= ?2)
            ORDER BY object_key LIMIT ?3
            """,
            after,
            last,
            # Also those whose object is gone; what does not fit waits for the next round.
            4 * BATCH,
        )
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Row) -> Entry:
    return Entry(
        key=text(row, "object_key"),
        uploaded_at=text(row, "uploaded_at"),
        etag=text(row, "etag"),
        since=text(row, "since"),
        state=State(text(row, "state")),
    )


async def put_in(database: Database, item: StoredObject, now: str) -> bool:
    """Put an object into quarantine from now on; false where it is in there already, as it is."""
    row = statement(
        """
        INSERT INTO object_quarantine (object_key, uploaded_at, etag, since, state)
        VALUES (?1, ?2, ?3, ?4, 'quarantined')
        ON CONFLICT (object_key) DO UPDATE SET
          uploaded_at = excluded.uploaded_at, etag = excluded.etag, since = excluded.since, state = excluded.state
        WHERE uploaded_at <> excluded.uploaded_at OR etag <> excluded.etag
        """,
        item.key,
        to_text(item.uploaded_at),
        item.etag,
        now,
    )
    detail: JsonObject = {"etag": item.etag, "uploadedAt": to_text(item.uploaded_at)}
    return await _do(database, row, "object.quarantined", item.key, now, detail)


async def begin_deletion(database: Database, entry: Entry) -> bool:
    """Note that an object is about to be deleted; false where somebody has restored it meanwhile."""
    rows = await database.all(
        statement(
            """
            UPDATE object_quarantine SET state = 'deleting'
            WHERE object_key = ?1 AND since = ?2 AND state IN ('quarantined', 'deleting') RETURNING object_key
            """,
            entry.key,
            entry.since,
        )
    )
    return bool(rows)


async def take_out(database: Database, entry: Entry, action: str, now: str, why: str) -> bool:
    """Take an object out of quarantine, for good; false where another tick was first."""
    row = statement("DELETE FROM object_quarantine WHERE object_key = ?1 AND since = ?2", entry.key, entry.since)
    return await _do(database, row, action, entry.key, now, {"why": why, "since": entry.since})


def restore(key: str, actor: str, now: str) -> list[Statement]:
    """The batch by which a person has an object kept for good, whatever refers to it; it is refused where the object is
    not in quarantine, or is being deleted."""
    row = statement(
        "UPDATE object_quarantine SET state = 'restored' WHERE object_key = ?1 AND state = 'quarantined'", key
    )
    event = event_of_account(
        key.partition("/")[0],
        "object.restored",
        f"object.restored:{key}:{now}",
        actor=actor,
        at=now,
        detail={"object": key, "why": "asked for"},
    )
    return [row, append_if_changed(event)]


async def _do(database: Database, row: Statement, action: str, key: str, now: str, detail: JsonObject) -> bool:
    event = event_of_account(
        key.partition("/")[0], action, f"{action}:{key}:{now}", actor=ACTOR, at=now, detail={"object": key, **detail}
    )
    try:
        await guarded_batch(database, [row, append_if_changed(event)], event.event_key)
    except LostGuard:
        return False
    return True

"""Syncs: begun once, by a person, by time or by a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.books import repository
from tillroll.books.connections.connection import Connection, find_connection
from tillroll.books.models import Audited
from tillroll.books.syncs.contract import PAGE, SyncParams
from tillroll_durable import Actor, BegunRun, Statement, Workflow, begin, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import insert_row, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun

BegunBy = Literal["hand", "schedule", "change"]
_RUNNING: Final = Kind("sync-running", 409, "A sync of this connection goes on", may_pass=True)


# Whether a person has begun a sync, whether this one was begun, and another that goes on. One whose
# run has failed waits for a person, and is in nobody's way.
_STANDS: Final = """
  SELECT EXISTS (SELECT 1 FROM books_syncs WHERE connection_id = ?1
      AND begun_by = 'hand') AS has_first,
    EXISTS (SELECT 1 FROM runs WHERE account_id = ?2 AND kind = ?3 AND begin_key = ?4) AS is_begun,
    (SELECT s.id FROM books_syncs s JOIN runs r ON r.id = s.run_id
     WHERE s.connection_id = ?1 AND s.ended_at IS NULL AND r.status <> 'failed' ORDER BY s.id
     LIMIT 1) AS going_on
"""


class NoSuchConnection(Refusal):
    thing = "connection"


class NotConnected(Refusal):
    """The message says why."""

    kind = Kind("books-disconnected", 409, "The books let us in no more", may_pass=True)
    explanation = "Connect them again: {}."


class BooksUnreachable(Refusal):
    """The books did not answer, or not in a way that can be used; the message says what."""

    kind = Kind("books-unreachable", 502, "The books did not answer", may_pass=True)
    explanation = "Try again in a minute: {}."


class WordsUnmapped(Refusal):
    """Words of what is to be written have no place in the books yet; nothing was begun."""

    kind = Kind("books-unmapped", 409, "Some words have no place in the books", may_pass=True)
    explanation = (
        "Map the words that `unmapped` lists, or send skipUnmapped: what has them is set aside "
        "then."
    )

    def __init__(self, unmapped: Sequence[Json]) -> None:
        super().__init__(f"{len(unmapped)} words")
        self.extra = {"unmapped": [*unmapped]}


class SyncRunning(Refusal):
    kind = _RUNNING

    def __init__(self, sync_id: str) -> None:
        super().__init__(
            f"The sync {sync_id} goes on. What changes meanwhile is in it, or in the next."
        )
        self.extra = {"sync": sync_id}


class FirstSyncMissing(Exception):
    """Nothing begins by itself before a person has begun a first sync; nothing was begun."""


async def live_connection(platform: Platform, account_id: str, connection_id: str) -> Connection:
    """Raises NoSuchConnection: there is none, or it has ended."""
    connection = await find_connection(platform.database, account_id, connection_id)
    if connection is None or connection.ended_at is not None:
        raise NoSuchConnection
    return connection


@dataclass(frozen=True)
class Cause:
    """What begins a sync: a sync is begun once under a `key`. `page`: so many items a run takes.
    `compares`: what is in the books is compared with what was written.
    """

    begun_by: BegunBy
    key: str
    page: int = PAGE
    compares: bool = False


async def begin_sync(
    platform: Platform, workflow: Workflow, actor: Actor, connection: Connection, cause: Cause
) -> BegunRun:
    """Begin a sync. Raises NotConnected; SyncRunning: one goes on; FirstSyncMissing: the first is a
    person's.
    """
    if connection.denied_at is not None:
        raise NotConnected(connection.denied_why or "they let us in no more")
    guard = statement(_STANDS, [connection.id, actor.account_id, workflow.contract.kind, cause.key])
    [stands] = await platform.database.all(guard)
    if cause.begun_by != "hand" and not stands["has_first"]:
        raise FirstSyncMissing
    if stands["going_on"] is not None and not stands["is_begun"]:
        raise SyncRunning(text(stands, "going_on"))
    sync_id = new_id("syn")
    now = to_text(platform.clock.now())

    def rows(run: NewRun, at: str) -> Sequence[Statement]:
        detail = {"sync": run.subject, "connection": connection.id, "begunBy": cause.begun_by}
        sync = {
            "id": run.subject,
            "account_id": run.account_id,
            "connection_id": connection.id,
            "run_id": run.id,
            "begun_by": cause.begun_by,
            "actor": actor.name,
            "begun_at": at,
        }
        event = actor.event(Audited.SYNCED, f"{run.subject}:begun", at=now, detail={**detail})
        # The last one must change one row, and nothing may be in the books yet.
        if cause.compares:
            touched = [repository.touch(connection.id, "state = 'written'")]
        else:
            touched = []
        if cause.begun_by == "hand":
            # Only the books know whether somebody has opened their days again.
            touched.append(
                repository.touch(connection.id, "state = 'set_aside' AND code = 'closed-there'")
            )
        return [*touched, insert_row("books_syncs", sync), append_if_changed(event)]

    params = SyncParams(
        sync_id=sync_id,
        connection_id=connection.id,
        direction=_direction(connection),
        page=cause.page,
        compares=cause.compares,
    )
    return await begin(platform, workflow, params=params, actor=actor, key=cause.key, also=rows)


def _direction(connection: Connection) -> Literal["push", "pull"]:
    if connection.direction == "pull":
        return "pull"
    return "push"

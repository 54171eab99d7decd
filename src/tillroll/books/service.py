"""Syncs: begun once, by a person, by time or by a change."""

from collections.abc import Sequence
from typing import Final, Literal

from tillroll.books.connections import Connection, find_connection
from tillroll.books.contract import SyncParams
from tillroll.books.models import Audited
from tillroll.durable import Actor, BegunRun, Statement, Workflow, begin, statement
from tillroll.durable.record.audit import append
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import insert_row, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.refusals import Kind, Refusal
from tillroll.platform.services import Platform

BegunBy = Literal["hand", "schedule", "change"]
_RUNNING: Final = Kind("sync-running", 409, "A sync of this connection goes on", may_pass=True)


class NoSuchConnection(Refusal):
    thing = "connection"


class NotConnected(Refusal):
    kind = Kind("books-disconnected", 409, "The books let us in no more", may_pass=True)
    says = "Connect them again, then sync."


class SyncRunning(Refusal):
    kind = _RUNNING

    def __init__(self, sync_id: str) -> None:
        super().__init__(f"The sync {sync_id} goes on. What changes meanwhile is in it, or in the next.")
        self.extra = {"sync": sync_id}


async def live_connection(platform: Platform, account_id: str, connection_id: str) -> Connection:
    """Raises NoSuchConnection: there is none, or it has ended."""
    found = await find_connection(platform.database, account_id, connection_id)
    if found is None or found.ended_at is not None:
        raise NoSuchConnection
    return found


async def begin_sync(
    platform: Platform, workflow: Workflow, actor: Actor, connection: Connection, begun_by: BegunBy, key: str
) -> BegunRun:
    """Begin a sync, once under a key. Raises NotConnected; SyncRunning: one goes on."""
    if connection.revoked_at is not None:
        raise NotConnected
    query = "SELECT id FROM books_syncs WHERE connection_id = ? AND ended_at IS NULL ORDER BY id LIMIT 1"
    sync_id, now = new_id("syn"), to_text(platform.clock.now())
    before = await begun_under(platform, actor.account_id, workflow.contract.kind, key)
    going_on = None if before else await platform.database.first(statement(query, connection.id))
    if going_on is not None:
        raise SyncRunning(text(going_on, "id"))

    def rows(run: NewRun, at: str) -> Sequence[Statement]:
        detail = {"sync": run.subject, "connection": connection.id, "begunBy": begun_by}
        sync = {
            "id": run.subject,
            "account_id": run.account_id,
            "connection_id": connection.id,
            "run_id": run.id,
            "begun_by": begun_by,
            "actor": actor.name,
            "begun_at": at,
        }
        event = actor.event(Audited.SYNCED, f"{run.subject}:begun", now, {**detail})
        return [append(event), insert_row("books_syncs", sync)]

    params = SyncParams(sync_id=sync_id, connection_id=connection.id, direction=_direction(connection))
    return await begin(platform, workflow, params, actor, key=key, also=rows)


async def begun_under(platform: Platform, account_id: str, kind: str, key: str) -> bool:
    query = "SELECT id FROM runs WHERE account_id = ? AND kind = ? AND begin_key = ?"
    return await platform.database.first(statement(query, account_id, kind, key)) is not None


def _direction(connection: Connection) -> Literal["push", "pull"]:
    return "pull" if connection.direction == "pull" else "push"

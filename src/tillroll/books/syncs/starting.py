"""Syncs that begin by themselves: by time, and since something changed."""

import contextlib
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

import tillroll_durable as durable
from tillroll.access.permissions import Permission
from tillroll.books.connections.connection import find_connection
from tillroll.books.cron import SYNCING
from tillroll.books.syncs.contract import KIND
from tillroll.books.syncs.service import (
    Cause,
    FirstSyncMissing,
    NoSuchConnection,
    NotConnected,
    SyncRunning,
    begin_sync,
    live_connection,
)
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import Row, integer, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

_AGAIN: Final = timedelta(minutes=15)
# A person has begun a first sync, and something has changed since it was looked at; what only waits
# for an answer is tried again after a while. A sync that has ended a moment ago may have left what
# it could not do.
_CHANGED: Final = f"""
  SELECT c.id, c.account_id, s.failures AS setbacks,
    (SELECT MAX(changed) FROM books_items WHERE connection_id = c.id AND changed > looked) AS place
  FROM books_connections c {JOIN.format(part=f"'{SYNCING}'", subject="c.id")}
  WHERE c.direction = 'push' AND c.on_change = 1 AND c.ended_at IS NULL AND c.denied_at IS NULL
    AND (c.grant_id IS NULL OR EXISTS (SELECT 1 FROM books_grants g WHERE g.id = c.grant_id
        AND g.kept IS NOT NULL))
    AND EXISTS (SELECT 1 FROM books_syncs f WHERE f.connection_id = c.id AND f.begun_by = 'hand')
    AND EXISTS (
      SELECT 1 FROM books_items i WHERE i.connection_id = c.id AND i.changed > i.looked
        AND ((i.state <> 'waiting' AND i.code IS NOT 'file') OR i.updated_at < ?2))
    AND NOT EXISTS (
      SELECT 1 FROM books_syncs y JOIN runs r ON r.id = y.run_id
      WHERE y.connection_id = c.id AND (
        (y.ended_at IS NULL AND r.status <> 'failed') OR (y.ended_at > ?3)))
    AND {IS_DUE}
  ORDER BY {IN_TURN}, c.id LIMIT 20
"""


class ScheduledSync(durable.Params):
    """Which connection is brought into step at each tick."""

    connection: Annotated[str, Field(min_length=1, max_length=60, description="bkn_…")]


async def begin_scheduled(
    platform: Platform,
    workflow: durable.Workflow,
    actor: Actor,
    params: ScheduledSync,
    tick: durable.Tick,
) -> None:
    """Begin the sync of a tick. Words that have no place are set aside, and stop no other.
    Raises NothingBegun.
    """
    try:
        connection = await live_connection(platform, actor.account_id, params.connection)
        await begin_sync(
            platform,
            workflow,
            actor=actor,
            connection=connection,
            cause=Cause("schedule", tick.key),
        )
    except NoSuchConnection as error:
        raise durable.NothingBegun("The connection has ended: delete this schedule.") from error
    except NotConnected as error:
        raise durable.NothingBegun(
            "The books let us in no more: connect them again, then run this now."
        ) from error
    except FirstSyncMissing as error:
        sentence = "Nobody has begun the first sync of these books: begin it by hand."
        raise durable.NothingBegun(sentence) from error
    except SyncRunning as error:
        raise durable.NothingBegun("Another sync of these books had not ended.") from error


async def check_scheduled(
    platform: Platform, account_id: str | None, params: ScheduledSync
) -> None:
    """Raises ValuesRefused: no tick could begin anything."""
    connection = (
        None
        if account_id is None
        else await find_connection(platform.database, account_id, params.connection)
    )
    if connection is None or connection.ended_at is not None:
        raise ValuesRefused(
            [("connection", "The account has no such connection: see /api/books/connections.")]
        )


SCHEDULE: Final = durable.Schedule(
    begin=begin_scheduled, params=ScheduledSync, permission=Permission.EXPORT, check=check_scheduled
)


async def begin_changed(platform: Platform, workflow: durable.Workflow) -> int:
    """Begin syncs of books that changes are to begin; how many."""
    now = platform.clock.now()
    threshold = to_text(now - _AGAIN)
    quiet = to_text(now - timedelta(minutes=1))
    rows = await platform.database.all(statement(_CHANGED, [to_text(now), threshold, quiet]))

    async def begin(row: Row) -> None:
        account_id = text(row, "account_id")
        connection = await find_connection(platform.database, account_id, text(row, "id"))
        if connection is None:
            return
        quarter = int(now.timestamp() // _AGAIN.total_seconds())
        key = f"change:{connection.id}:{integer(row, 'place')}:{quarter}"
        with contextlib.suppress(SyncRunning, NotConnected):
            actor = Actor(account_id, f"workflow:{KIND}")
            await begin_sync(
                platform, workflow, actor=actor, connection=connection, cause=Cause("change", key)
            )

    return await each_row(platform, SYNCING, rows=rows, subject="id", do=begin)

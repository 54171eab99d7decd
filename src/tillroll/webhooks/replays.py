"""Replays: past events of an account that are sent to one endpoint, such as to fill a new one.

A replay is a row, which the cron works off: up to MOST_QUEUED of its events are under way at a
time, through the slow lane. What the endpoint has taken already is passed over.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from tillroll.webhooks.cron import REPLAYING
from tillroll.webhooks.models import Replay
from tillroll.webhooks.service import Audited, check_topics, find_endpoint
from tillroll_durable import Actor
from tillroll_durable.audit import event_of_account, guarded_batch
from tillroll_durable.errors import LostGuard
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.outbox import wants
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    GuardFailed,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_texts
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table
from tillroll_durable.webhooks import endpoint_rows
from tillroll_durable.webhooks.deliveries import Lane

# So many events of a replay are under way at a time.
MOST_QUEUED: Final = 50
# A turn looks at so many events for those that the replay is about.
_LOOKED_AT: Final = 500
_AT_ONCE: Final = digits(_LOOKED_AT)
_MOST_LISTED: Final = 50
_REPLAYS_AT_ONCE: Final = 20


class NoSuchReplay(Refusal):
    """The endpoint has no such replay that is running."""

    thing = "replay"


class ReplayRuns(Refusal):
    """The endpoint has a replay that is not done."""

    kind = Kind(
        "replay-runs",
        409,
        "Past events are being sent to this endpoint already",
        may_pass=True,
    )
    explanation = "Wait until it is done, or stop it. Its endpoint's replays show how far it is."


class EndpointIsDisabled(Refusal):
    """Nothing is sent to the endpoint."""

    kind = Kind("endpoint-disabled", 409, "The endpoint is disabled")
    explanation = "Enable it first, then ask again."


async def begin_replay(
    platform: Platform,
    actor: Actor,
    endpoint_id: str,
    *,
    since: datetime | None,
    topics: Sequence[str],
    event_names: Collection[str],
) -> Replay:
    """Begin to send the events that were written `since` then and until now, of these `topics`
    (names, or beginnings such as expense.*; all where empty) as far as the endpoint wants them.

    Raises:
        ReplayRuns: another one is not done.
        EndpointIsDisabled: nothing is sent there.
    """
    check_topics(topics, event_names)
    endpoint = await find_endpoint(platform, actor.account_id, endpoint_id)
    if endpoint.status == "disabled":
        raise EndpointIsDisabled
    replay_id = new_id("rpl")
    at = to_text(platform.clock.now())
    begin = None
    if since is not None:
        begin = to_text(since)
    sql = """
      INSERT INTO endpoint_replays
        (id, account_id, endpoint_id, since, topics, last_position, state, created_at)
      SELECT ?1, ?2, ?3, ?4, ?5, COALESCE(MAX(position), 0), 'running', ?6
      FROM outbox WHERE account_id = ?2
      ON CONFLICT DO NOTHING
    """
    values = (replay_id, actor.account_id, endpoint_id, begin, dump([*topics]), at)
    audit = event_of_account(
        actor.account_id,
        Audited.REPLAY_BEGUN,
        replay_id,
        actor=actor.name,
        at=at,
        detail={"endpoint": endpoint_id, "replay": replay_id},
    )
    try:
        await guarded_batch(platform.database, statement(sql, [*values]), audit)
    except LostGuard as error:
        raise ReplayRuns from error
    return await _find(platform, actor.account_id, endpoint_id=endpoint_id, replay_id=replay_id)


async def _find(platform: Platform, account_id: str, *, endpoint_id: str, replay_id: str) -> Replay:
    query = """
      SELECT * FROM endpoint_replays WHERE id = ? AND endpoint_id = ? AND account_id = ?
    """
    row = await platform.database.first(statement(query, [replay_id, endpoint_id, account_id]))
    if row is None:
        raise NoSuchReplay
    return _as_model(row)


def _as_model(row: Row) -> Replay:
    return of_row(Replay, row, topics=load_texts(text(row, "topics")))


async def list_replays(platform: Platform, account_id: str, endpoint_id: str) -> list[Replay]:
    """The newest 50 replays of an endpoint, the newest first."""
    await find_endpoint(platform, account_id, endpoint_id)
    query = """
      SELECT * FROM endpoint_replays WHERE endpoint_id = ? AND account_id = ?
      ORDER BY id DESC LIMIT ?
    """
    rows = await platform.database.all(statement(query, [endpoint_id, account_id, _MOST_LISTED]))
    return [_as_model(row) for row in rows]


async def stop_replay(
    platform: Platform,
    actor: Actor,
    *,
    endpoint_id: str,
    replay_id: str,
) -> None:
    """Queue no more events of a replay; those under way are sent. One that has ended stays so."""
    replay = await _find(platform, actor.account_id, endpoint_id=endpoint_id, replay_id=replay_id)
    if replay.state != "running":
        return
    at = to_text(platform.clock.now())
    sql = """
      UPDATE endpoint_replays SET state = 'stopped', finished_at = ?
      WHERE id = ? AND state = 'running'
    """
    audit = event_of_account(
        actor.account_id,
        Audited.REPLAY_STOPPED,
        f"{replay_id}:stopped",
        actor=actor.name,
        at=at,
        detail={"endpoint": endpoint_id, "replay": replay_id},
    )
    try:
        await guarded_batch(platform.database, statement(sql, [at, replay_id]), audit)
    except LostGuard:
        return  # it ended meanwhile


_RUNNING: Final = f"""
  SELECT p.*, s.failures AS setbacks, e.id IS NULL AS has_ended,
    (SELECT count(*) FROM deliveries d
     WHERE d.endpoint_id = p.endpoint_id AND d.state = 'pending' AND d.is_replay = 1) AS under_way
  FROM endpoint_replays p
  LEFT JOIN endpoints e ON e.id = p.endpoint_id AND e.disabled_at IS NULL AND e.deleted_at IS NULL
  {JOIN.format(part=f"'{REPLAYING}'", subject="p.id")}
  WHERE p.state = 'running' AND {IS_DUE}
  ORDER BY {IN_TURN}, p.id LIMIT ?2
"""


async def go_on_with_replays(platform: Platform) -> None:
    """Queue the next events of each replay that is running."""
    now = to_text(platform.clock.now())
    rows = await platform.database.all(statement(_RUNNING, [now, _REPLAYS_AT_ONCE]))

    async def go_on(row: Row) -> None:
        await _queue_next(platform, row, now)

    await each_row(platform, REPLAYING, rows, subject="id", do=go_on)


# The next events behind a place (?2), bounded, and which of them the endpoint (?3) shall have:
# those that it wants and that the replay is about, but for what it took or gets anyway.
_NEXT: Final = f"""
  SELECT o.id, o.position, o.lease_until IS NOT NULL AND o.lease_until > ?7 AS is_claimed,
    (?4 IS NULL OR o.created_at >= ?4)
    AND (?5 = '[]' OR EXISTS (
      SELECT 1 FROM json_each(?5) AS wanted
      WHERE wanted.value = o.topic
        OR substr(wanted.value, -2) = '.*'
          AND instr(o.topic, substr(wanted.value, 1, length(wanted.value) - 1)) = 1
    ))
    AND {wants("o.topic")}
    AND (d.id IS NULL OR d.state IN ('given_up', 'cancelled'))
    AND NOT (o.state = 'pending' AND o.fanned_out_at IS NULL) AS is_wanted
  FROM (
    SELECT id, topic, state, position, created_at, lease_until, fanned_out_at FROM outbox
    WHERE account_id = ?1 AND position > ?2 AND position <= ?6 ORDER BY position LIMIT {_AT_ONCE}
  ) o
  JOIN endpoints e ON e.id = ?3
  LEFT JOIN deliveries d ON d.event_id = o.id AND d.endpoint_id = ?3
  ORDER BY o.position
"""


async def _queue_next(platform: Platform, replay: Row, now: str) -> None:
    replay_id = text(replay, "id")
    if replay["has_ended"]:
        await platform.database.batch([_ending(replay, "stopped", now)])
        return
    room = MOST_QUEUED - integer(replay, "under_way")
    if room <= 0:
        return
    endpoint_id = text(replay, "endpoint_id")
    position = integer(replay, "position")
    events = await platform.database.all(
        statement(
            _NEXT,
            [
                text(replay, "account_id"),
                position,
                endpoint_id,
                optional_text(replay, "since"),
                text(replay, "topics"),
                integer(replay, "last_position"),
                now,
            ],
        )
    )
    chosen: list[str] = []
    reached = position
    is_whole = len(events) < _LOOKED_AT
    for event in events:
        # One whose attempt is under way, or that has no room, is the first of the next turn.
        if event["is_wanted"] and (event["is_claimed"] or len(chosen) == room):
            is_whole = False
            break
        if event["is_wanted"]:
            chosen.append(text(event, "id"))
        reached = integer(event, "position")
    ending: list[Statement] = []
    if is_whole:
        ending = [_ending(replay, "done", now)]
    move = """
      UPDATE endpoint_replays SET position = ?1, queued = queued + ?2
      WHERE id = ?3 AND position = ?4 AND state = 'running'
    """
    values = (reached, len(chosen), replay_id, position)
    moved = must_hit(statement(move, [*values], account=text(replay, "account_id")))
    try:
        await platform.database.batch(
            [*moved, *endpoint_rows.queue_events(chosen, endpoint_id, now), *ending]
        )
    except GuardFailed:
        log.info("replay.was_second", subject=replay_id)  # the next turn looks again
        return
    await _nudge(platform, chosen)


def _ending(replay: Row, state: str, now: str) -> Statement:
    sql = """
      UPDATE endpoint_replays SET state = ?, finished_at = ? WHERE id = ? AND state = 'running'
    """
    values = (state, now, text(replay, "id"))
    return statement(sql, [*values], account=text(replay, "account_id"))


async def _nudge(platform: Platform, events: Sequence[str]) -> None:
    """Have events delivered now. What gets no message, the reconciler sends later."""
    for event_id in events:
        if not platform.turn.may_send:
            return
        message: JsonObject = {"outboxId": event_id, "lane": Lane.SLOW}
        try:
            await platform.slow_deliveries.send(message)
        except QueueUnavailable as error:
            log.warning("delivery.nudge_lost", delivery=event_id, error=error)
            return


TABLES: Final = (Table("endpoint_replays", Gone(ACCOUNT), key="id"),)

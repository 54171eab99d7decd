"""Events that could not be mapped, or failed: shown, and worked off again once their mapping is mended."""

from typing import Final

from tillroll.durable.beginning import Actor
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.inbound.acceptance import nudge
from tillroll.inbound.effects import people_of
from tillroll.inbound.service import NoSuchSource
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

MOST_AT_ONCE: Final = 100
_SHOWN: Final = """
  id, source_id, account_id, event_id, type, received_at, state, attempts, next_attempt_at, run_id, why, settled_at,
  conflicts
"""


class NoSuchEvent(Exception):
    """The account has no event of this id."""


class NotReplayable(Exception):
    """The event has done something, or is on its way: it must not do it twice."""


async def list_events(
    platform: Platform, account_id: str, source_id: str | None, state: str | None, behind: str, most: int
) -> list[Row]:
    """The account's events behind an id, newest first; of a source and in a state, where these are given. Without their
    bodies."""
    chosen = [(column, value) for column, value in (("source_id", source_id), ("state", state)) if value is not None]
    further = "".join(f" AND {column} = ?" for column, _ in chosen)
    sql = f"SELECT {_SHOWN} FROM inbound_events WHERE account_id = ? AND id < ?{further} ORDER BY id DESC LIMIT ?"  # noqa: S608
    return await platform.database.all(statement(sql, account_id, behind, *(value for _, value in chosen), most))


async def show_event(platform: Platform, account_id: str, event_id: str) -> Row:
    """Raises NoSuchEvent."""
    row = await platform.database.first(
        statement("SELECT * FROM inbound_events WHERE id = ? AND account_id = ?", event_id, account_id)
    )
    if row is None:
        raise NoSuchEvent(event_id)
    return row


async def replay_event(platform: Platform, actor: Actor, event_id: str) -> Row:
    """Have an event worked off again by the mapping that its source has now.

    Raises:
        NoSuchEvent, NotReplayable: see there.
    """
    row = await show_event(platform, actor.account_id, event_id)
    if not await _replayed(platform, actor, event_id):
        raise NotReplayable(text(row, "state"))
    return await show_event(platform, actor.account_id, event_id)


async def replay_source(platform: Platform, actor: Actor, source_id: str) -> tuple[int, int]:
    """Have the oldest events of a source that could not be mapped, or failed, worked off again: how many, and how many
    are left.

    Raises:
        NoSuchSource: it is not the account's.
    """
    sql = "FROM inbound_events WHERE source_id = ? AND account_id = ? AND state IN ('unmapped', 'failed')"
    of_account = "SELECT id FROM inbound_sources WHERE id = ? AND account_id = ?"
    there, found, counted = await platform.database.batch(
        [
            statement(of_account, source_id, actor.account_id),
            statement(f"SELECT id {sql} ORDER BY id LIMIT {MOST_AT_ONCE}", source_id, actor.account_id),
            statement(f"SELECT COUNT(*) AS n {sql}", source_id, actor.account_id),
        ]
    )
    if not there:
        raise NoSuchSource(source_id)
    replayed = [await _replayed(platform, actor, text(row, "id")) for row in found]
    return sum(replayed), max(0, int(counted[0]["n"] or 0) - len(found))


async def _replayed(platform: Platform, actor: Actor, event_id: str) -> bool:
    now = to_text(platform.clock.now())
    audit = event_of_account(
        actor.account_id, "event.replayed", new_id("aud"), actor=actor.name, at=now, detail={"event": event_id}
    )
    try:
        await platform.database.batch(
            [_stored_again(actor.account_id, event_id, now), append_if_changed(audit), _asks_too(event_id, actor, now)]
        )
    except ConstraintFailed:
        return False
    await nudge(platform, event_id)
    return True


def _asks_too(event_id: str, actor: Actor, now: str) -> Statement:
    """Whoever replays an event asks for what it asks for. They stand behind no event that comes later."""
    return statement(
        f"""
        INSERT INTO inbound_source_people (source_id, user_id, since, until)
        SELECT e.source_id, person.value, ?3, ?3 FROM inbound_events e JOIN json_each({people_of("?2")}) person
        WHERE e.id = ?1
        ON CONFLICT (source_id, user_id) DO UPDATE SET until = ?3 WHERE until IS NOT NULL
        """,  # noqa: S608 - constants
        event_id,
        actor.name,
        now,
    )


def _stored_again(account_id: str, event_id: str, now: str) -> Statement:
    """The attempts are not counted from none: whoever takes it up looks first for what one of them has done."""
    return statement(
        """
        UPDATE inbound_events SET state = 'stored', attempts = 1, effect = NULL, why = NULL, settled_at = NULL,
          next_attempt_at = ?3
        WHERE id = ?1 AND account_id = ?2 AND state IN ('unmapped', 'failed', 'ignored') AND body IS NOT NULL
        """,
        event_id,
        account_id,
        now,
    )

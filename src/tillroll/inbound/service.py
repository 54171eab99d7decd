"""Sources: set up, changed, given another secret, taken over, ended."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tillroll.durable import ValuesRefused
from tillroll.durable.beginning import Actor
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.inbound.acceptance import bound_to, scheme_of
from tillroll.inbound.effects import Inbound, needed_by, people_of
from tillroll.inbound.models import Mapping, Scheme, signs_the_id
from tillroll.inbound.rules import moving_money, problems_of
from tillroll.inbound.verification import BadSecret, check_secret, new_secret
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.services import Platform

MOST: Final = 100
# The last letters of an id are 80 random bits.
_RANDOM: Final = 16
_SELECT: Final = """
  SELECT s.*,
  (SELECT u.name FROM users u WHERE u.id = s.stopped_for) AS stopped_for_name,
  (SELECT COUNT(*) FROM inbound_events e WHERE e.source_id = s.id AND e.state = 'stored') AS waiting,
  (SELECT COUNT(*) FROM inbound_events e WHERE e.source_id = s.id AND e.state IN ('unmapped', 'failed')) AS unmapped
  FROM inbound_sources s WHERE s.account_id = ? AND s.ended_at IS NULL
"""


_PEOPLE: Final = """
  SELECT p.source_id, p.user_id, u.name FROM inbound_source_people p JOIN inbound_sources s ON s.id = p.source_id
  JOIN users u ON u.id = p.user_id WHERE s.account_id = ? AND p.until IS NULL ORDER BY p.since
"""


class NoSuchSource(Exception):
    """The account has no source of this id that takes events."""


@dataclass(frozen=True)
class KeptSource:
    """A source with its row, its secrets' rows (without the secrets), the people behind it, and what waits of it."""

    row: Row
    secrets: list[Row]
    people: list[Row]

    @property
    def id(self) -> str:
        return text(self.row, "id")

    @property
    def waiting(self) -> int:
        return integer(self.row, "waiting")

    @property
    def unmapped(self) -> int:
        return integer(self.row, "unmapped")


@dataclass(frozen=True)
class NewSecret:
    """`shown` is the secret, where it was made here: it is in no other place."""

    source: KeptSource
    shown: str | None


async def list_sources(platform: Platform, account_id: str) -> list[KeptSource]:
    """Those that take events, in the order in which they were set up."""
    sql = f"{_SELECT} ORDER BY s.created_at"
    rows, secrets, people = await platform.database.batch(
        [statement(sql, account_id), _secrets_of(platform, account_id), statement(_PEOPLE, account_id)]
    )
    return [_kept_source(row, secrets, people) for row in rows]


async def show_source(platform: Platform, account_id: str, source_id: str) -> KeptSource:
    """Raises NoSuchSource."""
    sql = f"{_SELECT} AND s.id = ?"
    rows, secrets, people = await platform.database.batch(
        [statement(sql, account_id, source_id), _secrets_of(platform, account_id), statement(_PEOPLE, account_id)]
    )
    if not rows:
        raise NoSuchSource(source_id)
    return _kept_source(rows[0], secrets, people)


async def mapping_of(platform: Platform, account_id: str, source_id: str) -> Mapping | None:
    """What a source's events mean, also of one that has ended; None where the account has no such source."""
    query = "SELECT mapping FROM inbound_sources WHERE account_id = ? AND id = ?"
    row = await platform.database.first(statement(query, account_id, source_id))
    return None if row is None else Mapping.model_validate_json(text(row, "mapping"))


async def create_source(
    platform: Platform, inbound: Inbound, actor: Actor, name: str, scheme: Scheme, mapping: Mapping, secret: str | None
) -> NewSecret:
    """Let a system send events.

    Raises:
        ValuesRefused: the mapping names what is not there, the secret cannot be one, or there are too many.
        NoKey: this deployment cannot keep a secret.
    """
    _check(mapping, scheme, inbound)
    held = _secret(scheme, secret)
    # No time stands in it, as it does in other ids: nothing of it can be told from when it was made.
    source_id = f"src_{new_id('src')[-_RANDOM:]}{new_id('src')[-_RANDOM:]}"
    now = to_text(platform.clock.now())
    insert = statement(
        """
        INSERT INTO inbound_sources (id, account_id, name, scheme, mapping, created_at, changed_at, needs)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?8
        WHERE (SELECT count(*) FROM inbound_sources WHERE account_id = ?2 AND ended_at IS NULL) < ?7
        """,
        source_id,
        actor.account_id,
        name,
        dump(scheme.as_json()),
        _kept(mapping),
        now,
        MOST,
        _needs(mapping, inbound),
    )
    audit = event_of_account(
        actor.account_id,
        "source.created",
        f"{source_id}:created",
        actor=actor.name,
        at=now,
        detail={"source": source_id, "scheme": scheme.name},
    )
    keep = await _insert_secret(platform, source_id, held, now)
    try:
        await platform.database.batch([insert, append_if_changed(audit), keep, _is_behind(source_id, actor, now)])
    except ConstraintFailed as error:
        detail = f"An account has at most {MOST} sources: end one that is not used any more"
        raise ValuesRefused([("name", detail)]) from error
    return NewSecret(await show_source(platform, actor.account_id, source_id), held if secret is None else None)


async def change_source(
    platform: Platform, inbound: Inbound, actor: Actor, source_id: str, name: str, mapping: Mapping
) -> KeptSource:
    """Give a source another name and mapping. What was decided by the one before is still done by it.

    Raises:
        ValuesRefused: the mapping names what is not there.
        NoSuchSource: see there.
    """
    _check(mapping, scheme_of((await show_source(platform, actor.account_id, source_id)).row), inbound)
    changed = statement(
        """
        UPDATE inbound_sources SET name = ?3, mapping = ?4, changed_at = ?5, needs = ?6
        WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL
        """,
        actor.account_id,
        source_id,
        name,
        _kept(mapping),
        to_text(platform.clock.now()),
        _needs(mapping, inbound),
    )
    behind = _is_behind(source_id, actor, to_text(platform.clock.now()))
    await _of_source(platform, actor, source_id, "source.changed", [behind, changed])
    return await show_source(platform, actor.account_id, source_id)


async def add_secret(
    platform: Platform, actor: Actor, source_id: str, secret: str | None, overlap: timedelta
) -> NewSecret:
    """Give a source another secret, which holds at once. The newest one there was holds for `overlap` beside it, and an
    earlier one not any more: at most two hold.

    Raises:
        ValuesRefused: it cannot be a secret of the source's scheme.
        NoSuchSource, NoKey: see there.
    """
    source = await show_source(platform, actor.account_id, source_id)
    scheme, now = scheme_of(source.row), platform.clock.now()
    held, ends_at = _secret(scheme, secret), to_text(now + overlap)
    ended = statement(
        """
        UPDATE inbound_secrets SET ends_at = CASE WHEN ends_at IS NULL THEN ?2 ELSE MIN(ends_at, ?3) END
        WHERE source_id = ?1
        """,
        source_id,
        ends_at,
        to_text(now),
    )
    touched = statement(
        "UPDATE inbound_sources SET changed_at = ?3 WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL",
        actor.account_id,
        source_id,
        to_text(now),
    )
    inserted = await _insert_secret(platform, source_id, held, to_text(now))
    statements = [ended, inserted, _is_behind(source_id, actor, to_text(now)), touched]
    await _of_source(platform, actor, source_id, "source.secret_added", statements, {"endsAt": ends_at})
    return NewSecret(await show_source(platform, actor.account_id, source_id), held if secret is None else None)


async def take_over(platform: Platform, actor: Actor, source_id: str, secret: str | None) -> NewSecret:
    """Stand behind a source in the place of everybody who did, by a new secret: they may know the ones before, which
    are deleted. A source that was stopped takes events again.

    Raises:
        ValuesRefused: it cannot be a secret of the source's scheme.
        NoSuchSource, NoKey: see there.
    """
    source = await show_source(platform, actor.account_id, source_id)
    held, now = _secret(scheme_of(source.row), secret), to_text(platform.clock.now())
    before: list[Json] = [text(each, "user_id") for each in source.people]
    statements = [
        statement("DELETE FROM inbound_secrets WHERE source_id = ?", source_id),
        await _insert_secret(platform, source_id, held, now),
        statement("UPDATE inbound_source_people SET until = ? WHERE source_id = ? AND until IS NULL", now, source_id),
        _is_behind(source_id, actor, now),
        statement(
            """
            UPDATE inbound_sources SET changed_at = ?3, stopped_at = NULL, stopped_for = NULL
            WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL
            """,
            actor.account_id,
            source_id,
            now,
        ),
    ]
    await _of_source(platform, actor, source_id, "source.taken_over", statements, {"from": before})
    return NewSecret(await show_source(platform, actor.account_id, source_id), held if secret is None else None)


async def end_source(platform: Platform, actor: Actor, source_id: str) -> None:
    """Take no events any more: the address is one that nobody knows. What came stays; its secrets are deleted.

    Raises:
        NoSuchSource: see there.
    """
    now = to_text(platform.clock.now())
    forgotten = statement(
        """
        DELETE FROM inbound_secrets
        WHERE source_id = (SELECT id FROM inbound_sources WHERE account_id = ? AND id = ?)
        """,
        actor.account_id,
        source_id,
    )
    ended = statement(
        "UPDATE inbound_sources SET ended_at = ?3 WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL",
        actor.account_id,
        source_id,
        now,
    )
    await _of_source(platform, actor, source_id, "source.ended", [forgotten, ended])


async def _of_source(
    platform: Platform,
    actor: Actor,
    source_id: str,
    action: str,
    statements: list[Statement],
    detail: JsonObject | None = None,
) -> None:
    """The last of `statements` changes the source's row, or nothing is written. Raises NoSuchSource."""
    event = event_of_account(
        actor.account_id,
        action,
        new_id("aud"),
        actor=actor.name,
        at=to_text(platform.clock.now()),
        detail={"source": source_id, **(detail or {})},
    )
    try:
        await platform.database.batch([*statements, append_if_changed(event)])
    except ConstraintFailed as error:
        raise NoSuchSource(source_id) from error


def _is_behind(source_id: str, actor: Actor, now: str) -> Statement:
    """Note who decides what a source's events ask for: they have asked for it where somebody else has to approve."""
    return statement(
        f"""
        INSERT INTO inbound_source_people (source_id, user_id, since)
        SELECT s.id, person.value, ?4 FROM inbound_sources s JOIN json_each({people_of("?3")}) person
        WHERE s.account_id = ?1 AND s.id = ?2
        ON CONFLICT (source_id, user_id) DO UPDATE SET until = NULL
        """,  # noqa: S608 - constants
        actor.account_id,
        source_id,
        actor.name,
        now,
    )


async def _insert_secret(platform: Platform, source_id: str, secret: str, now: str) -> Statement:
    secret_id = new_id("sec")
    return statement(
        "INSERT INTO inbound_secrets (id, source_id, secret, created_at) VALUES (?, ?, ?, ?)",
        secret_id,
        source_id,
        await encrypt(platform, secret, bound_to(secret_id)),
        now,
    )


def _secrets_of(platform: Platform, account_id: str) -> Statement:
    return statement(
        """
        SELECT k.id, k.source_id, k.created_at, k.ends_at
        FROM inbound_secrets k JOIN inbound_sources s ON s.id = k.source_id
        WHERE s.account_id = ? AND (k.ends_at IS NULL OR k.ends_at > ?) ORDER BY k.id DESC
        """,
        account_id,
        to_text(platform.clock.now()),
    )


def _secret(scheme: Scheme, given: str | None) -> str:
    try:
        return new_secret(scheme) if given is None else check_secret(scheme, given)
    except BadSecret as error:
        raise ValuesRefused([("secret", str(error))]) from error


def _kept_source(row: Row, secrets: list[Row], people: list[Row]) -> KeptSource:
    return KeptSource(
        row,
        [each for each in secrets if each["source_id"] == row["id"]],
        [each for each in people if each["source_id"] == row["id"]],
    )


def _check(mapping: Mapping, scheme: Scheme, inbound: Inbound) -> None:
    problems = problems_of(mapping, inbound.registry, inbound.consumers)
    if not signs_the_id(scheme):
        problems += list(moving_money(mapping, inbound.registry))
    if problems:
        raise ValuesRefused(problems)


def _needs(mapping: Mapping, inbound: Inbound) -> str:
    return dump([*needed_by(mapping, inbound.registry)])


def _kept(mapping: Mapping) -> str:
    """As it was given: a value that was not said must not become one that is null."""
    return dump(mapping.model_dump(mode="json", by_alias=True, exclude_unset=True))

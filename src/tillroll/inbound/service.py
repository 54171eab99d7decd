"""Sources: set up, changed, given another secret, taken over, stopped, ended; and the people who
stand behind them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, LiteralString

from pydantic import TypeAdapter

from tillroll.access.permissions import Permission
from tillroll.access.roles import NOW, Leaver, behind, granted, person_of, roles_of
from tillroll.identity.membership import LEAVERS
from tillroll.inbound import models
from tillroll.inbound.cron import SIGNING
from tillroll.inbound.models import EventMapping, Scheme
from tillroll.inbound.rules import Inbound, Unmapped, moving_money, needed_by, problems_of
from tillroll.inbound.verification import BadSecret, check_secret, new_secret
from tillroll_durable import ValuesRefused
from tillroll_durable.audit import append_if_changed
from tillroll_durable.beginning import Actor
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    insert_row,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.ids import new_id, new_unguessable_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_texts
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform


class Audited(Action):
    CREATED = "source.created", "somebody let a system send events"
    CHANGED = "source.changed", "the name or the mapping of a source was changed"
    SECRET_ADDED = (
        "source.secret_added",
        "a source got another secret; the one before holds until `endsAt`",
    )
    TAKEN_OVER = (
        "source.taken_over",
        (
            "an owner stands behind a source in the place of others, by a new secret; `from` are "
            "the others"
        ),
    )
    ENDED = "source.ended", "a source takes no events any more"
    EVENT_REPLAYED = (
        "event.replayed",
        "an event that could not be mapped, or failed, is worked off again",
    )


MOST: Final = 100
_SCHEME: Final[TypeAdapter[Scheme]] = TypeAdapter(Scheme)
_SELECT: Final = """
  SELECT s.*, s.refused AS count, s.refused_at AS at, s.refused_why AS why,
  (SELECT u.name FROM users u WHERE u.id = s.stopped_for) AS stopped_for_name,
  (SELECT COUNT(*) FROM inbound_events e WHERE e.source_id = s.id
      AND e.state = 'stored') AS waiting,
  (SELECT COUNT(*) FROM inbound_events e
    WHERE e.source_id = s.id AND e.state IN ('unmapped', 'failed')) AS unmapped
  FROM inbound_sources s WHERE s.account_id = ? AND s.ended_at IS NULL
"""
_PEOPLE: Final = """
  SELECT p.source_id, p.user_id, u.name FROM inbound_source_people p
  JOIN inbound_sources s ON s.id = p.source_id
  JOIN users u ON u.id = p.user_id WHERE s.account_id = ? AND p.until IS NULL ORDER BY p.since
"""
_BEHIND: Final = """
  SELECT u.is_operator,
    (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM inbound_source_people p JOIN inbound_sources s ON s.id = p.source_id
  LEFT JOIN users u ON u.id = p.user_id AND u.account_id = s.account_id AND u.removed_at IS NULL
  WHERE p.source_id = ?1 AND p.until IS NULL
"""
_STOP: Final = """
  UPDATE inbound_sources SET stopped_at = ?3, stopped_for = ?2
  WHERE account_id = ?1 AND ended_at IS NULL AND stopped_at IS NULL
    AND id IN (SELECT source_id FROM inbound_source_people WHERE user_id = ?2 AND until IS NULL)
    AND (?4 IS NULL OR EXISTS (
      SELECT 1 FROM json_each(needs) needed
      WHERE needed.value NOT IN (SELECT value FROM json_each(?4))
    ))
"""
_FORGET: Final = """
  DELETE FROM inbound_secrets
  WHERE source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1
      AND stopped_at IS NOT NULL)
"""


class NoSuchSource(Refusal):
    thing = "source"


async def list_sources(platform: Platform, account_id: str) -> list[models.InboundSource]:
    """The sources that take events, in the order in which they were set up."""
    return await _sources(platform, account_id, "ORDER BY s.created_at")


async def show_source(platform: Platform, account_id: str, source_id: str) -> models.InboundSource:
    sources = await _sources(platform, account_id, "AND s.id = ?2", source_id)
    if not sources:
        raise NoSuchSource
    return sources[0]


async def _sources(
    platform: Platform,
    account_id: str,
    further: LiteralString,
    *parameters: str,
) -> list[models.InboundSource]:
    secrets_sql = """
      SELECT k.id, k.source_id, k.created_at, k.ends_at
      FROM inbound_secrets k JOIN inbound_sources s ON s.id = k.source_id
      WHERE s.account_id = ? AND (k.ends_at IS NULL OR k.ends_at > ?) ORDER BY k.id DESC
    """
    rows, secrets, people = await platform.database.batch(
        [
            statement(f"{_SELECT} {further}", [account_id, *parameters]),
            statement(secrets_sql, [account_id, to_text(platform.clock.now())]),
            statement(_PEOPLE, [account_id]),
        ]
    )
    return [
        of_row(
            models.InboundSource,
            row,
            path=f"/api/inbound/{text(row, 'id')}",
            scheme=scheme_of(row),
            mapping=EventMapping.model_validate_json(text(row, "mapping")),
            secrets=[
                of_row(models.InboundSecret, each)
                for each in secrets
                if each["source_id"] == row["id"]
            ],
            people=[
                of_row(models.BehindSource, each)
                for each in people
                if each["source_id"] == row["id"]
            ],
            needs=load_texts(text(row, "needs")),
            stopped=_stopped(row),
            refused=of_row(models.RefusedEvents, row),
        )
        for row in rows
    ]


def _stopped(row: Row) -> models.StoppedSource | None:
    at = optional_text(row, "stopped_at")
    name = optional_text(row, "stopped_for_name")
    if at is None:
        return None
    return models.StoppedSource(at=at, user_id=text(row, "stopped_for"), name=name)


def scheme_of(row: Row) -> Scheme:
    return _SCHEME.validate_json(text(row, "scheme"))


async def mapping_of(platform: Platform, account_id: str, source_id: str) -> EventMapping | None:
    """What a source's events mean, also of one that has ended; None where the account has no such
    source.
    """
    query = "SELECT mapping FROM inbound_sources WHERE account_id = ? AND id = ?"
    row = await platform.database.first(statement(query, [account_id, source_id]))
    if row is None:
        return None
    return EventMapping.model_validate_json(text(row, "mapping"))


async def create_source(
    platform: Platform,
    inbound: Inbound,
    actor: Actor,
    name: str,
    scheme: Scheme,
    mapping: EventMapping,
    secret: str | None,
) -> models.CreatedSource:
    _check(mapping, scheme, inbound)
    signing_secret = _secret(scheme, secret)
    # No time stands in it, as it does in other ids: nothing of it can be told from when it was
    # made.
    source_id = new_unguessable_id("src")
    now = to_text(platform.clock.now())
    insert = statement(
        """
        INSERT INTO inbound_sources (
          id, account_id, name, scheme, mapping, created_at, changed_at, needs)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?8
        WHERE (SELECT count(*) FROM inbound_sources WHERE account_id = ?2 AND ended_at IS NULL) < ?7
        """,
        [
            source_id,
            actor.account_id,
            name,
            dump(scheme.as_json()),
            _kept(mapping),
            now,
            MOST,
            _needs(mapping, inbound),
        ],
    )
    audit = actor.event(
        Audited.CREATED,
        f"{source_id}:created",
        at=now,
        detail={"source": source_id, "scheme": scheme.name},
    )
    keep = await _insert_secret(platform, source_id, secret=signing_secret, now=now)
    try:
        await platform.database.batch(
            [insert, append_if_changed(audit), keep, _is_behind(source_id, actor, now)]
        )
    except ConstraintFailed as error:
        detail = f"An account has at most {MOST} sources: end one that is not used any more"
        raise ValuesRefused([("name", detail)]) from error
    return await _created(
        platform, actor, source_id=source_id, secret=signing_secret if secret is None else None
    )


async def change_source(
    platform: Platform,
    inbound: Inbound,
    actor: Actor,
    source_id: str,
    name: str,
    mapping: EventMapping,
) -> models.InboundSource:
    """Give a source another name and mapping. What was decided by the one before is still done by
    it.
    """
    source = await show_source(platform, actor.account_id, source_id)
    _check(mapping, source.scheme, inbound)
    fields: list[Json] = []
    if name != source.name:
        fields.append("name")
    if mapping != source.mapping:
        fields.append("mapping")
    now = to_text(platform.clock.now())
    query = """
      UPDATE inbound_sources SET name = ?3, mapping = ?4, changed_at = ?5, needs = ?6
      WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL
    """
    changed = statement(
        query, [actor.account_id, source_id, name, _kept(mapping), now, _needs(mapping, inbound)]
    )
    statements = [_is_behind(source_id, actor, now), changed]
    await _of_source(
        platform,
        actor,
        source_id=source_id,
        action=Audited.CHANGED,
        statements=statements,
        detail={"fields": fields},
    )
    return await show_source(platform, actor.account_id, source_id)


async def add_secret(
    platform: Platform, actor: Actor, source_id: str, secret: str | None, overlap: timedelta
) -> models.CreatedSource:
    """Give a source another secret. The newest one there was holds for `overlap` beside it, and an
    earlier one not any more.
    """
    source = await show_source(platform, actor.account_id, source_id)
    now = platform.clock.now()
    signing_secret = _secret(source.scheme, secret)
    ends_at = to_text(now + overlap)
    query = """
      UPDATE inbound_secrets
      SET ends_at = CASE WHEN ends_at IS NULL THEN ?2 ELSE MIN(ends_at, ?3) END
      WHERE source_id = ?1
    """
    ended = statement(query, [source_id, ends_at, to_text(now)])
    touched = statement(
        "UPDATE inbound_sources SET changed_at = ?3 WHERE account_id = ?1 AND id = ?2 "
        "AND ended_at IS NULL",
        [actor.account_id, source_id, to_text(now)],
    )
    inserted = await _insert_secret(platform, source_id, secret=signing_secret, now=to_text(now))
    statements = [ended, inserted, _is_behind(source_id, actor, to_text(now)), touched]
    await _of_source(
        platform,
        actor,
        source_id=source_id,
        action=Audited.SECRET_ADDED,
        statements=statements,
        detail={"endsAt": ends_at},
    )
    return await _created(
        platform, actor, source_id=source_id, secret=signing_secret if secret is None else None
    )


async def take_over(
    platform: Platform,
    actor: Actor,
    source_id: str,
    secret: str | None,
) -> models.CreatedSource:
    """Stand behind a source in the place of everybody who did, by a new secret: they may know the
    ones before, which are deleted. A source that was stopped takes events again.
    """
    source = await show_source(platform, actor.account_id, source_id)
    signing_secret = _secret(source.scheme, secret)
    now = to_text(platform.clock.now())
    before: list[Json] = [each.user_id for each in source.people]
    statements = [
        statement("DELETE FROM inbound_secrets WHERE source_id = ?", [source_id]),
        await _insert_secret(platform, source_id, secret=signing_secret, now=now),
        statement(
            "UPDATE inbound_source_people SET until = ? WHERE source_id = ? AND until IS NULL",
            [now, source_id],
        ),
        _is_behind(source_id, actor, now),
        statement(
            """
            UPDATE inbound_sources SET changed_at = ?3, stopped_at = NULL, stopped_for = NULL
            WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL
            """,
            [actor.account_id, source_id, now],
        ),
    ]
    await _of_source(
        platform,
        actor,
        source_id=source_id,
        action=Audited.TAKEN_OVER,
        statements=statements,
        detail={"from": before},
    )
    return await _created(
        platform, actor, source_id=source_id, secret=signing_secret if secret is None else None
    )


async def end_source(platform: Platform, actor: Actor, source_id: str) -> None:
    """Take no events any more: the address is one that nobody knows. What came stays; its secrets
    are deleted.
    """
    statements = ending_of(actor.account_id, source_id, to_text(platform.clock.now()))
    await _of_source(
        platform, actor, source_id=source_id, action=Audited.ENDED, statements=statements
    )


def ending_of(account_id: str, source_id: str, at: str) -> list[Statement]:
    """The statements that end a source. The last hits no row where it is ended already."""
    query = """
      DELETE FROM inbound_secrets
      WHERE source_id = (SELECT id FROM inbound_sources WHERE account_id = ?1 AND id = ?2)
    """
    forget = statement(query, [account_id, source_id])
    end = statement(
        "UPDATE inbound_sources SET ended_at = ?3 WHERE account_id = ?1 AND id = ?2 "
        "AND ended_at IS NULL",
        [account_id, source_id, at],
    )
    return [forget, end]


async def _of_source(
    platform: Platform,
    actor: Actor,
    source_id: str,
    action: Action,
    statements: list[Statement],
    detail: JsonObject | None = None,
) -> None:
    """The last of `statements` changes the source's row, or nothing is written.
    Raises NoSuchSource.
    """
    event = actor.event(
        action,
        new_id("aud"),
        at=to_text(platform.clock.now()),
        detail={"source": source_id, **(detail or {})},
    )
    try:
        await platform.database.batch([*statements, append_if_changed(event)])
    except ConstraintFailed as error:
        raise NoSuchSource from error


async def _created(
    platform: Platform,
    actor: Actor,
    source_id: str,
    secret: str | None,
) -> models.CreatedSource:
    return models.CreatedSource(
        **dict(await show_source(platform, actor.account_id, source_id)), secret=secret
    )


def _is_behind(source_id: str, actor: Actor, now: str) -> Statement:
    """Note who decides what a source's events ask for: they have asked for it where somebody else
    has to approve.
    """
    query = f"""
      INSERT INTO inbound_source_people (source_id, user_id, since)
      SELECT s.id, person.value, ?4 FROM inbound_sources s JOIN json_each({people_of("?3")}) person
      WHERE s.account_id = ?1 AND s.id = ?2
      ON CONFLICT (source_id, user_id) DO UPDATE SET until = NULL
    """
    return statement(query, [actor.account_id, source_id, actor.name, now])


async def _insert_secret(platform: Platform, source_id: str, secret: str, now: str) -> Statement:
    secret_id = new_id("sec")
    encrypted = await encrypt(platform, secret, SIGNING.row(secret_id))
    row = {"id": secret_id, "source_id": source_id, "secret": encrypted, "created_at": now}
    return insert_row("inbound_secrets", row)


def _secret(scheme: Scheme, secret: str | None) -> str:
    try:
        if secret is None:
            return new_secret(scheme)
        return check_secret(scheme, secret)
    except BadSecret as error:
        raise ValuesRefused([("secret", str(error))]) from error


def _check(mapping: EventMapping, scheme: Scheme, inbound: Inbound) -> None:
    problems = problems_of(mapping, inbound.registry, inbound.consumers)
    if not models.signs_the_id(scheme):
        problems += list(moving_money(mapping, inbound.registry))
    if problems:
        raise ValuesRefused(problems)


def _needs(mapping: EventMapping, inbound: Inbound) -> str:
    return dump([*needed_by(mapping, inbound.registry)])


def _kept(mapping: EventMapping) -> str:
    """Write the mapping as it was given: a value that was left out must not become null."""
    return dump(mapping.model_dump(mode="json", by_alias=True, exclude_unset=True))


def people_of(actor: LiteralString) -> LiteralString:
    """A JSON array, in SQL, of the users behind the actor that the expression `actor` names."""
    return behind(person_of(actor), NOW)


async def check_standing(database: Database, source_id: str, needed: str | None) -> None:
    """Refuse, as Unmapped, what somebody behind the source may not do any more: they may have left,
    or lost the right.
    """
    rows = await database.all(statement(_BEHIND, [source_id]))
    if not rows:
        raise Unmapped("nobody stands behind the source: an owner has to take it over")
    for row in rows:
        if row["is_operator"] is None:
            raise Unmapped(
                "somebody behind the source is not in the account any more: an owner has to take "
                "it over"
            )
        permissions = granted(
            roles_of(optional_text(row, "roles")), is_operator=bool(row["is_operator"])
        )
        if needed is not None and Permission(needed) not in permissions:
            raise Unmapped(
                f"somebody behind the source may not `{needed}` any more: an owner has to take it "
                "over"
            )


@LEAVERS.fill
def stop_sources(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Stop the sources that somebody stands behind who leaves, or loses what these need. Their
    secrets are deleted: the person may know them. What comes is refused until an owner takes the
    source over.
    """
    return [
        statement(_STOP, [leaver.account_id, leaver.user_id, at, leaver.keeps_as_json]),
        statement(_FORGET, [leaver.account_id]),
    ]

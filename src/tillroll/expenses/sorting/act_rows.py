"""Rows of acts, and the statements that change the expenses of a batch."""

from collections.abc import Mapping
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.durable.record.changes import touch_found
from tillroll.expenses.sorting.plan import FIELDS, Act
from tillroll.platform.bindings.database import Database, Row, integer, of_row, text
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.models import Model

_UNFINISHED: Final = "SELECT COUNT(*) FROM bulk_acts WHERE state IN ('applying', 'undoing') AND account_id = ?2"


class NoSuchAct(LookupError):
    """The account has no act of that id."""


class ActShape(Model):
    """One act. `changed` expenses were changed so far; `left_out` would have been, and may not be: `GET
    /api/acts/{id}/left-out` says why of each. While `state` is applying or undoing, go on with POST
    /api/acts/{id}/continue. `restored` expenses have again what they had; `kept` ones were changed by a person since,
    or approved, and stay."""

    id: str
    kind: str
    state: str
    changed: int
    left_out: int
    restored: int
    kept: int
    created_by: str
    created_at: str
    finished_at: str | None
    undone_by: str | None
    undone_at: str | None


MOST_UNFINISHED: Final = 10
"""Acts of an account that are not finished, when another is begun."""


class LeftOutShape(Model):
    """An expense that an act left as it is, as it is now, and why."""

    expense_id: str
    merchant: str
    date: str
    reason: str


async def list_left_out(database: Database, act_id: str, before: str, limit: int) -> list[LeftOutShape]:
    """What an act left as it is, the newest first, behind an expense's id."""
    rows = await database.all(
        statement(
            """
            SELECT refused.expense_id, expenses.merchant, expenses.date, refused.reason
            FROM bulk_act_refusals AS refused JOIN expenses ON expenses.id = refused.expense_id
            WHERE refused.act_id = ? AND refused.expense_id < ? ORDER BY refused.expense_id DESC LIMIT ?
            """,
            act_id,
            before,
            limit,
        )
    )
    return [of_row(LeftOutShape, row) for row in rows]


def insert_act(act: Act, key: str, now: str) -> Statement:
    """Refused where the account has one of that key, or MOST_UNFINISHED that are not finished."""
    return statement(
        f"""
        INSERT INTO bulk_acts (id, account_id, kind, begin_key, asked, created_at, created_by)
        VALUES (?1, CASE WHEN ({_UNFINISHED}) < {MOST_UNFINISHED} THEN ?2 END, ?3, ?4, ?5, ?6, ?7)
        """,  # noqa: S608 - constants
        act.id,
        act.account_id,
        act.kind,
        key,
        dump(act.asked),
        now,
        act.created_by,
    )


async def unfinished_acts(database: Database, account_id: str) -> list[str]:
    """The ids of the account's acts that are not finished, the oldest first."""
    rows = await database.all(
        statement(
            """
            SELECT id FROM bulk_acts WHERE state IN ('applying', 'undoing') AND account_id = ? ORDER BY id LIMIT ?
            """,
            account_id,
            MOST_UNFINISHED,
        )
    )
    return [text(row, "id") for row in rows]


async def act_of_key(database: Database, account_id: str, key: str) -> Act | None:
    row = await database.first(
        statement("SELECT * FROM bulk_acts WHERE account_id = ? AND begin_key = ?", account_id, key)
    )
    return None if row is None else act_of(row)


async def load_act(database: Database, account_id: str, act_id: str) -> Act:
    """Raises NoSuchAct."""
    return act_of(await _row(database, account_id, act_id))


async def show_act(database: Database, account_id: str, act_id: str) -> ActShape:
    """Raises NoSuchAct."""
    return _shape(await _row(database, account_id, act_id))


async def list_acts(database: Database, account_id: str, before: str, limit: int) -> list[ActShape]:
    """The account's acts, newest first, behind the id `before`."""
    rows = await database.all(
        statement(
            "SELECT * FROM bulk_acts WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
            account_id,
            before,
            limit,
        )
    )
    return [_shape(row) for row in rows]


async def _row(database: Database, account_id: str, act_id: str) -> Row:
    row = await database.first(statement("SELECT * FROM bulk_acts WHERE id = ? AND account_id = ?", act_id, account_id))
    if row is None:
        raise NoSuchAct(act_id)
    return row


def act_of(row: Row) -> Act:
    asked: JsonObject = load_object(text(row, "asked"))
    return Act(
        text(row, "id"),
        text(row, "account_id"),
        text(row, "kind"),
        asked,
        text(row, "state"),
        integer(row, "step"),
        text(row, "cursor"),
        text(row, "created_by"),
    )


def _shape(row: Row) -> ActShape:
    return of_row(ActShape, row)


def check_versions(act_id: str, versions: Mapping[str, int]) -> Statement:
    """Refuses the batch where an expense was changed since it was read: puts NULL into a NOT NULL column."""
    listed: list[Json] = [{"id": expense, "version": version} for expense, version in versions.items()]
    return statement(
        """
        INSERT INTO bulk_act_changes (act_id, expense_id, before, after)
        SELECT ?1, NULL, '', '' FROM json_each(?2) d
        WHERE NOT EXISTS (SELECT 1 FROM expenses WHERE id = d.value ->> 'id' AND version = d.value ->> 'version')
        """,
        act_id,
        dump(listed),
    )


def remember(act_id: str, changes: list[Json]) -> Statement:
    """`changes` are objects with `id`, `before` and `after`."""
    return statement(
        """
        INSERT INTO bulk_act_changes (act_id, expense_id, before, after)
        SELECT ?1, d.value ->> 'id', d.value ->> 'before', d.value ->> 'after' FROM json_each(?2) d
        """,
        act_id,
        dump(changes),
    )


def refuse(act_id: str, reasons: Mapping[str, str]) -> Statement:
    """Write down why expenses (by their ids) were left as they are."""
    listed: list[Json] = [{"id": expense, "reason": reason} for expense, reason in reasons.items()]
    return statement(
        """
        INSERT INTO bulk_act_refusals (act_id, expense_id, reason)
        SELECT ?1, d.value ->> 'id', d.value ->> 'reason' FROM json_each(?2) d
        """,
        act_id,
        dump(listed),
    )


def write_values(values: Mapping[str, JsonObject], now: str) -> list[Statement]:
    """Give expenses the values that are named for each, by its id. `tags` are added; `untag` are taken away."""
    listed: list[Json] = [{"id": expense, **each} for expense, each in values.items()]
    given = dump(listed)
    named = {name for each in values.values() for name in each}
    statements = [_columns(given, now)]
    if "parts" in named:
        statements += _parts(given)
    if "tags" in named:
        statements.append(_tags(given))
    if "untag" in named:
        statements.append(_untag(given))
    if "sighting" in named:
        statements.append(_sightings(given))
    # Whoever waits for a run to change is told.
    of_runs = "SELECT run_id FROM expenses WHERE id IN (SELECT value ->> 'id' FROM json_each(?1))"
    return [*statements, touch_found(statement(of_runs, given), now)]


def _columns(given: str, now: str) -> Statement:
    sets = ", ".join(
        f"{name} = CASE WHEN json_type(d.value, '$.{name}') IS NULL THEN {name} ELSE d.value ->> '{name}' END"
        for name in FIELDS
    )
    return statement(
        f"UPDATE expenses SET {sets}, updated_at = ?2 FROM json_each(?1) d WHERE expenses.id = d.value ->> 'id'",  # noqa: S608
        given,
        now,
    )


def _parts(given: str) -> list[Statement]:
    """Parts are written while an expense is not split: see the migration that made them."""
    split = """
      UPDATE expenses SET is_split = ?2 WHERE id IN (
        SELECT value ->> 'id' FROM json_each(?1) WHERE json_type(value, '$.parts') IS NOT NULL)
    """
    change = """
      UPDATE expense_parts SET category = part.value
      FROM json_each(?1) d, json_each(d.value, '$.parts') part
      WHERE expense_parts.expense_id = d.value ->> 'id' AND expense_parts.number = CAST(part.key AS INTEGER)
    """
    return [statement(split, given, 0), statement(change, given), statement(split, given, 1)]


def _tags(given: str) -> Statement:
    return statement(
        """
        INSERT OR IGNORE INTO expense_tags (expense_id, tag)
        SELECT d.value ->> 'id', tag.value FROM json_each(?1) d, json_each(d.value, '$.tags') tag
        """,
        given,
    )


def _untag(given: str) -> Statement:
    return statement(
        """
        DELETE FROM expense_tags WHERE (expense_id, tag) IN (
          SELECT d.value ->> 'id', tag.value FROM json_each(?1) d, json_each(d.value, '$.untag') tag)
        """,
        given,
    )


def _sightings(given: str) -> Statement:
    return statement(
        """
        UPDATE merchant_sightings
        SET merchant = d.value ->> '$.sighting.merchant', merchant_key = d.value ->> '$.sighting.merchant_key',
          confirmed_by = d.value ->> '$.sighting.confirmed_by'
        FROM json_each(?1) d JOIN expenses e ON e.id = d.value ->> 'id'
        WHERE json_type(d.value, '$.sighting') IS NOT NULL AND merchant_sightings.run_id = e.run_id
        """,
        given,
    )

"""The statements that change the expenses of a batch. Each takes the batch's changes as one JSON list, so that hundreds
of expenses are a handful of statements."""

from collections.abc import Mapping

from tillroll.durable import Statement, statement
from tillroll.expenses.sorting.acts.plan import FIELDS
from tillroll.platform.json import Json, JsonObject, dump


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
    watched = """
      UPDATE runs SET updated_at = ?2 WHERE id IN (
        SELECT run_id FROM expenses WHERE id IN (SELECT value ->> 'id' FROM json_each(?1)))
    """
    return [*statements, statement(watched, given, now)]


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

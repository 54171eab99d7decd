"""What events of the audit say of values that changed: from what, to what.

An event has the values itself, where they are nobody's secret and not personal. An expense's values
stand in its history alone, so that an erasure takes them away: the event names the change.
"""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from tillroll_durable.platform.bindings.database import Database, statement, text
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.platform.models import Model


class ChangedValue(Model):
    """A value by its name, as it was and as it became. `is_known` is false where the audit keeps
    the name alone: the value is personal or secret, or it was erased. Both are null then.
    """

    field: str
    before: JsonValue
    after: JsonValue
    is_known: bool


async def history_of(
    database: Database, account_id: str, details: Sequence[Mapping[str, Json]]
) -> dict[str, list[ChangedValue]]:
    """The values of those changes of expenses which events name, by the change's id."""
    changes = {change_of(detail) for detail in details}
    ids = sorted(change for change in changes if change is not None)
    if not ids:
        return {}
    query = """
      SELECT changed.change_id, changed.field, changed.old, changed.new
      FROM expense_change_values AS changed
      JOIN expense_changes ON expense_changes.id = changed.change_id
      WHERE expense_changes.account_id = ?1
        AND changed.change_id IN (SELECT value FROM json_each(?2))
      ORDER BY changed.change_id, changed.field
    """
    values: dict[str, list[ChangedValue]] = {}
    for row in await database.all(statement(query, [account_id, dump([*ids])])):
        value = ChangedValue(
            field=text(row, "field"),
            before=load(text(row, "old")),
            after=load(text(row, "new")),
            is_known=True,
        )
        values.setdefault(text(row, "change_id"), []).append(value)
    return values


def change_of(detail: Mapping[str, Json]) -> str | None:
    """The id of the change of an expense that an event tells of."""
    change = detail.get("change")
    if isinstance(change, str) and change.startswith("chg_"):
        return change
    return None


def ids_before(detail: Mapping[str, Json]) -> list[str]:
    """Texts that stood in the place of what an event names, which may be ids of things. Pure."""
    before = detail.get("before")
    if not isinstance(before, dict):
        return []
    return [value for value in before.values() if isinstance(value, str) and "_" in value]


def values_in(
    detail: Mapping[str, Json], history: Mapping[str, Sequence[ChangedValue]]
) -> list[ChangedValue]:
    """All that became another value by an event, named once each. Pure."""
    change = change_of(detail)
    values: list[ChangedValue] = []
    if change is not None:
        values += history.get(change, ())
    before = detail.get("before")
    after = detail.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in after.items():
            values.append(
                ChangedValue(field=name, before=before.get(name), after=value, is_known=True)
            )
    names = {value.field for value in values}
    return values + [
        ChangedValue(field=name, before=None, after=None, is_known=False)
        for name in _names_in(detail)
        if name not in names
    ]


def _names_in(detail: Mapping[str, Json]) -> list[str]:
    fields = detail.get("fields")
    if not isinstance(fields, list):
        return []
    # Some events name a value by its column.
    return [to_camel(name) for name in fields if isinstance(name, str)]

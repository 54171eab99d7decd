"""What was changed of an expense and decided on it, by whom and why; also what a person corrected of the reading."""

from typing import Any, Final, cast

from tillroll.durable import statement
from tillroll.expenses.models import ChangeShape, PersonShape, ValueChange
from tillroll.platform.bindings.database import Database, Row, of_row, optional_text, text
from tillroll.platform.json import load, load_object

# The person behind an actor: a signed-in browser is named by its user, a token by its own id.
_PERSON: Final = """
  LEFT JOIN tokens ON actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?2 AND users.id = COALESCE(tokens.user_id, substr(actor, 6))
    AND (tokens.id IS NOT NULL OR actor LIKE 'user:%')
"""
_CHANGES: Final = f"""
  WITH changes AS (
    SELECT id, kind, from_version, version, reason, actor, at, undoes,
      (SELECT json_group_array(json_array(field, json(old), json(new))) FROM expense_change_values
       WHERE change_id = expense_changes.id) AS change_values,
      NULL AS act_before, NULL AS act_after
    FROM expense_changes WHERE expense_id = ?1
    UNION ALL
    SELECT acts.id, acts.kind, NULL, NULL, NULL, acts.created_by, acts.created_at, NULL, NULL, changed.before,
      changed.after
    FROM bulk_act_changes AS changed JOIN bulk_acts AS acts ON acts.id = changed.act_id
    WHERE changed.expense_id = ?1 AND acts.kind NOT IN ('void', 'send_back', 'approve', 'unapprove')
    UNION ALL
    SELECT 'decision:' || expense_id || ':' || from_version, decision, from_version, from_version + 1, reason, actor,
      at, NULL, '[]', NULL, NULL
    FROM approval_decisions WHERE expense_id = ?1
  )
  SELECT changes.*, users.id AS user_id, users.name AS user_name,
    (SELECT id FROM expense_changes AS undoing WHERE undoing.undoes = changes.id) AS undone_by
  FROM changes {_PERSON}
  WHERE changes.at || '|' || changes.id < ?3 ORDER BY changes.at || '|' || changes.id DESC LIMIT ?4
"""  # noqa: S608 - a constant
# What an act changes of an expense, by the API's names; the rest of it follows from these.
_OF_ACTS: Final = {
    "category": "category",
    "merchant": "merchant",
    "project": "project",
    "paid_by": "paidBy",
    "tags": "tags",
    "parts": "parts",
}
_REVIEWS: Final = f"""
  SELECT reviews.id, decisions.actor, decisions.decided_at AS at, decisions.corrections, decisions.comment,
    extractions.body, users.id AS user_id, users.name AS user_name
  FROM expenses
  JOIN reviews ON reviews.run_id = expenses.run_id
  JOIN review_decisions AS decisions ON decisions.review_id = reviews.id AND decisions.decision = 'approve'
  LEFT JOIN extractions ON extractions.run_id = expenses.run_id {_PERSON}
  WHERE expenses.id = ?1 ORDER BY reviews.number DESC
"""  # noqa: S608 - a constant


async def changes_of(
    database: Database, account_id: str, expense_id: str, before: str, limit: int
) -> list[ChangeShape]:
    """Up to `limit` changes, acts, approvals and merges behind the place `before`, the newest first."""
    rows = await database.all(statement(_CHANGES, expense_id, account_id, before, limit))
    return [_change(row) for row in rows]


async def reviews_of(database: Database, account_id: str, expense_id: str) -> list[ChangeShape]:
    """What people decided on the reading, the newest first."""
    rows = await database.all(statement(_REVIEWS, expense_id, account_id))
    return [_review(row) for row in rows]


def place_of(change: ChangeShape) -> str:
    """Where a change stands among all of its expense, behind all that came before."""
    return f"{change.at}|{change.id}"


def _change(row: Row) -> ChangeShape:
    return of_row(
        ChangeShape,
        row,
        person=_person(row),
        values=_values_of_act(row) if row["change_values"] is None else _values(row),
    )


def _values(row: Row) -> list[ValueChange]:
    found = cast("list[Any]", load(text(row, "change_values")))
    return [ValueChange(field=field, old=old, new=new) for field, old, new in found]


def _values_of_act(row: Row) -> list[ValueChange]:
    before, after = load_object(text(row, "act_before")), load_object(text(row, "act_after"))
    changed = [
        ValueChange(field=name, old=before.get(column), new=after[column])
        for column, name in _OF_ACTS.items()
        if column in after and before.get(column) != after[column]
    ]
    return [*changed, ValueChange(field="tags", old=after["untag"], new=[])] if "untag" in after else changed


def _review(row: Row) -> ChangeShape:
    body, given = optional_text(row, "body"), load_object(text(row, "corrections"))
    read = load_object(body) if body else {}
    values = [ValueChange(field=name, old=_read(read, name), new=value) for name, value in given.items()]
    changed = [value for value in values if value.old != value.new]
    return of_row(
        ChangeShape,
        row,
        kind="reviewed" if changed else "reviewed_as_read",
        from_version=None,
        version=None,
        reason=optional_text(row, "comment"),
        person=_person(row),
        values=changed,
        undoes=None,
        undone_by=None,
    )


def _read(extraction: dict[str, Any], name: str) -> Any:
    field = extraction.get(name)
    return cast("dict[str, Any]", field).get("value") if isinstance(field, dict) else None


def _person(row: Row) -> PersonShape | None:
    user = optional_text(row, "user_id")
    return None if user is None else PersonShape(id=user, name=optional_text(row, "user_name"))

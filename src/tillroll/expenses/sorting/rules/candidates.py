"""Expenses as rules look at them: a query, and what a row of it says."""

from typing import Final, cast

from tillroll.expenses.sorting.acts.plan import Change
from tillroll.expenses.sorting.rules.rule import Facts, Sorted
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.json import JsonObject, load

SELECT: Final = """
  SELECT e.id, e.version, e.status, e.merchant, e.registered_name, e.date, e.total_minor, e.currency, e.document_kind,
    e.receipt_number, e.buyer, e.note, e.category, e.category_by, e.project, e.paid_by, e.is_split,
    (SELECT json_group_array(tag) FROM expense_tags WHERE expense_id = e.id) AS tags,
    (SELECT json_group_array(description) FROM expense_items WHERE expense_id = e.id) AS items
  FROM expenses e
"""
"""To be narrowed by conditions over `e`."""


def facts_of(row: Row) -> Facts:
    """A row of SELECT."""
    texts = [optional_text(row, name) for name in ("receipt_number", "buyer", "note")]
    return Facts(
        text(row, "merchant"),
        optional_text(row, "registered_name"),
        integer(row, "total_minor"),
        text(row, "currency"),
        optional_text(row, "document_kind"),
        [*filter(None, texts), *_list(row, "items")],
    )


def sorted_of(row: Row) -> Sorted:
    """A row of SELECT."""
    return Sorted(
        category=optional_text(row, "category"),
        is_chosen=optional_text(row, "category_by") is not None,
        is_split=integer(row, "is_split") == 1,
        project=optional_text(row, "project"),
        tags=frozenset(_list(row, "tags")),
        paid_by=text(row, "paid_by"),
    )


def change_of(row: Row, changes: JsonObject, category_by: str | None) -> Change:
    """What `changes_of` found, as the change of an act."""
    before: JsonObject = {name: None if name == "tags" else row[name] for name in changes}
    if "tags" in changes:
        before["tags"] = []
    after = dict(changes)
    if "category" in changes:
        before["category_by"], after["category_by"] = row["category_by"], category_by
    return Change(before, after)


def _list(row: Row, column: str) -> list[str]:
    return cast("list[str]", load(optional_text(row, column) or "[]"))

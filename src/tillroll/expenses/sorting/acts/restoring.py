"""What an expense gets back when an act is undone."""

from datetime import date
from typing import Final

from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.json import JsonObject, load_object
from tillroll.receipts.duplicates import duplicate_key

# Columns that stand or fall together: who chose a category says nothing of another one.
_TOGETHER: Final = (("category", "category_by"), ("merchant",), ("project",), ("paid_by",))


def restored(row: Row, before: JsonObject, after: JsonObject, *, of_approved: bool) -> JsonObject:
    """The values to be written: those of `before`, but where a person has changed what `after` gave, and nothing of an
    expense that is approved, unless the act reaches these.

    Args:
        row: the expense as it is, with `seen_as`, its sighting's merchant, and `parts`, the categories of its parts.
    """
    if text(row, "status") == "approved" and not of_approved:
        return {}
    values: JsonObject = {}
    for names in _TOGETHER:
        given = [name for name in names if name in after]
        if given and all(row[name] == after[name] for name in given):
            values |= {name: before[name] for name in given}
    if "merchant" in values:
        day, total = date.fromisoformat(text(row, "date")), integer(row, "total_minor")
        values["duplicate_key"] = duplicate_key(str(values["merchant"]), day, total, text(row, "currency"))
    match after.get("tags"):
        case [*added]:
            values["untag"] = added
        case _:
            pass
    match after.get("untag"):
        case [*taken]:
            values["tags"] = taken
        case _:
            pass
    match before.get("sighting"), after.get("sighting"):
        case {"merchant": str()} as was, {"merchant": str() as became} if optional_text(row, "seen_as") == became:
            values["sighting"] = was
        case _:
            pass
    parts = _parts(row, before, after)
    if parts:
        values["parts"] = parts
    return values


def _parts(row: Row, before: JsonObject, after: JsonObject) -> JsonObject:
    match before.get("parts"), after.get("parts"):
        case dict() as were, dict() as became:
            now = load_object(optional_text(row, "parts") or "{}")
            return {number: were[number] for number, category in became.items() if now.get(number) == category}
        case _:
            return {}

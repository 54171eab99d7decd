"""What the API answers of changes. Keys are camelCase; times are UTC, ISO 8601."""

from pydantic import JsonValue

from tillroll.expenses.record.shapes import PersonShape
from tillroll.platform.shape import Shape


class ValueChangeShape(Shape):
    """A field by its name, before and after."""

    field: str
    old: JsonValue
    new: JsonValue


class ChangeShape(Shape):
    """`kind` is edited, sent_back, confirmed, voided, restored, undone; of an act on many expenses its kind and id;
    approved, unapproved or rejected by an owner; merged (voided as a duplicate) or parted (told apart again);
    reviewed: what a person corrected of the reading before there was an expense; or reviewed_as_read, where they
    corrected nothing. Acts and reviews have no versions. `values` is empty where the kind says all, or they were
    erased. `person` is null where it was none, or there is no such person any more. `undoes` and `undone_by` are ids of
    changes."""

    id: str
    kind: str
    from_version: int | None
    version: int | None
    reason: str | None
    actor: str
    person: PersonShape | None
    at: str
    values: list[ValueChangeShape]
    undoes: str | None
    undone_by: str | None


class HistoryShape(Shape):
    """The newest first."""

    items: list[ChangeShape]
    next_cursor: str | None

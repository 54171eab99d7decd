"""What an act of some kind is: which expenses it looks at, and what it changes of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable import Statement
from tillroll.platform.bindings.database import Row
from tillroll.platform.json import JsonObject

FIELDS: Final = ("category", "category_by", "merchant", "duplicate_key", "project", "paid_by")
"""Columns of expenses that an act may change. Beside them a change may have `tags` (those that are added), `parts` (the
categories of parts by their number) and `sighting` (`merchant`, `merchant_key`, `confirmed_by` of what was read)."""


@dataclass(frozen=True)
class Act:
    """A row of `bulk_acts`. `asked` is what was asked for, in the values of that moment."""

    id: str
    account_id: str
    kind: str
    asked: JsonObject
    state: str
    step: int
    cursor: str
    created_by: str


class LeftOut:
    """An expense that the act would change and may not: it is approved, or a person's choice."""


@dataclass(frozen=True)
class Change:
    """Values by the names of FIELDS, `tags`, `parts` and `sighting`, before and after; both have the same names."""

    before: JsonObject
    after: JsonObject


@dataclass(frozen=True)
class Plan:
    """
    Attributes:
        page: the expenses behind the act's cursor, in the order of their ids, at most so many: rows with at least `id`,
            `version` and `status`.
        change: what changes of one of these rows, by the account's person who asked; None where nothing does.
        of_approved: whether the act's undoing reaches approved expenses, as the act itself does.
        on_begin, on_undo: what is changed beside expenses when the act begins, and when its undoing does.
    """

    page: Callable[[Act, int], Statement]
    change: Callable[[Act, Row], "Change | LeftOut | None"]
    on_begin: Callable[[Act], Sequence[Statement]] = lambda _: ()
    on_undo: Callable[[Act], Sequence[Statement]] = lambda _: ()
    of_approved: bool = False


Plans = Mapping[str, Plan]

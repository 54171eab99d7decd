"""What people call the things that ids stand for, and what became of an expense: each module names
its own."""

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True)
class Named:
    """Things of one kind, such as expenses.

    Attributes:
        kind: what one is: "expense".
        find: SQL. ?1 is the account, ?2 a JSON array of ids: of things, or of runs that are about
            them. A row has the `id` that was asked for, `name`, `path` on the page, `stream` in the
            audit, and `day` (YYYY-MM-DD or NULL).
        search: SQL. ?1 is the account, ?2 a part of the name. The same columns; `id` is the
            thing's.
            None: nobody searches for these.
    """

    kind: str
    find: LiteralString
    search: LiteralString | None = None

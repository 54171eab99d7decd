"""What people call the things that ids stand for, and what became of an expense: each module names
its own."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, LiteralString

MOST_THINGS: Final = 20
"""So many things of one kind are found by a part of their name."""
MOST_LOOKED_AT: Final = 1_000
"""So many things that may have a name are compared with it, where their `names` are not."""
MOST_NAMES: Final = 10_000
"""So many names with a letter beyond ASCII are compared with what is looked for."""


@dataclass(frozen=True)
class Named:
    """Things of one kind, such as expenses.

    Attributes:
        kind: what one is: "expense".
        find: SQL. ?1 is the account, ?2 a JSON array of ids: of things, or of runs that are about
            them. A row has the `id` that was asked for, `name`, `path` on the page, `stream` in the
            audit, and `day` (YYYY-MM-DD or NULL).
        search: SQL. ?1 is the account, ?2 a part of the name, without accents. The same columns;
            `id` is the thing's. With `names`, of things whose name `has_part`: ?3 is a JSON array
            of those that have the part. Without, also things whose name `may_say` it: who asks
            compares these. None: nobody searches for these.
        names: SQL. ?1 is the account. Each `name` of a thing that `is_beyond_ascii`, once, that of
            the newest thing first, at most MOST_NAMES: who asks compares these.
    """

    kind: str
    find: LiteralString
    search: LiteralString | None = None
    names: LiteralString | None = None


def may_say(name: LiteralString) -> LiteralString:
    """Whether a name, in SQL, may have the part ?2. SQL takes no accents away: what has a letter
    beyond ASCII is compared when it is read.
    """
    return f"(instr(lower({name}), ?2) OR {is_beyond_ascii(name)})"


def is_beyond_ascii(name: LiteralString) -> LiteralString:
    return f"{name} GLOB '*[^ -~]*'"


def has_part(name: LiteralString) -> LiteralString:
    """Whether a name, in SQL, has the part ?2, or is one of the names ?3, which were compared."""
    return f"(instr(lower({name}), ?2) OR {name} IN (SELECT value FROM json_each(?3)))"


def fold_name(name: str) -> str:
    """A name as it is compared with another: case and spaces make no difference, any other letter
    does. SQL cannot do it: SQLite knows the case of ASCII alone.
    """
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_among(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of these, as `fold_name` compares them."""
    return name in names or fold_name(name) in map(fold_name, names)

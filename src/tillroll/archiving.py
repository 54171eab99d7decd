"""Which runs may be archived, and what goes along with them. Other modules say both."""

from functools import cache
from typing import Final, LiteralString

from tillroll.module import Hook
from tillroll_durable.archive.archiving import NO_RUN, Archiving
from tillroll_durable.declared import ArchivedTable

LEFT_ALONE: Final = Hook[LiteralString]("archiving.left_alone")
"""Conditions of SQL: runs `r` that are not archived."""

ARCHIVED: Final = Hook[ArchivedTable]("archiving.archived")
"""Tables of what runs left, which are archived with them."""


@cache
def archiving() -> Archiving:
    """What all modules say of it."""
    return Archiving(" OR ".join(LEFT_ALONE.answers()) or NO_RUN, ARCHIVED.answers())

"""Databases of a deployment: how full and how busy each is, and which has room for an account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cli.operations.place import Where
from cli.operations.where import configured
from local.config import databases_in
from local.d1 import Answer, query_locally, sized_query_remotely

MOST_BYTES = 10_000_000_000
"""What a D1 database holds, of Workers Paid."""
_DAY_MINUTES = 24 * 60
_QUERY = """
SELECT (SELECT count(*) FROM accounts WHERE closed_at IS NULL) AS accounts,
  (SELECT coalesce(sum(ended), 0) FROM run_endings
   WHERE minute >= strftime('%Y-%m-%dT%H:%M', 'now', '-1 day')) AS ended
"""


@dataclass(frozen=True)
class Standing:
    """A database by its binding: its accounts, the runs that ended there within a day, and its
    bytes, None where nobody says them.
    """

    binding: str
    accounts: int
    ended: int
    size: int | None

    @property
    def ended_a_minute(self) -> float:
        return self.ended / _DAY_MINUTES

    @property
    def fullness(self) -> float | None:
        """The part of its bytes that is used, from 0 to 1."""
        if self.size is None:
            return None
        return self.size / MOST_BYTES


def standings(where: Where) -> list[Standing]:
    """All databases, the first one first. Raises D1Error."""
    with configured(where) as configuration:
        found: list[Standing] = []
        for binding in databases_in(configuration):
            size = None
            if where.state is None:
                rows, size = sized_query_remotely(_QUERY, configuration, binding)
            else:
                rows = query_locally(_QUERY, where.state, configuration, binding)
            found.append(_standing(binding, rows[0], size))
        return found


def bindings(where: Where) -> list[str]:
    """The bindings of all databases, the first one first."""
    with configured(where) as configuration:
        return databases_in(configuration)


def each_of(where: Where) -> list[Where]:
    """The place on each of its databases in turn, or on the one alone that somebody has named."""
    if where.is_database_given:
        return [where]
    return [replace(where, database=binding) for binding in bindings(where)]


def roomiest(databases: Sequence[Standing]) -> Standing:
    """Where a new account goes: the least bytes, then the fewest runs of a day, then the fewest
    accounts. Of equal ones it is the first.
    """
    return min(databases, key=lambda each: (each.size or 0, each.ended, each.accounts))


def _standing(binding: str, row: Answer, size: int | None) -> Standing:
    return Standing(binding, int(row["accounts"] or 0), int(row["ended"] or 0), size)

"""Databases of a deployment: how full and how busy each is, and which has room for an account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cli.operations.place import Where
from cli.operations.where import configured
from local.config import databases_in
from local.d1 import Answer, query_locally, sized_query_remotely
from tillroll_durable.platform.limits import DATABASE_BYTES, NEARLY_FULL_PERCENT

WARNED_BEFORE = timedelta(days=60)
"""So long before a database is full, somebody is to make room."""
_DAY_MINUTES = 24 * 60
# Beyond that, the pace of one day says nothing.
_LONGEST_DAYS = 36_500
_QUERY = """
SELECT (SELECT count(*) FROM accounts WHERE closed_at IS NULL) AS accounts,
  (SELECT coalesce(sum(ended), 0) FROM run_endings
   WHERE minute >= strftime('%Y-%m-%dT%H:%M', 'now', '-1 day')) AS ended,
  (SELECT count(*) FROM runs) AS runs
"""


@dataclass(frozen=True)
class Standing:
    """A database by its binding: its accounts, the runs that ended there within a day, its bytes,
    None where nobody says them, and all runs that it has.
    """

    binding: str
    accounts: int
    ended: int
    size: int | None
    runs: int = 0

    @property
    def ended_a_minute(self) -> float:
        return self.ended / _DAY_MINUTES

    @property
    def fullness(self) -> float | None:
        """The part of its bytes that is used, from 0 to 1."""
        if self.size is None:
            return None
        return self.size / DATABASE_BYTES

    def full_at(self, now: datetime) -> datetime | None:
        """When it is full, if each day is as the last one: as many runs, each with as many bytes as
        those that it has. None where nobody says the bytes, or nothing is written.
        """
        if self.size is None or not self.runs or not self.ended:
            return None
        bytes_a_day = self.ended * self.size / self.runs
        days = max(0, DATABASE_BYTES - self.size) / bytes_a_day
        if days > _LONGEST_DAYS:
            return None
        return now + timedelta(days=days)

    def needs_room(self, now: datetime) -> bool:
        """Whether somebody is to make room: it is nearly full, or will be soon."""
        if self.fullness is not None and 100 * self.fullness >= NEARLY_FULL_PERCENT:
            return True
        full_at = self.full_at(now)
        return full_at is not None and full_at <= now + WARNED_BEFORE


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
    return Standing(
        binding,
        accounts=int(row["accounts"] or 0),
        ended=int(row["ended"] or 0),
        size=size,
        runs=int(row["runs"] or 0),
    )

"""What is old, moved in bounded pieces: the audit's ranges and what ended runs left, each minute or when asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.audit.archiving.ranges import last_range
from tillroll.audit.archiving.rounds import Archived, archive_ranges, next_seals
from tillroll.audit.settings import ArchiveSettings
from tillroll.durable.operating.archiving.bundles import archive_runs
from tillroll.durable.operating.archiving.choosing import NO_RUN, ended_before
from tillroll.platform.bindings.database import Row, integer, statement
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape

# Bundles of one tick: 150 runs a minute are six million a month.
_BUNDLES: Final = 3
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True)
class Moved:
    """What one round did."""

    ranges: Archived
    runs: int

    @property
    def is_idle(self) -> bool:
        return self == Moved(Archived(), 0)


class Standing(Shape):
    """What is archived, and what could be: ended runs that are old enough are counted up to MOST_COUNTED."""

    ranges: dict[str, int]
    events: int
    runs: int
    next_seals: int
    next_events: int
    old_runs: int


async def archive_old(platform: Platform, *, but: str = NO_RUN) -> None:
    """One tick, where it is set how old is old. `but`: runs that are left alone, see `next_runs`."""
    days = platform.settings.of(ArchiveSettings).after_days
    if days is not None:
        await move_old(platform, platform.clock.now() - timedelta(days=days), but=but, whole=False)


async def move_old(platform: Platform, before: datetime, *, but: str = NO_RUN, whole: bool) -> Moved:
    """One round over what is older than a moment. `whole`: neither ranges nor bundles wait until they are full.

    Raises:
        ObjectsUnavailable, DatabaseError: the rest is left to the next round.
    """
    ranges = await archive_ranges(platform, before, whole=whole)
    runs = 0
    for _ in range(_BUNDLES):
        archived = await archive_runs(platform, before, but=but, whole=whole)
        if not archived:
            break
        runs += archived
        if not platform.turn.has_room:
            break
    return Moved(ranges, runs)


async def standing(platform: Platform, before: datetime) -> Standing:
    """Look once; nothing is changed."""
    states, [events], [runs], [old] = await platform.database.batch(
        [
            statement("SELECT state, count(*) AS n FROM archive_ranges GROUP BY state"),
            statement("SELECT COALESCE(SUM(count), 0) AS n FROM archive_ranges WHERE state = 'archived'"),
            statement("SELECT count(*) AS n FROM archived_runs WHERE bundle_id IS NOT NULL"),
            ended_before(before, MOST_COUNTED),
        ]
    )
    seals = await next_seals(platform.database, before, await last_range(platform.database), whole=True)
    return Standing(
        ranges={str(row["state"]): _n(row) for row in states},
        events=_n(events),
        runs=_n(runs),
        next_seals=len(seals),
        next_events=sum(each.seal.count for each in seals),
        old_runs=_n(old),
    )


def _n(row: Row) -> int:
    return integer(row, "n")

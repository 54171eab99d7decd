"""What operators see of all databases of a deployment: lists are merged, and one can be
chosen.

A deployment with one database has nothing to merge: the same is asked, and answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Query

from tillroll.api.dependencies import PlatformHere
from tillroll.api.parameters import unknown
from tillroll_durable.platform.invocation import enter, over_all
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST_BINDING, binding_of, number_of

_Row = TypeVar("_Row")

# A Worker may ask some thousand queries in one request, and a list takes up to three a database.
MOST_AT_ONCE: Final = 200
_FIELD: Final = "database"

DatabaseName = Annotated[
    str | None,
    Query(alias=_FIELD, description="Only this one of several databases, such as DB_2"),
]


async def each_database(platform: PlatformHere, database: DatabaseName = None) -> list[Platform]:
    """All databases, the first one first, or the one that is named. Raises Problem: there is none
    of that name, or there are too many to ask all of them.
    """
    if database is not None:
        return [_named_database(platform, database)]
    if len(platform.shards) > MOST_AT_ONCE:
        raise unknown(
            [
                {
                    "field": _FIELD,
                    "message": "There are too many databases for one answer: name one of them.",
                }
            ]
        )
    return over_all(platform)


EachDatabase = Annotated[list[Platform], Depends(each_database)]


async def one_database(platform: PlatformHere, database: DatabaseName = None) -> Platform:
    """The database that is named, for all that this request does, or the caller's own. Raises
    Problem: there is none of that name.
    """
    if database is None:
        return platform
    return enter(platform, _named_database(platform, database).shard)


OneDatabase = Annotated[Platform, Depends(one_database)]


def named(platform: Platform, database: str | None) -> Platform:
    """The database that is named, or the first one: for what is read database by database. Raises
    Problem: there is none of that name.
    """
    return _named_database(platform, database or FIRST_BINDING)


def following(platform: Platform) -> str | None:
    """The binding of the database behind the platform's; None behind the last one."""
    later = [shard for shard in platform.shards if shard > platform.shard]
    if not later:
        return None
    return binding_of(later[0])


def _named_database(platform: Platform, database: str) -> Platform:
    for each in over_all(platform):
        if each.shard == number_of(database):
            return each
    names = ", ".join(binding_of(shard) for shard in platform.shards[:20])
    message = f"This deployment has none of that name. It has {names}."
    raise unknown([{"field": _FIELD, "message": message}])


async def merged(
    databases: Sequence[Platform],
    rows_of: Callable[[Platform], Awaitable[Sequence[_Row]]],
    place_of: Callable[[_Row], str],
    limit: int | None = None,
) -> list[_Row]:
    """The first `limit` rows of all databases, the one with the largest place first.

    `rows_of` has each database's own first ones in that order. The places of all databases are in
    one order, such as ids, which begin with their time: so one cursor goes on in all of them.
    """
    parts = await asyncio.gather(*(rows_of(each) for each in databases))
    if len(parts) == 1:
        return [*parts[0]]
    rows = [row for part in parts for row in part]
    rows.sort(key=place_of, reverse=True)
    return rows[:limit]

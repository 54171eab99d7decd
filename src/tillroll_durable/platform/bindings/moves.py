"""What a hint leads to where accounts have moved: ids and secrets keep saying the database that
they were made in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tillroll_durable.platform.bindings.database import MOVING, DatabaseUnavailable
from tillroll_durable.platform.bindings.moved import IS_FROZEN, departure, is_home, led_to
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_id

# Seconds, less in all than any step has: ten thousand expenses move in twelve.
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
Thing = TypeVar("Thing")


async def find(
    platform: Platform, shard: int, look: Callable[[Platform], Awaitable[Thing | None]]
) -> tuple[Platform, Thing | None]:
    """What `look` finds, and the platform in the database that has it.

    The database that a hint says is asked first. Only where it knows nothing are those asked to
    which accounts of it have gone, and then those to which accounts went from there. An account
    that is on its way back home is still where it was. So without moves a look that finds
    something costs what it does.
    """
    entered = enter(platform, shard)
    thing = await look(entered)
    if thing is not None or len(platform.shards) == 1:
        return entered, thing
    numbers = {entered.shard}
    waiting = [entered]
    while waiting:
        origin = waiting.pop(0)
        for number in await led_to(origin.database, platform.shards):
            if number in numbers:
                continue
            numbers.add(number)
            other = enter(platform, number)
            thing = await look(other)
            if thing is not None:
                return other, thing
            waiting.append(other)
    return enter(platform, shard), None


def follow(platform: Platform, other: Platform) -> None:
    """Have all who hold this platform ask the database of `other` from here on. It is one
    invocation's own."""
    if other.database is platform.database:
        return
    enter(platform, other.shard)
    for name in ("bare", "database", "shard"):
        object.__setattr__(platform, name, getattr(other, name))


async def follow_account(platform: Platform, account_id: str) -> bool:
    """Have all who hold this platform ask the database that the account lives in. Returns whether
    that is another one than before.

    It asks one query more, and none in a deployment of one database. While the account is between
    two databases it waits for some seconds: a move is no reason for a step to use up its retries.
    Raises DatabaseUnavailable: the account moves for longer.
    """
    if len(platform.shards) == 1:
        return False
    for pause in (*_PAUSES, None):
        stands = await departure(platform.database, account_id)
        if stands is None:
            return False
        if stands != IS_FROZEN and await _find_home(platform, account_id):
            return True
        if pause is not None:
            await asyncio.sleep(pause)
    raise DatabaseUnavailable(f"{MOVING}: {account_id[:40]} goes to a database", "moving")


async def _find_home(platform: Platform, account_id: str) -> bool:
    """Follow the account to where it lives by now; False where it lives nowhere yet."""

    async def look(each: Platform) -> bool | None:
        if await is_home(each.database, account_id):
            return True
        return None

    other, is_there = await find(platform, of_id(account_id), look)
    if is_there is None:
        enter(platform, platform.shard)
        return False
    follow(platform, other)
    return True

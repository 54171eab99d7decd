"""Rows that come in order, such as events of the audit, worked off behind a cursor.

What is written of one is written once, since the position is moved in the same batch. One that fails is set aside and
tried again, and holds nobody up."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tillroll.jobs.cursors import position_of
from tillroll.jobs.setbacks import FEW, forgetting, setting_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import Database, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

Writes: TypeAlias = Callable[[Sequence[Row]], Sequence[Statement]]
"""What is written of some rows; whatever it raises is of one of them."""

_AGAIN_AT_ONCE: Final = 20

# The position is NOT NULL: where another tick has moved it, this fails, and the whole batch with it.
_ADVANCE: Final = """
  UPDATE reconciler_cursors SET position = CASE WHEN position = ?2 THEN ?3 END, updated_at = ?4 WHERE name = ?1
"""
_SET_ASIDE: Final = """
  SELECT subject, failures FROM reconciler_setbacks WHERE part = ?1 AND until <= ?2 ORDER BY until LIMIT ?3
"""
# In the same way: of two ticks that try it again, one does.
_IF_STILL_ASIDE: Final = """
  UPDATE reconciler_cursors SET position = CASE WHEN EXISTS (
    SELECT 1 FROM reconciler_setbacks WHERE part = ?2 AND subject = ?3 AND failures = ?4
  ) THEN position END WHERE name = ?1
"""


@dataclass(frozen=True)
class Followed:
    """`part` is the name of the job, `cursor` that of its position; rows have an `id`."""

    part: str
    cursor: str
    writes: Writes


async def done_until(database: Database, cursor: str) -> int:
    """The id up to which everything is worked off or set aside."""
    return int(await position_of(database, cursor) or 0)


async def work_off(platform: Platform, followed: Followed, position: int, rows: Sequence[Row], until: int) -> bool:
    """Write what these rows ask for, which are all from behind the position up to `until`, and move it there. Where
    that fails, halves of them are tried, until few are left, which are set aside. False where the turn has no more
    room, or another tick is at it.

    Raises:
        DatabaseError: nothing can be written.
    """
    waiting = deque([rows])
    while waiting:
        some = waiting.popleft()
        to = integer(some[-1], "id") if waiting else until
        try:
            await platform.database.batch([_advance(platform, followed, position, to), *followed.writes(some)])
        except Exception as error:
            if await done_until(platform.database, followed.cursor) != position:
                return False
            if len(some) > FEW:
                waiting.extendleft((some[len(some) // 2 :], some[: len(some) // 2]))
                continue
            if not some:
                raise
            names = [str(integer(row, "id")) for row in some]
            log.crash("job.set_aside", error, source=followed.part, subject=names[0], count=len(names))
            aside = setting_aside(followed.part, names, type(error).__name__, to_text(platform.clock.now()))
            await platform.database.batch([_advance(platform, followed, position, to), aside])
        position = to
        if waiting and not platform.turn.has_room:
            return False
    return True


def _advance(platform: Platform, followed: Followed, position: int, to: int) -> Statement:
    return statement(_ADVANCE, followed.cursor, str(position), str(to), to_text(platform.clock.now()))


async def try_again(platform: Platform, followed: Followed, load: Callable[[int], Awaitable[Sequence[Row]]]) -> None:
    """Write what was set aside, as far as its time has come; `load` gives the row of an id, none where it is gone."""
    due = statement(_SET_ASIDE, followed.part, to_text(platform.clock.now()), _AGAIN_AT_ONCE)
    for aside in platform.turn.take(await platform.database.all(due)):
        name = text(aside, "subject")
        still = statement(_IF_STILL_ASIDE, followed.cursor, followed.part, name, aside["failures"])
        try:
            await platform.database.batch(
                [still, *followed.writes(await load(int(name))), forgetting(followed.part, name)]
            )
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others have their turn
            log.crash("job.set_aside", error, source=followed.part, subject=name)
            now = to_text(platform.clock.now())
            await platform.database.batch([setting_aside(followed.part, [name], type(error).__name__, now)])

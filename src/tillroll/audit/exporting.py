"""Exports: the database's seals and events in the format of the object store's copies."""

from tillroll.audit.files import render
from tillroll.audit.store import entries_between, numbers_after, seal_numbered
from tillroll.platform.bindings.database import Database


async def export(database: Database, first: int, last: int) -> str:
    """The seals from one number to another, as far as they are there, each with the events that stand at its place.

    Whatever has slipped in before the first event or between two seals is exported too: verification shall see it.
    """
    numbers = [number for number in await numbers_after(database, first - 1, last - first + 1) if number <= last]
    before = await seal_numbered(database, first - 1)
    parts: list[str] = []
    for number in numbers:
        signed = await seal_numbered(database, number)
        if signed is None:
            continue
        follows = before is not None and before.number == number - 1
        begin = None if number == 1 else before.seal.to_id + 1 if before and follows else signed.seal.from_id
        parts.append(render(signed, await entries_between(database, begin, signed.seal.to_id)))
        before = signed
    return "".join(parts)

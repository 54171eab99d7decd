"""Exports: the database's seals and events in the format of the object store's copies."""

from tillroll.audit.archiving.ranges import range_of_seal
from tillroll.audit.files import render, sections
from tillroll.audit.store import entries_between, numbers_after, seal_numbered
from tillroll.durable.record.archive.sealed import content_there
from tillroll.platform.bindings.database import Database
from tillroll.platform.bindings.objects import Objects


async def export_all(database: Database, objects: Objects, first: int, last: int) -> str:
    """The same as `export`, with what was archived from its files.

    Raises:
        ArchiveLost: a file is gone, or does not unpack.
        ObjectsUnavailable: the object store does not answer.
    """
    parts: list[str] = []
    while first <= last:
        held = await range_of_seal(database, first)
        if held is None or not held.stands_in_its_file:
            return "".join([*parts, await export(database, first, last)])
        content = await content_there(objects, held.object_key)
        parts += [
            render(section.seal, section.entries)
            for section in sections(content.split("\n"))
            if section.seal and first <= section.seal.number <= last
        ]
        first = held.to_seal + 1
    return "".join(parts)


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

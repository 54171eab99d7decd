"""The seals' copies in the object store, apart from the database: each written once, and never over another."""

from collections.abc import Sequence

from tillroll.audit.entries import Entry
from tillroll.audit.files import MEDIA_TYPE, copy_key, render
from tillroll.audit.sealing.merkle import leaf, root
from tillroll.audit.sealing.seals import SignedSeal
from tillroll.audit.store import entries_between, numbers_after, seal_numbered
from tillroll.jobs.cursors import keep_position, position_of
from tillroll.platform import log
from tillroll.platform.bindings.objects import Objects, ObjectsUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_CURSOR = "audit copies"
_MOST_COPIES = 10


async def write_copy(objects: Objects, signed: SignedSeal, entries: Sequence[Entry]) -> None:
    """Write a seal's copy where there is none. Failing is no error: `confirm_copies` looks again in the next tick."""
    key, content = copy_key(signed.number), render(signed, entries)
    try:
        if not await objects.put_text_if_absent(key, content, MEDIA_TYPE) and await objects.get_text(key) != content:
            log.error("audit.copy_differs", seal=signed.number)
    except ObjectsUnavailable as error:
        log.warning("audit.copy_not_written", seal=signed.number, error=error)


async def confirm_copies(platform: Platform) -> int:
    """See that the newest seals have their copies, and write those that have none: the Worker died between the database
    and the store, or the store lost the write. Return how many were written.

    A copy counts once a listing shows it, one tick after it was written. What was confirmed is not looked at again.
    """
    database, objects = platform.database, platform.objects
    confirmed = int(await position_of(database, _CURSOR) or "0")
    numbers = await numbers_after(database, confirmed, _MOST_COPIES)
    if not numbers:
        return 0
    present = {item.key for item in await objects.page(copy_key(confirmed), _MOST_COPIES)}
    written, is_unbroken = 0, True
    for number in platform.turn.take(numbers):
        if copy_key(number) in present or not await _write_again(platform, number):
            confirmed = number if is_unbroken else confirmed
        else:
            is_unbroken = False
            written += 1
    await keep_position(database, _CURSOR, str(confirmed), to_text(platform.clock.now()))
    return written


async def _write_again(platform: Platform, number: int) -> bool:
    """False where the database no longer has what was sealed: a copy of it would be none."""
    signed = await seal_numbered(platform.database, number)
    if signed is None:
        return False
    entries = await entries_between(platform.database, signed.seal.from_id, signed.seal.to_id)
    if root([leaf(entry.line) for entry in entries]).hex() != signed.seal.merkle_root:
        log.error("audit.events_altered", seal=number)
        return False
    log.warning("audit.copy_missing", seal=number)
    await write_copy(platform.objects, signed, entries)
    return True

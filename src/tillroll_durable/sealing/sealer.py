"""Sealing what is new, by any number of sealers at once, and the seals' copies, each written
once.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from tillroll_durable.jobs.scans import keep_position, position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed
from tillroll_durable.platform.bindings.missing import BindingMissing
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing import repository
from tillroll_durable.sealing.files import MEDIA_TYPE, copy_key, render
from tillroll_durable.sealing.repository import Entry
from tillroll_durable.sealing.seals import Seal, SignedSeal, key_id_of, leaf, new_seal, root

_CURSOR = "audit copies"
_MOST_COPIES = 10


async def write_copy(platform: Platform, signed: SignedSeal, entries: Sequence[Entry]) -> None:
    """Write a seal's copy where there is none. Failing is no error: `confirm_copies` looks again in
    the next tick.
    """
    objects = platform.objects
    key = copy_key(signed.number, platform.shard)
    content = render(signed, entries)
    try:
        if (
            not await objects.put_text_if_absent(key, content, MEDIA_TYPE)
            and await objects.get_text(key) != content
        ):
            log.error("audit.copy_differs", seal=signed.number)
    except (BindingMissing, ObjectsUnavailable) as error:
        log.warning("audit.copy_not_written", seal=signed.number, error=error)


async def confirm_copies(platform: Platform) -> int:
    """Write copies of the newest seals that were lost; return how many. One counts once a listing
    shows it, and is not looked at again.
    """
    database = platform.database
    objects = platform.objects
    confirmed = int(await position_of(database, _CURSOR) or "0")
    numbers = await repository.numbers_after(database, confirmed, _MOST_COPIES)
    if not numbers:
        return 0
    try:
        page = await objects.page(copy_key(confirmed, platform.shard), _MOST_COPIES)
    except BindingMissing as error:
        # A deployment without a bucket seals all the same; with one, the copies are made up for.
        log.warning("audit.copy_not_written", seal=numbers[-1], error=error)
        return 0
    present = {item.key for item in page}
    written = 0
    is_unbroken = True
    for number in platform.turn.take(numbers):
        if copy_key(number, platform.shard) in present or not await _write_again(platform, number):
            confirmed = number if is_unbroken else confirmed
        else:
            is_unbroken = False
            written += 1
    await keep_position(
        database, _CURSOR, position=str(confirmed), now=to_text(platform.clock.now())
    )
    return written


async def _write_again(platform: Platform, number: int) -> bool:
    """False where the database no longer has what was sealed: a copy of it would be none."""
    signed = await repository.seal_numbered(platform.database, number)
    if signed is None:
        return False
    entries = await repository.entries_between(
        platform.database, signed.seal.from_id, signed.seal.to_id
    )
    if root([leaf(entry.line) for entry in entries]).hex() != signed.seal.merkle_root:
        log.error("audit.events_altered", seal=number)
        return False
    log.warning("audit.copy_missing", seal=number)
    await write_copy(platform, signed, entries)
    return True


MOST_EVENTS = 500
# A tick that comes after a long pause leaves the rest to the next one.
_MOST_SEALS = 10


@dataclass(frozen=True)
class Sealed:
    """What one tick did."""

    seals: int = 0
    events: int = 0
    copies_mended: int = 0


async def seal_new_events(platform: Platform) -> Sealed:
    """Bring lost copies into the object store, then seal new events. Without a key, do nothing."""
    public_key = await platform.signer.public_key()
    if public_key is None:
        log.warning("audit.not_sealed", error="AUDIT_SIGNING_KEY is not set")
        return Sealed()
    mended = await confirm_copies(platform)
    last = await repository.last_seal(platform.database)
    if last and not await _is_as_signed(platform, last):
        log.error("audit.seal_altered", seal=last.number)
    previous = last.seal if last else None
    seals = 0
    events = 0
    while seals < _MOST_SEALS and (not seals or platform.turn.has_room):
        entries = await repository.entries_after(
            platform.database, previous.to_id if previous else 0, MOST_EVENTS
        )
        if not entries:
            break
        signed = await _sign(platform, public_key, previous=previous, entries=entries)
        try:
            await platform.database.batch(repository.insert_seal(signed))
        except ConstraintFailed:
            log.info("audit.sealed_elsewhere", seal=signed.number)
            break
        log.info("audit.sealed", seal=signed.number, count=len(entries))
        await write_copy(platform, signed, entries)
        previous = signed.seal
        seals = seals + 1
        events = events + len(entries)
    return Sealed(seals, events, mended)


async def _is_as_signed(platform: Platform, last: SignedSeal) -> bool:
    """False where the seal to go on from was altered: the chain then goes on from a wrong place, or
    stands still.
    """
    try:
        key, signature = (
            base64.b64decode(text, validate=True) for text in (last.public_key, last.signature)
        )
    except binascii.Error:
        return False
    is_signed = await platform.signer.is_signed(key, signature, last.seal.signed_bytes())
    return is_signed and last.hash == last.seal.hash()


async def _sign(
    platform: Platform, public_key: bytes, previous: Seal | None, entries: list[Entry]
) -> SignedSeal:
    seal, leaves = new_seal(
        previous,
        [entry.id for entry in entries],
        lines=[entry.line for entry in entries],
        sealed_at=to_text(platform.clock.now()),
        key_id=key_id_of(public_key),
    )
    signature = await platform.signer.sign(seal.signed_bytes())
    return SignedSeal(
        seal,
        seal.hash(),
        signature=base64.b64encode(signature).decode(),
        leaves=leaves,
        public_key=base64.b64encode(public_key).decode(),
    )

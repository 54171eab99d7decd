"""Seals over the events that are new since the last one. Any number of sealers may run at once."""

import base64
import binascii
from dataclasses import dataclass

from tillroll.audit.entries import Entry
from tillroll.audit.sealing.copies import confirm_copies, write_copy
from tillroll.audit.sealing.seals import Seal, SignedSeal, key_id_of, new_seal
from tillroll.audit.store import entries_after, insert_seal, last_seal
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

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
    """One tick: bring copies that were lost into the object store, then seal what is new. Without a key, nothing."""
    public_key = await platform.signer.public_key()
    if public_key is None:
        log.warning("audit.not_sealed", error="AUDIT_SIGNING_KEY is not set")
        return Sealed()
    mended = await confirm_copies(platform)
    last = await last_seal(platform.database)
    if last and not await _is_as_signed(platform, last):
        log.error("audit.seal_altered", seal=last.number)
    previous, seals, events = last.seal if last else None, 0, 0
    while seals < _MOST_SEALS and (not seals or platform.turn.has_room):
        entries = await entries_after(platform.database, previous.to_id if previous else 0, MOST_EVENTS)
        if not entries:
            break
        signed = await _sign(platform, public_key, previous, entries)
        try:
            await platform.database.batch(insert_seal(signed))
        except ConstraintFailed:
            log.info("audit.sealed_elsewhere", seal=signed.number)
            break
        log.info("audit.sealed", seal=signed.number, count=len(entries))
        await write_copy(platform.objects, signed, entries)
        previous, seals, events = signed.seal, seals + 1, events + len(entries)
    return Sealed(seals, events, mended)


async def _is_as_signed(platform: Platform, last: SignedSeal) -> bool:
    """False where the seal to go on from was altered: the chain then goes on from a wrong place, or stands still."""
    try:
        key, signature = (base64.b64decode(text, validate=True) for text in (last.public_key, last.signature))
    except binascii.Error:
        return False
    is_signed = await platform.signer.is_signed(key, signature, last.seal.signed_bytes())
    return is_signed and last.hash == last.seal.hash()


async def _sign(platform: Platform, public_key: bytes, previous: Seal | None, entries: list[Entry]) -> SignedSeal:
    seal, leaves = new_seal(
        previous,
        [entry.id for entry in entries],
        [entry.line for entry in entries],
        to_text(platform.clock.now()),
        key_id_of(public_key),
    )
    signature = await platform.signer.sign(seal.signed_bytes())
    return SignedSeal(
        seal,
        seal.hash(),
        base64.b64encode(signature).decode(),
        leaves,
        base64.b64encode(public_key).decode(),
    )

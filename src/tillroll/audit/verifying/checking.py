"""One seal and its events, checked. Pure: where they come from, and who verifies signatures, is the caller's."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tillroll.audit.entries import Entry
from tillroll.audit.sealing.merkle import leaf, root
from tillroll.audit.sealing.ranges import from_ranges
from tillroll.audit.sealing.seals import SignedSeal, key_id_of
from tillroll.audit.verifying.findings import Finding, Flaw, Place

# (public key, signature, message) -> whether it is that key's signature of the message.
IsSigned = Callable[[bytes, bytes, bytes], Awaitable[bool]]


@dataclass(frozen=True)
class Link:
    """The seal before, as far as the next one depends on it."""

    number: int
    hash: str
    to_id: int


class SealChecker:
    """Knows whose signatures count. A key that only the database or the export names is not trusted."""

    def __init__(self, public_keys: Iterable[bytes], is_signed: IsSigned) -> None:
        self.trusted: Mapping[str, bytes] = {key_id_of(key): key for key in public_keys}
        self._is_signed = is_signed

    async def is_authentic(self, signed: SignedSeal) -> bool:
        """True where the content is what a trusted key has signed."""
        key = self.trusted.get(signed.seal.key_id)
        return key is not None and await self._has_signature(key, signed)

    async def findings(self, signed: SignedSeal, previous: Link | None, place: Place) -> list[Finding]:
        """What is wrong with a seal by itself, and with its place behind the one before (None: not known)."""
        found = await self._about_signature(signed)
        if signed.hash != signed.seal.hash():
            found.append((Flaw.SEAL_ALTERED, "its hash is not that of its content"))
        if signed.true_leaves is None:
            found.append((Flaw.SEAL_ALTERED, "its leaves are not those of its Merkle root"))
        if not _follows(signed, previous):
            found.append((Flaw.CHAIN_BROKEN, "it does not follow the seal before it"))
        number = signed.number
        return [Finding(flaw, place, f"Seal {number}: {says}.", seal=number) for flaw, says in found]

    async def _about_signature(self, signed: SignedSeal) -> list[tuple[Flaw, str]]:
        key = self.trusted.get(signed.seal.key_id)
        if key is None:
            return [(Flaw.UNKNOWN_KEY, f"its key {signed.seal.key_id} is not among the trusted ones")]
        if not await self._has_signature(key, signed):
            return [(Flaw.BAD_SIGNATURE, "its signature is not that of its content")]
        if signed.public_key != base64.b64encode(key).decode():
            return [(Flaw.SEAL_ALTERED, "the public key beside it is another")]
        return []

    async def _has_signature(self, key: bytes, signed: SignedSeal) -> bool:
        try:
            signature = base64.b64decode(signed.signature, validate=True)
        except binascii.Error:
            return False
        return await self._is_signed(key, signature, signed.seal.signed_bytes())


def link_of(signed: SignedSeal) -> Link:
    return Link(signed.number, signed.seal.hash(), signed.seal.to_id)


def _follows(signed: SignedSeal, previous: Link | None) -> bool:
    seal = signed.seal
    if seal.number == 1:
        return seal.previous_hash == ""
    if previous is None:
        return True
    return seal.number == previous.number + 1 and seal.previous_hash == previous.hash and seal.from_id > previous.to_id


def check_events(
    signed: SignedSeal, leaves: Sequence[bytes] | None, entries: Sequence[Entry], place: Place
) -> list[Finding]:
    """What is wrong with the events under a seal, by ascending id.

    `leaves` are the seal's true leaves; without them an edited event is noticed, but cannot be named.
    """
    number = signed.number
    found: list[Finding] = []
    present: dict[int, Entry] = {}
    highest = 0
    for entry in entries:
        if entry.id in present:
            found.append(_about(entry, Flaw.INSERTED, place, number, "is there twice"))
            continue
        if entry.id < highest:
            found.append(_about(entry, Flaw.REORDERED, place, number, f"stands behind event {highest}"))
        highest = max(highest, entry.id)
        present[entry.id] = entry
    try:
        sealed = from_ranges(signed.seal.ids)
    except ValueError:
        return found  # the seal itself is a finding then: no key of ours signs such a text
    expected = dict(zip(sealed, leaves, strict=False)) if leaves else dict.fromkeys(sealed)
    for event_id in sorted(expected.keys() | present.keys()):
        flaw = _check(event_id, expected, present, place, number)
        if flaw:
            found.append(flaw)
    if leaves is None and not found and root([leaf(entry.line) for entry in entries]).hex() != signed.seal.merkle_root:
        says = f"Of the events {sealed[0]} to {sealed[-1]} at least one was edited; which, only the leaves could tell."
        found.append(Finding(Flaw.EDITED, place, says, seal=number))
    return sorted(found, key=lambda finding: finding.event or 0)


def _check(
    event_id: int, expected: Mapping[int, bytes | None], present: Mapping[int, Entry], place: Place, seal: int
) -> Finding | None:
    entry = present.get(event_id)
    if entry is None:
        return Finding(Flaw.DELETED, place, f"Event {event_id} is missing.", seal, event_id)
    if event_id not in expected:
        return _about(entry, Flaw.INSERTED, place, seal, "was not there when its neighbours were sealed")
    sealed_leaf = expected[event_id]
    if sealed_leaf is not None and leaf(entry.line) != sealed_leaf:
        for other, other_leaf in expected.items():
            if other_leaf == leaf(entry.with_id(other)):
                return _about(entry, Flaw.REORDERED, place, seal, f"is what event {other} was")
        return _about(entry, Flaw.EDITED, place, seal, "is not what was sealed")
    if not entry.has_true_digest():
        return _about(entry, Flaw.EDITED, place, seal, "was edited before it was sealed: its digest is another")
    return None


def _about(entry: Entry, flaw: Flaw, place: Place, seal: int | None, says: str) -> Finding:
    return Finding(flaw, place, f"Event {entry.id} of {entry.stream} {says}.", seal, entry.id, entry.stream)


def check_unsealed(entries: Iterable[Entry]) -> list[Finding]:
    """Events that no seal covers yet: only their own digest speaks for them."""
    says = "was edited before it was sealed: its digest is another"
    return [_about(entry, Flaw.EDITED, Place.DATABASE, None, says) for entry in entries if not entry.has_true_digest()]

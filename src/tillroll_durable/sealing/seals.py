"""Seals: which events there were, in which order, signed and chained, with Merkle trees as in RFC
6962. Pure.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic.alias_generators import to_camel

from tillroll_durable.platform.bindings.database import Row, of_row, optional_text
from tillroll_durable.platform.json import Json, JsonObject, dump

HASH_BYTES = 32


def leaf(line: str) -> bytes:
    """SHA-256 of a zero byte and the text: no inner node can pass for a leaf."""
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash over the leaves, of none that of nothing: joined level by level, an odd one moves up
    (RFC 6962).
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        joined = [_join(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = joined + level[2 * len(joined) :]
    return level[0]


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
# More than any seal has, so that a forged text cannot fill the memory.
_MOST_IDS = 100_000


def as_ranges(ids: Iterable[int]) -> str:
    """Ascending ids as text."""
    ranges: list[list[int]] = []
    for each in ids:
        if ranges and each == ranges[-1][1] + 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def from_ranges(text: str) -> list[int]:
    """The ids that such a text stands for. Raises ValueError: it is no such text."""
    ids: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no range of ids")
        first = int(match[1])
        last = int(match[2] or match[1])
        if last < first or last - first + len(ids) >= _MOST_IDS or (ids and first <= ids[-1]):
            raise ValueError(f"{part!r} is no range of ids that follows")
        ids.extend(range(first, last + 1))
    return ids


# What is signed begins with it, so that no other text of ours can pass for a seal.
_TYPE = "tillroll.seal.1"
# Of the SHA-256 of a public key, in hexadecimal digits.
_KEY_ID_DIGITS = 32


@dataclass(frozen=True)
class Seal:
    """
    Attributes:
        number: 1 for the first, then without a gap.
        from_id: the first event's id.
        to_id: the last event's id.
        count: how many events.
        ids: all of their ids, as ranges. An id that is missing had no event when this was sealed.
        merkle_root: over the events' lines, hexadecimal.
        previous_hash: of the seal before; empty for the first.
        sealed_at: UTC, ISO 8601.
        key_id: whose signature it is."""

    number: int
    from_id: int
    to_id: int
    count: int
    ids: str
    merkle_root: str
    previous_hash: str
    sealed_at: str
    key_id: str

    def content(self) -> JsonObject:
        return {to_camel(name): value for name, value in vars(self).items()}

    def signed_bytes(self) -> bytes:
        """What the signature is over: canonical JSON of the content and a type."""
        return dump({"type": _TYPE, **self.content()}).encode()

    def hash(self) -> str:
        return hashlib.sha256(self.signed_bytes()).hexdigest()


@dataclass(frozen=True)
class SignedSeal:
    """A seal as it is stored: nothing of it is believed before it is checked.

    Attributes:
        hash: the SHA-256 of the signed bytes, hexadecimal.
        signature: Ed25519, base64.
        leaves: the Merkle tree's leaves, 32 bytes an event, base64. They name the event that was
            altered.
        public_key: 32 bytes, base64; empty where it is not known.
    """

    seal: Seal
    hash: str
    signature: str
    leaves: str
    public_key: str

    @property
    def number(self) -> int:
        return self.seal.number

    def to_json(self) -> JsonObject:
        return {
            "seal": self.seal.content(),
            "hash": self.hash,
            "signature": self.signature,
            "leaves": self.leaves,
            "publicKey": self.public_key,
        }

    @cached_property
    def true_leaves(self) -> list[bytes] | None:
        """The leaves, where the Merkle root is made of them; else None."""
        try:
            content = base64.b64decode(self.leaves, validate=True)
        except binascii.Error:
            return None
        leaves = [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
        is_true = len(leaves) == self.seal.count and root(leaves).hex() == self.seal.merkle_root
        if is_true:
            return leaves
        return None


def new_seal(
    previous: Seal | None, ids: Sequence[int], lines: Sequence[str], sealed_at: str, key_id: str
) -> tuple[Seal, str]:
    """The seal over events that are new since the one before, and its leaves in base64."""
    leaves = [leaf(line) for line in lines]
    seal = Seal(
        number=previous.number + 1 if previous else 1,
        from_id=ids[0],
        to_id=ids[-1],
        count=len(ids),
        ids=as_ranges(ids),
        merkle_root=root(leaves).hex(),
        previous_hash=previous.hash() if previous else "",
        sealed_at=sealed_at,
        key_id=key_id,
    )
    return seal, base64.b64encode(b"".join(leaves)).decode()


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key: the first hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:_KEY_ID_DIGITS]


def seal_of_row(row: Row) -> SignedSeal:
    """The seal of a row of `seals`, with the public key that `audit_keys` has for it."""
    return of_row(
        SignedSeal, row, seal=of_row(Seal, row), public_key=optional_text(row, "public_key") or ""
    )


def seal_of_json(value: JsonObject) -> SignedSeal:
    """The seal of an export's line. Raises ValueError: it is no seal."""
    content = value.get("seal")
    if not isinstance(content, dict):
        # The text is what is wrong.
        raise ValueError("a seal's line has a member `seal`")  # noqa: TRY004
    seal = Seal(
        number=_number(content.get("number")),
        from_id=_number(content.get("fromId")),
        to_id=_number(content.get("toId")),
        count=_number(content.get("count")),
        ids=_text(content.get("ids")),
        merkle_root=_text(content.get("merkleRoot")),
        previous_hash=_text(content.get("previousHash")),
        sealed_at=_text(content.get("sealedAt")),
        key_id=_text(content.get("keyId")),
    )
    return SignedSeal(
        seal, *(_text(value.get(name)) for name in ("hash", "signature", "leaves", "publicKey"))
    )


def _number(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} stands where a seal has a whole number")  # noqa: TRY004 - refused as a value
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} stands where a seal has text")  # noqa: TRY004 - refused as a value
    return value

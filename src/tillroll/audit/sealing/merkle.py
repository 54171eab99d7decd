"""Merkle trees as in RFC 6962, section 2.1: one hash that stands for a list of texts and their order."""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32


def leaf(line: str) -> bytes:
    """SHA-256 of a zero byte and the text: no inner node can pass for a leaf."""
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash over the leaves; that of no leaf at all is the SHA-256 of nothing.

    Pairs are joined level by level and an odd one out moves up as it is, which is the RFC's tree.
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

"""Identifiers that sort by time: a prefix that names the kind, then a ULID (https://github.com/ulid/spec)."""

import secrets
import time

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_BITS, _RANDOM_BITS = 48, 80
_LENGTH = 26


def new_id(prefix: str) -> str:
    """For instance new_id("run") -> "run_01JD0C3YF8W7…": 48 bits of milliseconds, 80 random bits."""
    number = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    digits = "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"{prefix}_{digits}"

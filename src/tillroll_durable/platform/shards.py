"""Shards: the databases of one deployment. Each has whole accounts, and what is made there says so.

An id that is made in another database than the first has three digits behind its ULID, and a secret
has a dot and a number. That is a hint, and nothing more: code that follows it looks the thing up in
that database, as if there were no other. A wrong hint finds nothing.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

FIRST: Final = 1
"""The number of the database that every deployment has."""
FIRST_BINDING: Final = "DB"
"""The name of its binding."""
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LARGEST: Final = 32**3 - 1
"""Three digits of an id count so far. A Worker has some 5,000 bindings at most."""

_BINDING: Final = re.compile(rf"{FIRST_BINDING}(?:_([1-9][0-9]{{0,4}}))?")
# A ULID, or the 32 digits of an id that nobody guesses.
_ID: Final = re.compile(
    rf"[a-z][a-z_]*[_-](?:[{CROCKFORD}]{{26}}|[{CROCKFORD}]{{32}})"
    rf"([{CROCKFORD}]{{3}})?(?![0-9A-Za-z])"
)
_SECRET: Final = re.compile(r".+\.([1-9][0-9]{0,4})")

_current: ContextVar[int] = ContextVar("_current", default=FIRST)


def numbers_of(bindings: Iterable[str]) -> dict[int, str]:
    """The databases by their numbers, in order: DB is the first, DB_2 the second. Other names are
    bindings of something else."""
    names: dict[int, str] = {}
    for name in bindings:
        match = _BINDING.fullmatch(name)
        if match is None:
            continue
        number = int(match[1] or FIRST)
        if number <= LARGEST and name == binding_of(number):
            names[number] = name
    return dict(sorted(names.items()))


def number_of(binding: str) -> int | None:
    """The number of the database with this binding; None for a binding of something else."""
    return next(iter(numbers_of([binding])), None)


def binding_of(shard: int) -> str:
    """The name of a database's binding."""
    if shard == FIRST:
        return FIRST_BINDING
    return f"{FIRST_BINDING}_{shard}"


def make_here(shard: int) -> None:
    """From here on, ids and secrets that this task makes say this database."""
    _current.set(shard)


def current() -> int:
    """The database that this task makes ids for."""
    return _current.get()


def digits() -> str:
    """What an id that is made now has behind its ULID: nothing in the first database."""
    shard = _current.get()
    if shard == FIRST:
        return ""
    return "".join(CROCKFORD[shard >> 5 * place & 31] for place in (2, 1, 0))


def marked(secret: str) -> str:
    """A new secret, which says where it is made."""
    shard = _current.get()
    if shard == FIRST:
        return secret
    return f"{secret}.{shard}"


def of_id(text: str) -> int:
    """The database that an id says, also one that begins with another's, such as an event's."""
    match = _ID.match(text)
    if match is None or match[1] is None:
        return FIRST
    shard = 0
    for digit in match[1]:
        shard = shard << 5 | CROCKFORD.index(digit)
    return shard


def of_secret(secret: str) -> int:
    """The database that a secret says."""
    match = _SECRET.fullmatch(secret)
    if match is None:
        return FIRST
    return int(match[1])

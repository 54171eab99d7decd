"""Owners of objects: each says which keys of the store are its own, and which of them it refers to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectsInUse:
    """The objects of one owner, or of several.

    Attributes:
        keys: a regular expression that exactly the owner's keys match, in whole. What no owner claims is left alone.
        query: SELECT that takes a JSON array of object keys as ?1 and gives those that are in use in the column
            `object_key`.

    Raises:
        re.error: `keys` is no regular expression.
    """

    keys: str
    query: str

    def __post_init__(self) -> None:
        re.compile(self.keys)

    def claims(self, key: str) -> bool:
        return re.fullmatch(self.keys, key) is not None


def of_all(owners: Iterable[ObjectsInUse]) -> ObjectsInUse:
    """The objects of all owners together. D1 takes no more than five terms of a compound SELECT, so theirs is none."""
    each = tuple(owners)
    in_use = " OR ".join(f"value IN ({owner.query})" for owner in each)
    return ObjectsInUse(
        keys="|".join(f"(?:{owner.keys})" for owner in each),
        query=f"SELECT value AS object_key FROM json_each(?1) WHERE {in_use}",  # noqa: S608 - the owners' constants
    )

"""An index of vectors. What is written is found some seconds later, and not before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import GivenJson, GivenObject, as_object, dump

# https://developers.cloudflare.com/vectorize/platform/limits/, of a Worker's binding.
MOST_VECTORS: Final = 1000
MOST_DIMENSIONS: Final = 1536
LONGEST_ID_BYTES: Final = 64
LARGEST_METADATA_BYTES: Final = 10 * 1024
MOST_MATCHES: Final = 100
# No page has this one: "too many ids in payload; max id count is 20", as users report.
MOST_IDS: Final = 20


class VectorsUnavailable(Exception):
    """The index did not answer; whether it acted is unknown. The same again changes nothing
    more."""


class VectorsRefused(NonRetryable):
    """The index does not take what it was given, however often it is asked."""


@dataclass(frozen=True)
class Vector:
    """`id` names it: another one with the same id takes its place. `metadata` is JSON."""

    id: str
    values: Sequence[float]
    metadata: GivenObject = field(default_factory=dict[str, GivenJson])


@dataclass(frozen=True)
class Match:
    """A vector that is near the one that was asked for; the best has the highest score."""

    id: str
    score: float


class Vectors(Protocol):
    """Each of these raises VectorsUnavailable and VectorsRefused."""

    async def upsert(self, vectors: Sequence[Vector]) -> str:
        """Write vectors; the id of this mutation. They are found once the index has come to it,
        which takes some seconds."""
        ...

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Say which of these ids are found by now."""
        ...

    async def query(self, values: Sequence[float], most: int = 5) -> list[Match]:
        """The nearest vectors, the best first."""
        ...


def check_vectors(vectors: Sequence[Vector]) -> None:
    """Raises VectorsRefused: they are beyond what the index is documented to take."""
    if len(vectors) > MOST_VECTORS:
        raise VectorsRefused(
            f"Vectorize takes {MOST_VECTORS} vectors at once, and these are {len(vectors)}"
        )
    for vector in vectors:
        if not 0 < len(vector.id.encode()) <= LONGEST_ID_BYTES:
            raise VectorsRefused(
                f"Vectorize takes ids of {LONGEST_ID_BYTES} bytes, and this is none: {vector.id!r}"
            )
        if len(vector.values) > MOST_DIMENSIONS:
            raise VectorsRefused(
                f"Vectorize takes {MOST_DIMENSIONS} dimensions, and {vector.id} has "
                f"{len(vector.values)}"
            )
        if len(dump(as_object(vector.metadata)).encode()) > LARGEST_METADATA_BYTES:
            raise VectorsRefused(
                f"Vectorize takes {LARGEST_METADATA_BYTES:,} bytes of metadata, and {vector.id} "
                "has more"
            )


def check_query(most: int) -> None:
    """Raises VectorsRefused: more is asked for than the index gives."""
    if not 0 < most <= MOST_MATCHES:
        raise VectorsRefused(f"Vectorize gives {MOST_MATCHES} matches at most, and not {most}")


class NoVectors:
    """`Vectors` where there is no index."""

    async def upsert(self, vectors: Sequence[Vector]) -> str:
        raise VectorsRefused(f"there is no index for {len(vectors)} vectors")

    async def present(self, ids: Sequence[str]) -> set[str]:
        raise VectorsRefused(f"there is no index for {len(ids)} ids")

    async def query(self, values: Sequence[float], most: int = 5) -> list[Match]:
        raise VectorsRefused(f"there is no index for {len(values)} dimensions and {most} matches")

"""The index in memory keeps to what is documented of Vectorize."""

from datetime import timedelta

import pytest

from tillroll_durable.platform.bindings.vectors import (
    LARGEST_METADATA_BYTES,
    MOST_DIMENSIONS,
    MOST_MATCHES,
    MOST_VECTORS,
    NoVectors,
    Vector,
    VectorsRefused,
)
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.vectors import FOUND_AFTER, MemoryVectors

EAST, NORTH = Vector("east", [1.0, 0.0]), Vector("north", [0.0, 1.0])


async def test_what_is_written_is_found_later() -> None:
    clock = ManualClock()
    vectors = MemoryVectors(clock)
    await vectors.upsert([EAST, NORTH])
    assert await vectors.present(["east", "north"]) == set()
    clock.advance(FOUND_AFTER)
    assert await vectors.present(["east", "west"]) == {"east"}
    assert [match.id for match in await vectors.query([1.0, 0.1])] == ["east", "north"]


async def test_the_index_goes_on_where_the_clock_of_the_worker_is_put_back() -> None:
    clock = ManualClock()
    vectors = MemoryVectors(clock)
    await vectors.upsert([EAST])
    clock.advance(timedelta(minutes=-7))
    clock.advance(FOUND_AFTER)
    assert await vectors.present(["east"]) == {"east"}


async def test_another_one_with_the_same_id_takes_its_place() -> None:
    clock = ManualClock()
    vectors = MemoryVectors(clock)
    await vectors.upsert([EAST])
    await vectors.upsert([Vector("east", [0.0, -1.0])])
    clock.advance(FOUND_AFTER + timedelta(seconds=1))
    assert [*vectors.found()["east"].values] == [0.0, -1.0]


@pytest.mark.parametrize(
    "beyond",
    [
        [EAST] * (MOST_VECTORS + 1),
        [Vector("a" * 65, [1.0])],
        [Vector("", [1.0])],
        [Vector("a", [0.0] * (MOST_DIMENSIONS + 1))],
        [Vector("a", [1.0], {"text": "a" * LARGEST_METADATA_BYTES})],
        [EAST, Vector("a", [1.0])],
    ],
    ids=["too many", "a long id", "no id", "dimensions", "metadata", "another length"],
)
async def test_what_the_index_does_not_take_is_refused(beyond: list[Vector]) -> None:
    with pytest.raises(VectorsRefused):
        await MemoryVectors(ManualClock()).upsert(beyond)


async def test_more_matches_than_it_gives_are_refused() -> None:
    with pytest.raises(VectorsRefused):
        await MemoryVectors(ManualClock()).query([1.0], MOST_MATCHES + 1)


async def test_a_deployment_without_an_index_refuses() -> None:
    for asking in (
        NoVectors().upsert([EAST]),
        NoVectors().present(["east"]),
        NoVectors().query([1.0]),
    ):
        with pytest.raises(VectorsRefused):
            await asking

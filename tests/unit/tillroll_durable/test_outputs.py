"""What a step may hand back, and the words in which anything else is refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import LONG, TABLES, Payouts, request_payout
from tillroll_durable import Registry
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.step_records import (
    LARGEST_INLINE_BYTES,
    LARGEST_OUTPUT_BYTES,
    UnfitOutput,
    as_stored,
    kept_output,
)
from tillroll_durable.upkeep.quarantine import sweep_objects
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


def test_json_is_stored_in_its_canonical_form() -> None:
    assert (
        as_stored("check", {"b": [1, 2.5, None, True], "a": "ü"})
        == '{"a":"ü","b":[1,2.5,null,true]}'
    )


def test_the_largest_output_is_four_mebibytes_with_its_quotes() -> None:
    assert len(as_stored("check", "x" * (LARGEST_OUTPUT_BYTES - 2))) == LARGEST_OUTPUT_BYTES


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            "x" * (LARGEST_OUTPUT_BYTES - 1),
            "exceeds 4 MiB: put it into the object store, hand back its key",
        ),
        ("ü" * (LARGEST_OUTPUT_BYTES // 2), "exceeds 4 MiB"),
        # 2,400,000 letters and one of them beyond Latin-1: the engine keeps each with two bytes.
        ("x" * 2_400_000 + "€", "exceeds 4 MiB"),
        (float("nan"), "the number nan"),
        ([float("inf")], "the number inf"),
        ({"total": 2**53}, "an integer beyond 2^53"),
        ({"on": date(2026, 1, 1)}, "a date"),
        (("a", "b"), "a tuple"),
        ([{1: "one"}], "an object whose keys are no text"),
        ("\ud800", "half of a surrogate pair"),
    ],
)
def test_what_the_engine_would_refuse_is_refused_for_good(output: object, words: str) -> None:
    with pytest.raises(UnfitOutput) as refused:
        as_stored("check", cast("Json", output))
    assert words in str(refused.value)
    assert "check" in str(refused.value)
    assert isinstance(refused.value, NonRetryable)


async def paid_with_a_long_output() -> tuple[World, str]:
    """A payout whose debit handed back more than its row holds, and the key of what it handed
    back.
    """
    faults = Faults()
    payouts = Payouts(Bank(faults), broken={"long debit": [True]})
    world = await open_world(faults, Deployed(payouts.workflow), tables=TABLES)
    await request_payout(world)
    await world.settle()
    (row,) = await world.rows("SELECT output FROM run_steps WHERE step = 'debit'")
    kept = load(str(row["output"]))
    assert isinstance(kept, dict)
    return world, str(kept["$output"])


async def test_what_is_large_lies_in_the_object_store() -> None:
    world, key = await paid_with_a_long_output()
    (run,) = await world.rows("SELECT id, account_id, state FROM runs")
    assert run["state"] == "closed"
    assert key.startswith(f"{run['account_id']}/outputs/{run['id']}/")
    assert await world.host.pieces.objects.get_text(key) == dump(LONG)


async def test_the_sweep_leaves_it_alone_and_takes_what_an_attempt_left_behind() -> None:
    world, key = await paid_with_a_long_output()
    left = f"{key.rpartition('/')[0]}/{'0' * 64}"
    await world.host.pieces.objects.put_text(left, "[]", "application/json")
    in_use = Registry([replace(world.deployed.workflow)]).objects_in_use
    for _ in range(4):
        world.host.pieces.clock.advance(timedelta(days=20))
        await sweep_objects(world.host.platform, in_use)
    assert sorted(world.host.pieces.objects.content) == [key]


async def test_the_bound_is_that_of_a_row() -> None:
    world, _ = await paid_with_a_long_output()
    objects = world.host.pieces.objects
    fits = "x" * (LARGEST_INLINE_BYTES - 2)
    assert await kept_output(objects, "acc", "run", "check", fits) == (fits, dump(fits))
    reference, text = await kept_output(objects, "acc", "run", "check", f"{fits}x")
    assert isinstance(reference, dict)
    assert text == dump(reference)


async def test_the_name_of_a_reference_is_the_cores_own() -> None:
    world, _ = await paid_with_a_long_output()
    with pytest.raises(UnfitOutput, match=r"name it otherwise"):
        await kept_output(
            world.host.pieces.objects, "acc", "run", "check", {"$output": "acc_other/file"}
        )

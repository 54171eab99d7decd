"""The simulated engine behaves as the genuine one: the same cases run on both, and what they saw is
compared.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.cases import (
    BODIES,
    a_step_runs_behind_a_wait_whose_time_is_up,
    a_wait_ends_when_its_time_is_up,
    drive,
    run_case,
)
from tests.support.suite import answers_of_suite
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.simulation.engine import SimulatedInstances
from tillroll_testing.simulation.faults import Faults

pytestmark = [pytest.mark.essential, pytest.mark.long]

HERE = Path(__file__).parent
CASES = [
    *(body.__name__ for body in BODIES),
    "a sleeper is ended",
    "what is deleted",
    "from outside",
]


async def simulated() -> JsonObject:
    """What the cases see on the simulated engine."""
    clock = ManualClock()
    instances = SimulatedInstances(clock, Faults())

    async def reach(instance_id: str, status: str) -> Json:
        for _ in range(60):
            await instances.run_all(run_case)
            instance = instances.by_id[instance_id]
            if instance.status == status:
                return instance.output
            clock.advance(timedelta(seconds=1))
        raise AssertionError(f"{instance_id} stays {instances.by_id[instance_id].status}")

    return await drive(instances, reach)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def genuine(folder: Path) -> Iterator[JsonObject]:
    """What they see inside workerd."""
    workflow = {"binding": "SUITE", "name": "engine-suite", "class_name": "Suite"}
    with answers_of_suite(HERE, folder, {"workflows": [workflow]}) as answers:
        yield answers


@pytest.mark.parametrize("case", CASES)
async def test_both_see_the_same(case: str, genuine: JsonObject) -> None:
    assert (await simulated())[case] == genuine[case]


def test_a_caught_timeout_is_not_taken_for_code_that_hung(
    genuine: JsonObject, folder: Path
) -> None:
    """workerd's issue 6925. In one case the body ends right behind the timeout, in the other steps
    follow.
    """
    for case in (a_wait_ends_when_its_time_is_up, a_step_runs_behind_a_wait_whose_time_is_up):
        assert "errored" not in str(genuine[case.__name__])
    # A word of its own: the log lists modules too, such as hungarian.py.
    assert re.search(r"\bhung\b", (folder / "wrangler.log").read_text(encoding="utf-8")) is None

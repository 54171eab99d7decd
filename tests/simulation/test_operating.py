"""What operators and the reconciler can do while something is broken, and that what is broken on purpose is found."""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.simulation import operating
from tests.simulation.planted_operating import PLANTED, PlantedInScenario

SCENARIOS = (
    operating.a_run_of_a_kind_that_is_not_deployed,
    operating.instances_for_which_the_engine_never_answers,
    operating.decisions_that_nobody_takes_up,
    operating.a_run_that_was_resumed_in_vain_is_resumed,
    operating.a_run_that_was_resumed_in_vain_is_cancelled,
    operating.a_run_that_its_engine_keeps_running_for_ever,
    operating.a_notice_that_could_not_be_written_is_sent_after_all,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_it_holds(scenario: Callable[[], Awaitable[None]]) -> None:
    await scenario()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
async def test_what_is_planted_is_found(planted: PlantedInScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant(monkeypatch)
    with pytest.raises(AssertionError) as found:
        await planted.scenario()
    assert re.search(planted.found_by, str(found.value)), found.value

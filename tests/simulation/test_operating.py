"""What operators and the reconciler can do while something is broken, and that what is broken on
purpose is found.
"""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.simulation.planted import of_operating, of_telling
from tests.simulation.planted.of_operating import PlantedInScenario
from tests.simulation.stories import deliveries, operating, orphans, pausing, telling

SCENARIOS = (
    operating.a_run_of_a_kind_that_is_not_deployed,
    operating.instances_for_which_the_engine_never_answers,
    operating.decisions_that_nobody_takes_up,
    operating.signals_that_nobody_takes_up,
    operating.a_sleeper_that_wakes_in_vain,
    operating.a_run_that_was_resumed_in_vain_is_resumed,
    operating.a_run_that_was_resumed_in_vain_is_cancelled,
    operating.a_run_that_its_engine_keeps_running_for_ever,
    pausing.a_paused_run_whose_instance_is_gone,
    pausing.a_paused_run_that_its_engine_has_resumed,
    deliveries.a_late_consumer_gives_up_what_a_newer_attempt_has,
    deliveries.a_delivery_that_kills_its_consumer,
    orphans.a_database_that_does_not_know_the_objects,
    orphans.a_few_objects_that_the_database_forgot_for_a_while,
    orphans.an_orphan_that_is_uploaded_anew,
    telling.a_delivery_that_was_given_up,
    telling.a_paused_run_that_was_cancelled,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_an_operator_can_act_while_something_is_broken(
    scenario: Callable[[], Awaitable[None]],
) -> None:
    await scenario()


@pytest.mark.parametrize(
    "planted", [*of_operating.PLANTED, *of_telling.PLANTED], ids=lambda planted: planted.name
)
async def test_what_is_planted_is_found(
    planted: PlantedInScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.plant(monkeypatch)
    with pytest.raises(AssertionError) as found:
        await planted.scenario()
    assert re.search(planted.found_by, str(found.value)), found.value

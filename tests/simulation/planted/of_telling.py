"""Deliberately broken variants of what a run tells of itself and shows as safe, and of what several
runs do to each other.
"""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from tests.simulation.next_actions import play_as_shown
from tests.simulation.planted.of_operating import PlantedInScenario, one_row_stops_the_others
from tests.simulation.planted.planted import set_to, stories
from tests.simulation.stories import several, telling
from tillroll_durable import dispatch, operations
from tillroll_durable.explanation import summary as explanation
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.bindings.engine import Engine
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.states import NextSafeAction
from tillroll_durable.workflow import Workflow


def _as_shown(name: str) -> Callable[[], Awaitable[object]]:
    (story,) = stories(name)
    return partial(play_as_shown, story)


def _says_nothing(*_: object, **__: object) -> str:
    return ""


def _goes_on(_: Row) -> str:
    return "The run is paused. It goes on when it is resumed."


def _tried_nothing(*_: object, **__: object) -> list[str]:
    return []


async def _is_refused(*_: object, **__: object) -> None:
    raise NotPossible("it is never possible")


async def _does_nothing(*_: object, **__: object) -> None:
    return None


def _always_investigate(*_: object, **__: object) -> NextSafeAction:
    return NextSafeAction.INVESTIGATE


def _newest_body(patch: pytest.MonkeyPatch) -> None:
    """Every run goes on by the body of the newest version."""
    original = dispatch.execute

    async def broken(
        platform: Platform, engine: Engine, workflows: Sequence[Workflow], params: JsonObject
    ) -> JsonObject:
        newest = [replace(each, body=workflows[0].body) for each in workflows]
        return await original(platform, engine, newest, params)

    patch.setattr("tillroll_testing.simulation.world.execute", broken)


PLANTED = (
    PlantedInScenario(
        "a delivery that was given up is not told",
        set_to(explanation, "deliveries_told", _says_nothing),
        telling.a_delivery_that_was_given_up,
        "a delivery (fails|was given up), and it says",
    ),
    PlantedInScenario(
        "a paused run that was cancelled is said to go on",
        set_to(explanation, "_paused", _goes_on),
        telling.a_paused_run_that_was_cancelled,
        "paused, to be ended: True",
    ),
    PlantedInScenario(
        "what was tried is not told",
        set_to(explanation, "tried_of", _tried_nothing),
        telling.a_paused_run_that_was_cancelled,
        "is not told as tried",
    ),
    PlantedInScenario(
        "what is shown as safe is refused",
        set_to(operations, "retry", _is_refused),
        _as_shown("a read fails for good"),
        "retry_from_step is shown in requested_check_failed, and is refused",
    ),
    PlantedInScenario(
        "what is shown as safe leads nowhere",
        set_to(operations, "retry", _does_nothing),
        _as_shown("a read fails for good"),
        "was accepted, and changed nothing",
    ),
    PlantedInScenario(
        "a run that was given up is to be investigated for ever",
        set_to(explanation, "_next_safe_action", _always_investigate),
        _as_shown("nobody knows of what cannot be undone"),
        "a person is to look at abandoned, and can do nothing then",
    ),
    PlantedInScenario(
        "a run whose row is poisoned stops the others",
        one_row_stops_the_others,
        partial(several.one_of_several_is_poisoned, "a state that no contract has"),
        "a poisoned row delays another run",
    ),
    PlantedInScenario(
        "a run goes on by the newest body",
        _newest_body,
        several.a_deploy_in_the_middle,
        "another version's body|delays others",
    ),
)

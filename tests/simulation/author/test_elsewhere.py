"""What docs/writing-workflows.md shows does what it says, and is this code, word for word."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from local.places import ROOT
from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.author.elsewhere import (
    APPROVE,
    CHARGES,
    ORDER,
    ORDER_V1,
    REFUNDS,
    OrderParams,
)
from tests.simulation.author.told import RATES, RatesSettings
from tests.support.host_api import api_client
from tillroll_durable import NoParams, Registry, begin
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.settings import InvalidSetting
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.host.memory import WebhookReceiver

_PAGE = ROOT / "docs/writing-workflows.md"
_SHOWN = r"\]\(\.\./tests/simulation/author/{}\)\):\n\n```python\n(.*?)```"


class Provider(WebhookReceiver):
    """Another side over HTTP: it does a thing once by its key, and finds it by that. `answers` are
    given first.
    """

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults
        self.done: dict[str, dict[str, str]] = {CHARGES: {}, REFUNDS: {}}

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        await self._faults.point("provider: before")
        answer = self.answers.pop(0) if self.answers else 201
        if answer in {201, None}:  # None: it is done, and the answer lost
            self.done[url].setdefault(headers["idempotency-key"], body)
        await self._faults.point("provider: after")
        if answer is None:
            raise HttpFailed("cut off")
        return HttpAnswer(
            answer, dump({"id": f"id-{len(self.done[url])}"}) if answer == 201 else "no funds"
        )

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes, headers
        of, _, key = url.rpartition("/")
        return (
            HttpAnswer(200, dump({"id": "found"}))
            if unquote(key) in self.done[of]
            else HttpAnswer(404, "")
        )


async def _opened(faults: Faults) -> tuple[World, Provider]:
    world, provider = await open_world(faults, Deployed(ORDER)), Provider(faults)
    world.host.platform = replace(world.host.platform, http=provider)
    return world, provider


async def _order(world: World, *, approves: bool | None) -> None:
    """Begun, and answered where it is, before it waits."""
    await begin(world.host.platform, ORDER, OrderParams(amount=5), ANN, key="one")
    run = await world.run()
    assert run is not None
    if approves is not None:
        try:
            payload: JsonObject = {"by": "Ann", "approves": approves}
            await send_signal(
                world.host.platform, ORDER_V1, run, APPROVE.name, "one", payload, "user:usr_first"
            )
        except NotListening:
            pass  # it was cancelled before


def _told(name: str, ending: str, *, approves: bool) -> Story:
    async def opened(faults: Faults) -> Scene:
        world, provider = await _opened(faults)

        async def check() -> None:
            """Charged once, and refunded where it ended otherwise than as approved."""
            if world.was_astray:
                return  # what a broken body did not come to may stand as it is: a person was called
            charges, refunds = provider.done[CHARGES], provider.done[REFUNDS]
            assert len(charges) <= 1
            run = await world.run()
            is_undone = run is not None and run.state in {"undone", "cancelled", "abandoned"}
            if is_undone or (run and run.state == "completed"):
                undone = [str(load_object(body)["charge"]) for body in refunds.values()]
                assert undone == ([*charges] if is_undone else [])

        return Scene(world, lambda: _order(world, approves=approves), check)

    return Story(name, opened, ending)


STORIES = (
    _told("approved", "completed", approves=True),
    _told("not approved", "undone", approves=False),
)


@pytest.mark.parametrize(
    "name", ["shortest.py", "first.py", "crm_sync/workflow.py", "elsewhere.py", "told.py"]
)
def test_what_the_page_shows_is_this_code(name: str) -> None:
    blocks = re.findall(
        _SHOWN.format(re.escape(name)), _PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(blocks) == 1, f"the page shows no code of {name}"
    code = (Path(__file__).parent / name).read_text(encoding="utf-8")
    assert blocks[0] in code, f"the page shows other code than {name}: copy it"


@pytest.mark.parametrize(
    ("variables", "state", "asked"),
    [
        ({"RATES_URL": "https://rates.example/today", "RATES_KEY": "k"}, "completed", "Bearer k"),
        ({}, "look_up_failed", None),
    ],
)
async def test_a_step_asks_what_the_deployment_told_it(
    variables: dict[str, str], state: str, asked: str | None
) -> None:
    class Rates(WebhookReceiver):
        async def get(
            self,
            url: str,
            timeout_seconds: float,
            max_bytes: int,
            headers: Mapping[str, str] | None = None,
        ) -> HttpAnswer:
            seen.append((url, (headers or {}).get("authorization")))
            del timeout_seconds, max_bytes
            return HttpAnswer(200, dump({"rate": 2}))

    seen: list[tuple[str, str | None]] = []
    world = await open_world(Faults(), Deployed(RATES))
    platform = world.host.platform
    told = platform.settings.changed(RatesSettings.read(lambda name: variables.get(name, "")))
    world.host.platform = replace(platform, http=Rates(), settings=told)
    await begin(world.host.platform, RATES, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state FROM runs")
    assert run["state"] == state
    assert seen == ([(variables["RATES_URL"], asked)] if asked else [])


def test_half_of_the_settings_is_refused() -> None:
    variables = {"RATES_URL": "https://rates.example/today"}
    with pytest.raises(InvalidSetting, match="RATES_URL is set, so RATES_KEY"):
        RatesSettings.read(lambda name: variables.get(name, ""))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_card_is_charged_once_and_refunded_where_it_must_be(
    story: Story, undisturbed: Undisturbed
) -> None:
    await undisturbed(story)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_card_is_charged_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


@pytest.mark.parametrize(
    ("answers", "state", "failure", "charged"),
    [
        ([422], "charge_failed", "external_refused", 0),
        ([401], "charge_failed", "access_denied", 0),
        ([500] * 9, "charge_failed", "external_unknown", 0),
        ([None], APPROVE.waiting, None, 1),  # what was done and not answered is found by its key
    ],
)
async def test_what_each_answer_means(
    answers: list[int | None], state: str, failure: str | None, charged: int
) -> None:
    world, provider = await _opened(Faults())
    provider.answers += answers
    await _order(world, approves=None)
    await world.settle()
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert (run["state"], run["failure_class"], len(provider.done[CHARGES])) == (
        state,
        failure,
        charged,
    )


async def test_time_that_is_up_undoes_it_as_well() -> None:
    world, provider = await _opened(Faults())
    await _order(world, approves=None)
    await world.settle()
    world.host.pieces.clock.advance(timedelta(days=7, minutes=11))
    await world.settle()
    run = await world.run()
    assert run is not None
    assert (run.state, len(provider.done[REFUNDS])) == ("undone", 1)
    async with api_client(world.host.platform, registry=Registry([ORDER])) as client:
        shown = (await client.get(f"/api/runs/{run.id}")).json()
        items = (await client.get(f"/api/runs/{run.id}/timeline")).json()["items"]
    assert "operator" not in {item["name"] for item in items if item["kind"] == "wait"}, (
        "it waits for nobody"
    )
    assert (shown["nextSafeAction"], shown["safeToRetry"], "waitsFor" in shown) == (
        "none",
        False,
        False,
    )
    told = (
        "it was not approved. Nothing was changed by it. What the run had done before was undone."
    )
    assert str(shown["whatHappened"]).endswith(told)

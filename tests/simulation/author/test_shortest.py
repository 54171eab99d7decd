"""The shortest workflow of docs/writing-workflows.md charges once, whatever comes between. What is
broken in how a call is made is found.
"""

import ast
import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world, shortest
from tests.simulation.author.shortest import CHARGES, PAYMENT, Charge, PaymentParams
from tests.support.real_http import RealHttp
from tests.unit.tillroll_durable.calls.hostile import Reply, Request, serving
from tillroll_durable import HttpAnswer, HttpFailed, NonRetryable, Refused, begin, http
from tillroll_durable.outputs import Output
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, dump
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.play.every_play import play_one, what_it_passes
from tillroll_testing.play.plays import singles

_SEED = 7
_PLAYS = 80
_MOST_NAMES = 9


async def _holds() -> None:
    """What the core and the other side know is enough."""


async def _pay(world: World) -> None:
    await begin(world.host.platform, PAYMENT, PaymentParams(amount=5), ANN, key="one")


async def _scene(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(PAYMENT))
    return Scene(world, lambda: _pay(world), _holds)


STORY = Story("a payment", _scene, "completed")


def test_at_most_nine_names_are_known_before_the_first_call() -> None:
    """What it imports of the library, and the verbs of its run."""
    known = set[str]()
    for node in ast.walk(ast.parse(Path(shortest.__file__).read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="tillroll_durable", names=names):
                known |= {each.name for each in names}
            case ast.Call(func=ast.Attribute(value=ast.Name(id="run"), attr=verb)):
                known.add(f"run.{verb}")
            case _:
                pass
    assert "run.call" in known
    assert len(known) <= _MOST_NAMES, sorted(known)


async def test_the_shortest_workflow_charges_and_knows_the_charge(undisturbed: Undisturbed) -> None:
    scene = await undisturbed(STORY)
    [step] = await scene.world.rows(
        "SELECT external_id, output FROM run_steps WHERE step = 'charge'"
    )
    assert step["output"] == dump({"id": step["external_id"]})


async def test_it_charges_once_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


def _new_key(_: str) -> str:
    return new_id("key")


def _refusing(answer: HttpAnswer) -> HttpAnswer:
    if not answer.is_success:
        raise Refused("it said no")
    return answer


def _taking(answer: HttpAnswer) -> HttpAnswer:
    if answer.is_success:
        return answer
    return HttpAnswer(200, dump({"id": "none"}))


_BROKEN: tuple[tuple[str, str, Callable[..., object]], ...] = (
    ("each attempt sends a key of its own", "key_sent", _new_key),
    ("whatever is no success passes for a refusal", "success_of", _refusing),
    ("whatever is no success passes for done", "success_of", _taking),
)


@pytest.mark.parametrize(("name", "of", "instead"), _BROKEN, ids=[each[0] for each in _BROKEN])
def test_a_call_that_is_broken_on_purpose_is_found(
    name: str, of: str, instead: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, of, instead)
    passed = what_it_passes([STORY], _SEED)
    found = None if isinstance(passed, list) else passed.broken.says
    if isinstance(passed, list):
        for each in singles(passed, _SEED)[:_PLAYS]:
            broken = play_one([STORY], each, _SEED)
            if broken:
                found = broken.says
                break
    assert found is not None, name


# What is answered instead, before anything is done, and behind it.
_BEFORE = {
    "throttled": Reply(429, headers={"retry-after": "30"}),
    "a gateway's": Reply(502, b"<html>"),
    "lost": Reply(is_silent=True),
}
_BEHIND = {
    "done and lost": Reply(is_silent=True),
    "done and broken": Reply(200, b"<html>"),
    "done and of another form": Reply(200, b'{"charge": "ch_0"}'),
    "done and a gateway's": Reply(504),
    "done and busy": Reply(409),
}


class _Bank:
    """It charges once for each key. Whatever it is told to go wrong by, it does so first."""

    def __init__(self, troubles: list[str]) -> None:
        self._troubles = troubles
        self.charges: dict[str, str] = {}
        self.sends = 0

    def answer(self, request: Request) -> Reply:
        trouble = self._troubles.pop(0) if self._troubles else "none"
        if trouble in _BEFORE:
            return _BEFORE[trouble]
        reply = self._asked(request) if request.method == "GET" else self._charged(request)
        if trouble == "done and cut":
            return replace(reply, length=len(reply.body) + 9)
        return _BEHIND.get(trouble, reply)

    def _charged(self, request: Request) -> Reply:
        key = request.headers["idempotency-key"]
        self.sends += 1
        self.charges.setdefault(key, f"ch_{len(self.charges)}")
        return Reply(201, dump({"id": self.charges[key]}).encode())

    def _asked(self, request: Request) -> Reply:
        key = request.path.rpartition("/")[2].replace("%3A", ":")
        if key not in self.charges:
            return Reply(404)
        return Reply(200, dump({"id": self.charges[key]}).encode())


_TROUBLES = st.sampled_from(["none", "done and cut", *_BEFORE, *_BEHIND])


class _At(RealHttp):
    """HTTP to a server of this machine in place of the payments' address."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def post(self, url: str, *arguments: Any, **named: Any) -> HttpAnswer:
        return await super().post(self._here(url), *arguments, **named)

    async def get(self, url: str, *arguments: Any, **named: Any) -> HttpAnswer:
        return await super().get(self._here(url), *arguments, **named)

    def _here(self, url: str) -> str:
        if not url.startswith(CHARGES):
            raise HttpFailed("nobody is at this address")
        return url.replace(CHARGES, f"{self._url}/charges")


async def _paid_through(troubles: list[str]) -> tuple[_Bank, str, list[str]]:
    """The bank, the run's state, and what the record has of the charge."""
    bank = _Bank(troubles)
    async with serving(bank.answer) as server:
        world = await open_world(Faults(), Deployed(PAYMENT))
        world.host.platform = replace(world.host.platform, http=_At(server.url))
        await _pay(world)
        # It sleeps where it was asked to come again.
        for _ in range(6):
            await world.settle()
            world.host.pieces.clock.advance(timedelta(minutes=2))
        await world.settle()
        [run] = await world.rows("SELECT state FROM runs")
        steps = await world.rows("SELECT output FROM run_steps WHERE step = 'charge'")
        return bank, str(run["state"]), [str(each["output"]) for each in steps]


def _taken_without_checking(output: Output[Any], value: Json) -> Any:
    assert output.adapter is not None
    try:
        return output.adapter.validate_python(value)
    except ValidationError:
        return Charge.model_construct(id="none")


def _taken_for_a_refusal(output: Output[Any], value: Json) -> Any:
    assert output.adapter is not None
    try:
        return output.adapter.validate_python(value)
    except ValidationError:
        raise Refused("it does not fit") from None


def _taken_for_the_end(output: Output[Any], value: Json) -> Any:
    assert output.adapter is not None
    try:
        return output.adapter.validate_python(value)
    except ValidationError:
        raise NonRetryable("it does not fit") from None


_UNFIT: tuple[tuple[str, Callable[..., object]], ...] = (
    ("an answer that does not fit passes for done", _taken_without_checking),
    ("an answer that does not fit passes for a refusal", _taken_for_a_refusal),
    ("an answer that does not fit fails the step for good", _taken_for_the_end),
)


def _is_right(bank: _Bank, state: str, outputs: list[str]) -> bool:
    """Whether it charged once, and knows the charge."""
    kept = [dump({"id": charge}) for charge in bank.charges.values()]
    return state == "completed" and len(kept) == 1 and outputs == kept and bank.sends == 1


async def test_an_answer_that_does_not_fit_is_looked_up() -> None:
    """What `gives` does not take says neither that it was done nor that it was not."""
    for trouble in ("done and broken", "done and of another form"):
        assert _is_right(*await _paid_through([trouble])), trouble


@pytest.mark.parametrize(("name", "instead"), _UNFIT, ids=[each[0] for each in _UNFIT])
async def test_a_type_of_answers_that_is_broken_on_purpose_is_found(
    name: str, instead: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Output, "fitted", instead)
    assert _is_right(*await _paid_through([])), "it fits"
    assert not _is_right(*await _paid_through(["done and of another form"])), name


@given(troubles=st.lists(_TROUBLES, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_hostile_server_is_charged_through_once(troubles: list[str]) -> None:
    bank, state, _ = asyncio.run(_paid_through([*troubles]))
    assert state == "completed", troubles
    assert len(bank.charges) == 1
    assert bank.sends == 1, "what was done was sent again, and not asked for"

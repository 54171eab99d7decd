"""What the API answers of a receipt's runs is what programs were written for: recorded answers,
byte for byte.

Whoever adds a property records the answers anew, with RECORD=1 in the environment of this test, and
reads the difference.
"""

import json
import os
import re
from itertools import count
from pathlib import Path

import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_RECORDED = Path(__file__).parent / "recorded"
_ID = re.compile(r"\b(?P<prefix>[a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}")


def _without_extraction(answer: str) -> str:
    """What was read has tests of its own, which its rules' weights change."""
    mark = '"extraction":{'
    if mark not in answer:
        return answer
    start = answer.index(mark) + len(mark) - 1
    _, end = json.JSONDecoder().raw_decode(answer, start)
    return f"{answer[:start]}{{}}{answer[end:]}"


def _named(answer: str) -> str:
    """The answer with each id of a ULID replaced by its place in the answer."""
    known: dict[str, str] = {}
    numbers = count(1)

    def name(found: re.Match[str]) -> str:
        ulid = found[0].partition("_")[2]
        if ulid not in known:
            known[ulid] = f"{next(numbers):026d}"
        return f"{found['prefix']}_{known[ulid]}"

    return _ID.sub(name, answer)


async def _clear() -> World:
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    return world


async def _waiting() -> World:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle()
    return world


async def _decided(values: JsonObject) -> World:
    world = await _waiting()
    await world.settle(values)
    return world


async def _received() -> World:
    world = await open_receipts(Faults())
    await upload(world)
    return world


async def _duplicate() -> World:
    world = await _clear()
    await upload(world, copy=1)
    await world.settle()
    return world


_STORIES = {
    "received": _received,
    "notified": _clear,
    "waiting": _waiting,
    "corrected": lambda: _decided(CORRECTION),
    "rejected": lambda: _decided({"decision": "reject"}),
    "possible_duplicate": _duplicate,
}


@pytest.mark.parametrize("story", _STORIES)
async def test_answers_are_as_recorded(story: str) -> None:
    world = await _STORIES[story]()
    run = await world.run()
    assert run is not None
    async with api_client(world.host.platform) as client:
        answers = [(await client.get(path)).text for path in ("/api/runs", f"/api/runs/{run.id}")]
    now = "\n".join(_named(_without_extraction(answer)) for answer in answers) + "\n"
    path = _RECORDED / f"{story}.txt"
    if os.environ.get("RECORD"):
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")

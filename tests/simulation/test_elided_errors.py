"""What an exception of a step says stands in no row and on no page, but for what its code says.
Sentences of our own classes stay readable.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from local.places import MIGRATIONS
from tests.simulation.opening import open_world
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, USER
from tests.support.sql import sql
from tillroll_durable import (
    Actor,
    Contract,
    Effect,
    NonRetryable,
    Retries,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_SECRET = "hunter2SECRETxyz"
_LOOK = Step("look", Effect.READ, gives=str, retries=Retries(limit=1))
_PAGES = ("", "/steps", "/timeline", "/trace", "/steps/look")


class FromElsewhere(Exception):
    """An error of a class that is not ours."""


FromElsewhere.__module__ = "elsewhere.client"


async def _raised(context: StepContext) -> str:
    del context
    raise RuntimeError(f"no answer of postgres://admin:{_SECRET}@db")


async def _by_a_key(context: StepContext) -> str:
    del context
    empty: dict[str, str] = {}
    return empty[f"token {_SECRET}"]


async def _of_a_library(context: StepContext) -> str:
    del context
    raise FromElsewhere(f"Authorization: Bearer {_SECRET}")


async def _of_the_interpreter(context: StepContext) -> str:
    del context
    return str(int(_SECRET))


async def _caused(context: StepContext) -> str:
    try:
        return await _raised(context)
    except RuntimeError as error:
        raise OSError(f"failed: {error}") from error


async def _settled(look: Callable[[StepContext], Awaitable[str]]) -> tuple[World, str]:
    async def body(run: WorkflowRun) -> str:
        return await run.step(_LOOK, look)

    workflow = Workflow(Contract("odd", 1, steps=(_LOOK,)), body, gives=str)
    world = await open_world(Faults(), Deployed(workflow), webhook=False)
    actor = Actor(ACCOUNT, f"user:{USER}")
    run = await begin(world.host.platform, workflow, {}, actor, key="one")
    await world.settle()
    return world, run.id


async def _texts(world: World, run_id: str) -> list[str]:
    """All that rows and pages say."""
    texts: list[str] = []
    tables = await world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    for table in tables:
        rows: list[dict[str, Any]] = [*await world.rows(sql(f"SELECT * FROM {table['name']}"))]
        texts += [str(value) for row in rows for value in row.values()]
    async with api_client(world.host.platform) as client:
        for path in (*(f"/api/runs/{run_id}{page}" for page in _PAGES), "/api/inbox"):
            texts.append((await client.get(path)).text)
    return texts


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (_raised, "no answer of postgres://admin:…@db"),
        (_by_a_key, "KeyError: '…'"),
        (_of_a_library, "Authorization: Bearer …"),
        (_of_the_interpreter, "invalid literal for int() with base 10: '…'"),
        (_caused, "failed: …"),
    ],
)
async def test_a_step_s_exception_shows_no_value(
    look: Callable[[StepContext], Awaitable[str]], says: str
) -> None:
    world, run_id = await _settled(look)
    texts = await _texts(world, run_id)
    assert [each for each in texts if _SECRET in each] == []
    assert await world.rows("SELECT DISTINCT error_summary FROM step_attempts") == [
        {"error_summary": says}
    ]
    assert await world.rows("SELECT error_summary FROM runs") == [{"error_summary": says}]


async def test_a_sentence_of_our_own_classes_stays_readable() -> None:
    async def look(context: StepContext) -> str:
        del context
        address = f"https://admin:{_SECRET}@bank.test/"
        raise NonRetryable(f"{address} knows no account {ACCOUNT}")

    world, run_id = await _settled(look)
    said = f"https://admin:…@bank.test/ knows no account {ACCOUNT}"
    assert await world.rows("SELECT error_summary FROM runs") == [{"error_summary": said}]
    texts = await _texts(world, run_id)
    assert any(said in each for each in texts)
    assert [each for each in texts if _SECRET in each] == []


async def test_texts_that_were_kept_before_are_elided_by_a_migration() -> None:
    async def look(context: StepContext) -> str:
        del context
        raise NonRetryable("the bank knows no such account")

    world, run_id = await _settled(look)
    old = f"UPDATE step_attempts SET error_class = 'OSError', error_summary = '{_SECRET}'"
    world.host.database.connection.execute(old)
    world.host.database.apply(MIGRATIONS / "0047_elided_errors.sql")
    assert [each for each in await _texts(world, run_id) if _SECRET in each] == []
    said = "the bank knows no such account"
    assert await world.rows("SELECT error_summary FROM runs") == [{"error_summary": said}]
    assert await world.rows("SELECT error_summary FROM step_attempts") == [{"error_summary": "…"}]

"""Links to the files of an export: who has one needs no session, until it expires or is taken
back.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.exports.exporting import content_of, exported
from tillroll.api.problems import Problem
from tillroll.exports.native import show_shared
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, Given(1))
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def fetch(world: World, url: str, number: str | None = None) -> bytes:
    reply = await show_shared(world.host.platform, url.removeprefix("/api/handed-on/"), number)
    assert reply.headers["cache-control"] == "private, no-store"
    return world.host.pieces.objects.content[reply.key]


async def test_a_link_gives_the_file_until_it_expires(
    world: World, client: httpx.AsyncClient
) -> None:
    export = await exported(world, client, format="csv")
    made = await client.post(f"/api/exports/{export['id']}/links", json={"expiresInHours": 2})
    link = made.json()
    assert made.status_code == httpx.codes.CREATED
    assert await fetch(world, link["url"]) == await content_of(world, export)
    with pytest.raises(Problem, match="no such file"):
        await fetch(world, link["url"], "2")
    token = link["url"].rpartition("/")[2]
    kept = [
        *await world.rows("SELECT * FROM export_links"),
        *await world.rows("SELECT * FROM audit_events"),
    ]
    assert not any(token in str(row) for row in kept), "the token itself is kept"
    used = await world.rows("SELECT actor FROM audit_events WHERE action = 'export_link.used'")
    assert [row["actor"] for row in used] == [f"link:{link['id']}"]
    world.host.pieces.clock.advance(timedelta(hours=2))
    with pytest.raises(Problem, match="expired"):
        await fetch(world, link["url"])
    listed = (await client.get(f"/api/exports/{export['id']}/links")).json()["items"]
    assert [(item["id"], item["status"]) for item in listed] == [(link["id"], "expired")]


async def test_a_link_is_taken_back(world: World, client: httpx.AsyncClient) -> None:
    export = await exported(world, client, format="csv")
    link = (await client.post(f"/api/exports/{export['id']}/links", json={})).json()
    path = f"/api/export-links/{link['id']}"
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        assert (await other.delete(path)).status_code == httpx.codes.NOT_FOUND
        assert (
            await other.get(f"/api/exports/{export['id']}/links")
        ).status_code == httpx.codes.NOT_FOUND
        assert (
            await other.post(f"/api/exports/{export['id']}/links", json={})
        ).status_code == httpx.codes.NOT_FOUND
    assert (await client.delete(path)).status_code == httpx.codes.NO_CONTENT
    assert (await client.delete(path)).status_code == httpx.codes.NO_CONTENT
    with pytest.raises(Problem, match="taken back"):
        await fetch(world, link["url"])


@pytest.mark.parametrize("token", ["", "xlk_guessed", "x" * 500])
async def test_a_guess_is_no_link(world: World, token: str) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        await show_shared(world.host.platform, token, None)


async def test_hours_are_bounded(world: World, client: httpx.AsyncClient) -> None:
    export = await exported(world, client, format="csv")
    for hours in (0, 90 * 24 + 1, "2"):
        answer = await client.post(
            f"/api/exports/{export['id']}/links", json={"expiresInHours": hours}
        )
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY

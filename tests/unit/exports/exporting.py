"""Exports that are asked for and followed, for tests of what becomes of them."""

import json
from typing import Any, LiteralString

import httpx

from tests.support.host_platform import TOKEN
from tillroll.exports.native import show_file
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.world import World


async def exported(world: World, client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """An export that has ended; JSON Lines unless it is asked for otherwise."""
    answer = await client.post("/api/exports", json={"format": "jsonl", **asked})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    await world.settle()
    export = (await client.get(answer.headers["location"])).json()
    assert export["status"] == "complete", export
    return export


async def content_of(world: World, export: dict[str, Any], number: int = 1) -> bytes:
    header = {"authorization": f"Bearer {TOKEN}"}.get
    reply = await show_file(world.host.platform, header, export["id"], str(number))
    return world.host.pieces.objects.content[reply.key]


async def lines_of(world: World, export: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Of an export in JSON Lines: expense, total, and the export that is corrected."""
    lines = [json.loads(line) for line in (await content_of(world, export)).splitlines()]
    return [(line["id"], line["total"], line["corrects"]) for line in lines]


async def change(world: World, sql: LiteralString, *values: str | int) -> None:
    """Change rows of expenses as a person would have done; their version grows by it."""
    change = statement(f"UPDATE expenses SET {sql}", [*values])
    await world.host.database.batch([change])

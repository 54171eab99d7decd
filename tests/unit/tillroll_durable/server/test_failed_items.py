"""A run whose items failed is found and marked by a deployment without the product."""

from typing import Any

from tests.simulation.verbs.test_failed_items import ALL as LETTERS
from tests.simulation.verbs.test_failed_items import Post, played
from tests.unit.tillroll_durable.server.test_server import Client, body_of
from tillroll_durable import Registry
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_testing.host.platform import ACCOUNT


async def asked(post: Post, value: str) -> list[dict[str, Any]]:
    """The runs that the list has with this `withFailures`, after a run to each of three people."""
    world = await played(post)
    token = await create_token(world.host.platform, ACCOUNT, "ci", ("read",), "user:usr_1")
    client = Client(world, server_of(Registry([post.workflow])), token.secret)
    listed = await client.ask("GET", "/api/runs", query=(("withFailures", value),))
    assert listed.status == 200, listed.body
    return body_of(listed)["items"]


async def test_the_filter_finds_it_with_both_counts() -> None:
    [run] = await asked(Post("ben"), "true")
    assert (run["status"], run["items"], run["failedItems"]) == ("complete", len(LETTERS), 1)


async def test_the_filter_leaves_out_a_run_whose_items_all_came() -> None:
    assert await asked(Post(), "true") == []
    [run] = await asked(Post(), "false")
    assert "failedItems" not in run

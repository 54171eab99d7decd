"""Names that only look like those of the account, at the doors of receipts: what a person gives,
and what a paper or an old rule says.
"""

from typing import Any, Final

import httpx
import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import CLEAR_RECEIPT
from tests.unit.receipts.test_vouchers import AWAY, DRIVE, PARKING
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

GIFTS: Final = "G\u0456fts"
HIDDEN: Final = "Gi\u200bfts"
UNFIT: Final = 422
STATED: Final[dict[str, JsonObject]] = {
    "/api/vouchers": PARKING,
    "/api/mileage": DRIVE,
    "/api/per-diem": AWAY,
}
"""What states an expense, by its path."""


async def sent(world: World, method: str, path: str, body: object = None) -> httpx.Response:
    async with api_client(world.host.platform) as client:
        return await client.request(method, path, json=body)


async def open_with_gifts(transcript: str | None = None) -> World:
    world = await open_receipts(Faults(), transcript=transcript)
    assert (await sent(world, "POST", "/api/categories", {"name": "Gifts"})).is_success
    return world


async def categories(world: World) -> list[Any]:
    return [row["category"] for row in await world.rows("SELECT category FROM expenses")]


@pytest.mark.parametrize("path", STATED)
async def test_a_statement_asks_about_a_category_of_other_letters(path: str) -> None:
    world = await open_with_gifts()
    refused = await sent(world, "POST", path, {**STATED[path], "category": GIFTS})
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like Gifts" in refused.text
    assert (await sent(world, "POST", path, {**STATED[path], "category": HIDDEN})).is_success
    await world.settle()
    assert await categories(world) == ["Gifts"]


async def test_values_with_a_retry_ask_about_the_names_that_they_give() -> None:
    world = await open_with_gifts()
    first = await sent(world, "POST", "/api/vouchers", {**PARKING, "merchant": "Kodak"})
    assert first.is_success
    await world.settle()
    run_id = await upload(world)
    await world.rows("UPDATE runs SET status = 'failed'")
    for given, other in (({"category": GIFTS}, "Gifts"), ({"merchant": "K\u043edak"}, "Kodak")):
        asked = {"reason": "Say it anew", "values": given}
        refused = await sent(world, "POST", f"/api/runs/{run_id}/retry", asked)
        assert refused.status_code == UNFIT, refused.text
        assert f"It looks like {other}" in refused.text


async def test_a_rule_of_before_gives_no_category_that_only_looks_like_one() -> None:
    world = await open_receipts(Faults())
    rule = {"when": {"words": ["nasi"]}, "gives": {"category": GIFTS}}
    assert (await sent(world, "POST", "/api/rules", rule)).is_success
    assert (await sent(world, "POST", "/api/categories", {"name": "Gifts"})).is_success
    await upload(world)
    await world.settle()
    assert await categories(world) == [None]
    listed = (await sent(world, "GET", "/api/categories")).json()["categories"]
    assert [each["name"] for each in listed] == ["Gifts"]


async def test_a_paper_in_letters_of_two_alphabets_asks_for_its_merchant() -> None:
    """The shop that it looks like is known to the account."""
    disguised = CLEAR_RECEIPT.replace("CAFE", "C\u0410FE", 1)
    world = await open_receipts(Faults(), transcript=disguised)
    await upload(world)
    await world.settle()
    merchants = [row["merchant"] for row in await world.rows("SELECT merchant FROM expenses")]
    assert len(merchants) == 1, "nothing looks like it yet"
    plain = str(merchants[0]).replace("\u0410", "A").replace("\u0430", "a")
    known = {**PARKING, "merchant": plain, "category": None}
    assert (await sent(world, "POST", "/api/vouchers", known)).is_success
    await world.settle()
    run_id = await upload(world, copy=1)
    await world.settle()
    run = (await sent(world, "GET", f"/api/runs/{run_id}")).json()
    assert run["status"] == "needs_review", run
    assert "merchant_uncertain" in run["review"]["reasons"]

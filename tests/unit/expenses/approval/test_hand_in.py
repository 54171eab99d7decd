"""Those who approve first are told when an expense is handed in, as those who come later are."""

from typing import Any

import pytest

from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.roles import roles_given
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

PARKING = {
    "merchant": "City parking",
    "date": "2026-02-14",
    "total": "4.50",
    "currency": "EUR",
    "reason": "No paper",
}
NEW_PERSON = "INSERT INTO users (id, account_id, name, created_at) VALUES (?, 'acc_first', ?, '')"
TOLD = """
  SELECT n.about, t.user_id FROM notification_recipients t JOIN notifications n
      ON n.id = t.notification_id
  WHERE n.topic = 'approval.waits' ORDER BY n.about
"""


@pytest.fixture
async def world() -> World:
    world = await open_receipts(Faults())
    people = {"usr_ben": "approver", "usr_cy": "approver"}
    await world.host.database.batch(
        [
            each
            for id_, role in people.items()
            for each in [statement(NEW_PERSON, [id_, id_]), *roles_given(id_, role)]
        ]
    )
    return world


async def hand_in(
    world: World, rule: dict[str, Any] | None, *totals: str
) -> list[tuple[object, object]]:
    """Who is told of what, once it was handed in."""
    async with api_client(world.host.platform) as client:
        if rule is not None:
            (
                await client.post("/api/approval-chains", json={"name": "Rule", **rule})
            ).raise_for_status()
        for total in totals:
            (
                await client.post("/api/vouchers", json={**PARKING, "total": total})
            ).raise_for_status()
            await world.settle()
    return [(row["about"], row["user_id"]) for row in await world.rows(TOLD)]


async def test_the_first_approver_is_told_of_each_expense(world: World) -> None:
    rule = {"steps": ["usr_ben", "usr_cy"]}
    assert await hand_in(world, rule, "4.50", "7") == [
        ("4.50 EUR", "usr_ben"),
        ("7.00 EUR", "usr_ben"),
    ]


async def test_the_step_of_whoever_handed_it_in_is_told_to_the_owners_who_may(world: World) -> None:
    await world.host.database.batch(roles_given("usr_cy", "owner"))
    assert await hand_in(world, {"steps": ["usr_first"]}, "4.50") == [("4.50 EUR", "usr_cy")]


async def test_nobody_is_told_where_no_rule_is_for_it(world: World) -> None:
    assert await hand_in(world, None, "4.50") == []
    assert await hand_in(world, {"steps": ["usr_ben"], "category": "Travel"}, "5") == []


async def confirm_again(world: World) -> list[tuple[object, object]]:
    """Send what was handed in back and confirm it, twice; who is told of it."""
    async with api_client(world.host.platform) as client:
        [expense] = (await client.get("/api/expenses")).json()["items"]
        at = f"/api/expenses/{expense['id']}"
        (await client.post(f"{at}/send-back", json={"reason": "Which car?"})).raise_for_status()
        for _ in range(2):
            (await client.post(f"{at}/confirm", json={})).raise_for_status()
    return [(row["about"], row["user_id"]) for row in await world.rows(TOLD)]


async def test_all_who_can_approve_are_told_once_what_was_sent_back_and_confirmed(
    world: World,
) -> None:
    assert await hand_in(world, None, "4.50") == []
    assert sorted(map(str, await confirm_again(world))) == [
        "('4.50 EUR', 'usr_ben')",
        "('4.50 EUR', 'usr_cy')",
    ]


async def test_what_was_confirmed_again_is_told_to_its_first_approver_alone(world: World) -> None:
    before = await hand_in(world, {"steps": ["usr_ben", "usr_cy"]}, "4.50")
    assert await confirm_again(world) == [*before, ("4.50 EUR", "usr_ben")]


@pytest.mark.parametrize("way", ["approvals", "expense", "many"])
async def test_who_handed_it_in_is_told_that_it_was_sent_back(world: World, way: str) -> None:
    """With the question; whoever sends their own back is told nothing."""
    assert await hand_in(world, None, "4.50") == []
    query = "UPDATE expenses SET person = 'usr_ben'"
    told = (
        "SELECT n.about, t.user_id FROM notification_recipients t "
        "JOIN notifications n ON n.id = t.notification_id"
    )
    await world.rows(query)
    async with api_client(world.host.platform) as client:
        [expense] = (await client.get("/api/expenses")).json()["items"]
        if way == "approvals":
            seen = {"ids": [expense["id"]], "versions": [expense["version"]]}
            body = {**seen, "reason": "Which car?"}
            (await client.post("/api/expenses/reject", json=body)).raise_for_status()
        elif way == "many":
            act = {"kind": "send_back", "ids": [expense["id"]], "reason": "Which car?"}
            (await client.post("/api/acts", json=act)).raise_for_status()
        else:
            path = f"/api/expenses/{expense['id']}/send-back"
            (await client.post(path, json={"reason": "Which car?"})).raise_for_status()
    found = await world.rows(f"{told} WHERE n.topic = 'expense.sent_back'")
    assert [(row["about"], row["user_id"]) for row in found] == [("Which car?", "usr_ben")]
    async with api_client(world.host.platform) as client:
        [run] = (await client.get("/api/runs")).json()["items"]
        assert run["sentBack"] == {"reason": "Which car?"}
        (await client.post(f"/api/expenses/{expense['id']}/confirm", json={})).raise_for_status()
        [run] = (await client.get("/api/runs")).json()["items"]
    assert run["sentBack"] is None

"""Who decides no more is told of it, also where nothing lets them in any more; and so are
owners.
"""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.simulation.mail import disable_endpoint, open_mail
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, USER
from tillroll.access.roles import Role
from tillroll.mail.addresses import set_confirmed
from tillroll_durable import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

BOB = "usr_bob"


async def joins(world: World, role: Role) -> None:
    person = (
        "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Bob', '2026-01-01')"
    )
    has = "INSERT INTO user_roles (user_id, role) VALUES (?, ?)"
    reached = set_confirmed(BOB, "bob@example.com", "2026-01-01")
    await world.host.database.batch(
        [statement(person, [BOB, ACCOUNT]), statement(has, [BOB, role]), reached]
    )


async def told(world: World) -> Sequence[tuple[object, object]]:
    rows = await world.rows(
        "SELECT n.topic, r.user_id FROM notification_recipients r "
        "JOIN notifications n ON n.id = r.notification_id "
        "ORDER BY n.topic, r.user_id"
    )
    return [(row["topic"], row["user_id"]) for row in rows]


@pytest.mark.parametrize("role", [Role.OWNER, Role.SUBMITTER])
async def test_who_is_removed_is_mailed_that_and_nothing_else(role: Role) -> None:
    world, provider = await open_mail(Faults())
    await joins(world, role)
    await disable_endpoint(world)  # an owner would be told
    async with api_client(world.host.platform) as ann:
        assert (await ann.delete(f"/api/people/{BOB}")).is_success
        assert not (await ann.delete(f"/api/people/{BOB}")).is_success
    others = [each for each in await told(world) if each[0] != "endpoint.disabled"]
    assert others == [("access.lost", BOB), ("person.removed", USER)]
    await world.settle()
    mails = {each.to[0]: each.text for each in provider.emails}
    assert mails.keys() == {"bob@example.com", "ann@example.com"}
    assert "You were removed from the account" in mails["bob@example.com"]
    assert "endpoint" not in mails["bob@example.com"]
    assert "https://" not in mails["bob@example.com"], "nothing there lets them in"
    assert "Somebody was removed from the account" in mails["ann@example.com"]


@pytest.mark.parametrize(
    ("before", "after", "are_told"),
    [
        (Role.APPROVER, ["auditor", "submitter"], True),
        (Role.OWNER, ["submitter"], True),
        (Role.OWNER, ["approver"], False),
        (Role.SUBMITTER, ["auditor"], False),
    ],
)
async def test_who_approves_no_more_is_told_and_so_are_owners(
    before: Role, after: list[str], are_told: bool
) -> None:
    world, _ = await open_mail(Faults())
    await joins(world, before)
    async with api_client(world.host.platform) as ann:
        for _ in range(2):
            assert (await ann.put(f"/api/people/{BOB}/roles", json={"roles": after})).is_success
            world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await told(world) == (
        [("access.lost", BOB), ("person.removed", USER)] if are_told else []
    )

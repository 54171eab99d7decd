"""People are told of what the audit says, once: what waits for them, was rejected, has failed, or
was given up.
"""

from dataclasses import replace
from datetime import timedelta

from local.mail.counterpart import Fault
from tests.simulation import mail
from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.support.host_platform import ACCOUNT, USER
from tests.support.roles import MEMBER, roles_given
from tillroll.notifications.jobs import notify_of_events
from tillroll.notifications.topics import TOPICS
from tillroll_durable._operations.instances import escalate
from tillroll_durable.decisions import Verdict, decide, newest_review
from tillroll_durable.runs import load_run
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def told(world: World) -> list[tuple[object, object]]:
    for _ in range(2):
        await notify_of_events(world.host.platform)
    rows = await world.rows(
        "SELECT n.topic, t.user_id FROM notification_recipients t "
        "JOIN notifications n ON n.id = t.notification_id "
        "ORDER BY n.created_at, n.id, t.user_id"
    )
    return [(row["topic"], row["user_id"]) for row in rows]


async def bob_and_his_receipt(world: World) -> str:
    """Bob, a member, sends in a receipt that a person has to look at."""
    await world.rows(
        "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_bob', ?, 'Bob', '2026')",
        ACCOUNT,
    )
    await world.host.database.batch(roles_given("usr_bob", *MEMBER))
    await world.rows("UPDATE tokens SET user_id = 'usr_bob' WHERE id = 'tok_usr_first'")
    return await upload(world)


async def test_who_sent_it_in_hears_that_it_waits_and_was_rejected() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await bob_and_his_receipt(world)
    await world.settle()
    assert await told(world) == [("review.requested", "usr_bob")]
    loaded = await load_run(world.host.database, run_id)
    review = await newest_review(world.host.database, run_id)
    assert loaded
    assert review
    await decide(
        world.host.platform, loaded[0], review, Verdict("reject", {}, None), f"user:{USER}"
    )
    await world.settle()
    assert await told(world) == [("review.requested", "usr_bob"), ("run.rejected", "usr_bob")]


async def test_what_stands_still_is_told_to_its_person_and_to_owners() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await bob_and_his_receipt(world)
    await world.settle()
    await told(world)
    loaded = await load_run(world.host.database, run_id)
    assert loaded
    for _ in range(2):
        await escalate(
            world.host.platform, loaded[0], "its deadline has passed", "2026-01-01T00:00:00.000Z"
        )
    assert (await told(world))[1:] == [("run.escalated", "usr_bob"), ("run.escalated", USER)]


async def test_whoever_rejects_their_own_is_not_told() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle({"decision": "reject"})
    assert await told(world) == []


async def test_owners_hear_of_a_failed_run_too() -> None:
    world = await open_receipts(Faults())
    await bob_and_his_receipt(world)
    world.database.refuses = {"INSERT INTO expenses"}
    await world.settle()
    world.database.refuses = set()
    assert await told(world) == [("run.failed", "usr_bob"), ("run.failed", USER)]


async def test_an_event_that_was_given_up_is_told_to_owners() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers = [500] * 40
    await bob_and_his_receipt(world)
    for _ in range(30):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(hours=11))
    topics = await told(world)
    assert ("delivery.given_up", USER) in topics
    assert ("delivery.given_up", "usr_bob") not in topics


async def test_mail_that_fails_is_told_in_the_app_and_never_mailed() -> None:
    world, provider = await mail.open_mail(Faults(), *[Fault("denied") for _ in range(50)])
    world.deployed = replace(
        world.deployed, more_ticks=[*world.deployed.more_ticks, notify_of_events]
    )
    await mail.disable_endpoint(world)
    for _ in range(5):
        await world.settle()
        world.host.pieces.clock.advance(timedelta(hours=1))
    assert await told(world) == [("endpoint.disabled", USER), ("mail.failed", USER)]
    assert len(await world.rows("SELECT id FROM runs")) == 1
    assert not provider.emails
    assert TOPICS["mail.failed"].may_mail is False


async def test_what_the_audit_said_before_is_not_told() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle()
    await world.rows(
        "UPDATE reconciler_cursors SET position = (SELECT MAX(id) FROM audit_events) "
        "WHERE name = 'told events'"
    )
    assert await told(world) == []

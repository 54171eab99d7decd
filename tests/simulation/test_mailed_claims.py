"""A claim that is sent by mail is mailed once, reminds once, and thanks once, whatever happens."""

from datetime import timedelta
from functools import cache

import pytest

from local.mail.counterpart import Fault
from tests.simulation import claiming
from tests.simulation.claiming import TOTAL, paid
from tests.simulation.kinds.claim import BY_MAIL, MAILED
from tests.simulation.mailed_claims import (
    ADDRESS,
    ask,
    check,
    open_mailed,
    opened,
    purposes_of,
    sent,
    settle,
)
from tillroll.mail.addresses import hash_of_address, suppress
from tillroll.mail.service import take_mail_event
from tillroll.notifications.channels import notify_of_bounce
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import (
    Disturbance,
    play,
    play_at_some_points,
    some_of,
    trace_of,
)
from tillroll_testing.stories.story import Story

_REMINDERS = {"reminder", "second_reminder"}
_DISTURBANCES = (by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)


@pytest.mark.parametrize("story", BY_MAIL, ids=lambda story: story.name)
async def test_a_mailed_claim_comes_to_its_end(story: Story) -> None:
    scene = await play(story)
    assert await purposes_of(scene.world) == [*MAILED[story.name].mails]


@cache
def _story(name: str, aims_at: str) -> Story:
    """One of each, so that what it passes is found out once."""
    return Story(name, opened(MAILED[name], aims_at), MAILED[name].ending, decision={})


@pytest.mark.parametrize("name", MAILED)
@pytest.mark.parametrize(
    ("disturbance", "aims_at"),
    [
        *((each, "claim") for each in _DISTURBANCES),
        *((each, "mail") for each in (by.TERMINATE, by.CANCEL, by.PAUSE)),
    ],
    ids=lambda said: said if isinstance(said, str) else said.name,
)
async def test_a_claim_is_mailed_once_whatever_comes_between(
    name: str, disturbance: Disturbance, aims_at: str
) -> None:
    """What is done to a run by name is done to the claim, or to the newest of its mails."""
    turn = [*MAILED].index(name) + _DISTURBANCES.index(disturbance) + (aims_at == "mail") * 11
    await play_at_some_points(_story(name, aims_at), disturbance, turn)


@pytest.mark.parametrize("story", BY_MAIL, ids=lambda story: story.name)
async def test_a_death_costs_no_mail_but_reminders(story: Story) -> None:
    """Lost nudges make the claim late, never its mails."""
    expected = [each for each in MAILED[story.name].mails if each not in _REMINDERS]
    trace = await trace_of(story)
    for at, point in some_of(trace.points, BY_MAIL.index(story)):
        with by.KILL.at(at, point):
            scene = await play(story, by.KILL, at)
            assert [
                each for each in await purposes_of(scene.world) if each not in _REMINDERS
            ] == expected


async def test_a_claim_is_issued_with_the_providers_id_and_leads_to_the_page() -> None:
    world, provider = await open_mailed(Faults())
    run_id = str(await ask(world))
    await settle(world)
    [email] = provider.emails
    [event] = await world.rows("SELECT said FROM claim_events WHERE kind = 'presented'")
    assert event["said"] == f"mail {email.id}"
    assert email.subject == "Expense claim 2026-0001 from Books: €37.90, due 31 Mar 2026"
    assert "Dear ACME, here is expense claim 2026-0001 for €37.90." in email.text
    assert "https://till.test/api/payer/clk_" in email.text
    [link] = await world.rows(
        "SELECT created_by, expires_at FROM claim_links WHERE run_id = ?", run_id
    )
    assert (link["created_by"], str(link["expires_at"])[:10]) == ("workflow:claim", "2026-06-29")
    await check(world, provider)


@pytest.mark.parametrize("order", ["refused", "denied", "lost_before"])
async def test_refused_thanks_keep_no_claim_from_its_end(order: str) -> None:
    world, provider = await open_mailed(Faults())
    run_id = str(await ask(world))
    await settle(world)
    # The test gives what fits.
    provider.faults = [Fault(order) for _ in range(40)]  # type: ignore[arg-type]
    await paid(TOTAL, "a")(world, run_id)
    await settle(world)
    [claim] = await world.rows("SELECT state FROM runs WHERE kind = 'claim'")
    assert claim["state"] == "paid"
    [thanks] = await world.rows(
        "SELECT r.status FROM runs r JOIN outside_messages m ON m.id = r.subject "
        "WHERE m.purpose = 'thanks'"
    )
    assert thanks["status"] == "failed"
    assert await sent(world, provider) == ["issued"]
    provider.faults = []
    world.aims_at = "mail"
    await world.retry()
    await settle(world)
    assert await sent(world, provider) == ["issued", "thanks"]
    await claiming.check(world)


async def test_a_mail_that_nobody_sends_is_a_persons_and_the_claim_goes_on_by_hand() -> None:
    world, provider = await open_mailed(Faults(), *[Fault("refused") for _ in range(40)])
    run_id = str(await ask(world))
    await settle(world)
    [event] = await world.rows("SELECT said FROM claim_events WHERE kind = 'presented'")
    assert event["said"] == "by hand: no mail was sent"
    for days in (31, 14, 14):
        world.host.pieces.clock.advance(timedelta(days=days))
        await settle(world)
    told = [
        text(row, "topic")
        for row in await world.rows("SELECT topic FROM notifications ORDER BY created_at, id")
    ]
    assert [topic for topic in told if topic.startswith("claim.")] == [
        "claim.not_mailed",
        *["claim.overdue"] * 3,
    ]
    assert not provider.emails
    await paid(TOTAL, "a")(world, run_id)
    await settle(world)
    assert await sent(world, provider) == []
    await claiming.check(world)


async def test_where_mail_came_back_people_remind() -> None:
    world, provider = await open_mailed(Faults())
    run_id = str(await ask(world))
    await settle(world)
    [email] = provider.emails
    event: JsonObject = {
        "type": "email.bounced",
        "data": {"email_id": email.id, "bounce": {"type": "Permanent"}},
    }
    assert [
        await take_mail_event(world.host.platform, event, notify_of_bounce) for _ in range(2)
    ] == [
        "stopped",
        "known",
    ]
    [notice] = await world.rows("SELECT topic, subject, run_id FROM notifications")
    assert notice == {"topic": "claim.not_mailed", "subject": run_id, "run_id": run_id}
    world.host.pieces.clock.advance(timedelta(days=31))
    await settle(world)
    told = await world.rows("SELECT id FROM notifications WHERE topic = 'claim.overdue'")
    assert (len(told), await sent(world, provider)) == (1, ["issued"])
    assert await ask(world, "another") is None


async def test_nothing_is_begun_where_mail_cannot_be_sent() -> None:
    world, _ = await open_mailed(Faults())
    closed = suppress(hash_of_address(ADDRESS), "complained", "out_x", "2026-03-01T09:00:00.000Z")
    await world.host.database.batch([closed])
    assert await ask(world) is None
    without = await claiming.open_claims(Faults())
    assert await ask(without) is None
    assert not await without.rows("SELECT id FROM runs WHERE kind = 'claim'")

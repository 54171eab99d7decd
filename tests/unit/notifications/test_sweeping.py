"""Notices and mails are kept for a year, addresses that nobody confirmed for a month; what may
still be sent stays.
"""

from datetime import timedelta

from tests.simulation import mail
from tests.support.host_api import api_client
from tillroll.mail.jobs import forget_old_mail
from tillroll.notifications.jobs import sweep_notices
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def counts(world: World) -> dict[str, object]:
    [row] = await world.rows("""
        SELECT (SELECT count(*) FROM notifications) AS notices, (SELECT count(*)
            FROM notification_recipients) AS told,
          (SELECT count(*) FROM messages) AS mails,
          (SELECT count(*) FROM mail_addresses WHERE pending IS NOT NULL) AS waits
    """)
    return {**row}


async def sweep(world: World, days: int) -> None:
    world.host.pieces.clock.advance(timedelta(days=days))
    await sweep_notices(world.host.platform)
    await forget_old_mail(world.host.platform)


async def test_what_is_old_goes_and_what_is_not_stays() -> None:
    world, _ = await mail.open_mail(Faults())
    await mail.disable_endpoint(world)
    await world.settle()
    async with api_client(world.host.platform) as client:
        await client.put("/api/mail-address", json={"address": "ann@elsewhere.example"})
    before = await counts(world)
    assert before == {"notices": 1, "told": 1, "mails": 2, "waits": 1}
    await sweep(world, 30)
    assert await counts(world) == before
    await sweep(world, 3)
    assert await counts(world) == {**before, "waits": 0}
    await sweep(world, 300)
    assert (await counts(world))["notices"] == 1
    await sweep(world, 33)
    assert await counts(world) == {"notices": 0, "told": 0, "mails": 1, "waits": 0}, (
        "one has not ended yet"
    )
    await world.settle()
    await sweep(world, 1)
    assert (await counts(world))["mails"] == 0

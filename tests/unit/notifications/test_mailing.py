"""Notices are mailed once, also by two ticks at once."""

from unittest.mock import patch

from tests.simulation.mail import disable_endpoint, open_mail
from tillroll.notifications import channels
from tillroll.notifications.channels import mail_notices
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.invocation import invocation
from tillroll_testing.simulation.faults import Faults


async def test_of_two_ticks_that_saw_one_notice_only_the_first_mails_it() -> None:
    world, provider = await open_mail(Faults())
    await disable_endpoint(world)
    first = invocation(world.host.platform)
    second = invocation(world.host.platform)

    async def slowly(*given: object, **named: object) -> None:
        """The second tick knows who waits, and the first one mails before it goes on."""
        with patch.object(channels, "each_row", each_row):
            await mail_notices(first, REGISTRY)
        await each_row(*given, **named)  # type: ignore[arg-type] - as it was given

    with patch.object(channels, "each_row", slowly):
        await mail_notices(second, REGISTRY)
    await world.settle()
    assert [email.to for email in provider.emails] == [["ann@example.com"]]

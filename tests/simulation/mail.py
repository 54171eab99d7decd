"""The mail workflow in a simulated world, with the local counterpart of the provider on the other
end of the line.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from local.mail.counterpart import Answered, Counterpart, Fault
from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT, USER
from tillroll.mail.addresses import set_confirmed
from tillroll.mail.provider import MailSettings
from tillroll.mail.workflow import MAIL, MAIL_V1
from tillroll.notifications.channels import mail_notices
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import ENDPOINT_DISABLED
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.explanation.summary import Explanation, explain
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.clock import to_text
from tillroll_testing.simulation.adapters import FaultyReceiver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

ADDRESS = "ann@example.com"
SETTINGS = MailSettings(
    "Tillroll <till@example.com>", "re_local", "https://mail.test", "https://till.test"
)


class PostOffice(FaultyReceiver):
    """The provider at the other end of the line, and the process can die before and after it has
    answered.
    """

    def __init__(self, faults: Faults, world_now: Counterpart) -> None:
        super().__init__(faults)
        self.provider = world_now

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        assert url == "https://mail.test/emails"
        del timeout_seconds
        self._faults.may_err("bank: mail", HttpFailed("the provider did not answer"))
        await self._faults.point("bank: before the mail")
        answered: Answered = self.provider.post_email(headers, body)
        await self._faults.point("bank: after the mail")
        if answered.is_lost:
            raise HttpFailed("no answer")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
        return HttpAnswer(
            answered.status, json.dumps(answered.body), answered.headers.get("retry-after")
        )


async def open_mail(faults: Faults, *ordered: Fault) -> tuple[World, Counterpart]:
    """A world in which Ann has an address; the provider does what was ordered, then all is well."""
    world = await open_world(
        faults, Deployed(MAIL, more_ticks=[partial(mail_notices, registry=REGISTRY)])
    )
    provider = Counterpart(SETTINGS.api_key, world.host.pieces.clock.now)
    provider.faults = [*ordered]
    settings = world.host.platform.settings.changed(SETTINGS)
    world.host.platform = replace(
        world.host.platform, http=PostOffice(faults, provider), settings=settings
    )
    await world.host.database.batch(
        [set_confirmed(USER, ADDRESS, to_text(world.host.pieces.clock.now()))]
    )
    return world, provider


async def disable_endpoint(world: World, endpoint: str = "end_1") -> None:
    """Something that Ann is told by mail. Done again, it changes nothing."""
    now = to_text(world.host.pieces.clock.now())
    subject = Subject(endpoint, about="books.example.com")
    await world.host.platform.database.batch(notify(ACCOUNT, ENDPOINT_DISABLED, subject, now))


async def explained(world: World) -> Explanation:
    [run] = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps")
    return explain(MAIL_V1, run, steps, await world.rows("SELECT * FROM effect_intents"))


def opened(*ordered: Fault) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which Ann is told of something by mail."""

    async def open_scene(faults: Faults) -> Scene:
        world, provider = await open_mail(faults, *[replace(fault) for fault in ordered])

        async def later() -> None:
            """Until a provider that wants patience takes the mail, also where the run was paused as
            it waited.
            """
            for fault in (fault for fault in ordered if fault.kind == "throttled"):
                for _ in range(2):
                    await world.let_pass(timedelta(seconds=fault.retry_after, minutes=1))

        return Scene(
            world,
            partial(disable_endpoint, world),
            partial(check, world, provider),
            afterwards=later,
        )

    return open_scene


async def check(world: World, provider: Counterpart) -> None:
    """No mail twice, none lost, and what the record says is so."""
    sent = Counter(email.tags["message"] for email in provider.emails)
    assert all(count == 1 for count in sent.values()), f"sent twice: {sent}"
    messages = {row["id"]: row for row in await world.rows("SELECT * FROM messages")}
    assert len(messages) == 1, "what is told once is mailed once"
    assert sent.keys() <= messages.keys()
    for run in await world.rows("SELECT * FROM runs"):
        message = messages[run["subject"]]
        if run["state"] == "sent":
            [email] = provider.emails
            assert message["provider_id"] == email.id, "the provider's id is not what was kept"
            ids = await world.rows(
                "SELECT external_id FROM run_steps WHERE run_id = ?", str(run["id"])
            )
            assert email.id in [row["external_id"] for row in ids]
            assert (message["mail"], message["code"]) == (None, None), (
                "the text is kept after it was sent"
            )
        if provider.emails and run["status"] != "processing":
            told = explain(
                MAIL_V1,
                run,
                await world.rows("SELECT * FROM run_steps"),
                await world.rows("SELECT * FROM effect_intents"),
            )
            assert told.must_not_repeat, "a mail was sent, and nobody says so"

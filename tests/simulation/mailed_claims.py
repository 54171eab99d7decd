"""The deployed claim that is sent by mail, in a simulated world: the local counterpart of the mail
provider is on the other end of the line.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from local.mail.counterpart import Counterpart, Fault
from tests.simulation import claiming
from tests.simulation.claiming import ACTOR, PARAMS, After
from tests.simulation.mail import SETTINGS, PostOffice
from tillroll.claims.contract import ClaimParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.workflow import CLAIM
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.story import Scene

ADDRESS = "books@acme.example"
BY_MAIL = ClaimParams.model_validate(
    {**PARAMS.model_dump(), "sent_by": "mail", "payer_mail": ADDRESS, "confirms_payment": True}
)
_KEYS = EncryptionSettings({1: bytes(32)})


class _Lines(PostOffice):
    """Mail goes to the provider, and the rest to the account's endpoint."""

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        if url.startswith(SETTINGS.api_url):
            return await super().post(url, headers, body, timeout_seconds)
        return await super(PostOffice, self).post(url, headers, body, timeout_seconds)


@dataclass(frozen=True)
class Mailed:
    """What is done with a claim that is sent by mail, how it ends, and which mails are sent;
    `ordered` is what becomes of the requests to the provider.
    """

    story: Sequence[After]
    ending: str
    mails: Sequence[str]
    ordered: Sequence[Fault] = ()


async def open_mailed(faults: Faults, *ordered: Fault) -> tuple[World, Counterpart]:
    """A world of claims in which mail is sent; the provider does what was ordered, then all is
    well.
    """
    world = await claiming.open_claims(faults)
    provider = Counterpart(SETTINGS.api_key, world.host.pieces.clock.now)
    provider.faults = [replace(fault) for fault in ordered]
    settings = world.host.platform.settings.changed(SETTINGS).changed(_KEYS)
    world.host.platform = replace(
        world.host.platform, http=_Lines(faults, provider), settings=settings
    )
    return world, provider


async def settle(world: World) -> None:
    """Let everything happen that happens by itself, also what a signal of the last tick has
    woken.
    """
    for _ in range(3):
        await world.settle({})


async def ask(world: World, key: str = "one") -> str | None:
    """What a client does; done again under its key, it changes nothing. None where nothing was left
    to claim.
    """
    try:
        return (await begin_claim(world.host.platform, CLAIM, ACTOR, BY_MAIL, key)).run_id
    except ValuesRefused:
        return None


def opened(mailed: Mailed, aims_at: str = "claim") -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which a claim is mailed, and then done what its story says; what comes between
    happens to the runs of `aims_at`.
    """

    async def open_scene(faults: Faults) -> Scene:
        world, provider = await open_mailed(faults, *mailed.ordered)
        world.aims_at = aims_at

        async def afterwards() -> None:
            await claiming.go_on(world, mailed.story)
            # What hangs in an attempt comes back; a signal whose announcement was lost is announced
            # again.
            await world.faults.release()
            for _ in range(2):
                await world.let_pass(timedelta(hours=2), {})

        async def check_both() -> None:
            await claiming.check(world)
            await check(world, provider)

        return Scene(world, partial(ask, world), check_both, afterwards=afterwards)

    return open_scene


async def sent(world: World, provider: Counterpart) -> list[str]:
    """What was mailed, in its order."""
    purposes = {
        text(row, "id"): text(row, "purpose")
        for row in await world.rows("SELECT id, purpose FROM outside_messages")
    }
    return [purposes[email.tags["message"]] for email in provider.emails]


async def purposes_of(world: World) -> list[str]:
    """As `sent`, of a world of which only itself is at hand."""
    line = world.host.platform.http
    assert isinstance(line, PostOffice)
    return await sent(world, line.provider)


async def check(world: World, provider: Counterpart) -> None:
    """Each mail of a claim is sent once at most, to the payer; none is asked for that is not in the
    claim's events, nor thanked for what is not paid; and what the claim says was sent was.
    """
    counted = Counter(await sent(world, provider))
    assert all(count == 1 for count in counted.values()), f"sent twice: {counted}"
    assert all(email.to == [ADDRESS] for email in provider.emails)
    ids = {email.tags["message"]: email.id for email in provider.emails}
    messages = await world.rows(
        "SELECT m.*, r.state FROM outside_messages m LEFT JOIN runs r ON r.subject = m.id"
    )
    for row in messages:
        if row["state"] == "sent":
            assert row["provider_id"] == ids[text(row, "id")], (
                "the provider's id is not what was kept"
            )
            assert (row["mail"], row["code"]) == (None, None), "the text is kept after it was sent"
    events = await world.rows("SELECT kind, said FROM claim_events ORDER BY version")
    kinds = {text(row, "kind") for row in events}
    assert {*counted} & {"reminder", "second_reminder"} <= kinds, (
        "a reminder was mailed that the claim does not know"
    )
    for row in events:
        if row["kind"] == "presented" and text(row, "said").startswith("mail "):
            assert text(row, "said")[5:] in ids.values(), (
                "the claim says that a mail was sent, and none was"
            )
    [claim] = await world.rows("SELECT * FROM claims")
    if counted["thanks"]:
        settled = integer(claim, "applied") + integer(claim, "credited")
        assert claim["claimed"] == settled, "thanks for nothing"

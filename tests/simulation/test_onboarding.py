"""onboarding under what can happen to its process.

Wherever it dies, hangs or is asked to stop, what must hold, holds.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.simulation.author import Faults, Story
from tests.simulation.kinds.onboarding import STORIES
from tests.simulation.onboarding import ADDRESS, Order, ask, check, open_street
from tests.support.host_platform import ACCOUNT
from tillroll.mail.service import confirm_address
from tillroll_documents.pdf_reader import reader
from tillroll_durable import statement
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed


@pytest.fixture(scope="module", autouse=True)
def a_hung_reading_is_gone_soon() -> Iterator[None]:
    """Who waits for the turn of a PDF waits in real time; everything else here has a clock of its
    own.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reader, "_GONE_SECONDS", 0.1)
        yield


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_undisturbed(story: Story, undisturbed: Undisturbed, repeated: Repeated) -> None:
    scene = await undisturbed(story)
    [run] = await scene.world.rows("SELECT state FROM runs WHERE kind = 'onboarding'")
    assert run["state"] == story.ending
    await repeated(scene.world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_whatever_comes_between(story: Story, disturbed: Disturbed) -> None:
    await disturbed(story)


async def test_a_customer_who_comes_to_be_behind_the_undoing_is_found_and_ended() -> None:
    """A request hangs before it reaches the provider; the run is stopped and undone; then the
    request goes on.
    """
    faults = Faults()
    street = await open_street(faults, Order())
    world = street.world

    async def hang() -> None:
        await faults.stall()

    faults.when.append((lambda name: name == "bank: before billing", hang))
    faults.when.append((lambda name: name == "set-up-billing: before attempt 2", world.cancel))
    await ask(world, Order())
    await world.settle({})
    for _ in range(6):
        world.host.pieces.clock.advance(timedelta(minutes=30))
        await world.settle({})
    assert not [each for each in street.billing.customers if not each.is_over]
    await faults.release()
    for _ in range(4):
        await world.settle({})
        world.host.pieces.clock.advance(timedelta(hours=12))
    assert street.billing.customers
    await check(street, Order())
    told = await world.rows("SELECT action FROM audit_events WHERE action = 'billing.stray'")
    assert len(told) == 1
    world.host.pieces.clock.advance(timedelta(days=2))
    await world.tick()
    assert await world.rows("SELECT * FROM billing_undone") == []


@pytest.mark.parametrize("missing", ["customer", "subscription"])
async def test_what_is_missing_of_the_billing_is_said(missing: str) -> None:
    street = await open_street(Faults(), Order())
    await ask(street.world, Order())
    await street.world.settle({})
    await check(street, Order())
    street.billing.made = [
        each for each in street.billing.made if each.is_customer is (missing == "subscription")
    ]
    with pytest.raises(AssertionError, match=f"with 0 {missing}s at the provider"):
        await check(street, Order())


async def test_the_welcome_of_an_accounts_first_person_proves_their_address() -> None:
    """The guide says to use the link that comes; no link of the welcome confirmed the address, so
    the company was not in the person's list.
    """
    street = await open_street(Faults(), Order())
    platform = street.world.host.platform
    await ask(street.world, Order())
    await street.world.settle({})
    [email] = street.mails.emails
    code = email.text.partition("/confirm-mail#code=")[2].split()[0]
    read = "SELECT address, pending FROM mail_addresses"
    assert [dict(row) for row in await street.world.rows(read)] == [
        {"address": None, "pending": ADDRESS}
    ]
    assert await confirm_address(platform, code)
    [row] = await street.world.rows(read)
    assert row["address"] == ADDRESS


async def test_nobody_elses_address_is_proved_by_a_welcome() -> None:
    """An owner may have anybody set up, and could give an address of their own."""
    street = await open_street(Faults(), Order())
    database = street.world.host.platform.database
    first = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_0', ?, 'Al', '')"
    await database.batch([statement(first, [ACCOUNT])])
    await ask(street.world, Order())
    await street.world.settle({})
    [email] = street.mails.emails
    assert "confirm-mail" not in email.text
    assert await street.world.rows("SELECT * FROM mail_addresses") == []

"""Addresses are confirmed by a link before anything else goes there; links are mailed; what comes
back stops mail.
"""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks import Webhook

from local.mail.counterpart import Counterpart, Fault, event_of
from tests.simulation import mail
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, USER
from tillroll.access.first_names import FIRST_ACCOUNT
from tillroll.identity.people import MOST_MAILED_A_DAY
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def opened() -> tuple[World, Counterpart]:
    """A world that sends mail, in which nobody has an address."""
    world, provider = await mail.open_mail(Faults())
    await world.rows("DELETE FROM mail_addresses")
    return world, provider


def code_in(provider: Counterpart, path: str) -> str:
    found = re.search(
        rf"https://till\.test{path}#(?:code|mailed)=([\w-]+)", provider.emails[-1].text
    )
    assert found, provider.emails[-1].text
    return found[1]


async def ask(client: httpx.AsyncClient, address: str = "ann@example.com") -> httpx.Response:
    return await client.put("/api/mail-address", json={"address": address})


async def test_an_address_is_theirs_when_its_link_was_used() -> None:
    world, provider = await opened()
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, "") as nobody,
    ):
        answer = await ask(client)
        assert (answer.status_code, answer.json()["address"], answer.json()["pending"]) == (
            202,
            None,
            "ann@example.com",
        )
        await mail.disable_endpoint(world)  # told in the app only: nothing is confirmed
        await world.settle()
        assert [email.subject for email in provider.emails] == ["Confirm your address for Tillroll"]
        assert code_in(provider, "/confirm-mail") in provider.emails[0].html
        rows = await world.rows("SELECT * FROM messages")
        assert code_in(provider, "/confirm-mail") not in str(rows)
        body = {"code": code_in(provider, "/confirm-mail")}
        assert (await nobody.post("/api/mail-address/confirm", json=body)).json() == {
            "confirmed": True
        }
        assert (await nobody.post("/api/mail-address/confirm", json=body)).status_code == 401
        shown = (await client.get("/api/notices/choices")).json()["mail"]
        assert (shown["address"], shown["pending"], shown["isOffered"]) == (
            "ann@example.com",
            None,
            True,
        )
    await mail.disable_endpoint(world, "end_2")
    await world.settle()
    assert len(provider.emails) == 2


async def test_a_code_is_kept_encrypted_until_it_is_sent() -> None:
    world, provider = await opened()
    async with api_client(world.host.platform) as client:
        await ask(client)
    [row] = await world.rows("SELECT mail, code FROM messages")
    assert row["code"]
    await world.settle()
    code = code_in(provider, "/confirm-mail")
    assert code not in str(row)
    [row] = await world.rows("SELECT mail, code FROM messages")
    assert row == {"mail": None, "code": None}


async def test_a_link_is_over_after_a_day_and_five_are_mailed() -> None:
    world, provider = await opened()
    async with api_client(world.host.platform) as client:
        for _ in range(5):
            assert (await ask(client)).status_code == 202
        refused = await ask(client)
        assert (refused.status_code, refused.json()["type"]) == (
            429,
            "urn:tillroll:problem:too-many-mails",
        )
        await world.settle()
        world.host.pieces.clock.advance(timedelta(days=1, minutes=1))
        body = {"code": code_in(provider, "/confirm-mail")}
        assert (await client.post("/api/mail-address/confirm", json=body)).status_code == 401


async def test_what_is_no_address_is_refused_and_none_is_asked_for_without_a_provider() -> None:
    world, _ = await opened()
    async with api_client(world.host.platform) as client:
        answer = await ask(client, "Ann <ann@example.com>")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "address")
    silent, _ = await opened()
    silent.host.platform = replace(
        silent.host.platform, settings=silent.host.platform.settings.changed(mail.MailSettings())
    )
    async with api_client(silent.host.platform) as client:
        assert (await ask(client)).json()["type"] == "urn:tillroll:problem:no-mail-here"
        invited = await client.post("/api/people", json={"name": "Bob", "mail": "bob@example.com"})
        assert invited.json()["type"] == "urn:tillroll:problem:no-mail-here"
        assert not await silent.rows("SELECT id FROM users WHERE name = 'Bob'")


async def test_an_invitation_is_mailed_and_confirms_the_address() -> None:
    world, provider = await opened()
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, "") as nobody,
    ):
        made = await client.post("/api/people", json={"name": "Bob", "mail": "bob@example.com"})
        assert (made.status_code, made.json()["url"], made.json()["mailedTo"]) == (
            201,
            None,
            "bob@example.com",
        )
        await world.settle()
        assert provider.emails[0].to == ["bob@example.com"]
        signed_in = await nobody.post("/api/session", json={"code": code_in(provider, "/sign-in")})
        assert (signed_in.status_code, signed_in.json()["purpose"]) == (200, "invitation")
        people = (await client.get("/api/people")).json()["items"]
        assert {each["name"]: each["mail"] for each in people} == {
            "Ann": "none",
            "Bob": "confirmed",
        }
        link = await client.post(f"/api/people/{made.json()['userId']}/links")
        assert (link.status_code, link.json()["url"], link.json()["mailedTo"]) == (
            201,
            None,
            "bob@example.com",
        )
        shown = await client.post(f"/api/people/{USER}/links")
        assert (shown.status_code, shown.json()["mailedTo"]) == (201, None), (
            "Ann has no confirmed address"
        )
        assert shown.json()["url"]
        await world.settle()
        signed_in = await nobody.post("/api/session", json={"code": code_in(provider, "/sign-in")})
        assert signed_in.json()["purpose"] == "recovery"


async def test_a_company_that_nobody_has_named_invites_without_a_name() -> None:
    """A name that the set-up gave says nothing to an outsider."""
    world, provider = await opened()
    await world.rows(f"UPDATE accounts SET name = '{FIRST_ACCOUNT}'")
    bob = {"name": "Bob", "mail": "bob@example.com"}
    async with api_client(world.host.platform) as client:
        assert (await client.post("/api/people", json=bob)).is_success
        await world.settle()
        unnamed = provider.emails[-1]
        assert unnamed.subject == "You are invited to Tillroll"
        assert FIRST_ACCOUNT not in unnamed.text
        company = {"name": "Books GmbH"}
        assert (await client.patch("/api/company", json=company)).is_success
        eve = {"name": "Eve", "mail": "eve@example.com"}
        assert (await client.post("/api/people", json=eve)).is_success
        await world.settle()
    named = provider.emails[-1]
    assert named.subject == "You are invited to Books GmbH on Tillroll"
    assert "Books GmbH invites you" in named.text


async def test_what_became_of_an_invitation_is_shown_at_the_person() -> None:
    world, provider = await opened()
    settings = replace(mail.SETTINGS, webhook_secret=SECRET)
    world.host.platform = replace(
        world.host.platform, settings=world.host.platform.settings.changed(settings)
    )
    async with api_client(world.host.platform) as client:

        async def became(name: str = "Bob") -> object:
            people = (await client.get("/api/people")).json()["items"]
            return next(each["lastMail"] for each in people if each["name"] == name)

        await client.post("/api/people", json={"name": "Bob", "mail": "bob@example.com"})
        assert await became() == "waiting"
        await world.settle()
        assert await became() == "sent"
        bounced = event_of(provider.emails[-1], "bounced", datetime.now(UTC))
        assert (await posted(world, bounced)).json() == {"taken": "stopped"}
        assert await became() == "bounced"
        again = await client.post("/api/people", json={"name": "Eve", "mail": "BOB@example.com"})
        assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "mail")
        provider.faults = [Fault("refused")]
        await client.post("/api/people", json={"name": "Zoe", "mail": "zoe@example.com"})
        assert await became("Zoe") == "waiting"
        await world.settle()
        assert await became("Zoe") == "unsent"
    details = [
        load_object(str(row["detail"]))
        for row in await world.rows("SELECT detail FROM audit_events")
    ]
    assert [each["isMailed"] for each in details if each.get("purpose") == "invitation"] == [
        True,
        True,
    ]


async def test_an_account_has_so_many_links_mailed_in_a_day() -> None:
    world, _ = await opened()
    async with api_client(world.host.platform) as client:
        asked = [
            client.post(
                "/api/people", json={"name": f"Bob {each}", "mail": f"bob{each}@example.com"}
            )
            for each in range(MOST_MAILED_A_DAY + 3)
        ]
        answers = [answer.status_code for answer in await asyncio.gather(*asked)]
        assert (answers.count(201), answers.count(429)) == (MOST_MAILED_A_DAY, 3)
        assert len((await client.get("/api/people")).json()["items"]) == 1 + MOST_MAILED_A_DAY, (
            "nobody is made without a link"
        )
        missing = await client.post("/api/people/usr_nobody/links")
        assert missing.status_code == 404
        world.host.pieces.clock.advance(timedelta(days=1))
        later = await client.post("/api/people", json={"name": "Eve", "mail": "eve@example.com"})
        assert later.status_code == 201


async def posted(world: World, event: JsonObject, secret: str = SECRET) -> httpx.Response:
    body, now = json.dumps(event), datetime.now(UTC)
    headers = {
        "svix-id": "msg_event",
        "svix-timestamp": str(int(now.timestamp())),
        "svix-signature": Webhook(secret).sign("msg_event", now, body),
        "content-type": "application/json",
    }
    async with api_client(world.host.platform, "") as client:
        return await client.post("/api/mail/events", content=body, headers=headers)


async def test_what_comes_back_stops_mail_and_is_told() -> None:
    world, provider = await mail.open_mail(Faults())
    settings = replace(mail.SETTINGS, webhook_secret=SECRET)
    world.host.platform = replace(
        world.host.platform, settings=world.host.platform.settings.changed(settings)
    )
    await mail.disable_endpoint(world)
    await world.settle()
    event = event_of(provider.emails[0], "bounced", datetime.now(UTC))
    forged = await posted(world, event, "whsec_" + "A" * 32)
    assert forged.status_code == 401, forged.text
    assert (
        await posted(world, event_of(provider.emails[0], "delivered", datetime.now(UTC)))
    ).json() == {"taken": "ignored"}
    other = event_of(
        replace(provider.emails[0], id="another", tags={"message": "msg_none"}),
        "bounced",
        datetime.now(UTC),
    )
    assert (await posted(world, other)).json() == {"taken": "unknown"}
    assert (await posted(world, event)).json() == {"taken": "stopped"}
    assert (await posted(world, event)).json() == {"taken": "known"}
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, OTHER_TOKEN) as stranger,
    ):
        told = (await client.get("/api/notices")).json()["items"]
        assert [each["topic"] for each in told] == ["mail.bounced", "endpoint.disabled"]
        assert (await stranger.get("/api/notices")).json()["items"] == []
        assert (await client.get("/api/notices/choices")).json()["mail"]["stopped"] == "bounced"
        await mail.disable_endpoint(world, "end_2")
        await world.settle()
        assert len(provider.emails) == 1, "mail goes where it comes back from"
        assert (await ask(client, mail.ADDRESS)).status_code == 202, (
            "whoever knows that it works again says so"
        )
        complaint = event_of(provider.emails[0], "complained", datetime.now(UTC))
        assert (await posted(world, complaint)).json() == {"taken": "stopped"}
        assert (await ask(client, mail.ADDRESS.upper())).status_code == 422


async def test_a_link_that_came_back_is_told_where_it_waits() -> None:
    world, provider = await mail.open_mail(Faults())
    settings = replace(mail.SETTINGS, webhook_secret=SECRET)
    world.host.platform = replace(
        world.host.platform, settings=world.host.platform.settings.changed(settings)
    )
    async with api_client(world.host.platform) as client:

        async def pending() -> tuple[str | None, str | None]:
            shown = (await client.get("/api/notices/choices")).json()["mail"]
            return shown["pending"], shown["pendingStopped"]

        assert (await ask(client, "night@example.com")).status_code == 202
        await world.settle()
        assert await pending() == ("night@example.com", None)
        event = event_of(provider.emails[-1], "bounced", datetime.now(UTC))
        assert (await posted(world, event)).json() == {"taken": "stopped"}
        assert await pending() == ("night@example.com", "bounced")
        assert (await ask(client, "day@example.com")).status_code == 202
        assert await pending() == ("day@example.com", None)


async def test_choices_are_ones_own() -> None:
    world, _ = await opened()
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, OTHER_TOKEN) as other,
    ):
        chosen = {"topic": "endpoint.disabled", "inApp": False, "byMail": False}
        items = (await client.put("/api/notices/choices", json=chosen)).json()["items"]
        assert {each["topic"]: (each["inApp"], each["byMail"], each["isOwn"]) for each in items}[
            "endpoint.disabled"
        ] == (False, False, True)
        assert not any(
            each["isOwn"] for each in (await other.get("/api/notices/choices")).json()["items"]
        )
        await mail.disable_endpoint(world)
        assert (await client.get("/api/notices")).json()["unread"] == 0
        refused = await client.put("/api/notices/choices", json={**chosen, "topic": "none"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "topic")


async def test_a_deployment_without_a_key_says_which_setting_is_missing() -> None:
    world, _ = await opened()
    platform = replace(
        world.host.platform, settings=world.host.platform.settings.changed(EncryptionSettings())
    )
    async with api_client(platform) as client:
        asked = [
            await ask(client),
            await client.post("/api/people", json={"name": "Bob", "mail": "bob@example.com"}),
            await client.post(
                "/api/endpoints",
                json={"url": "https://example.com/hook", "topics": ["expense.created"]},
            ),
        ]
    for answer in asked:
        assert (answer.status_code, answer.json()["type"]) == (
            503,
            "urn:tillroll:problem:misconfigured",
        )
        assert "ENCRYPTION_KEYS must be set" in answer.json()["detail"]
    assert await world.rows("SELECT 1 FROM users WHERE name = 'Bob'") == []


async def test_an_address_is_taken_away() -> None:
    world, provider = await mail.open_mail(Faults())
    async with api_client(world.host.platform) as client:
        assert (await client.delete("/api/mail-address")).json()["address"] is None
    await mail.disable_endpoint(world)
    await world.settle()
    assert not provider.emails
    events = await world.rows(
        "SELECT action, detail FROM audit_events WHERE account_id = ? ORDER BY id DESC", ACCOUNT
    )
    assert events[0]["action"] == "mail_address.removed"
    assert mail.ADDRESS not in str(events)

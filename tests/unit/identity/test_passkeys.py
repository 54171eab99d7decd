"""Passkeys: made, named, removed, signed in with, and what is refused of them."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import httpx
import pytest

from tests.support.authenticator import BACKED_UP, BACKUP_ELIGIBLE, PRESENT, VERIFIED, Authenticator
from tests.support.dying import Dying, Killed
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.identity import passkey_rows
from tillroll.identity.passkey_rows import MOST_PASSKEYS
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.host.platform import HostPlatform

_LATER: Final = "2026-03-01T09:05:00.000Z"


@pytest.fixture
async def ann(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


@pytest.fixture
async def stranger(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform, token=None) as client:
        yield client


async def options(client: httpx.AsyncClient, path: str = "/api/passkeys/options") -> JsonObject:
    answer = await client.post(path)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def registered(
    client: httpx.AsyncClient, device: Authenticator | None = None
) -> Authenticator:
    device = device or Authenticator()
    answer = await client.post("/api/passkeys", json=device.create(await options(client)))
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return device


async def sign_in(client: httpx.AsyncClient, device: Authenticator) -> httpx.Response:
    asked = await options(client, "/api/session/passkey-options")
    return await client.post("/api/session/passkey", json=device.get(asked))


async def events(host: HostPlatform, action: str) -> list[Row]:
    query = "SELECT actor, outcome, detail FROM audit_events WHERE action = ? ORDER BY id"
    return await host.database.all(statement(query, [action]))


async def listed(client: httpx.AsyncClient) -> list[JsonObject]:
    return (await client.get("/api/passkeys")).json()["items"]


async def test_a_passkey_is_made_and_signs_in_without_a_name(
    host: HostPlatform, ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    asked = await options(ann)
    assert asked["rp"] == {"id": "tillroll.test", "name": "Tillroll"}
    assert asked["attestation"] == "none"
    selection = {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert asked["authenticatorSelection"] == selection
    device = await registered(ann)
    [shown] = await listed(ann)
    assert (shown["name"], shown["host"], shown["synced"], shown["lastUsedAt"]) == (
        "Ann's phone",
        "tillroll.test",
        False,
        None,
    )
    answer = await sign_in(stranger, device)
    assert answer.status_code == httpx.codes.OK
    assert answer.json()["user"]["id"] == "usr_first"
    cookies = answer.headers.get_list("set-cookie")
    assert any(
        "tillroll_session" in each and "HttpOnly" in each and "SameSite=strict" in each
        for each in cookies
    )
    assert (await stranger.get("/api/session")).json()["user"]["name"] == "Ann"
    [again] = await listed(ann)
    assert again["lastUsedAt"] is not None
    [added], [session] = await events(host, "passkey.added"), await events(host, "session.created")
    assert load_object(str(added["detail"])) == {"passkey": shown["id"], "user": "usr_first"}
    assert (session["actor"], load_object(str(session["detail"]))["passkey"]) == (
        "user:usr_first",
        shown["id"],
    )


async def test_over_https_no_other_host_can_set_the_cookie_of_a_challenge(
    stranger: httpx.AsyncClient,
) -> None:
    stranger.base_url = httpx.URL("https://tillroll.test")
    answer = await stranger.post("/api/session/passkey-options")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-tillroll_ceremony=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/;"))


async def test_a_passkey_that_is_known_is_not_made_again(ann: httpx.AsyncClient) -> None:
    device = await registered(ann)
    asked = await options(ann)
    descriptors = asked["excludeCredentials"]
    assert isinstance(descriptors, list)
    assert len(descriptors) == 1
    again = await ann.post("/api/passkeys", json=device.create(asked))
    assert again.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "registered already" in again.json()["errors"][0]["message"]


async def test_one_has_so_many_and_no_more(ann: httpx.AsyncClient) -> None:
    for _ in range(MOST_PASSKEYS):
        await registered(ann)
    refused = await ann.post("/api/passkeys", json=Authenticator().create(await options(ann)))
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert len(await listed(ann)) == MOST_PASSKEYS


@pytest.mark.parametrize(
    "device",
    [
        Authenticator(origin="http://tillroll.test.evil.test"),
        Authenticator(origin="https://tillroll.test"),
        Authenticator(flags=PRESENT),
        Authenticator(flags=VERIFIED),
        Authenticator(flags=PRESENT | VERIFIED | BACKED_UP),
    ],
    ids=[
        "another site",
        "another scheme",
        "nobody verified",
        "nobody present",
        "backed up without being able to",
    ],
)
async def test_what_is_not_as_it_must_be_is_not_kept(
    ann: httpx.AsyncClient, stranger: httpx.AsyncClient, device: Authenticator
) -> None:
    answer = await ann.post("/api/passkeys", json=device.create(await options(ann)))
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-values"
    assert await listed(ann) == []
    sound = await registered(ann)
    sound.origin, sound.flags = device.origin, device.flags
    refused = await sign_in(stranger, sound)
    assert refused.status_code == httpx.codes.UNAUTHORIZED
    assert refused.json()["type"] == "urn:tillroll:problem:passkey-refused"
    assert (await stranger.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED


async def test_a_challenge_is_answered_once_also_by_a_wrong_answer(
    ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann)
    asked = await options(stranger, "/api/session/passkey-options")
    wrong = device.get(asked) | {"signature": "MEQCIA"}
    assert (
        await stranger.post("/api/session/passkey", json=wrong)
    ).status_code == httpx.codes.UNAUTHORIZED
    assert (await stranger.post("/api/session/passkey", json=device.get(asked))).status_code == (
        httpx.codes.UNAUTHORIZED
    )
    assert (await sign_in(stranger, device)).status_code == httpx.codes.OK


async def test_a_challenge_ends_after_five_minutes(
    host: HostPlatform, ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann)
    asked = await options(stranger, "/api/session/passkey-options")
    host.pieces.clock.advance(timedelta(minutes=5, seconds=1))
    answer = await stranger.post("/api/session/passkey", json=device.get(asked))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    await options(stranger, "/api/session/passkey-options")
    [row] = await host.database.all(statement("SELECT count(*) AS open FROM passkey_ceremonies"))
    assert row["open"] == 1, "what has ended is swept as others come"


async def test_a_challenge_is_for_one_browser_one_person_and_one_purpose(
    host: HostPlatform, ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann)
    async with api_client(host.platform, token=None) as thief:
        asked = await options(stranger, "/api/session/passkey-options")
        taken = await thief.post("/api/session/passkey", json=device.get(asked))
        assert taken.status_code == httpx.codes.UNAUTHORIZED
    async with api_client(host.platform, OTHER_TOKEN) as other:
        hers = await options(ann)
        other.cookies = ann.cookies
        assert (
            await other.post("/api/passkeys", json=Authenticator().create(hers))
        ).status_code == 422
    registering = await options(ann)
    crossed = device.get(registering | {"rpId": "tillroll.test"})
    assert (
        await ann.post("/api/session/passkey", json=crossed)
    ).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    "other",
    [{"purpose": "register"}, {"user_id": "usr_first"}, {"browser": "another"}, {"now": _LATER}],
    ids=lambda other: next(iter(other)),
)
async def test_a_ceremony_is_taken_only_as_it_was_begun(
    host: HostPlatform, other: dict[str, str]
) -> None:
    """Also where the rest of what is asked would fit."""
    ceremony: dict[str, str | None] = {
        "challenge_hash": "a challenge",
        "purpose": "sign_in",
        "user_id": None,
        "browser_hash": "a browser",
        "expires_at": _LATER,
    }
    begun_at = "2026-03-01T09:00:00.000Z"
    await host.database.batch(passkey_rows.insert_ceremony(ceremony, begun_at))
    asked: dict[str, Any] = {
        "purpose": "sign_in",
        "user_id": None,
        "browser": "a browser",
        "now": begun_at,
    }
    taken = partial(passkey_rows.take_ceremony, host.database, "a challenge")
    assert not await taken(**asked | other)
    assert await taken(**asked)
    assert not await taken(**asked)


async def test_a_counter_that_goes_back_lets_nobody_in_and_is_audited(
    host: HostPlatform, ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann, Authenticator(count=5))
    device.count = 9
    assert (await sign_in(stranger, device)).status_code == httpx.codes.OK
    await stranger.delete("/api/session", headers={"origin": "http://tillroll.test"})
    for count in (9, 8, 0):
        device.count = count
        answer = await sign_in(stranger, device)
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert "counter went back" in answer.json()["detail"]
    assert (await stranger.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
    noted = await events(host, "passkey.counter_went_back")
    assert [load_object(str(row["detail"]))["given"] for row in noted] == [9, 8, 0]
    assert {row["outcome"] for row in noted} == {"failure"}
    device.count = 10
    assert (await sign_in(stranger, device)).status_code == httpx.codes.OK


async def test_another_users_handle_and_another_key_are_refused(
    ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann)
    for wrong in (
        Authenticator(credential_id=device.credential_id, user_handle=device.user_handle),
        Authenticator(
            credential_id=device.credential_id, key=device.key, user_handle="dXNyX290aGVy"
        ),
        Authenticator(user_handle=device.user_handle),
    ):
        assert (await sign_in(stranger, wrong)).status_code == httpx.codes.UNAUTHORIZED


async def test_whether_it_can_be_backed_up_never_changes(
    ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = await registered(ann, Authenticator(flags=PRESENT | VERIFIED | BACKUP_ELIGIBLE))
    device.flags = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP
    assert (await sign_in(stranger, device)).status_code == httpx.codes.OK
    assert [each["synced"] for each in await listed(ann)] == [True]
    device.flags = PRESENT | VERIFIED
    assert (await sign_in(stranger, device)).status_code == httpx.codes.UNAUTHORIZED


async def test_a_passkey_is_named_and_removed_the_last_one_only_when_that_is_meant(
    host: HostPlatform, ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    first, second = await registered(ann), await registered(ann)
    ids = [str(each["id"]) for each in await listed(ann)]
    named = await ann.patch(f"/api/passkeys/{ids[1]}", json={"name": " Work laptop "})
    assert named.json()["name"] == "Work laptop"
    assert (await ann.delete(f"/api/passkeys/{ids[0]}")).status_code == httpx.codes.NO_CONTENT
    assert (await sign_in(stranger, first)).status_code == httpx.codes.UNAUTHORIZED
    kept = await ann.delete(f"/api/passkeys/{ids[1]}")
    assert kept.status_code == httpx.codes.CONFLICT
    assert kept.json()["type"] == "urn:tillroll:problem:last-passkey"
    assert (await sign_in(stranger, second)).status_code == httpx.codes.OK
    assert (
        await ann.delete(f"/api/passkeys/{ids[1]}?last=true")
    ).status_code == httpx.codes.NO_CONTENT
    assert (
        await ann.delete(f"/api/passkeys/{ids[1]}?last=true")
    ).status_code == httpx.codes.NOT_FOUND
    assert await listed(ann) == []
    assert len(await events(host, "passkey.removed")) == 2
    assert len(await events(host, "passkey.renamed")) == 1
    written = await host.database.all(statement("SELECT detail FROM audit_events"))
    assert "laptop" not in str(written)


async def test_another_accounts_passkeys_are_out_of_reach(
    host: HostPlatform, ann: httpx.AsyncClient
) -> None:
    await registered(ann)
    [passkey] = await listed(ann)
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert await listed(other) == []
        path = f"/api/passkeys/{passkey['id']}"
        assert (await other.patch(path, json={"name": "Mine"})).status_code == httpx.codes.NOT_FOUND
        assert (await other.delete(f"{path}?last=true")).status_code == httpx.codes.NOT_FOUND
    assert len(await listed(ann)) == 1


async def test_a_challenge_that_is_answered_is_good_wherever_the_request_died(
    host: HostPlatform, ann: httpx.AsyncClient
) -> None:
    answered: list[bool] = []
    for at in range(40):
        key = {"idempotency-key": f"k{at}"}
        dying = Dying(host.platform.database, at)
        with suppress(Killed):
            async with api_client(replace(host.platform, database=dying)) as client:
                await client.post("/api/passkeys/options", headers=key)
        if not dying.has_died:
            break
        host.pieces.clock.advance(timedelta(seconds=61))
        again = await ann.post("/api/passkeys/options", headers=key)
        assert again.is_success, again.text
        answered.append(again.json()["challenge"] is not None)
        if again.json()["challenge"] is not None:
            made = await ann.post("/api/passkeys", json=Authenticator().create(again.json()))
            assert made.status_code == httpx.codes.CREATED, f"died at point {at}: {made.text}"
        last = await ann.post("/api/passkeys/options", headers=key)
        assert last.json() == {**again.json(), "challenge": None}
    assert set(answered) == {True, False}


async def test_an_address_without_a_name_has_no_passkeys(host: HostPlatform) -> None:
    for base in ("http://127.0.0.1:8787", "http://[::1]:8787"):
        async with api_client(host.platform) as client:
            client.base_url = httpx.URL(base)
            for path in ("/api/passkeys/options", "/api/session/passkey-options"):
                answer = await client.post(path)
                assert answer.status_code == httpx.codes.CONFLICT
                assert answer.json()["type"] == "urn:tillroll:problem:no-passkeys-here"


@pytest.mark.parametrize("field", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize(
    "value", ["AAAA", "e30", "W10", "_" * 20_000, "not base64!", "", "x" * 20_001]
)
async def test_hostile_values_are_refused(ann: httpx.AsyncClient, field: str, value: str) -> None:
    asked = Authenticator().create(await options(ann)) | {field: value}
    answer = await ann.post("/api/passkeys", json=asked)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_signing_out_everywhere_ends_sessions_of_passkeys_too(
    ann: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await sign_in(stranger, await registered(ann))
    assert (await stranger.get("/api/session")).status_code == httpx.codes.OK
    await ann.delete("/api/sessions")
    assert (await stranger.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED

"""What changes how a person signs in asks for a sign-in that is not long ago."""

from datetime import timedelta

import httpx
import pytest

from tests.support.host_api import api_client
from tests.unit.identity.test_passkeys import options, registered, sign_in
from tests.unit.identity.test_sessions import HOME, signed_in
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

_LONG: timedelta = timedelta(minutes=15, seconds=1)
_CHANGES: list[tuple[str, str, JsonObject | None]] = [
    ("POST", "/api/passkeys/options", None),
    ("POST", "/api/tokens", {"name": "mine"}),
    ("POST", "/api/sign-in-codes", None),
    ("PUT", "/api/mail-address", {"address": "thief@example.com"}),
    ("DELETE", "/api/mail-address", None),
    ("DELETE", "/api/passkeys/pky_1?last=true", None),
]


@pytest.mark.parametrize(("method", "path", "body"), _CHANGES, ids=lambda each: str(each)[:30])
async def test_an_old_session_changes_nothing_that_lets_in(
    host: HostPlatform, method: str, path: str, body: JsonObject | None
) -> None:
    async with signed_in(host) as browser:
        async with api_client(host.platform) as ann:
            await registered(ann)
        first = await browser.request(method, path, json=body, headers=HOME)
        assert first.json().get("type") != "urn:tillroll:problem:sign-in-again"
        host.pieces.clock.advance(_LONG)
        refused = await browser.request(method, path, json=body, headers=HOME)
        assert refused.status_code == httpx.codes.FORBIDDEN
        assert refused.json()["type"] == "urn:tillroll:problem:sign-in-again"


async def test_who_signs_in_again_may(host: HostPlatform) -> None:
    async with signed_in(host) as browser:
        async with api_client(host.platform) as ann:
            device = await registered(ann)
        host.pieces.clock.advance(_LONG)
        key = {**HOME, "idempotency-key": "one token"}
        refused = await browser.post("/api/tokens", json={"name": "mine"}, headers=key)
        assert refused.status_code == httpx.codes.FORBIDDEN
        assert (await sign_in(browser, device)).status_code == httpx.codes.OK
        made = await browser.post("/api/tokens", json={"name": "mine"}, headers=key)
        assert made.status_code == httpx.codes.CREATED


async def test_who_has_no_passkey_and_a_token_are_not_asked(host: HostPlatform) -> None:
    async with signed_in(host) as browser, api_client(host.platform) as script:
        host.pieces.clock.advance(_LONG)
        begun = await browser.post("/api/passkeys/options", headers=HOME)
        assert begun.status_code == httpx.codes.OK
        await registered(script)
        await options(script)

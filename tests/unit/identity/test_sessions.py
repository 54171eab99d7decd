"""Sign-in by a one-time code, the cookie, and who may use it from where."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import LiteralString

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.api.answers import SAFE_HEADERS
from tillroll.identity.authentication import SECURE_SESSION_COOKIE, SESSION_COOKIE
from tillroll.identity.repository import Person, end_sessions, find_user
from tillroll_durable.platform.bindings.database import Database, Row, statement
from tillroll_testing.host.platform import HostPlatform

HOME = {"origin": "http://tillroll.test"}


async def new_code(host: HostPlatform) -> str:
    async with api_client(host.platform) as client:
        answer = await client.post("/api/sign-in-codes")
    assert answer.status_code == httpx.codes.CREATED
    assert answer.json()["url"] == f"/sign-in#code={answer.json()['code']}"
    return answer.json()["code"]


async def test_a_code_signs_a_browser_in_once(host: HostPlatform) -> None:
    code = await new_code(host)
    async with api_client(host.platform, token=None) as browser:
        answer = await browser.post("/api/session", json={"code": code})
        assert answer.status_code == httpx.codes.OK
        cookie = answer.headers["set-cookie"]
        assert all(
            word in cookie for word in (SESSION_COOKIE, "HttpOnly", "SameSite=strict", "Path=/")
        )
        assert (await browser.get("/api/session")).json()["user"]["name"] == "Ann"
    async with api_client(host.platform, token=None) as second:
        again = await second.post("/api/session", json={"code": code})
    assert again.status_code == httpx.codes.UNAUTHORIZED
    assert again.json()["type"] == "urn:tillroll:problem:invalid-code"


async def test_an_old_code_is_refused(host: HostPlatform) -> None:
    code = await new_code(host)
    host.pieces.clock.advance(timedelta(hours=1, seconds=1))
    async with api_client(host.platform, token=None) as browser:
        assert (
            await browser.post("/api/session", json={"code": code})
        ).status_code == httpx.codes.UNAUTHORIZED


@asynccontextmanager
async def signed_in(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform, token=None) as browser:
        await browser.post("/api/session", json={"code": await new_code(host)})
        yield browser


async def test_the_cookie_changes_things_from_our_own_pages_only(host: HostPlatform) -> None:
    async with signed_in(host) as browser:
        assert (
            await browser.post("/api/sign-in-codes", headers=HOME)
        ).status_code == httpx.codes.CREATED
        for origin in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
            answer = await browser.post("/api/sign-in-codes", headers=origin)
            assert answer.status_code == httpx.codes.FORBIDDEN, origin


async def test_signing_out_ends_the_session(host: HostPlatform) -> None:
    async with signed_in(host) as browser:
        cookies = dict(browser.cookies)
        assert (
            await browser.delete("/api/session", headers=HOME)
        ).status_code == httpx.codes.NO_CONTENT
        browser.cookies.update(cookies)
        assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED


async def test_signing_out_everywhere_ends_all_sessions_and_codes_at_once(
    host: HostPlatform,
) -> None:
    unused = await new_code(host)
    async with (
        signed_in(host) as browser,
        signed_in(host) as other,
        api_client(host.platform) as script,
    ):
        assert (
            await browser.delete("/api/sessions", headers=HOME)
        ).status_code == httpx.codes.NO_CONTENT
        for window in (browser, other):
            assert (await window.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert (
            await other.post("/api/session", json={"code": unused})
        ).status_code == httpx.codes.UNAUTHORIZED
        assert (await script.get("/api/session")).status_code == httpx.codes.OK, (
            "tokens are revoked one by one"
        )
    async with signed_in(host) as again:
        assert (await again.get("/api/session")).status_code == httpx.codes.OK
    events = await host.database.all(
        statement("SELECT actor, detail FROM audit_events WHERE action = 'sessions.ended'")
    )
    assert events == [{"actor": "user:usr_first", "detail": '{"user":"usr_first"}'}]


async def test_a_session_that_is_begun_while_signing_out_everywhere_ends_too(
    host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def signed_out_meanwhile(database: Database, user_id: str) -> Row | None:
        person = Person("acc_first", user_id)
        await database.batch(end_sessions(person, "operator", host.platform.clock.now()))
        return await find_user(database, user_id)

    code = await new_code(host)
    with monkeypatch.context() as patch:
        patch.setattr("tillroll.identity.sessions.find_user", signed_out_meanwhile)
        async with api_client(host.platform, token=None) as browser:
            await browser.post("/api/session", json={"code": code})
            assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED


async def test_signing_out_everywhere_leaves_others_alone(host: HostPlatform) -> None:
    async with signed_in(host) as browser, api_client(host.platform, OTHER_TOKEN) as other:
        assert (await other.delete("/api/sessions")).status_code == httpx.codes.NO_CONTENT
        assert (await browser.get("/api/session")).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tokens SET revoked_at = '2026-01-01T00:00:00.000Z'",
        "UPDATE tokens SET expires_at = '2026-02-01T00:00:00.000Z'",
    ],
)
async def test_a_revoked_or_expired_token_is_refused(
    host: HostPlatform, change: LiteralString
) -> None:
    await host.database.all(statement(change))
    async with api_client(host.platform) as client:
        assert (await client.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("header", ["Basic dGlsbF9maXJzdA==", "Bearer", "till_first", "Bearer  "])
async def test_other_schemes_are_refused(host: HostPlatform, header: str) -> None:
    async with api_client(host.platform, token=None) as client:
        answer = await client.get("/api/session", headers={"authorization": header})
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_over_https_no_other_host_can_set_the_cookie(host: HostPlatform) -> None:
    code = await new_code(host)
    async with api_client(host.platform, token=None) as browser:
        browser.base_url = httpx.URL("https://tillroll.test")
        signed_in = await browser.post(
            "/api/session", json={"code": code}, headers={"origin": "https://tillroll.test"}
        )
        cookie = signed_in.headers["set-cookie"]
        assert cookie.startswith(f"{SECURE_SESSION_COOKIE}=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        browser.cookies.set(SESSION_COOKIE, "planted")
        assert (await browser.get("/api/session")).json()["user"]["name"] == "Ann"


async def test_every_answer_is_kept_run_and_framed_by_nobody(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        answers = [
            await client.get(path) for path in ("/api/session", "/api/nothing", "/api/health")
        ]
    async with api_client(host.platform, token=None) as client:
        answers.append(await client.get("/api/session"))
    for answer in answers:
        assert {*SAFE_HEADERS} <= {*answer.headers}, answer.url
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], answer.url
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert "access-control-allow-origin" not in answer.headers

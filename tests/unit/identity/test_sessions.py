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
from tillroll.identity.refusals import sweep_sessions
from tillroll.identity.repository import Person, end_sessions, find_user
from tillroll.identity.sessions import browser_of
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


async def test_over_https_a_session_is_taken_under_the_safe_name_alone(host: HostPlatform) -> None:
    """Another host of the domain can set a cookie of the plain name: with its own session."""
    code = await new_code(host)
    async with api_client(host.platform, token=None) as attacker:
        attacker.base_url = httpx.URL("https://tillroll.test")
        await attacker.post("/api/session", json={"code": code})
        session = attacker.cookies[SECURE_SESSION_COOKIE]
    async with api_client(host.platform, token=None) as browser:
        browser.base_url = httpx.URL("https://tillroll.test")
        planted = {"cookie": f"{SESSION_COOKIE}={session}"}
        answer = await browser.get("/api/session", headers=planted)
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        own = {"cookie": f"{SECURE_SESSION_COOKIE}={session}"}
        assert (await browser.get("/api/session", headers=own)).status_code == httpx.codes.OK
    async with signed_in(host) as plain:
        secure = {"x-forwarded-proto": "https"}
        answer = await plain.get("/api/session", headers=secure)
        assert answer.status_code == httpx.codes.UNAUTHORIZED


async def test_signing_in_again_ends_the_session_before(host: HostPlatform) -> None:
    async with signed_in(host) as browser:
        before = {"cookie": f"{SESSION_COOKIE}={browser.cookies[SESSION_COOKIE]}"}
        await browser.post("/api/session", json={"code": await new_code(host)})
        assert (await browser.get("/api/session")).status_code == httpx.codes.OK
    async with api_client(host.platform, token=None) as thief:
        answer = await thief.get("/api/session", headers=before)
    assert answer.status_code == httpx.codes.UNAUTHORIZED


async def test_a_session_that_nobody_uses_ends_after_fourteen_days(host: HostPlatform) -> None:
    clock = host.pieces.clock
    async with signed_in(host) as browser:
        for _ in range(2):
            clock.advance(timedelta(days=13, hours=23))
            assert (await browser.get("/api/session")).status_code == httpx.codes.OK
    async with signed_in(host) as idle:
        clock.advance(timedelta(days=14, seconds=1))
        assert (await idle.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
    await sweep_sessions(host.platform)
    assert await host.database.all(statement("SELECT id FROM sessions")) == []


async def test_a_session_that_is_used_each_day_ends_after_thirty(host: HostPlatform) -> None:
    statuses: list[int] = []
    async with signed_in(host) as browser:
        for _ in range(30):
            statuses.append((await browser.get("/api/session")).status_code)
            host.pieces.clock.advance(timedelta(days=1))
        statuses.append((await browser.get("/api/session")).status_code)
    assert statuses == [*[httpx.codes.OK] * 30, httpx.codes.UNAUTHORIZED]


async def test_a_person_sees_their_browsers_and_signs_one_out(host: HostPlatform) -> None:
    firefox = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140"}
    async with signed_in(host) as here, api_client(host.platform, token=None) as lost:
        await lost.post("/api/session", json={"code": await new_code(host)}, headers=firefox)
        listed = (await here.get("/api/sessions")).json()["items"]
        assert [(each["browser"], each["how"], each["isHere"]) for each in listed] == [
            ("Firefox, Linux", "code", False),
            ("another program", "code", True),
        ]
        path = f"/api/sessions/{listed[0]['id']}"
        assert (await here.delete(path, headers=HOME)).status_code == httpx.codes.NO_CONTENT
        assert (await lost.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert [each["isHere"] for each in (await here.get("/api/sessions")).json()["items"]] == [
            True
        ]
        assert (await here.delete(path, headers=HOME)).status_code == httpx.codes.NOT_FOUND
        async with api_client(host.platform, OTHER_TOKEN) as other:
            assert (await other.get("/api/sessions")).json()["items"] == []
            [own] = (await here.get("/api/sessions")).json()["items"]
            refused = await other.delete(f"/api/sessions/{own['id']}")
            assert refused.status_code == httpx.codes.NOT_FOUND
        assert (await here.get("/api/session")).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1", "Safari, macOS"),
        ("Mozilla/5.0 (X11; Linux) HeadlessChrome/140.0 Safari/537.36", "Chromium, Linux"),
        ("Mozilla/5.0 (X11; Linux) Chromium/140.0 Chrome/140.0 Safari/537.36", "Chromium, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) CriOS/140.0 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) FxiOS/140.0 Safari/604.1", "Firefox, iPhone"),
        ("", "another program"),
        ("<b>x</b>" * 1000, "another program"),
    ],
)
def test_a_browser_is_called_by_two_words(agent: str, expected: str) -> None:
    assert browser_of(agent) == expected


async def test_no_secret_of_a_session_is_kept_and_each_has_many_random_bits(
    host: HostPlatform,
) -> None:
    async with signed_in(host) as browser:
        token = browser.cookies[SESSION_COOKIE]
    [row] = await host.database.all(statement("SELECT * FROM sessions"))
    assert token not in row.values()
    assert len(token) >= 43, "256 bits in base64url"


async def test_signing_out_has_the_browser_forget_files(host: HostPlatform) -> None:
    for path in ("/api/session", "/api/sessions"):
        async with signed_in(host) as browser:
            answer = await browser.delete(path, headers=HOME)
            assert answer.headers["clear-site-data"] == '"cache"'


async def test_every_answer_is_kept_run_and_framed_by_nobody(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        answers = [
            await client.get(path) for path in ("/api/session", "/api/nothing", "/api/health")
        ]
    async with api_client(host.platform, token=None) as client:
        answers.append(await client.get("/api/session"))
    for answer in answers:
        assert {*SAFE_HEADERS} <= {*answer.headers}, answer.url
        assert answer.headers["cache-control"] == "no-store", answer.url
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url
        assert answer.headers["referrer-policy"] == "no-referrer", answer.url
        assert "default-src 'none'" in answer.headers["content-security-policy"], answer.url
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], answer.url
        transport = answer.headers["strict-transport-security"]
        assert transport == "max-age=31536000; includeSubDomains", answer.url
        assert "access-control-allow-origin" not in answer.headers

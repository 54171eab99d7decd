"""How many requests an address, a token and an account may send."""

from dataclasses import replace

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tillroll_durable.platform.bindings.objects import NO_LIMITS, AttemptsUnavailable, Limits
from tillroll_testing.host.memory import MemoryAttempts
from tillroll_testing.host.platform import HostPlatform


class SilentAttempts:
    """`Attempts` that never answer."""

    async def may_try(self, key: str) -> bool:
        raise AttemptsUnavailable(f"nobody counts {key}")


async def ask(
    host: HostPlatform,
    limits: Limits,
    times: int,
    token: str | None = TOKEN,
    address: str | None = None,
) -> list[httpx.Response]:
    headers = {} if address is None else {"cf-connecting-ip": address}
    async with api_client(replace(host.platform, limits=limits), token) as client:
        return [await client.get("/api/session", headers=headers) for _ in range(times)]


def statuses(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


async def test_a_token_has_to_wait_and_another_does_not(host: HostPlatform) -> None:
    limits = replace(NO_LIMITS, by_actor=MemoryAttempts(2))
    answers = await ask(host, limits, 3)
    assert statuses(answers) == [200, 200, 429]
    assert answers[2].json()["type"] == "urn:tillroll:problem:too-many-requests"
    assert "this token" in answers[2].json()["detail"]
    assert answers[2].headers["retry-after"] == "60"
    assert statuses(await ask(host, limits, 1, OTHER_TOKEN)) == [200]


async def test_an_account_has_to_wait_whoever_of_it_asks(host: HostPlatform) -> None:
    limits = replace(NO_LIMITS, by_account=MemoryAttempts(2))
    async with api_client(host.platform) as client:
        second = (await client.post("/api/tokens", json={"name": "second"})).json()["token"]
    assert statuses([*await ask(host, limits, 2), *await ask(host, limits, 1, second)]) == [
        200,
        200,
        429,
    ]
    assert statuses(await ask(host, limits, 1, OTHER_TOKEN)) == [200]


async def test_an_address_is_counted_before_the_database_is_asked(host: HostPlatform) -> None:
    limits = replace(NO_LIMITS, by_address=MemoryAttempts(2))
    assert statuses(await ask(host, limits, 2, "wrong", "192.0.2.1")) == [401, 401]
    host.database.close()
    assert statuses(await ask(host, limits, 2, "wrong", "192.0.2.1")) == [429, 429]


async def test_where_nobody_says_the_address_it_is_not_counted(host: HostPlatform) -> None:
    assert statuses(await ask(host, replace(NO_LIMITS, by_address=MemoryAttempts(0)), 3)) == [
        200,
        200,
        200,
    ]


async def test_an_address_of_this_machine_is_not_counted(host: HostPlatform) -> None:
    """The development server says it of every request, and no request from elsewhere can."""
    limits = replace(NO_LIMITS, by_address=MemoryAttempts(0))
    for address in ("127.0.0.1", "::1"):
        assert statuses(await ask(host, limits, 3, TOKEN, address)) == [200, 200, 200]


async def test_a_limit_that_does_not_answer_refuses_nobody(
    host: HostPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    silent = SilentAttempts()
    limits = Limits(silent, silent, silent)
    assert statuses(await ask(host, limits, 1, TOKEN, "192.0.2.1")) == [200]
    warnings = [line for line in caplog.messages if "limit.not_counted" in line]
    assert len(warnings) == 3  # by the address, the token and the account


async def test_attempts_to_sign_in_go_on_without_their_limit(host: HostPlatform) -> None:
    platform = replace(host.platform, attempts=SilentAttempts())
    headers = {"cf-connecting-ip": "192.0.2.1"}
    async with api_client(platform, token=None) as client:
        options = await client.post("/api/session/passkey-options", headers=headers)
        wrong_code = await client.post("/api/session", json={"code": "wrong"}, headers=headers)
    async with api_client(platform, "wrong") as client:
        wrong_token = await client.get("/api/session", headers=headers)
    assert statuses([options, wrong_code, wrong_token]) == [200, 401, 401]

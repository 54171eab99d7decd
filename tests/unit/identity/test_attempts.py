"""How often one address may try to sign in."""

from itertools import count

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database, product_pieces
from tillroll_testing.host.memory import MemoryAttempts
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {}, product_pieces(attempts=MemoryAttempts(2)))


_WRONG = count()


async def attempt(
    host: HostPlatform, address: str | None, path: str = "/api/session", code: str = ""
) -> httpx.Response:
    headers = {} if address is None else {"cf-connecting-ip": address}
    body = {"code": code or f"wrong {next(_WRONG)}"} if path == "/api/session" else None
    async with api_client(host.platform, token=None) as client:
        return await client.post(path, json=body, headers=headers)


async def test_the_third_attempt_of_an_address_has_to_wait_and_others_do_not(
    host: HostPlatform,
) -> None:
    assert (await attempt(host, "192.0.2.1")).status_code == httpx.codes.UNAUTHORIZED
    assert (
        await attempt(host, "192.0.2.1", "/api/session/passkey-options")
    ).status_code == httpx.codes.OK
    for path in ("/api/session", "/api/session/passkey-options"):
        refused = await attempt(host, "192.0.2.1", path)
        assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
        assert refused.json()["type"] == "urn:tillroll:problem:too-many-attempts"
        assert refused.headers["retry-after"] == "60"
    assert (await attempt(host, "192.0.2.2")).status_code == httpx.codes.UNAUTHORIZED


async def test_a_network_of_ipv6_is_one_address(host: HostPlatform) -> None:
    for end in ("1", "2"):
        assert (await attempt(host, f"2001:db8::{end}")).status_code == httpx.codes.UNAUTHORIZED
    assert (
        await attempt(host, "2001:db8::ffff:0:0:1")
    ).status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await attempt(host, "2001:db8:0:1::1")).status_code == httpx.codes.UNAUTHORIZED


async def test_where_nobody_says_the_address_nothing_is_counted(host: HostPlatform) -> None:
    for _ in range(5):
        assert (await attempt(host, None)).status_code == httpx.codes.UNAUTHORIZED


async def test_one_code_is_tried_so_often_from_wherever(host: HostPlatform) -> None:
    for end, status in ((1, 401), (2, 401), (3, 429)):
        assert (await attempt(host, f"192.0.2.{end}", code="wrong")).status_code == status


async def test_the_codes_of_one_person_are_counted_together(host: HostPlatform) -> None:
    """They have ended; whoever has them tries them from many addresses."""
    async with api_client(host.platform) as ann:
        codes = [(await ann.post("/api/sign-in-codes")).json()["code"] for _ in range(3)]
        await ann.delete("/api/sessions")
    statuses: list[int] = []
    async with api_client(host.platform, token=None) as client:
        for end, code in enumerate(codes):
            headers = {"cf-connecting-ip": f"192.0.2.{end}"}
            statuses.append(
                (
                    await client.post("/api/session", json={"code": code}, headers=headers)
                ).status_code
            )
    assert statuses == [401, 401, 429]

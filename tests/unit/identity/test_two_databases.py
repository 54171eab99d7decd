"""People of accounts in two databases: what lets somebody in leads to their account, and to no
other.
"""

import httpx
import pytest

from tests.simulation import mail
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN, USER
from tests.support.two_databases import over_both, second_account
from tests.unit.identity.test_passkeys import options, registered, sign_in
from tests.unit.mail.test_mail import code_in
from tillroll.mail.addresses import set_confirmed
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.simulation.faults import Faults


async def _account_of(platform: Platform, token: str) -> str | int:
    async with api_client(platform, token) as client:
        answer = await client.get("/api/session")
    if answer.is_success:
        return answer.json()["account"]["id"]
    return answer.status_code


async def test_an_account_says_by_all_its_ids_where_it_was_made() -> None:
    _, account = await second_account()
    assert [shards.of_id(each) for each in (account.account_id, account.user_id)] == [2, 2]
    assert shards.of_secret(account.token) == 2


async def test_a_token_leads_to_its_account_whatever_it_says(host: HostPlatform) -> None:
    second, account = await second_account()
    platform = over_both(host.platform, second)
    assert await _account_of(platform, TOKEN) == ACCOUNT
    assert await _account_of(platform, account.token) == account.account_id
    # The second database has a token of the same text, as a wrong hint would find it.
    for wrong in (f"{TOKEN}.2", account.token.removesuffix(".2"), f"{TOKEN}.3", f"{TOKEN}.0"):
        assert await _account_of(platform, wrong) == httpx.codes.UNAUTHORIZED


async def test_a_code_signs_a_browser_in_that_is_signed_in_elsewhere(host: HostPlatform) -> None:
    second, account = await second_account()
    platform = over_both(host.platform, second)
    codes: list[str] = []
    for token in (TOKEN, account.token):
        async with api_client(platform, token) as client:
            codes.append((await client.post("/api/sign-in-codes")).json()["code"])
    async with api_client(platform, None) as browser:
        for code, meant in zip(codes, (ACCOUNT, account.account_id), strict=True):
            answer = await browser.post("/api/session", json={"code": code})
            assert answer.json()["account"]["id"] == meant
            assert (await browser.get("/api/session")).json()["account"]["id"] == meant
            again = await browser.post("/api/session", json={"code": code})
            assert again.status_code == httpx.codes.UNAUTHORIZED


async def test_a_token_that_somebody_makes_says_their_database(host: HostPlatform) -> None:
    second, account = await second_account()
    platform = over_both(host.platform, second)
    async with api_client(platform, account.token) as client:
        made = (await client.post("/api/tokens", json={"name": "more"})).json()
    assert (shards.of_id(made["id"]), shards.of_secret(made["token"])) == (2, 2)
    assert await _account_of(platform, made["token"]) == account.account_id


async def test_a_passkey_signs_in_where_its_user_is(host: HostPlatform) -> None:
    second, account = await second_account()
    platform = over_both(host.platform, second)
    async with (
        api_client(platform, account.token) as client,
        api_client(platform, None) as stranger,
    ):
        device = await registered(client)
        answer = await sign_in(stranger, device)
        assert answer.json()["account"]["id"] == account.account_id
        # The challenge waits in the first database, and is answered once.
        asked = await options(stranger, "/api/session/passkey-options")
        given = device.get(asked)
        assert (await stranger.post("/api/session/passkey", json=given)).is_success
        again = await stranger.post("/api/session/passkey", json=given)
        assert again.status_code == httpx.codes.UNAUTHORIZED
    waiting = "SELECT challenge_hash FROM passkey_ceremonies"
    assert await second.all(statement(waiting)) == []


@pytest.mark.parametrize("handle", ["AAAA", "gICA", "dXNyX2ZpcnN0"])
async def test_a_passkey_of_nobody_is_refused(host: HostPlatform, handle: str) -> None:
    second, account = await second_account()
    platform = over_both(host.platform, second)
    async with (
        api_client(platform, account.token) as client,
        api_client(platform, None) as stranger,
    ):
        device = await registered(client)
        asked = await options(stranger, "/api/session/passkey-options")
        given = {**device.get(asked), "userHandle": handle}
        answer = await stranger.post("/api/session/passkey", json=given)
    assert answer.status_code == httpx.codes.UNAUTHORIZED


async def test_a_person_of_both_databases_is_mailed_a_link_to_each() -> None:
    world, provider = await mail.open_mail(Faults())
    second, account = await second_account()
    address = "ann@example.com"
    since = "2026-01-01T00:00:00.000Z"
    await world.rows("DELETE FROM mail_addresses")
    await world.host.database.batch([set_confirmed(USER, address, since)])
    await second.batch([set_confirmed(account.user_id, address, since)])
    platform = over_both(world.host.platform, second)
    async with api_client(platform, None) as nobody:
        answer = await nobody.post("/api/sign-in-links", json={"address": address})
    assert answer.status_code == httpx.codes.ACCEPTED
    made = "SELECT user_id FROM sign_in_codes WHERE purpose = 'link'"
    assert await world.rows(made) == [{"user_id": USER}]
    assert await second.all(statement(made)) == [{"user_id": account.user_id}]
    await world.settle()
    async with api_client(platform, None) as nobody:
        code = code_in(provider, "/sign-in")
        answer = await nobody.post("/api/session", json={"code": code})
    assert answer.json()["account"]["id"] == ACCOUNT

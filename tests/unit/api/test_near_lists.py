"""Lists may come from a copy of the database that lags, and people still see what they wrote, and
never less than they saw before.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tests.support.replicated import LaggingDatabase
from tillroll.api.near import NearSettings
from tillroll_durable.platform.bindings.replicas import PRIMARY
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting

_OWN_PAGE = {"origin": "http://tillroll.test"}


@pytest.fixture
async def database() -> LaggingDatabase:
    return LaggingDatabase(await migrated_database())


def platform_on(database: LaggingDatabase, *, reads_near: bool = True) -> Platform:
    platform = assemble(database.primary, {}).platform
    settings = platform.settings.changed(NearSettings(reads_near))
    return replace(platform, database=database, settings=settings)


@asynccontextmanager
async def browser_on(platform: Platform) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser in which the owner is signed in."""
    async with api_client(platform) as program:
        code = (await program.post("/api/sign-in-codes")).json()["code"]
    async with api_client(platform, token=None) as browser:
        answer = await browser.post("/api/session", json={"code": code}, headers=_OWN_PAGE)
        assert answer.is_success, answer.text
        yield browser


@pytest.fixture
async def browser(database: LaggingDatabase) -> AsyncGenerator[httpx.AsyncClient]:
    async with browser_on(platform_on(database)) as browser:
        yield browser


async def show_list(client: httpx.AsyncClient) -> None:
    """Ask for the list of expenses."""
    (await client.get("/api/expenses")).raise_for_status()


async def test_the_first_list_asks_the_primary_and_the_next_one_may_not(
    database: LaggingDatabase, browser: httpx.AsyncClient
) -> None:
    await show_list(browser)
    await show_list(browser)
    [first, second] = database.begun
    assert first == PRIMARY
    assert second.isdecimal()


async def test_a_list_behind_an_own_write_sees_it(
    database: LaggingDatabase, browser: httpx.AsyncClient
) -> None:
    await show_list(browser)
    database.replicate()
    await show_list(browser)
    answer = await browser.post("/api/clients", json={"name": "Acme"}, headers=_OWN_PAGE)
    assert answer.is_success, answer.text
    await show_list(browser)
    await show_list(browser)
    assert database.begun[2] == PRIMARY
    assert database.begun[3].isdecimal()


async def test_a_list_never_shows_less_than_the_one_before(
    database: LaggingDatabase, browser: httpx.AsyncClient
) -> None:
    await show_list(browser)
    [bookmark] = [
        each.split(".")[1] for name, each in browser.cookies.items() if name == "tillroll_seen"
    ]
    assert int(bookmark) > database.version_of_copy
    await show_list(browser)
    assert database.begun[1] == bookmark


async def test_another_devices_write_may_come_later(
    database: LaggingDatabase, browser: httpx.AsyncClient
) -> None:
    database.replicate()
    await show_list(browser)
    database.replicate()
    await database.batch([])
    await show_list(browser)
    assert database.begun[1].isdecimal()


async def test_a_program_always_asks_the_primary(database: LaggingDatabase) -> None:
    async with api_client(platform_on(database)) as program:
        for _ in range(2):
            answer = (await program.get("/api/expenses")).raise_for_status()
            assert "set-cookie" not in answer.headers
    assert database.begun == []


async def test_nothing_is_read_near_unless_that_is_on(database: LaggingDatabase) -> None:
    async with browser_on(platform_on(database, reads_near=False)) as browser:
        for _ in range(2):
            answer = (await browser.get("/api/expenses")).raise_for_status()
            assert "set-cookie" not in answer.headers
    assert database.begun == []


@pytest.mark.parametrize(
    "cookie", ["", "1", "1.", "2.5.", "1.fi/ve.", "1.5.another", "1." + "9" * 400 + "."]
)
async def test_a_cookie_that_does_not_hold_asks_the_primary(
    database: LaggingDatabase, browser: httpx.AsyncClient, cookie: str
) -> None:
    browser.cookies.set("tillroll_seen", cookie)
    await show_list(browser)
    assert database.begun == [PRIMARY]


def test_a_setting_is_on_or_off() -> None:
    assert NearSettings.read(lambda _: "on").reads_near
    assert not NearSettings.read(lambda _: "").reads_near
    with pytest.raises(InvalidSetting, match="READS_NEAR must be on or off"):
        NearSettings.read(lambda _: "yes")

"""Files that are fetched from an address: only the public Internet is asked, and only a bank's file
is taken.
"""

from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from local.banks.server import BankProviders
from tests.support.bank_files import camt, mt940
from tests.support.bank_month import month
from tests.support.host_api import api_client
from tests.support.http_server import ServingThread
from tests.unit.bank.sources import Connected, connected, new_providers
from tillroll_documents.bank_files.limits import MAX_BYTES
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_testing.host.memory import MemoryResolver

MARCH = month(5, 12)


@dataclass
class Files:
    """What the address answers: status, headers and bytes; `asked` are the headers of each
    request.
    """

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    url: str = ""


@contextmanager
def serving(files: Files) -> Generator[Files]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.asked.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, content = files.answer
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        # The base's own name.
        def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
            """Nothing."""

    with ServingThread(Handler) as server:
        files.url = server.url
        yield files


@pytest.fixture(scope="module")
def started() -> BankProviders:
    return new_providers()


@pytest.fixture
async def here(started: BankProviders) -> AsyncGenerator[Connected]:
    async with connected(started) as each:
        yield each


@pytest.fixture
def files() -> Iterator[Files]:
    with serving(Files()) as each:
        yield each


async def source(here: Connected, address: str, **access: str) -> str:
    body = {
        "bankAccountId": await here.account(),
        "access": {"kind": "address", "address": address, **access},
    }
    answer = await here.client.post("/api/bank/sources", json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert answer.json()["state"] == "connected"
    return str(answer.json()["id"])


async def test_a_file_is_taken_once_day_after_day(here: Connected, files: Files) -> None:
    files.answer = (200, {}, mt940(MARCH))
    id_ = await source(here, f"{files.url}/secret-in-path?token=abc", authorization="Bearer till")
    await here.minutes()
    await here.days(1)
    files.answer = (200, {}, camt(MARCH))
    await here.days(1)
    shown = await here.shown(id_)
    assert (shown["bank"], shown["last"]["state"]) == (files.url.removeprefix("http://"), "done")
    assert len(await here.world.rows("SELECT id FROM bank_statements")) == 2
    assert len(await here.entries()) == len(MARCH.lines)
    assert {each["authorization"] for each in files.asked} == {"Bearer till"}
    [row] = await here.world.rows("SELECT * FROM bank_sources")
    assert not any("secret-in-path" in str(value) or value == "till" for value in row.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>Sign in</html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b"x" * (MAX_BYTES + 1), "more than 32 MB"),
    ],
    ids=["page", "pdf", "empty", "large"],
)
async def test_what_is_no_bank_file_is_said(
    here: Connected, files: Files, content: bytes, says: str
) -> None:
    files.answer = (200, {}, content)
    id_ = await source(here, files.url)
    await here.minutes()
    shown = await here.shown(id_)
    assert shown["last"]["state"] == "failed"
    assert says in shown["last"]["why"]
    assert await here.world.rows("SELECT id FROM bank_statements") == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_an_address_that_lets_nobody_in_calls_a_person(
    here: Connected, files: Files, status: int
) -> None:
    files.answer = (status, {}, b"")
    id_ = await source(here, files.url)
    await here.minutes()
    shown = await here.shown(id_)
    assert (shown["state"], str(status) in shown["why"]) == ("stopped", True)


async def test_a_redirect_is_not_followed(here: Connected, files: Files) -> None:
    """An address is meant as it was set: what it leads to was not looked at."""
    files.answer = (302, {"location": f"{files.url}/elsewhere"}, b"")
    id_ = await source(here, files.url)
    await here.minutes()
    assert len(files.asked) == 1
    assert "302" in (await here.shown(id_))["last"]["why"]


async def test_an_address_that_is_busy_is_asked_when_it_says(here: Connected, files: Files) -> None:
    files.answer = (429, {"retry-after": "600"}, b"")
    id_ = await source(here, files.url)
    await here.minutes(9)
    assert len(files.asked) == 1
    files.answer = (200, {}, mt940(MARCH))
    await here.minutes(3)
    assert (await here.shown(id_))["last"]["state"] == "done"


@pytest.mark.parametrize(
    "address",
    [
        "http://files.example.com/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/",
        "https://user:password@files.example.com/a",
        "file:///etc/passwd",
        "https://localhost/a",
        "https://books.example.org/api/bank/statements",
    ],
)
async def test_only_the_public_internet_can_be_named(here: Connected, address: str) -> None:
    settings = here.platform.settings.changed(
        OutgoingSettings(public_url="https://books.example.org")
    )
    account = await here.account()
    async with api_client(replace(here.platform, settings=settings)) as client:
        body = {"bankAccountId": account, "access": {"kind": "address", "address": address}}
        answer = await client.post("/api/bank/sources", json=body)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["errors"][0]["field"] == "access.address"
    assert await here.world.rows("SELECT id FROM bank_sources") == []


async def test_a_name_that_leads_inside_later_is_not_asked(here: Connected) -> None:
    settings = here.platform.settings.changed(OutgoingSettings())
    resolver = MemoryResolver({"files.example.com": ["93.184.216.34", "10.0.0.7"]})
    here.platform = replace(here.platform, settings=settings, resolver=resolver)
    id_ = await source(here, "https://files.example.com/a")
    await here.minutes()
    shown = await here.shown(id_)
    assert shown["state"] == "stopped"
    assert "private" in shown["why"]

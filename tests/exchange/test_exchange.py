"""The suite of cases on both: the host's exchange, and fetch inside the genuine workerd."""

import json
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.cases import CASES, HTTP_CASES, Case, HttpCase
from tests.support.http_server import ServingThread
from tests.support.real_http import RealHttp
from tests.support.suite import answers_of_suite
from tillroll_testing.host.exchange import HostExchange

HERE = Path(__file__).parent
_BIG = 6 * 1024 * 1024


class OtherSide(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PUT(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()

    def do_DELETE(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        url = f"http://{self.headers['host']}"
        match self.path.split("/")[1]:
            case "throttled":
                self.say(429, b"{}", {"Retry-After": "7", "X-Rate-Limit-Problem": "minute"})
            case "redirect":
                self.say(302, b"", {"location": f"{url}/echo"})
            case "latin":
                self.say(200, "März".encode("latin-1"))
            case "cut":
                self.cut()
            case "half":
                self.say_half(b"{", length=100)
            case "long" | "big" as name:
                self.say(200, b"x" * {"long": 100_000, "big": _BIG}[name])
            case "big-half":
                self.say_half(b"x" * _BIG, length=2 * _BIG)
            case "refused":
                self.say(422, b"x" * 100_000)
            case "slow":
                time.sleep(1)
                self.say(200, b"{}")
            case _:
                headers = {name.lower(): value for name, value in self.headers.items()}
                said = {
                    "method": self.command,
                    "target": self.path,
                    "headers": headers,
                    "body": body.hex(),
                }
                self.say(200, json.dumps(said).encode())

    def say(
        self,
        status: int,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in {
            **(headers or {}),
            "content-length": str(len(content) if length is None else length),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def say_half(self, content: bytes, length: int) -> None:
        self.say(200, content, length=length)
        self.wfile.flush()
        self.cut()

    def cut(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # who asked has gone

    # The base's own name.
    def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
        """Nothing: tests show what they need."""


@pytest.fixture(scope="module")
def other_side() -> Iterator[str]:
    with ServingThread(OtherSide) as server:
        yield server.url


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_on_the_host(case: Case, other_side: str) -> None:
    await case(HostExchange(), other_side)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
async def test_the_tests_own_http(case: HttpCase, other_side: str) -> None:
    await case(RealHttp(), other_side)


@pytest.fixture(scope="module")
def results(
    tmp_path_factory: pytest.TempPathFactory, other_side: str
) -> Iterator[dict[str, str | None]]:
    """What each case gave in workerd: a Worker of the cases and the platform runs them."""
    with answers_of_suite(
        HERE, tmp_path_factory.mktemp("exchange"), {"vars": {"OTHER_SIDE": other_side}}
    ) as answers:
        yield answers


@pytest.mark.parametrize("case", [*CASES, *HTTP_CASES], ids=lambda case: case.__name__)
def test_in_workerd(case: Case | HttpCase, results: dict[str, str | None]) -> None:
    assert results[case.__name__] is None

"""The fake as a server, each call of which can fail."""

import contextlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.deploying.fake import storage, workers
from tests.deploying.fake.account import Account
from tests.deploying.fake.published import check_answer, check_request
from tests.deploying.fake.routing import Bare, Call, Page, Refused, find
from tests.support.http_server import ServingThread

ROUTES = (storage, workers)
"""What registers the routes."""


class Kind(StrEnum):
    """How a call goes wrong: an error without an effect, the effect without an answer, or too many
    calls.
    """

    FAILS = "fails"
    LOST = "lost"
    BUSY = "busy"


@dataclass(frozen=True)
class Trouble:
    """From its `number`th call on (from 1), an operation goes wrong until the trouble is over."""

    operation: str
    number: int
    kind: Kind


class FakeCloudflare(ServingThread):
    """Serves an account. `calls` are the operations that were called; `unknown` are calls that it
    has no answer for.
    """

    def __init__(self, account: Account | None = None) -> None:
        self.account = account or Account()
        self.calls: list[str] = []
        self.unknown: list[str] = []
        self.trouble: Trouble | None = None
        self._lock = threading.Lock()
        super().__init__(_handler_of(self))

    @property
    def environment(self) -> Mapping[str, str]:
        """What wrangler reads: where the API is, and a token."""
        return {
            "CLOUDFLARE_API_BASE_URL": self.url,
            "CLOUDFLARE_API_TOKEN": "fake",
        }

    def begin(self, trouble: Trouble | None = None) -> None:
        """Count calls anew, with or without a trouble."""
        self.calls.clear()
        self.trouble = trouble

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], content: bytes
    ) -> "_Sent | None":
        """What is sent back; None where the connection ends without it."""
        with self._lock:
            parts = urlsplit(target)
            matched = find(method, parts.path)
            if matched is None:
                self.unknown.append(f"{method} {target}")
                return _failure(404, 7003, f"Could not route to {target}")
            operation, named, handler = matched
            self.calls.append(operation)
            kind = self._kind_of(operation)
            if kind is Kind.FAILS:
                return _failure(500, 10001, "Internal error")
            if kind is Kind.BUSY:
                return _failure(429, 971, "Please wait and consider throttling your request speed")
            call = Call(operation, named, parse_qs(parts.query), headers, content, self.url)
            if headers.get("content-type", "").startswith("application/json"):
                check_request(operation, call.body)
            try:
                result = handler(self.account, call)
            except Refused as refused:
                return _failure(refused.status, refused.code, str(refused))
            return None if kind is Kind.LOST else _success(operation, result)

    def _kind_of(self, operation: str) -> Kind | None:
        trouble = self.trouble
        if (
            trouble is None
            or trouble.operation != operation
            or self.calls.count(operation) < trouble.number
        ):
            return None
        return trouble.kind


@dataclass(frozen=True)
class _Sent:
    status: int
    content: bytes
    headers: Mapping[str, str]


def _failure(status: int, code: int, message: str) -> _Sent:
    document = {
        "success": False,
        "errors": [{"code": code, "message": message}],
        "messages": [],
        "result": None,
    }
    return _Sent(status, json.dumps(document).encode(), {"content-type": "application/json"})


def _success(operation: str, result: Any) -> _Sent:
    if isinstance(result, Bare):
        return _Sent(200, result.content, result.headers)
    document: dict[str, Any] = {"success": True, "errors": [], "messages": []}
    if isinstance(result, Page):
        document["result_info"] = result.info
        result = result.result
    check_answer(operation, result)
    document["result"] = result
    return _Sent(200, json.dumps(document).encode(), {"content-type": "application/json"})


def _handler_of(cloudflare: FakeCloudflare) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            content = self._content()
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = cloudflare.answer(self.command, self.path, headers, content)
            if sent is None:
                self.close_connection = True
                return
            self.send_response(sent.status)
            for name, value in sent.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(sent.content)))
            self.end_headers()
            self.wfile.write(sent.content)

        # The library's names.
        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def handle_one_request(self) -> None:
            with contextlib.suppress(ConnectionError):  # wrangler ends with connections open
                super().handle_one_request()

        def _content(self) -> bytes:
            if self.headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("content-length", 0)))
            chunks: list[bytes] = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        # The library's name.
        def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
            pass

    return Handler

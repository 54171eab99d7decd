"""What answers in the Worker's place while it does not come up: 503, with the reason."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Protocol

_LOOPBACK: Final = "127.0.0.1"
_TITLE: Final = "The Worker does not come up: its code or its configuration is broken"
_LARGEST_BODY: Final = 10_000_000
_AGAIN_SECONDS: Final = 2


class Reason(Protocol):
    """Why the Worker does not come up, as far as that is known by now."""

    def text(self) -> str: ...


class _Handler(BaseHTTPRequestHandler):
    """Answers everything alike. `reason` is given by a class below this one."""

    reason: Reason

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_OPTIONS(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        # A body that is not read breaks the connection before the answer is.
        self.rfile.read(min(int(self.headers.get("content-length") or 0), _LARGEST_BODY))
        status = HTTPStatus.SERVICE_UNAVAILABLE
        problem: dict[str, str | int] = {
            "type": "about:blank",
            "title": _TITLE,
            "status": status.value,
            "detail": self.reason.text(),
        }
        content = json.dumps(problem, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/problem+json; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.send_header("cache-control", "no-store")
        self.send_header("retry-after", str(_AGAIN_SECONDS))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """The log of this server is nobody's concern."""


class StandIn:
    """A small server on the Worker's port, in a thread of its own. `reason` is asked each time.

    Raises OSError: another process has the port.
    """

    def __init__(self, port: int, reason: Reason) -> None:
        handler = type("Handler", (_Handler,), {"reason": reason})
        self._server = ThreadingHTTPServer((_LOOPBACK, port), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="stand-in", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Leave the port to the Worker."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

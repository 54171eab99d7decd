"""A system elsewhere, for a machine that has none: whatever it is asked to do, it does once a key.

`tillroll dev` has it answer in place of hosts below .example, which nobody has (RFC 2606).
"""

import hashlib
import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

LOOPBACK: Final = "127.0.0.1"
_KEY: Final = "idempotency-key"
_LARGEST_BODY: Final = 10_000_000


class AnotherRequest(Exception):
    """The key was used for a request that asks for something else."""


class Memory:
    """What was done, by the idempotency key or else by the id; a file has a line for each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._done: dict[str, dict[str, Any]] = {}
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for line in lines:
            thing = json.loads(line)
            self._done[thing["key"]] = thing

    def do(self, path: str, key: str, body: str) -> tuple[dict[str, Any], bool]:
        """Do it, unless it was done under this key; the thing, and whether it is new.
        Raises AnotherRequest: something else was done under the key.
        """
        with self._guard:
            if key and key in self._done:
                thing = self._done[key]
                if (thing["path"], thing["body"]) != (path, body):
                    raise AnotherRequest
                return thing, False
            number = len(self._done) + 1
            digest = hashlib.sha256(f"{number} {path} {key}".encode()).hexdigest()
            thing = {"id": f"thing_{digest[:16]}", "key": key or digest, "path": path, "body": body}
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(thing)}\n")
            self._done[thing["key"]] = thing
            return thing, True

    def find(self, name: str) -> dict[str, Any] | None:
        """What was done under this key, or has this id."""
        with self._guard:
            if name in self._done:
                return self._done[name]
            return next((each for each in self._done.values() if each["id"] == name), None)


class _Handler(BaseHTTPRequestHandler):
    """POST, PUT, PATCH and DELETE do something; GET tells of it. `memory` is given by a class below
    this one.
    """

    memory: Memory

    def do_GET(self) -> None:
        thing = self.memory.find(self.path.rstrip("/").rpartition("/")[2])
        if thing is None:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "there is no such thing"})
        else:
            self._answer(HTTPStatus.OK, {"id": thing["id"]})

    def do_POST(self) -> None:
        self._do()

    def do_PUT(self) -> None:
        self._do()

    def do_PATCH(self) -> None:
        self._do()

    def do_DELETE(self) -> None:
        self._do()

    def _do(self) -> None:
        length = min(int(self.headers.get("content-length") or 0), _LARGEST_BODY)
        body = self.rfile.read(length).decode(errors="replace")
        try:
            thing, is_new = self.memory.do(self.path, self.headers.get(_KEY) or "", body)
        except AnotherRequest:
            error = {"error": "the idempotency key was used for another request"}
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, error)
            return
        status = HTTPStatus.OK
        if is_new:
            status = HTTPStatus.CREATED
        self._answer(status, {"id": thing["id"]})

    def _answer(self, status: HTTPStatus, document: dict[str, str]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """The log of this server is nobody's concern."""


class OtherSide:
    """A small server of this machine, in a thread of its own."""

    def __init__(self, port: int, file: Path) -> None:
        handler = type("Handler", (_Handler,), {"memory": Memory(file)})
        self._server = ThreadingHTTPServer((LOOPBACK, port), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="other side", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

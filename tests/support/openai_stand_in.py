"""An OpenAI-compatible server on this machine that says what it was told to, in place of a language model."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class OpenAiStandIn:
    """A context manager. `says` are the contents of the next answers, the last one for ever; `asked` has the requests.

    An answer that is a number is given as an HTTP status.
    """

    def __init__(self) -> None:
        self.says: list[str | int] = []
        self.asked: list[dict[str, Any]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stand_in.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                said = stand_in.says.pop(0) if len(stand_in.says) > 1 else stand_in.says[0]
                body = b"{}" if isinstance(said, int) else json.dumps(_completion(said)).encode()
                self.send_response(said if isinstance(said, int) else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
                """Nothing: tests show what they need."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "OpenAiStandIn":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _completion(content: str) -> dict[str, Any]:
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 512, "completion_tokens": 64, "total_tokens": 576},
    }

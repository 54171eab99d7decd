"""A small stand-in for workerd's explorer: it lists workflow instances and takes events for them."""

import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_LIST = re.compile(r"/cdn-cgi/local/explorer/api/workflows/([^/]+)/instances")
_WAKE = re.compile(_LIST.pattern + r"/([^/]+)/events/__wake")


class FakeExplorer:
    """`instances` are the statuses by workflow and id; `refuses` are ids that take no event; `events` what came."""

    def __init__(self, instances: Mapping[str, Mapping[str, str]]) -> None:
        self.instances = instances
        self.refuses: set[str] = set()
        self.is_up = True
        self.events: list[tuple[str, str]] = []
        self.fired: list[str] = []
        self.pages = 0
        explorer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = parse_qs(url.query)
                found = _LIST.fullmatch(url.path)
                if found:
                    self._answer(*explorer.list(found[1], int(query["page"][0]), int(query["per_page"][0])))
                else:
                    explorer.fired.append(query["cron"][0])
                    self._answer(200, {})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                found = _WAKE.fullmatch(self.path)
                assert found, self.path
                self._answer(*explorer.wake(found[1], found[2]))

            def _answer(self, status: int, body: object) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def list(self, workflow: str, page: int, per_page: int) -> tuple[int, object]:
        if not self.is_up:
            return 503, {}
        self.pages += 1
        listed = [{"id": each, "status": status} for each, status in self.instances[workflow].items()]
        chosen = listed[(page - 1) * per_page : page * per_page]
        pages = max(1, -(-len(listed) // per_page))
        return 200, {"result": chosen, "result_info": {"page": page, "total_pages": pages}}

    def wake(self, workflow: str, instance: str) -> tuple[int, object]:
        if instance in self.refuses:
            return 500, {"errors": [{"message": "instance has ended"}]}
        self.events.append((workflow, instance))
        return 200, {}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

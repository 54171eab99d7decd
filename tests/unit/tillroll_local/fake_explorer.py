"""A small stand-in for workerd's explorer: it lists workflow instances and takes events for
them.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.support.http_server import Answer, LocalServer, Request

_LIST = re.compile(r"/cdn-cgi/local/explorer/api/workflows/([^/]+)/instances")
_WAKE = re.compile(_LIST.pattern + r"/([^/]+)/events/__wake")


class FakeExplorer(LocalServer):
    """`instances` are the statuses by workflow and id; `refuses` are ids that take no event;
    `events` what came; `fired` the crons.
    """

    def __init__(self, instances: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__()
        self.instances = instances
        self.refuses: set[str] = set()
        self.is_up = True
        self.events: list[tuple[str, str]] = []
        self.fired: list[str] = []
        self.pages = 0

    def answer(self, request: Request) -> Answer:
        url = urlsplit(request.target)
        query = parse_qs(url.query)
        if request.method == "POST":
            woken = _WAKE.fullmatch(url.path)
            assert woken, request.target
            return self.wake(woken[1], woken[2])
        listed = _LIST.fullmatch(url.path)
        if listed:
            return self.list(listed[1], int(query["page"][0]), int(query["per_page"][0]))
        self.fired.append(query["cron"][0])
        return Answer(content="{}")

    def list(self, workflow: str, page: int, per_page: int) -> Answer:
        if not self.is_up:
            return Answer(503, "{}")
        self.pages += 1
        listed = [
            {"id": each, "status": status} for each, status in self.instances[workflow].items()
        ]
        chosen = listed[(page - 1) * per_page : page * per_page]
        pages = max(1, -(-len(listed) // per_page))
        return Answer(
            content=json.dumps(
                {"result": chosen, "result_info": {"page": page, "total_pages": pages}}
            )
        )

    def wake(self, workflow: str, instance: str) -> Answer:
        if not self.is_up:
            return Answer(503, "{}")
        if instance in self.refuses:
            return Answer(500, json.dumps({"errors": [{"message": "instance has ended"}]}))
        self.events.append((workflow, instance))
        return Answer(content="{}")

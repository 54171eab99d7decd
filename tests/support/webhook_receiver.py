"""A webhook's receiver on this machine, which remembers what it got."""

import json
from collections import defaultdict

from tests.support.http_server import Answer, LocalServer, Request


class LocalReceiver(LocalServer):
    """`ids_by_run` tells under which event ids each run was delivered, `deliveries` how often.

    `answers` are the statuses given first, one a delivery; then 204.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ids_by_run: defaultdict[str, set[str]] = defaultdict(set)
        self.deliveries = 0
        self.answers: list[int] = []

    @property
    def hook(self) -> str:
        """The address to deliver to."""
        return f"{self.url}/hook"

    def answer(self, request: Request) -> Answer:
        self.deliveries += 1
        self.ids_by_run[json.loads(request.body)["data"]["runId"]].add(
            request.headers["webhook-id"]
        )
        return Answer(self.answers.pop(0) if self.answers else 204)

"""Runs until they have come to rest."""

from collections.abc import Iterator, Sequence
from typing import Final

from tillroll_command.run_views import is_at_work

from .api import LARGEST_PAGE, Api, JsonObject
from .problems import told

_POLL_SECONDS: Final = 0.5


def settled(api: Api, run_ids: Sequence[str]) -> Iterator[JsonObject]:
    """Each of these runs, as soon as the server is not at work on it. Raises Stopped."""
    open_ids = list(dict.fromkeys(run_ids))
    while open_ids:
        waiting = tuple(open_ids)
        for first in range(0, len(waiting), LARGEST_PAGE):
            some = waiting[first : first + LARGEST_PAGE]
            for run in api.get("/api/runs", {"ids": ",".join(some), "limit": LARGEST_PAGE})[
                "items"
            ]:
                if not is_at_work(run):
                    open_ids.remove(run["id"])
                    yield run
        if open_ids:
            api.sleep(_POLL_SECONDS)


def changes(api: Api, run_id: str) -> Iterator[JsonObject]:
    """The run as it is, and again with each change, until the server is not at work on it.
    Raises Stopped.
    """
    etag = ""
    while True:
        headers = {"if-none-match": etag, "prefer": "wait=20"} if etag else {}
        answer = api.answer("GET", f"/api/runs/{run_id}", headers=headers)
        etag = answer.headers.get("etag", "")
        if not answer.content:  # 304: nothing has changed for twenty seconds
            continue
        run = told(answer)
        yield run
        if not is_at_work(run) or run["paused"]:
            return
        if not etag:
            api.sleep(_POLL_SECONDS)

"""Equal posts by many clients at once, under one Idempotency-Key: that they begin one run, and what
each is answered.

Usage: python -m bench.equal_posts [--posts 1000] [--clients 16]
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx

from bench.real_stack import real_stack
from bench.report import parser, publish, table
from local.first_account import token_of

_IN_FLIGHT = 409
_PATH, _BODY = "/api/exports", {"format": "csv"}


class Told(NamedTuple):
    """What equal posts were answered. `ids` are the exports that they name; `in_flight` counts
    answers 409 before.
    """

    ids: set[str]
    replayed: int
    in_flight: int
    statuses: Counter[int]
    seconds: float


def post_all(url: str, token: str, key: str, posts: int, clients: int) -> Told:
    """Post so often, from so many threads, each again for as long as another is being carried
    out.
    """
    began, waited = time.monotonic(), Counter[str]()
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=120) as client,
        ThreadPoolExecutor(clients) as pool,
    ):

        def post(_: int) -> httpx.Response:
            while True:
                answer = client.post(_PATH, json=_BODY)
                if answer.status_code != _IN_FLIGHT:
                    return answer
                waited["in flight"] += 1
                time.sleep(0.05)

        answers = list(pool.map(post, range(posts)))
    bodies: list[dict[str, Any]] = [answer.json() for answer in answers]
    return Told(
        {str(body.get("id")) for body in bodies},
        sum("idempotent-replayed" in answer.headers for answer in answers),
        waited["in flight"],
        Counter(answer.status_code for answer in answers),
        time.monotonic() - began,
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--posts", type=int, default=1_000)
    asked.add_argument("--clients", type=int, default=16)
    arguments = asked.parse_args()
    with real_stack() as running:
        stack = running.stack
        token = token_of(stack.state, stack.config, lambda _: None)
        told = post_all(stack.url, token, "equal", arguments.posts, arguments.clients)
        headers = {"authorization": f"Bearer {token}"}
        found = httpx.get(
            f"{stack.url}/api/runs?kind=export&limit=100", headers=headers, timeout=60
        )
        runs = found.raise_for_status().json()["items"]
    rows = [
        [f"posts, by {arguments.clients} clients", str(arguments.posts)],
        ["runs begun", f"**{len(runs)}** (target 1)"],
        ["exports named in the answers", str(len(told.ids))],
        ["answered 202", str(told.statuses[202])],
        ["of these as before (`Idempotent-Replayed`)", str(told.replayed)],
        ["409 on the way, sent again", str(told.in_flight)],
        ["posts a second", f"{arguments.posts / told.seconds:.0f}"],
    ]
    results = {
        "posts": arguments.posts,
        "runs": len(runs),
        "replayed": told.replayed,
        "seconds": told.seconds,
    }
    said = f"{len(runs)} run of {arguments.posts} posts"
    publish("equal_posts", said, results, table(["", ""], rows), write=arguments.write)
    if len(runs) != 1 or len(told.ids) != 1 or set(told.statuses) != {202}:
        raise SystemExit("Equal posts were not one.")


if __name__ == "__main__":
    main()

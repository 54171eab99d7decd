"""A receiver that hangs delays the events of others by a few seconds, once, on the genuine
stack.
"""

import threading
from datetime import UTC, datetime
from statistics import median
from typing import Final

import httpx

from tests.support.drawing import draw_receipt
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.clock import from_text
from tillroll_durable.webhooks.deliveries import FAST_SECONDS

EVENTS: Final = 6
# A batch of the queue, a claim, and a machine that is busy with other tests.
SLACK_SECONDS: Final = 8


class Hanging(LocalServer):
    """Answers nothing until it is let go; counts the posts that are open at once."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.open_now = 0
        self.most_open = 0

    def answer(self, request: Request) -> Answer:
        del request
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        self.let_go.wait(60)
        self.open_now -= 1
        return Answer(204)


class Quick(LocalServer):
    """Notes when each event came, by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[str, datetime] = {}

    def answer(self, request: Request) -> Answer:
        self.arrivals.setdefault(request.headers["webhook-id"], datetime.now(UTC))
        return Answer(204)


def add_endpoint(client: httpx.Client, url: str) -> str:
    body = {"url": f"{url}/hook", "topics": ["expense.created"]}
    return client.post("/api/endpoints", json=body).raise_for_status().json()["id"]


def test_a_receiver_that_hangs_delays_nobody_else(stack: RunningStack) -> None:
    slow = stack.with_own_account()
    other = stack.with_own_account()
    with Hanging() as hanging, Quick() as quick, slow.client() as first, other.client() as second:
        hung = add_endpoint(first, hanging.url)
        beside = add_endpoint(first, quick.url)
        elsewhere = add_endpoint(second, quick.url)
        try:
            for number in range(EVENTS):
                for each, name in ((slow, "HANGING"), (other, "OTHER")):
                    receipt = draw_receipt(
                        clear_receipt(f"{name} {number} SDN BHD", f"1{number}.90")
                    )
                    each.upload(receipt).raise_for_status()
            wait_until(
                lambda: len(quick.arrivals) == 2 * EVENTS, "the events of the receiver that answers"
            )
            written = {
                item["id"]: from_text(item["createdAt"])
                for client in (first, second)
                for item in client.get("/api/events?topic=expense.created")
                .raise_for_status()
                .json()["items"]
            }
            delays = sorted(
                (quick.arrivals[each] - written[each]).total_seconds() for each in quick.arrivals
            )
            assert delays[-1] < FAST_SECONDS + SLACK_SECONDS, delays
            assert median(delays) < FAST_SECONDS, delays
            open_ones = (
                first.get(f"/api/deliveries?endpoint={hung}").raise_for_status().json()["items"]
            )
            assert len(open_ones) == EVENTS
            assert {each["state"] for each in open_ones} == {"pending"}, "nothing of it is lost"
        finally:
            hanging.let_go.set()
        for client, endpoint in ((first, beside), (second, elsewhere)):
            done = (
                client.get(f"/api/deliveries?endpoint={endpoint}")
                .raise_for_status()
                .json()["items"]
            )
            assert {each["state"] for each in done} == {"delivered"}
        client = first
        for endpoint in (hung, beside):
            client.delete(f"/api/endpoints/{endpoint}").raise_for_status()

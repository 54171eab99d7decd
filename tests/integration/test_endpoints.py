"""An endpoint on the genuine stack: its key is kept by WebCrypto, no redirect is followed, and the
library verifies.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from standardwebhooks import Webhook

from tests.support.bad_receivers import BadReceivers
from tests.support.drawing import draw_receipt
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until


class _Receiver(LocalServer):
    """Answers `first` to the first POST, then 200."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.taken: list[Request] = []
        self._first = first

    def answer(self, request: Request) -> Answer:
        self.taken.append(request)
        return Answer(self._first if len(self.taken) == 1 else 200, "thanks")


def test_an_endpoint_gets_what_its_key_verifies(stack: RunningStack) -> None:
    with _Receiver(first=302) as receiver, stack.client() as client:
        made = (
            client.post(
                "/api/endpoints", json={"url": f"{receiver.url}/hook", "topics": ["expense.*"]}
            )
            .raise_for_status()
            .json()
        )
        path = f"/api/endpoints/{made['id']}"
        first = client.post(f"{path}/test").raise_for_status().json()
        assert (first["state"], first["lastStatus"]) == ("given_up", 302)
        rotated = client.post(f"{path}/rotate-secret", json={}).raise_for_status().json()
        second = client.post(f"{path}/test").raise_for_status().json()
        assert (second["state"], second["attempts"][0]["answer"]) == ("delivered", "thanks")
        answer = stack.upload(
            draw_receipt(clear_receipt("ENDPOINT HOUSE SDN BHD", "12.90")), "hook.jpg"
        )
        run = stack.wait_for_status(answer.json()["runId"], "complete", "needs_review", "failed")
        assert run["status"] == "complete", run
        wait_until(lambda: len(receiver.taken) == 3, "the event of the expense")
        client.delete(path).raise_for_status()
    for asked in receiver.taken[1:]:
        for secret in (made["secret"], rotated["secret"]):
            Webhook(secret).verify(asked.body, dict(asked.headers))
    assert '"expense.created"' in receiver.taken[2].body


def test_a_new_endpoint_is_filled_with_past_events_once(stack: RunningStack) -> None:
    own = stack.with_own_account()
    body = {
        "merchant": "PAST EVENTS SHOP",
        "date": "2026-02-14",
        "total": "4.20",
        "currency": "EUR",
    }
    with _Receiver(first=200) as receiver, own.client() as client:
        answer = client.post("/api/vouchers", json=body | {"reason": "lost"}).raise_for_status()
        own.wait_for_status(answer.json()["runId"], "complete")
        hook = {"url": f"{receiver.url}/hook", "topics": ["expense.created"]}
        made = client.post("/api/endpoints", json=hook).raise_for_status().json()
        path = f"/api/endpoints/{made['id']}/replays"
        client.post(path, json={"topics": ["expense.*"]}).raise_for_status()

        def is_done() -> bool:
            own.fire_cron()
            [newest, *_] = client.get(path).raise_for_status().json()["items"]
            return newest["state"] == "done"

        wait_until(is_done, "the end of the replay")
        wait_until(lambda: receiver.taken, "the past event")
        client.post(path, json={}).raise_for_status()
        wait_until(is_done, "the end of the second replay")
    [taken] = receiver.taken
    Webhook(made["secret"]).verify(taken.body, dict(taken.headers))
    assert taken.headers["tillroll-replay"] == "true"
    assert "PAST EVENTS SHOP" in taken.body


def test_receivers_that_answer_badly_hold_nothing_up(stack: RunningStack) -> None:
    """One that never answers, one whose answer never ends, one that sends a byte a second: all at
    once.
    """
    own = stack.with_own_account()
    with BadReceivers() as receivers, own.client() as client:

        def tried(path: str) -> dict[str, Any]:
            made = (
                client.post("/api/endpoints", json={"url": f"{receivers.url}/{path}"})
                .raise_for_status()
                .json()
            )
            return client.post(f"/api/endpoints/{made['id']}/test").raise_for_status().json()

        with ThreadPoolExecutor() as pool:
            never, endless, drip = pool.map(tried, ("never", "endless", "drip"))
    assert (never["state"], never["lastStatus"]) == ("given_up", None)
    for sent in (endless, drip):
        assert (sent["state"], sent["lastStatus"]) == ("delivered", 200)
    assert len(endless["attempts"][0]["answer"]) == 1000, "the beginning is kept"
    for sent in (never, drip):
        assert sent["attempts"][0]["durationMs"] >= 19_000, "its whole time is waited"
    assert receivers.sent["/endless"] < 16_000_000, "an answer without an end is not read on"

"""An event of another system on the genuine stack: signed, stored, worked off by the queue's
consumer, once.
"""

import hashlib
import hmac
import json

import httpx

from tests.arrivals.sender import Sender
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until


def test_an_event_reaches_the_run_that_its_source_names_once(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("INBOUND TRADING SDN BHD", "21.30"))
    run_id = stack.upload(photo, "inbound.jpg").json()["runId"]
    receipt = stack.run(run_id)["receipt"]["id"]
    asked = {
        "name": "Scanner",
        "scheme": {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"},
        "mapping": {
            "rules": [
                {"when": {"/type": "ping"}, "ignore": True},
                {"start": {"kind": "receipt", "params": {"receiptId": {"pointer": "/receipt"}}}},
            ]
        },
    }
    with stack.client() as client, stack.client_of(None) as sender:
        made = client.post("/api/inbound-sources", json=asked).raise_for_status().json()

        def send(event_id: str, kind: str, secret: str = made["secret"]) -> httpx.Response:
            body = json.dumps({"id": event_id, "type": kind, "receipt": receipt}, indent=1).encode()
            signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
            return sender.post(made["path"], content=body, headers={"x-signature": signature})

        answers = [send("evt_1", "stored") for _ in range(3)] + [
            send(f"evt_{number}", "ping") for number in range(2, 22)
        ]
        assert {answer.status_code for answer in answers} == {httpx.codes.ACCEPTED}
        assert len({answer.json()["id"] for answer in answers}) == 21
        assert send("evt_1", "ping").status_code == httpx.codes.CONFLICT
        assert (
            send("evt_23", "ping", "another secret, as long").status_code
            == httpx.codes.UNAUTHORIZED
        )
        assert sender.post("/api/inbound/src_0", content=b"{}").status_code == httpx.codes.NOT_FOUND

        def settled() -> list[dict[str, object]] | None:
            stack.fire_cron()  # the local queue loses messages where the process is started anew
            found = client.get(f"/api/inbound-events?source={made['id']}&limit=100").json()["items"]
            return found if all(each["state"] != "stored" for each in found) else None

        events = wait_until(settled, "21 events to be settled")
        assert len(events) == 21
        (started,) = [each for each in events if each["state"] == "started"]
        assert (started["runId"], started["conflicts"]) == (run_id, 1)
        shown = client.get(f"/api/inbound-sources/{made['id']}").json()
        assert (shown["refused"]["count"], shown["waiting"], shown["unmapped"]) == (1, 0, 0)


def test_a_burst_by_many_at_once_with_repeats_is_stored_and_settled_once_each(
    stack: RunningStack,
) -> None:
    """The short form of `make arrivals`."""
    own, events = stack.with_own_account(), 40
    mapping = {"rules": [{"when": {"/type": "ping"}, "ignore": True}]}
    asked = {"name": "Acme", "scheme": {"name": "standard-webhooks"}, "mapping": mapping}
    source = own.ask("/api/inbound-sources", **asked).raise_for_status().json()
    sender = Sender(stack.url, source)
    numbers = [*range(events), *range(0, events, 4)]
    sender.send_all([(number, {"type": "ping", "number": number}) for number in numbers], clients=4)
    assert {number: len(ids) for number, ids in sender.answers.ids.items()} == dict.fromkeys(
        range(events), 1
    )

    def settled() -> list[str] | None:
        stack.fire_cron()
        with own.client() as client:
            found = client.get(f"/api/inbound-events?source={source['id']}&limit=100").json()[
                "items"
            ]
        return (
            [each["id"] for each in found]
            if all(each["state"] == "ignored" for each in found)
            else None
        )

    stored = wait_until(settled, "the burst to be worked off")
    assert sorted(stored) == sorted(next(iter(ids)) for ids in sender.answers.ids.values())

"""A customer's claim on the genuine stack holds only what was spent for them, also where an event
or a trigger asks.
"""

import hashlib
import hmac
import json

import httpx

from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack, wait_until

_MAPPING = {
    "rules": [
        {
            "start": {
                "kind": "claim",
                "params": {
                    "currency": {"value": "MYR"},
                    "payerKind": {"value": "customer"},
                    "clientId": {"pointer": "/customer"},
                    "expenseIds": {"pointer": "/expenses"},
                },
            }
        }
    ]
}


def test_no_way_leads_to_a_claim_over_anothers_expense(stack: RunningStack) -> None:
    own = stack.with_own_account()
    account = account_of(own)
    add(own, "HOTEL", "hotel", [1, 2, 3])
    with own.client() as client:
        acme, beta = (
            client.post("/api/clients", json={"name": name}).json()["id"]
            for name in ("ACME AG", "Beta GmbH")
        )
        for number, owner in ((1, acme), (2, beta), (3, acme)):
            path = f"/api/expenses/exp_{number}{account}"
            client.patch(path, json={"clientId": owner, "billable": True}).raise_for_status()
    own.d1(f"UPDATE expenses SET status = 'approved' WHERE account_id = '{account}'")
    ids = [f"exp_{number}{account}" for number in (1, 2, 3)]
    asked = {"currency": "MYR", "payerKind": "customer", "clientId": acme}
    said = f"exp_2{account} (Beta GmbH)"
    with own.client() as client, own.client_of(None) as sender:
        for path in ("/api/claims", "/api/workflows/claim/trigger"):
            refused = client.post(path, json={**asked, "expenseIds": ids})
            assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
            assert said in refused.text
        scheme = {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}
        source = {"name": "Shop", "scheme": scheme, "mapping": _MAPPING}
        made = client.post("/api/inbound-sources", json=source).raise_for_status().json()

        def send(event_id: str, expenses: list[str]) -> None:
            body = json.dumps({"id": event_id, "customer": acme, "expenses": expenses}).encode()
            signature = hmac.digest(made["secret"].encode(), body, hashlib.sha256).hex()
            sender.post(
                made["path"], content=body, headers={"x-signature": signature}
            ).raise_for_status()

        def became(event_id: str) -> dict[str, str] | None:
            own.fire_cron()
            found = client.get(f"/api/inbound-events?source={made['id']}").json()["items"]
            return next(
                (
                    each
                    for each in found
                    if each["eventId"] == event_id and each["state"] != "stored"
                ),
                None,
            )

        send("evt_1", ids)
        event = wait_until(lambda: became("evt_1"), "the event over all of them to be refused")
        assert said in json.dumps(event)
        assert client.get("/api/claims").raise_for_status().json()["items"] == []
        send("evt_2", [ids[0], ids[2]])
        run_id = wait_until(
            lambda: became("evt_2"), "the event over the customer's own to begin a claim"
        )["runId"]
        wait_until(
            lambda: client.get(f"/api/claims/{run_id}").json()["state"] == "issued",
            "the claim's issue",
        )
        claim = client.get(f"/api/claims/{run_id}").json()
        assert ([each["expenseId"] for each in claim["items"]], claim["total"]) == (
            [ids[0], ids[2]],
            "20.04",
        )

"""One of each thing that the API's paths name, in the account of a campaign, so that requests come
behind the 404.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx

from tests.support.running_stack import RunningStack, wait_until

_MANY: Final = 4  # of each, since a campaign deletes them
_SCHEME: Final = {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}


def make_things(
    stack: RunningStack, client: httpx.Client, runs: Sequence[str]
) -> dict[str, list[str]]:
    """Ids that exist, by the names that paths have for them. `client` asks as an owner, `runs` are
    the account's.
    """

    def make(path: str, body: Any = None, key: str = "id") -> str:
        return str(client.post(path, json=body).raise_for_status().json()[key])

    def several(path: str, body: Mapping[str, Any], key: str = "id") -> list[str]:
        """Of each text of the body, `{n}` is the number."""
        return [
            make(path, json.loads(json.dumps(body).replace("{n}", str(number))), key)
            for number in range(_MANY)
        ]

    export = make("/api/exports", {"format": "csv"})
    wait_until(
        lambda: client.get(f"/api/exports/{export}").json()["finishedAt"],
        "the export to be written",
    )
    source = client.post("/api/inbound-sources", json=_SOURCE).raise_for_status().json()
    for number in range(_MANY):
        body = json.dumps({"id": f"evt_{number}", "type": "unknown"}).encode()
        signature = hmac.digest(source["secret"].encode(), body, hashlib.sha256).hex()
        client.post(
            source["path"], content=body, headers={"x-signature": signature}
        ).raise_for_status()
    endpoints = several("/api/endpoints", {"url": "http://127.0.0.1:9/{n}"})
    deliveries = [make(f"/api/endpoints/{endpoint}/test", key="id") for endpoint in endpoints]
    made = {
        "run_id": [*runs],
        "token_id": several("/api/tokens", {"name": "fuzzed {n}"}),
        "user_id": several("/api/people", {"name": "Fuzzed {n}", "roles": ["submitter"]}, "userId"),
        "receipt_id": [
            client.get(f"/api/runs/{run}").raise_for_status().json()["receipt"]["id"]
            for run in runs[:50]
        ],
        "expense_id": [
            each["id"] for each in client.get("/api/expenses").raise_for_status().json()["items"]
        ],
        "view_id": several("/api/expense-views", {"name": "Lunches {n}", "filter": {"q": "teo"}}),
        "policy_id": several("/api/policies", {"name": "All {n}", "effect": "warn"}),
        "rule_id": several(
            "/api/rules", {"when": {"merchant": "TEO {n}"}, "gives": {"category": "Meals"}}
        ),
        "category_id": several("/api/categories", {"name": "Fuzzed {n}"}),
        "profile_id": several(
            "/api/export-profiles", {"name": "Books {n}", "format": "csv", "options": {}}
        ),
        "schedule_id": several("/api/schedules", _SCHEDULE),
        "source_id": [source["id"], *several("/api/inbound-sources", _SOURCE)],
        "event_id": [
            each["id"]
            for each in client.get("/api/inbound-events").raise_for_status().json()["items"]
        ],
        "endpoint_id": endpoints,
        "delivery_id": deliveries,
        "export_id": [export],
        "link_id": several(f"/api/exports/{export}/links", {}),
        "token": [
            client.post(f"/api/exports/{export}/links", json={})
            .raise_for_status()
            .json()["url"]
            .rsplit("/", 1)[1]
        ],
        "period_id": [make("/api/closed-periods", _DAYS)],
        "ledger_account_id": ["bank", "owed"],
        "transfer_id": ["t1"],
        "kind": ["receipt", "export", "mail"],
        "by": ["category", "merchant", "month"],
        "name": ["ocr-extract", "persist-db"],
    }
    for name, side in (("bank", "debit"), ("owed", "credit")):
        account = {"id": name, "name": name, "currency": "EUR", "normalSide": side}
        client.post("/api/ledger/accounts", json=account).raise_for_status()
    client.post("/api/ledger/transfers", json=_TRANSFER).raise_for_status()
    act = client.post(
        "/api/merchants/rename", json={"names": ["PAPER SHOP SDN BHD"], "to": "Paper"}
    )
    made["act_id"] = [act.raise_for_status().json()["id"]]
    made["passkey_id"] = [_passkey(stack, client)]
    made["session_id"] = _sessions(client)
    return made


def _passkey(stack: RunningStack, client: httpx.Client) -> str:
    """A passkey of whoever asks, written as registering one does: a ceremony needs an
    authenticator.
    """
    user = client.get("/api/session").raise_for_status().json()["user"]["id"]
    key = f"pk_{user}"
    flags = "sign_count, is_backup_eligible, is_backed_up"
    columns = (
        f"(id, user_id, credential_id, rp_id, public_key, {flags}, transports, name, created_at)"
    )
    row = (
        f"('{key}', '{user}', '{key}', 'tillroll.test', 'k', 0, 0, 0, '[]', 'phone', "
        "'2026-01-01T00:00:00.000Z')"
    )
    stack.d1(f"INSERT INTO passkeys {columns} VALUES {row}")
    return key


def _sessions(client: httpx.Client) -> list[str]:
    """Browsers in which whoever asks is signed in: one."""
    code = client.post("/api/sign-in-codes").raise_for_status().json()["code"]
    # A client of its own: the session's cookie is not for what the other requests ask.
    address = client.base_url.join("/api/session")
    httpx.post(address, json={"code": code}).raise_for_status()
    items = client.get("/api/sessions").raise_for_status().json()["items"]
    return [each["id"] for each in items]


_DAYS: Final = {"from": "2020-01-01", "to": "2020-01-31"}
_SOURCE: Final[dict[str, Any]] = {
    "name": "Source {n}",
    "scheme": _SCHEME,
    "mapping": {"rules": [{"when": {"/type": "ping"}, "ignore": True}]},
}
_SCHEDULE: Final[dict[str, Any]] = {
    "kind": "export",
    "name": "Monthly {n}",
    "cron": "0 6 3 * *",
    "timeZone": "Europe/Berlin",
    "params": {"format": "csv"},
}
_TRANSFER: Final[dict[str, Any]] = {
    "kind": "transfer",
    "id": "t1",
    "debit": "bank",
    "credit": "owed",
    "currency": "EUR",
    "amount": 100,
}

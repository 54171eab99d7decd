"""Statements that are fetched on the genuine stack: by the local providers, and from an address."""

from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.support.bank_files import mt940
from tests.support.bank_month import IBAN, month
from tests.support.http_server import ServingThread
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until
from tests.unit.bank.sources import ACCESS, APPLICATION, PUBLIC_KEY
from tillroll.bank.sources.service import CONNECTED_PATH
from tillroll_durable.platform.json import JsonObject


def _account(stack: RunningStack, number: str) -> str:
    answer = stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=number)
    return str(answer.raise_for_status().json()["id"])


def _done(stack: RunningStack, source: str) -> dict[str, Any]:
    """The statement that a fetch became."""

    def settled() -> dict[str, Any] | None:
        with stack.client() as client:
            last = client.get(f"/api/bank/sources/{source}").raise_for_status().json()["last"]
            assert last["state"] != "failed", last
            return last if last["state"] == "done" else None

    last = wait_until(settled, "the fetch")
    with stack.client() as client:
        found = client.get(f"/api/bank/statements/{last['statementId']}").raise_for_status().json()
    stack.wait_for_status(found["runId"], "complete")
    with stack.client() as client:
        return client.get(f"/api/bank/statements/{last['statementId']}").json()


@pytest.mark.essential
def test_a_bank_is_connected_and_fetched(stack: RunningStack) -> None:
    own = stack.with_own_account()
    records = [
        {
            "amount": -100 - number,
            "day": "2026-11-0" + str(number % 9 + 1),
            "reference": f"REF{number:07d}",
        }
        for number in range(120)
    ]
    with httpx.Client(base_url=stack.stack.banks_url, timeout=PATIENCE_SECONDS) as bank:
        bank.put(f"/bank/accounts/{IBAN}", json={"bookings": records}).raise_for_status()
        redirects = [f"{stack.url}{CONNECTED_PATH}"]
        key = {"publicKey": PUBLIC_KEY.decode(), "redirects": redirects}
        bank.put(f"/applications/{APPLICATION}", json=key).raise_for_status()
        source = own.ask(
            "/api/bank/sources",
            bankAccountId=_account(own, IBAN),
            access=ACCESS["enable-banking"],
            fromDay="2026-11-01",
        )
        path = f"/api/bank/sources/{source.raise_for_status().json()['id']}"
        consent = own.ask(f"{path}/consent").raise_for_status().json()
        came = bank.get(urlsplit(str(consent["address"])).path)
    said = {
        name: values[0]
        for name, values in parse_qs(urlsplit(came.headers["location"]).query).items()
    }
    answer: JsonObject = {"state": said["state"], "code": said["code"]}
    assert (
        own.ask("/api/bank/source-consents", **answer).raise_for_status().json()["state"]
        == "connected"
    )
    own.ask(f"{path}/fetches").raise_for_status()
    kept = _done(own, path.rpartition("/")[2])
    assert (kept["added"], kept["format"], kept["source"]) == (120, "enable-banking", "fetch")


def test_a_file_in_any_encoding_is_fetched_from_an_address(stack: RunningStack) -> None:
    own, march = stack.with_own_account(), month(3, 30)
    content, token = mt940(march).decode().encode("cp1252"), uuid4().hex

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_let_in = self.headers["authorization"] == f"Bearer {token}"
            self.send_response(200 if is_let_in else 403)
            self.send_header("content-length", str(len(content) if is_let_in else 0))
            self.end_headers()
            if is_let_in:
                self.wfile.write(content)

        # The base's own name.
        def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
            """Nothing."""

    with ServingThread(Handler) as server:
        account = _account(own, IBAN)
        access: JsonObject = {"kind": "address", "address": f"{server.url}/march.sta"}
        source = (
            own.ask("/api/bank/sources", bankAccountId=account, access=access)
            .raise_for_status()
            .json()["id"]
        )
        own.ask(f"/api/bank/sources/{source}/fetches").raise_for_status()

        def stopped() -> dict[str, Any] | None:
            with own.client() as client:
                found = client.get(f"/api/bank/sources/{source}").json()
            return found if found["state"] == "stopped" else None

        assert "403" in wait_until(stopped, "the refusal")["why"]
        with own.client() as client:
            more = {**access, "authorization": f"Bearer {token}"}
            client.put(
                f"/api/bank/sources/{source}/access", json={"access": more}
            ).raise_for_status()
        own.ask(f"/api/bank/sources/{source}/fetches").raise_for_status()
        kept = _done(own, source)
    assert (kept["format"], kept["sections"][0]["sum"]) == ("mt940", "closes")

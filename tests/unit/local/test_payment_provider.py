"""The local payment provider says whether its event was heard."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.payments.counterpart import PATH
from local.payments.server import PaymentProvider
from tests.support.http_server import Answer, LocalServer
from tests.support.patience import PATIENCE_SECONDS
from tillroll_local.processes import free_port

_ASKED = {
    "from": {"financial_account": "fa_local", "currency": "eur"},
    "to": {"recipient": "acct_ann", "payout_method": "gbba_1", "currency": "eur"},
    "amount": {"value": 1290, "currency": "eur"},
    "metadata": {"payout": "run_1"},
}


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[httpx.Client]:
    port = free_port()
    server = PaymentProvider(port, "sk_local", tmp_path / "payments.json")
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as client:
        yield client
    server.stop()


@pytest.fixture
def payment(provider: httpx.Client) -> str:
    headers = {
        "authorization": "Bearer sk_local",
        "idempotency-key": "a",
        "stripe-version": "2026-06-24.preview",
    }
    return str(provider.post(PATH, json=_ASKED, headers=headers).raise_for_status().json()["id"])


class _Endpoint(LocalServer):
    def answer(self, request: object) -> Answer:
        del request
        return Answer(202, "")


def test_without_an_endpoint_it_says_how_to_set_one(provider: httpx.Client, payment: str) -> None:
    said = provider.post(f"/payments/{payment}/posted").raise_for_status().json()
    assert (said["status"], said["told"]) == ("posted", None)
    assert "PUT /events" in said["not_told"]


def test_an_endpoint_that_is_not_there_is_named_and_the_payment_has_ended(
    provider: httpx.Client, payment: str
) -> None:
    url = f"http://127.0.0.1:{free_port()}/hook"
    provider.put("/events", json={"url": url, "secret": "s"}).raise_for_status()
    said = provider.post(f"/payments/{payment}/posted").raise_for_status().json()
    assert (said["status"], said["told"]) == ("posted", None)
    assert said["not_told"].startswith(f"{url} does not answer: ConnectError")
    assert [each["status"] for each in provider.get("/").json()["data"]] == ["posted"]


def test_what_the_endpoint_answers_is_shown(provider: httpx.Client, payment: str) -> None:
    with _Endpoint() as endpoint:
        provider.put(
            "/events", json={"url": f"{endpoint.url}/hook", "secret": "s"}
        ).raise_for_status()
        assert provider.post(f"/payments/{payment}/tell").json() == {
            "status": "processing",
            "told": 202,
        }


def test_faults_are_ordered_refused_where_there_is_no_such_and_taken_back(
    provider: httpx.Client,
) -> None:
    headers = {"authorization": "Bearer sk_local", "stripe-version": "2026-06-24.preview"}
    assert provider.post("/faults", json={"kind": "no such"}).status_code == 422
    assert provider.post("/faults", content=b"{").status_code == 422
    for key, status in (("a", 500), ("b", 200)):
        assert provider.post("/faults", json={"kind": "down"}).status_code == 204
        if key == "b":
            assert provider.delete("/faults").status_code == 204
        assert (
            provider.post(
                PATH, json=_ASKED, headers={**headers, "idempotency-key": key}
            ).status_code
            == status
        )

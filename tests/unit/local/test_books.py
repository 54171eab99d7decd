"""The local books and CRM: what people order over HTTP, and what a start after a kill still
knows.
"""

from pathlib import Path

import httpx
import pytest

from local.books.together import CLIENT_ID, CLIENT_SECRET, local_books, variables_of
from tests.support.patience import PATIENCE_SECONDS
from tillroll_local.processes import free_port


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS)


def test_what_they_have_outlives_a_kill(tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "books.json"
    with local_books(port, file), _client(port) as client:
        assert client.get("/").json()["data"] == ["hubspot", "quickbooks", "signed", "xero"]
        made = {"act": "make", "type": "0-2", "properties": {"name": "Green Garden"}}
        id_ = client.post("/hubspot/_/acts", json=made).raise_for_status().json()["done"]
        closed = {"act": "close", "until": "2026-02-28"}
        client.post("/quickbooks/_/acts", json=closed).raise_for_status()
        client.post("/signed/_/acts", json=closed).raise_for_status()
    with local_books(port, file), _client(port) as client:
        assert client.get("/hubspot/_/state").json()["records"][id_]["properties"] == {
            "name": "Green Garden"
        }
        assert client.get("/quickbooks/_/state").json()["closedUntil"] == "2026-02-28"
        assert client.get("/signed/_/state").json()["closedUntil"] == "2026-02-28"
    assert file.stat().st_mode & 0o077 == 0


def test_faults_are_ordered_and_taken_back(tmp_path: Path) -> None:
    port = free_port()
    with local_books(port, tmp_path / "books.json"), _client(port) as client:
        form = {"grant_type": "refresh_token", "refresh_token": "none"}
        app = (CLIENT_ID, CLIENT_SECRET)
        client.post(
            "/xero/_/faults", json={"kind": "lost_after", "on": "/connect/token"}
        ).raise_for_status()
        with pytest.raises(httpx.TransportError):
            client.post("/xero/connect/token", data=form, auth=app)
        assert client.post("/xero/connect/token", data=form, auth=app).json() == {
            "error": "invalid_grant"
        }
        client.put("/xero/_/rates", json={"throttled": 1.0, "seed": 7}).raise_for_status()
        assert client.post("/xero/connect/token", data=form, auth=app).status_code == 429
        client.delete("/xero/_/faults").raise_for_status()
        assert client.post("/xero/connect/token", data=form, auth=app).status_code == 400
        assert client.get("/xero/_/state").json()["happened"] == {"lost_after": 1, "throttled": 1}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/xero/_/faults", {"kind": "unheard of"}),
        ("PUT", "/xero/_/rates", {"unheard of": 0.5}),
        ("POST", "/xero/_/acts", {"act": "unheard of"}),
        ("POST", "/signed/_/acts", {"act": "edit", "id": "none", "fields": {}}),
        ("POST", "/quickbooks/_/acts", []),
    ],
)
def test_what_cannot_be_ordered_is_said(
    tmp_path: Path, method: str, path: str, body: object
) -> None:
    port = free_port()
    with local_books(port, tmp_path / "books.json"), _client(port) as client:
        assert client.request(method, path, json=body).status_code == 422


def test_another_sites_page_reads_nothing(tmp_path: Path) -> None:
    port = free_port()
    with local_books(port, tmp_path / "books.json"), _client(port) as client:
        assert client.get("/xero/_/state", headers={"host": "evil.example"}).status_code == 400
        assert client.get("/nobody/_/state").status_code == 404


def test_variables_lead_to_each() -> None:
    assert variables_of("http://127.0.0.1:1")["HUBSPOT_URL"] == "http://127.0.0.1:1/hubspot"
    assert len(variables_of("http://127.0.0.1:1")) == 9

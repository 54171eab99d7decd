"""Sources of bank statements from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem

FETCH: dict[str, Any] = {
    "id": "bfe_1",
    "state": "stored",
    "why": None,
    "fromDay": "2026-03-01",
    "toDay": "2026-03-31",
    "nextAttemptAt": "2026-04-01T09:00:00.000Z",
    "statementId": None,
}
SOURCE: dict[str, Any] = {
    "id": "bsr_1",
    "bankAccountId": "ban_1",
    "kind": "enable-banking",
    "bank": "Nordea",
    "state": "new",
    "why": None,
    "validUntil": "2026-09-01T00:00:00.000Z",
    "nextAt": None,
    "accounts": [],
    "last": None,
}
DONE = {**FETCH, "state": "done", "statementId": "bst_1"}
STATEMENT = {"runId": "run_1", "added": 12, "known": 3, "booked": 1}


def test_one_is_added_for_each_provider(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/bank/sources", httpx.Response(201, json=SOURCE))
    key = server.folder / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----", encoding="ascii")
    of_bank = ("--bank", "Nordea", "--country", "FI")
    words = (
        "add-enable-banking",
        "ban_1",
        *of_bank,
        "--application",
        "app-1",
        "--key-file",
        str(key),
        "--personal",
    )
    assert server.run("bank", "sources", *words, "--from", "2026-01-01") == Code.DONE
    said = capsys.readouterr()
    assert said.out == "Nordea is bsr_1.\n"
    assert "tillroll bank sources connect bsr_1" in said.err
    server.environment |= {"BANK_AUTHORIZATION": "Bearer c"}
    assert (
        server.run("bank", "sources", "add-address", "ban_1", "--address", "https://files.test/a")
        == Code.DONE
    )
    bank = {"bank": "Nordea", "country": "FI"}
    application = {
        "applicationId": "app-1",
        "privateKey": "-----BEGIN PRIVATE KEY-----",
        "psuType": "personal",
    }
    assert server.bodies() == [
        {
            "bankAccountId": "ban_1",
            "access": {"kind": "enable-banking", **application, **bank},
            "fromDay": "2026-01-01",
        },
        {
            "bankAccountId": "ban_1",
            "access": {
                "kind": "address",
                "address": "https://files.test/a",
                "authorization": "Bearer c",
            },
        },
    ]


def test_a_key_that_cannot_be_read_is_named(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(server.folder / "none.pem")
    words = (
        "add-enable-banking",
        "ban_1",
        "--bank",
        "B",
        "--country",
        "FI",
        "--application",
        "a",
        "--key-file",
        missing,
    )
    assert server.run("bank", "sources", *words) == Code.USAGE
    assert "none.pem cannot be read as PEM" in capsys.readouterr().err
    assert server.asked == []


@pytest.mark.parametrize(
    ("came_back", "body"),
    [
        ("https://b.test/bank/connected?state=s&code=c", {"state": "s", "code": "c"}),
        ("https://b.test/bank/connected?state=s", {"state": "s"}),
        (
            "https://b.test/bank/connected?state=s&error=access_denied",
            {"state": "s", "error": "access_denied"},
        ),
    ],
)
def test_a_consent_is_begun_and_finished(
    server: FakeServer, came_back: str, body: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    consent = {"address": "https://bank.test/agree", "expiresAt": "2026-04-01T09:00:00.000Z"}
    accounts = [{"id": "uid", "number": "DE89…3000", "currency": "EUR", "name": None}]
    server.on("POST /api/bank/sources/bsr_1/consent", ok(consent))
    server.on(
        "POST /api/bank/source-consents", ok({**SOURCE, "state": "choosing", "accounts": accounts})
    )
    server.on("POST /api/bank/sources/bsr_1/account", ok({**SOURCE, "state": "connected"}))
    assert server.run("bank", "sources", "connect", "bsr_1") == Code.DONE
    assert capsys.readouterr().out == "https://bank.test/agree\n"
    assert server.run("bank", "sources", "finish", came_back) == Code.DONE
    assert capsys.readouterr().out == "bsr_1: choosing.\n  uid  DE89…3000, EUR\n"
    assert server.run("bank", "sources", "choose", "bsr_1", "uid") == Code.DONE
    assert server.bodies() == [body, {"id": "uid"}]
    assert server.run("bank", "sources", "finish", "https://b.test/bank/connected") == Code.USAGE


def test_a_fetch_is_waited_for(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/bank/sources/bsr_1/fetches", httpx.Response(202, json=FETCH))
    server.on(
        "GET /api/bank/sources/bsr_1", ok({**SOURCE, "last": FETCH}), ok({**SOURCE, "last": DONE})
    )
    server.on("GET /api/bank/statements/bst_1", ok(STATEMENT))
    server.on("GET /api/runs", page({"id": "run_1", "status": "complete", "message": "Stored."}))
    assert server.run("bank", "sources", "fetch", "bsr_1") == Code.DONE
    assert capsys.readouterr().out == "2026-03-01 to 2026-03-31: 12 added, 3 known, 1 booked.\n"
    server.on(
        "GET /api/runs", page({"id": "run_1", "status": "needs_review", "message": "It asks."})
    )
    assert server.run("bank", "sources", "fetch", "bsr_1") == Code.NEEDS_PERSON
    assert "It asks." in capsys.readouterr().out


@pytest.mark.parametrize(("state", "code"), [("stored", Code.UNREACHABLE), ("failed", Code.FAILED)])
def test_a_fetch_that_waits_or_failed_says_why(
    server: FakeServer, state: str, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/bank/sources/bsr_1/fetches", httpx.Response(202, json=FETCH))
    server.on(
        "GET /api/bank/sources/bsr_1",
        ok({**SOURCE, "last": {**FETCH, "state": state, "why": "No more now."}}),
    )
    assert server.run("bank", "sources", "fetch", "bsr_1") == code
    said = capsys.readouterr().out
    assert said.startswith("No more now.")
    assert ("goes on at 2026-04-01T09:00" in said) == (state == "stored")


def test_sources_and_banks_are_listed_and_one_is_ended(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = {**SOURCE, "state": "stopped", "why": "Agree anew."}
    server.on("GET /api/bank/sources", ok({"items": [stopped]}))
    server.on(
        "GET /api/bank/sources/bsr_1/banks",
        ok({"items": [{"id": "B", "name": "B", "country": "FI", "mostDays": 90}]}),
    )
    server.on(
        "DELETE /api/bank/sources/bsr_1",
        ok({**SOURCE, "state": "ended"}),
        problem("not-found", 404),
    )
    assert server.run("bank", "sources", "list") == Code.DONE
    told = "Agree anew. `tillroll bank sources connect bsr_1`"
    assert (
        capsys.readouterr().out
        == f"bsr_1\tban_1\tenable-banking\tNordea\tstopped\t2026-09-01\t\t{told}\n"
    )
    assert server.run("bank", "sources", "banks", "bsr_1", "--country", "FI") == Code.DONE
    assert server.asked[-1].url.params["country"] == "FI"
    assert server.run("bank", "sources", "end", "bsr_1") == Code.DONE
    assert server.run("bank", "sources", "end", "bsr_1") == Code.NOT_FOUND


def test_the_bank_of_a_source_is_chosen_later(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    key = server.folder / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----", encoding="ascii")
    server.on("POST /api/bank/sources", httpx.Response(201, json={**SOURCE, "bank": ""}))
    server.on("PUT /api/bank/sources/bsr_1/bank", ok(SOURCE))
    words = (
        "add-enable-banking",
        "ban_1",
        "--country",
        "FI",
        "--application",
        "app-1",
        "--key-file",
        str(key),
    )
    assert server.run("bank", "sources", *words) == Code.DONE
    assert "tillroll bank sources banks bsr_1" in capsys.readouterr().err
    assert (
        server.run("bank", "sources", "bank", "bsr_1", "NDEAFIHH", "--country", "FI") == Code.DONE
    )
    assert server.bodies()[-1] == {"bank": "NDEAFIHH", "country": "FI"}

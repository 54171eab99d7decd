"""Claims from a terminal."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page
from tillroll_command.endings import Code

CLAIM: dict[str, Any] = {
    "id": "run_1",
    "number": "2026-0001",
    "state": "issued",
    "payerName": "ACME",
    "currency": "EUR",
    "total": "37.90",
    "open": "17.90",
    "dueOn": "2026-03-31",
    "mails": [
        {
            "purpose": "issued",
            "became": "bounced",
            "sentAt": "2026-03-01T09:00:00.000Z",
            "runId": "run_2",
        }
    ],
    "items": [{"date": "2026-03-05", "merchant": "Cafe", "amount": "12.90", "isReleased": False}],
    "events": [
        {
            "version": 1,
            "at": "2026-03-01T09:00:00.000Z",
            "kind": "issued",
            "amount": "37.90",
            "said": None,
        }
    ],
}
AGAINST: dict[str, Any] = {
    "expenseId": "exp_2",
    "merchant": "Cafe",
    "amount": "25.00",
    "currency": "EUR",
    "approvedBy": "Cy",
    "reason": "Dear: it is above the limit: it is not claimed like this.",
    "rule": "Dear: an expense above 20.00 EUR is not claimed.",
    "next": [{"act": "leave_out", "says": "Leave it out, and claim the others."}],
}
CLAIMABLE: dict[str, Any] = {
    "currency": "EUR",
    "count": 2,
    "total": "37.90",
    "heldBack": 1,
    "violations": [AGAINST],
    "expenses": [
        {
            "id": "exp_1",
            "date": "2026-03-05",
            "merchant": "Bakery",
            "client": "ACME",
            "amount": "12.90",
        }
    ],
}
SAID = "2026-0001: issued, 17.90 of 37.90 EUR open, due 2026-03-31\n"


def test_a_payment_is_recorded(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/claims/run_1/payments", ok(CLAIM))
    paid = ("pay", "run_1", "20", "EUR", "2026-03-20", "--reference", "bank 1")
    assert server.run("claims", *paid) == Code.DONE
    assert server.bodies() == [
        {"amount": "20", "currency": "EUR", "day": "2026-03-20", "reference": "bank 1"}
    ]
    assert capsys.readouterr().out == SAID


def test_a_claim_is_made_with_all_that_it_takes(server: FakeServer, tmp_path: Path) -> None:
    server.on("POST /api/claims", ok({**CLAIM, "number": None, "dueOn": None, "state": "draft"}))
    invoice = tmp_path / "invoice.json"
    invoice.write_text('{"vatCategory": "O"}', encoding="utf-8")
    more = (
        "--total",
        "37.90",
        "--person",
        "usr_1",
        "--client",
        "ACME",
        "--remind",
        "1",
        "2",
        "3",
        "--invoice",
        str(invoice),
        "--webhook",
    )
    server.on("GET /api/clients", page({"id": "cli_1", "name": "ACME"}))
    assert server.run("claims", "make", "EUR", "ACME", "--customer", *more) == Code.DONE
    [body] = server.bodies()
    assert (body["person"], body["clientId"], body["reminderDays"]) == ("usr_1", "cli_1", [1, 2, 3])
    assert "payerName" not in body
    assert body["expectedTotal"] == "37.90"
    assert (body["invoice"], body["sentBy"]) == ({"vatCategory": "O"}, "webhook")
    assert server.run("claims", "make", "EUR", "ACME", "--mail", "books@acme.example") == Code.DONE
    assert (server.bodies()[-1]["sentBy"], server.bodies()[-1]["payerMail"]) == (
        "mail",
        "books@acme.example",
    )
    with pytest.raises(SystemExit):
        server.run("claims", "make", "EUR", "ACME", "--mail", "books@acme.example", "--webhook")
    invoice.write_text("[]", encoding="utf-8")
    with pytest.raises(SystemExit):
        server.run("claims", "make", "EUR", "ACME", *more)


def test_its_files_are_fetched(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, target = b"%PDF-1.7", tmp_path / "claim.pdf"
    digest = hashlib.sha256(content).hexdigest()
    url = "/api/claims/run_1/statement.pdf"
    file = {
        "name": "statement",
        "number": "2026-0001",
        "url": url,
        "size": len(content),
        "sha256": digest,
    }
    note_url = "/api/claims/run_1/credit-notes/CN-2026-0002.xml"
    note = {**file, "name": "credit_note", "number": "CN-2026-0002", "url": note_url}
    server.on(
        "GET /api/claims/run_1",
        ok({**CLAIM, "files": [file, {**note, "number": "CN-2026-0001"}, note]}),
    )
    server.on(f"GET {note_url}", httpx.Response(200, content=content))
    server.on(f"GET {url}", httpx.Response(200, content=content))
    assert server.run("claims", "fetch", "run_1", "-o", str(target)) == Code.DONE
    assert target.read_bytes() == content
    assert digest in capsys.readouterr().out
    with pytest.raises(SystemExit):
        server.run("claims", "fetch", "run_1", "-o", str(target))
    assert server.run("claims", "fetch", "run_1", "--invoice") == Code.NOT_FOUND
    note_target = tmp_path / "note.xml"
    assert (
        server.run("claims", "fetch", "run_1", "--note", "CN-2026-0002", "-o", str(note_target))
        == Code.DONE
    )
    assert note_target.read_bytes() == content
    assert server.run("claims", "fetch", "run_1", "--note", "CN-2026-0009") == Code.NOT_FOUND


def test_a_claim_is_made(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/claims", ok({**CLAIM, "number": None, "dueOn": None, "state": "draft"}))
    assert (
        server.run("claims", "make", "EUR", "ACME", "--from", "2026-03-01", "--expense", "exp_1")
        == Code.DONE
    )
    assert server.bodies() == [
        {
            "currency": "EUR",
            "payerKind": "company",
            "payerName": "ACME",
            "firstDay": "2026-03-01",
            "lastDay": None,
            "expenseIds": ["exp_1"],
            "sentBy": "hand",
        }
    ]
    assert capsys.readouterr().out == "run_1: draft, 17.90 of 37.90 EUR open\n"


def test_a_claim_is_previewed_and_nothing_is_claimed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = {"to": "pay@acme.example", "subject": "Claim 2026-…", "paragraphs": ["Books asks ACME."]}
    preview = {
        "payerName": "ACME",
        "currency": "EUR",
        "total": "37.90",
        "expenses": 2,
        "dueOn": "2026-03-31",
        "mail": mail,
        "missing": ["iban"],
    }
    server.on("POST /api/claims/preview", ok(preview))
    make = ("claims", "make", "EUR", "cli_1", "--customer", "--mail", "client", "--preview")
    assert server.run(*make) == Code.DONE
    [body] = server.bodies()
    assert (body["clientId"], body["sentBy"], "payerMail" in body) == ("cli_1", "mail", False)
    told = capsys.readouterr()
    assert "37.90 EUR of ACME for 2 expenses, due 2026-03-31" in told.out
    assert "pay@acme.example" in told.out
    assert "no IBAN" in told.err
    with pytest.raises(SystemExit):
        server.run("claims", "make", "EUR", "--customer")


def test_claims_are_listed_and_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/claims", page(CLAIM))
    server.on("GET /api/claims/run_1", ok(CLAIM))
    server.on("GET /api/claimable", ok({"items": [CLAIMABLE]}))
    server.on("GET /api/clients", page({"id": "cli_1", "name": "ACME"}))
    for arguments in (("list",), ("show", "run_1"), ("claimable", "--customer", "ACME")):
        assert server.run("claims", *arguments) == Code.DONE
    told = capsys.readouterr().out
    assert "Cafe" in told
    assert "ACME" in told
    assert "bounced" in told
    assert told.count("37.90") >= 3
    assert "exp_1\t2026-03-05\tBakery\tACME\t12.90\tEUR\n" in told
    assert (server.asked[-1].url.params["payerKind"], server.asked[-1].url.params["clientId"]) == (
        "customer",
        "cli_1",
    )
    assert server.run("claims", "list", "--in-state", "overdue") == Code.DONE
    assert server.asked[-1].url.params["state"] == "overdue"


def test_what_policies_are_against_is_said_with_the_rule_and_what_to_do(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/claimable", ok({"items": [CLAIMABLE]}))
    server.on("GET /api/clients", page({"id": "cli_1", "name": "ACME"}))
    assert server.run("claims", "claimable") == Code.DONE
    said = capsys.readouterr()
    assert "exp_2 Cafe, 25.00 EUR, approved by Cy: Dear: it is above the limit" in said.out
    assert AGAINST["rule"] in said.out + said.err
    problem = {
        "type": "urn:tillroll:problem:policies-against",
        "title": "Policies",
        "detail": "Nothing was claimed.",
    }
    server.on("POST /api/claims", httpx.Response(422, json={**problem, "violations": [AGAINST]}))
    assert server.run("claims", "make", "EUR", "ACME") == Code.REFUSED
    told = capsys.readouterr().err
    assert "exp_2: Dear: it is above the limit" in told
    assert "Leave it out, and claim the others." in told
    server.on("POST /api/claims", ok({**CLAIM, "number": None}))
    assert server.run("claims", "make", "EUR", "ACME", "--leave-out") == Code.DONE
    assert server.bodies()[-1]["leaveOutViolations"] is True
    assert server.run("claims", "make", "EUR", "ACME", "--despite-bank") == Code.DONE
    assert server.bodies()[-1]["despiteBank"] is True

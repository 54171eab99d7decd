"""The ledger from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem

TRANSFERS = "POST /api/ledger/transfers"
APPLIED = httpx.Response(
    201, json={"id": "t1", "answer": "applied", "at": "2026-04-01T08:00:00.120Z", "transfers": []}
)


def test_facts_are_listed_by_kind_and_time(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    fact = {
        "id": "t1",
        "at": "2026-04-01T08:00:00.120Z",
        "kind": "post",
        "outcome": "applied",
        "reason": None,
    }
    fact |= {"debit": "bank", "credit": "ann", "posted": 1290, "pending": 0, "currency": "EUR"}
    server.on("GET /api/ledger/facts", page(fact))
    assert (
        server.run(
            "ledger", "facts", "--kind", "post", "--from", "2026-04-01", "--to", "2026-05-01"
        )
        == Code.DONE
    )
    asked = dict(server.asked[-1].url.params)
    assert asked == {"kind": "post", "from": "2026-04-01", "to": "2026-05-01", "limit": "100"}
    assert "1290" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (
            ("transfer", "t1", "bank", "ann", "1290", "EUR"),
            {
                "kind": "transfer",
                "debit": "bank",
                "credit": "ann",
                "amount": 1290,
                "currency": "EUR",
                "reference": None,
            },
        ),
        (
            (
                "transfer",
                "t1",
                "ann",
                "bank",
                "5",
                "EUR",
                "--pending",
                "--timeout",
                "60",
                "--reference",
                "claim-1",
            ),
            {
                "kind": "pending",
                "debit": "ann",
                "credit": "bank",
                "amount": 5,
                "currency": "EUR",
                "reference": "claim-1",
                "timeoutSeconds": 60,
            },
        ),
        (("post", "t1", "p1", "--amount", "3"), {"kind": "post", "pending": "p1", "amount": 3}),
        (("void", "t1", "p1"), {"kind": "void", "pending": "p1"}),
        (("reverse", "t1", "t0"), {"kind": "reversal", "reverses": "t0"}),
        (
            ("apply", '{"kind": "void", "id": "t1", "pending": "p1"}'),
            {"kind": "void", "pending": "p1"},
        ),
    ],
)
def test_each_kind_is_asked_for(
    server: FakeServer,
    arguments: tuple[str, ...],
    body: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.on(TRANSFERS, APPLIED)
    assert server.run("ledger", *arguments) == Code.DONE
    assert server.bodies() == [{"id": "t1", **body}]
    assert capsys.readouterr().out == "t1: applied\n"


def test_a_refusal_is_told_with_its_sentence(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        TRANSFERS, problem("transfer-refused", 422, detail="Too little.", reason="insufficient")
    )
    assert server.run("ledger", "void", "t1", "p1") == Code.REFUSED
    assert "Too little." in capsys.readouterr().err


def test_what_is_no_json_or_has_no_sense_is_not_sent(server: FakeServer) -> None:
    assert server.run("ledger", "apply", "{") == Code.USAGE
    with pytest.raises(SystemExit, match="2"):
        server.run("ledger", "transfer", "t1", "a", "b", "1", "EUR", "--timeout", "5")
    assert server.asked == []


def test_books_that_do_not_balance_are_told_by_the_exit_code(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    total = {"currency": "EUR", "debitsPosted": 5, "creditsPosted": 4}
    server.on("GET /api/ledger/trial-balance", ok({"isBalanced": False, "totals": [total]}))
    assert server.run("ledger", "trial") == Code.FAILED
    assert "do NOT balance" in capsys.readouterr().err


def test_a_statement_and_a_balance_are_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {
        "transfer": "t1",
        "at": "2026-04-01T08:00:00.120Z",
        "kind": "transfer",
        "otherAccount": "bank",
    }
    body = {
        "items": [{**entry, "amount": 100, "balance": 100}],
        "nextCursor": None,
        "opening": 0,
        "closing": 100,
        "account": {"currency": "EUR"},
    }
    server.on("GET /api/ledger/accounts/ann/statement", ok(body))
    balance = {"id": "ann", "currency": "EUR", "posted": 100, "pending": -40, "available": 60}
    server.on("GET /api/ledger/accounts/ann/balance", ok(balance))
    assert server.run("ledger", "statement", "ann", "--from", "2026-04-01") == Code.DONE
    assert server.run("ledger", "balance", "ann") == Code.DONE
    said = capsys.readouterr()
    assert "t1\t2026-04-01T08:00\ttransfer\tbank\t100\t100" in said.out
    assert "Opening 0, closing 100 EUR." in said.err
    assert "ann: posted 100, pending -40, available 60 EUR" in said.out
    assert dict(server.asked[0].url.params)["from"] == "2026-04-01"


def test_accounts_are_made_and_listed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    account = {
        "id": "ann",
        "name": "Ann",
        "currency": "EUR",
        "normalSide": "credit",
        "leastAvailable": 0,
    }
    server.on("POST /api/ledger/accounts", httpx.Response(201, json=account))
    server.on("GET /api/ledger/accounts", page(account))
    made = ("account", "ann", "EUR", "credit", "--name", "Ann", "--least", "0")
    assert server.run("ledger", *made) == Code.DONE
    assert server.bodies() == [account]
    assert server.run("ledger", "accounts") == Code.DONE
    assert "ann\tEUR\tcredit\t0" in capsys.readouterr().out

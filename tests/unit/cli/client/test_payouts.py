"""Payouts and payees from a terminal."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

PAYOUT: dict[str, Any] = {
    "id": "run_1",
    "payeeId": "pay_1",
    "payeeName": "Ann",
    "currency": "EUR",
    "amount": 1290,
    "reference": "Trip",
    "askedBy": "user:usr_1",
    "state": "awaiting_approval",
    "status": "needs_review",
    "paymentId": "obp_1",
    "waitsForFile": False,
    "paymentStatus": "failed",
    "paymentReason": "no_account",
    "refusal": None,
    "createdAt": "2026-04-03T04:00:00.000Z",
    "alike": [],
}
PAYEE = {
    "id": "pay_1",
    "name": "Ann",
    "recipient": "acct_1",
    "method": "gbba_1",
    "iban": None,
    "archivedAt": None,
}


def test_one_is_asked_for_under_a_key(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/payouts", httpx.Response(202, json=PAYOUT))
    assert (
        server.run("payouts", "ask", "pay_1", "1290", "EUR", "Trip", "--key", "trip-17")
        == Code.DONE
    )
    [asked] = server.asked
    assert asked.headers["idempotency-key"] == "trip-17"
    assert server.bodies() == [
        {"payeeId": "pay_1", "currency": "EUR", "amount": 1290, "reference": "Trip"}
    ]
    assert "1290 EUR (minor units) to Ann, awaiting approval" in capsys.readouterr().out


def test_one_is_shown_with_what_is_safe_next(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run = {
        "id": "run_1",
        "status": "failed",
        "message": "The money came back.",
        "nextSafeAction": "retry_from_step",
    }
    server.on("GET /api/payouts/run_1", ok(PAYOUT))
    server.on("GET /api/runs/run_1", ok(run))
    assert server.run("payouts", "show", "run_1") == Code.DONE
    said = capsys.readouterr().out
    assert "The money came back." in said
    assert "Next: Let it go on from the step that failed: `tillroll operate run_1 retry`" in said
    assert "The provider says of obp_1: failed (no_account)" in said


def test_a_refused_one_says_why(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    run = {"status": "failed", "message": "The payment was not made.", "nextSafeAction": "wait"}
    for refusal, sentence in (
        ("uncovered", "It was not paid: the company's account in the ledger does not hold enough."),
        (
            "the provider answered 400 insufficient_funds",
            "It was not paid: the provider answered 400 insufficient_funds.",
        ),
    ):
        server.on(
            "GET /api/payouts/run_1", ok({**PAYOUT, "paymentStatus": None, "refusal": refusal})
        )
        server.on("GET /api/runs/run_1", ok(run))
        assert server.run("payouts", "show", "run_1") == Code.DONE
        said = capsys.readouterr().out
        assert sentence in said
        assert "Next: mend that. This payout pays nothing any more." in said
        assert "`tillroll payouts ask pay_1 1290 EUR Trip`" in said


def test_one_without_a_file_says_what_makes_it(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = {
        **PAYOUT,
        "state": "unsettled",
        "status": "processing",
        "paymentStatus": "processing",
        "waitsForFile": True,
    }
    run = {"id": "run_1", "status": "processing", "message": "It waits.", "nextSafeAction": "wait"}
    server.on("GET /api/payouts/run_1", ok(waits))
    server.on("GET /api/runs/run_1", ok(run))
    assert server.run("payouts", "show", "run_1") == Code.DONE
    said = capsys.readouterr().out
    assert "Nothing is paid before `tillroll payment-files make` has made the file" in said
    assert "The provider says" not in said


@pytest.mark.parametrize("said", ["paid", "not-paid"])
def test_one_is_settled_by_hand(server: FakeServer, said: str) -> None:
    server.on("POST /api/payouts/run_1/settlement", httpx.Response(202, json=PAYOUT))
    assert (
        server.run("payouts", "settle", "run_1", said, "--reason", "on the statement") == Code.DONE
    )
    assert server.bodies() == [{"settledAs": said.replace("-", "_"), "reason": "on the statement"}]


@pytest.mark.parametrize("words", [["perhaps", "--reason", "so it is"], ["paid"]])
def test_one_is_not_settled_without_a_choice_and_a_reason(
    server: FakeServer, words: list[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        server.run("payouts", "settle", "run_1", *words)
    assert server.asked == []


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (["approve", "run_1"], {"decision": "approve"}),
        (["reject", "run_1", "--reason", "twice"], {"decision": "reject", "comment": "twice"}),
    ],
)
def test_one_is_decided(server: FakeServer, words: list[str], body: dict[str, str]) -> None:
    server.on("POST /api/runs/run_1/review", ok({}))
    server.on("GET /api/payouts/run_1", ok(PAYOUT))
    assert server.run("payouts", *words) == Code.DONE
    assert server.bodies() == [body]


def test_they_are_listed_by_state(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/payouts", ok({"items": [PAYOUT], "nextCursor": "c"}))
    assert server.run("payouts", "list", "--in-state", "paid", "--limit", "1") == Code.DONE
    assert server.asked[0].url.params["state"] == "paid"
    said = capsys.readouterr()
    assert "run_1" in said.out
    assert "--cursor c" in said.out + said.err


def test_limits_are_listed_set_and_taken_away(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/payout-limits", ok({"items": [{"currency": "EUR", "above": 500}]}))
    server.on("PUT /api/payout-limits/EUR", ok({"currency": "EUR", "above": 700}))
    server.on("DELETE /api/payout-limits/EUR", httpx.Response(204))
    assert server.run("payouts", "limits") == Code.DONE
    assert "500" in capsys.readouterr().out
    assert server.run("payouts", "limit", "EUR", "700") == Code.DONE
    assert "more than 700 EUR" in capsys.readouterr().out
    assert server.run("payouts", "limit", "EUR") == Code.DONE
    assert "no limit" in capsys.readouterr().out


def test_a_change_waits_is_listed_and_decided_on(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = {
        "id": "pch_1",
        "says": "The limit of EUR is taken away.",
        "outcome": None,
        "takesEffectAt": None,
    }
    later = {**waits, "takesEffectAt": "2026-03-02T09:00:00.000Z"}
    server.on("DELETE /api/payout-limits/EUR", httpx.Response(202, json=later))
    server.on("POST /api/ledger/transfers", httpx.Response(202, json=waits))
    server.on("GET /api/payout-changes", ok({"items": [later], "nextCursor": None}))
    server.on("POST /api/payout-changes/pch_1/decision", ok({**waits, "outcome": "confirmed"}))
    assert server.run("payouts", "limit", "EUR") == Code.DONE
    assert "pch_1 waits" in (said := capsys.readouterr().out)
    assert "takes effect at 2026-03-02" in said
    assert (
        server.run("ledger", "transfer", "fund", "payouts:company:EUR", "bank", "100", "EUR")
        == Code.DONE
    )
    assert "Somebody else has to confirm it" in capsys.readouterr().out
    assert server.run("payouts", "changes") == Code.DONE
    assert "2026-03-02" in capsys.readouterr().out
    for act in ("confirm-change", "reject-change"):
        assert server.run("payouts", act, "pch_1") == Code.DONE
        assert "confirmed" in capsys.readouterr().out


def test_payees_are_kept_listed_and_archived(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/payees", httpx.Response(201, json=PAYEE))
    server.on(
        "GET /api/payees", ok({"items": [{**PAYEE, "archivedAt": "2026"}], "nextCursor": None})
    )
    server.on("DELETE /api/payees/pay_1", httpx.Response(204))
    assert server.run("payees", "add", "Ann", "acct_1", "gbba_1") == Code.DONE
    assert server.bodies() == [{"name": "Ann", "recipient": "acct_1", "method": "gbba_1"}]
    assert server.run("payees", "list") == Code.DONE
    assert "archived" in capsys.readouterr().out
    assert server.run("payees", "archive", "pay_1") == Code.DONE
    assert "pay_1 is archived" in capsys.readouterr().out


BATCH: dict[str, Any] = {
    "id": "run_2",
    "name": "November",
    "payments": 2,
    "state": "partly_paid",
    "sums": [{"currency": "EUR", "outcome": "paid", "count": 1, "amount": 1290}],
    "alike": [],
}


def test_a_batch_is_handed_in_as_csv(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/payout-batches", httpx.Response(202, json=BATCH))
    file = tmp_path / "november.csv"
    file.write_text("\ufeffpayee,currency,amount,reference\n", encoding="utf-8")
    assert server.run("payouts", "batch", "November", str(file), "--key", "november") == Code.DONE
    [asked] = server.asked
    assert asked.headers["idempotency-key"] == "november"
    assert server.bodies() == [{"name": "November", "csv": "payee,currency,amount,reference\n"}]
    assert "run_2: November, 2 payouts, partly paid" in capsys.readouterr().out
    assert server.run("payouts", "batch", "November", str(tmp_path / "none.csv")) == Code.USAGE

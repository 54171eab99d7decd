"""Payouts and payees from a terminal."""

from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

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
    "paymentDoubt": None,
    "paymentDoubtReason": None,
    "paymentFileId": None,
    "paymentStatus": "failed",
    "paymentReason": "no_account",
    "refusal": None,
    "createdAt": "2026-04-03T04:00:00.000Z",
    "alike": [],
}


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
    assert "12.90 EUR" in said
    assert "minor" not in said
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
        asked = "-f payeeId=pay_1 -f amount=1290 -f currency=EUR -f reference=Trip"
        assert f"`tillroll api POST /api/payouts {asked}`" in said


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

"""What is owed, from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

ANN: dict[str, Any] = {
    "person": {"id": "usr_ann", "name": "Ann Lee"},
    "sums": [{"currency": "EUR", "owed": 12340, "onItsWay": 500}],
    "base": None,
    "expenses": 2,
    "oldest": "2026-02-03",
    "accounts": [],
}
EXPENSE: dict[str, Any] = {
    "id": "exp_1",
    "person": {"id": "usr_ann", "name": "Ann Lee"},
    "merchant": "Cafe",
    "date": "2026-02-03",
    "currency": "EUR",
    "owed": 12340,
}


def test_what_is_owed_is_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/owed", ok({"items": [ANN]}))
    assert server.run("owed", "list") == Code.DONE
    said = capsys.readouterr().out
    assert all(each in said for each in ("Ann Lee", "123.40 EUR", "5.00 EUR", "2026-02-03"))
    server.on("GET /api/owed/expenses", ok({"items": [EXPENSE], "nextCursor": None}))
    assert server.run("owed", "expenses") == Code.DONE
    assert "123.40 EUR" in capsys.readouterr().out


def test_a_person_is_paid_all_that_is_owed_to_them(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/owed/expenses", ok({"items": [EXPENSE], "nextCursor": None}))
    server.on(
        "POST /api/owed/payments", httpx.Response(202, json={"payoutId": "run_1", "batchId": None})
    )
    assert (
        server.run("owed", "pay", "file", "--person", "usr_ann", "--key", "november") == Code.DONE
    )
    assert server.asked[-1].headers["idempotency-key"] == "november"
    assert server.bodies()[-1] == {"expenses": ["exp_1"], "way": "file"}
    assert "run_1 is begun" in capsys.readouterr().out


def test_by_hand_has_a_day(server: FakeServer) -> None:
    server.on(
        "POST /api/owed/payments", httpx.Response(202, json={"payoutId": None, "batchId": "run_2"})
    )
    assert (
        server.run("owed", "pay", "hand", "--expense", "exp_1", "--paid-on", "2026-11-20")
        == Code.DONE
    )
    assert server.bodies()[-1] == {"expenses": ["exp_1"], "way": "hand", "paidOn": "2026-11-20"}


def test_nobody_named_is_nobody_paid(server: FakeServer) -> None:
    assert server.run("owed", "pay", "file") == Code.USAGE
    assert server.asked == []


def test_a_payment_by_hand_is_taken_back(server: FakeServer) -> None:
    payout: dict[str, Any] = {
        "id": "run_1",
        "payeeName": "Ann",
        "currency": "EUR",
        "amount": 1,
        "state": "paid",
    }
    server.on("POST /api/payouts/run_1/undo", ok(payout))
    assert server.run("payouts", "undo", "run_1", "--reason", "not handed over") == Code.DONE
    assert server.bodies() == [{"reason": "not handed over"}]

"""Exchange rates by hand from a terminal."""

import json
from typing import Any

import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

RATE: dict[str, Any] = {
    "id": "rte_1",
    "currency": "ARS",
    "baseCurrency": "EUR",
    "rate": "0.00067",
    "firstDay": "2026-11-02",
    "lastDay": "2026-11-30",
    "source": "Card statement",
    "by": "Ann",
    "createdAt": "2026-11-30T10:00:00.000Z",
    "expenses": 2,
}


def test_a_rate_is_entered_listed_and_withdrawn(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/entered-rates", ok(RATE))
    asked = (
        "ARS",
        "0.00067",
        "--from",
        "2026-11-02",
        "--to",
        "2026-11-30",
        "--source",
        "Card statement",
    )
    assert server.run("rate", "enter", *asked) == Code.DONE
    sent = {"currency": "ARS", "rate": "0.00067", "firstDay": "2026-11-02", "lastDay": "2026-11-30"}
    assert json.loads(server.asked[-1].content) == sent | {"source": "Card statement"}
    assert "1 ARS = 0.00067 EUR, from 2026-11-02 to 2026-11-30." in capsys.readouterr().out
    server.on("GET /api/entered-rates", ok({"items": [RATE], "nextCursor": None}))
    assert server.run("rate", "list") == Code.DONE
    assert "1 ARS = 0.00067 EUR" in capsys.readouterr().out
    server.on("DELETE /api/entered-rates/rte_1", ok(None))
    assert server.run("rate", "withdraw", "rte_1") == Code.DONE

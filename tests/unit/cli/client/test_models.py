"""Models are measured from a terminal, within a number of documents and a budget."""

import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

ONE, OTHER = "@cf/test/one", "@cf/test/other"


def answered(request: httpx.Request) -> httpx.Response:
    model = json.loads(request.content)["model"]
    fields = {
        "merchant": "right",
        "total": "wrong" if model == OTHER else "right",
        "date": "silent",
    }
    cost = 0 if model == "rules" else 3_700
    return ok(measurement(model, verdicts=fields, costMicroUsd=cost))


def measurement(model: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "model": model,
        "verdicts": {},
        "isAnswered": True,
        "isOverBudget": False,
    }
    return {**found, "costMicroUsd": 0, **more}


@pytest.fixture
def three(server: FakeServer) -> FakeServer:
    """A server with three documents."""
    items = [{"runId": f"run_{number}"} for number in range(3)]
    server.on("GET /api/models/documents", ok({"items": items}))
    for item in items:
        server.on(f"POST /api/runs/{item['runId']}/measurements", answered)
    return server


def test_each_model_is_told_with_the_rules(
    three: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three.run("models", "measure", ONE, OTHER) == Code.DONE
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    told = {row[0]: row[1:] for row in rows if row}
    assert told["rules"][:4] == ["3", "3/0", "0/0", "3/0"]
    assert told[OTHER][:4] == ["3", "3/0", "0/0", "0/3"]
    assert told[ONE][-1] == "0.0111"
    assert three.asked[0].url.params["limit"] == "20"


def test_no_more_is_spent_than_the_budget(
    three: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three.run("models", "measure", ONE, "--budget", "0.005", "--json") == Code.DONE
    found = json.loads(capsys.readouterr().out)
    assert [each["model"] for each in found["items"]].count(ONE) == 2
    assert "--budget" in found["stopped"]


def test_the_accounts_budget_ends_it(three: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    three.on(
        "POST /api/runs/run_0/measurements",
        ok(measurement("rules")),
        ok(measurement(ONE, isOverBudget=True)),
    )
    assert three.run("models", "measure", ONE, "--json") == Code.DONE
    assert "budget or quota" in json.loads(capsys.readouterr().out)["stopped"]
    assert len(three.asked) == 3


def test_without_confirmed_documents_nothing_is_asked(server: FakeServer) -> None:
    server.on("GET /api/models/documents", ok({"items": []}))
    assert server.run("models", "measure", ONE) == Code.DONE
    assert len(server.asked) == 1

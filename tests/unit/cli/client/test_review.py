"""What waits for a person, as it is shown, and the decision as it is sent."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem
from tillroll_command.endings import Code

EVIDENCE = {"line": 3, "text": "TOTAL  RM  18.40", "start": 0, "end": 16}
RUN: dict[str, Any] = {
    "id": "run_1",
    "kind": "receipt",
    "status": "needs_review",
    "message": "One detail needs your eye.",
    "createdAt": "2026-11-20T09:47:44.543Z",
    "paused": False,
    "receipt": {"fileName": "taxi.jpg"},
    "review": {
        "id": "r1",
        "reasons": ["total_uncertain", "possible_duplicate"],
        "sentences": ["The total is not sure: compare it with the photo."],
        "decision": None,
        "duplicateOf": {
            "runId": "run_0",
            "merchant": "CITY TAXI",
            "date": "2026-02-14",
            "total": "18.40",
            "currency": "MYR",
        },
    },
    "extraction": {
        "merchant": {"value": "CITY TAXI", "evidence": None},
        "total": {"value": "18.40", "evidence": EVIDENCE},
        "date": {"value": "2026-02-14", "evidence": None},
        "currency": {"value": None, "evidence": None},
        "alternatives": {"total": {"value": "13.40"}},
        "proposedCategory": {
            "category": "Travel",
            "source": "merchant",
            "reason": "“TAXI” is in the name.",
            "score": 0.8,
        },
    },
}
DECIDED = {**RUN, "review": {**RUN["review"], "decision": "approve"}}
DONE = {**DECIDED, "status": "complete", "message": "Your expense is ready."}


def test_the_fields_in_doubt_are_marked_with_where_they_stand(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok(RUN))
    assert server.run("review", "run_1") == Code.NEEDS_PERSON
    said = capsys.readouterr().out.splitlines()
    assert "? total           18.40    from “TOTAL  RM  18.40”    or 13.40" in said
    assert "  currency        (nothing)" in said
    assert "  category        Travel? “TAXI” is in the name. Take it by --set category=…" in said
    assert "  The other one: CITY TAXI, 2026-02-14, 18.40 MYR: run_0" in said
    assert len(server.asked) == 1


def test_a_list_is_of_those_that_wait(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    sent_back = {
        "id": "exp_1",
        "merchant": "Café",
        "date": "2026-03-01",
        "total": "12.90",
        "currency": "EUR",
    }
    server.on("GET /api/runs", page(RUN, cursor="abc"))
    server.on("GET /api/expenses", page(sent_back))
    assert server.run("review", "--limit", "1") == Code.DONE
    assert dict(server.asked[0].url.params) == {"status": "needs_review", "limit": "1"}
    said = capsys.readouterr()
    assert (
        said.out == "run_1\tneeds_review\t2026-11-20T09:47\ttaxi.jpg\tOne detail needs your eye.\n"
    )
    assert said.err == (
        "There are more: --cursor abc\n"
        "exp_1 Café, 2026-03-01, 12.90 EUR: it was sent back to review. "
        "`tillroll expense exp_1 --confirm` says that it was looked at.\n"
    )
    assert dict(server.asked[1].url.params) == {"status": "in_review", "limit": "20"}
    assert server.run("review", "exp_1", "--approve") == Code.USAGE
    assert "`tillroll expense exp_1` decides on it. `--confirm` says" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (["--approve"], {"decision": "approve"}),
        (
            ["--approve", "--set", "total=12.30", "--set", "tax=", "--reason", "seen"],
            {"decision": "approve", "values": {"total": "12.30", "tax": None}, "comment": "seen"},
        ),
        (["--reject", "--reason", "private"], {"decision": "reject", "comment": "private"}),
    ],
)
def test_a_decision_is_sent_with_what_was_given_only(
    server: FakeServer,
    arguments: list[str],
    body: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.on("POST /api/runs/run_1/review", ok({"runId": "run_1", "decision": body["decision"]}))
    assert server.run("review", "run_1", *arguments, "--json") == Code.DONE
    assert server.bodies() == [body]
    assert json.loads(capsys.readouterr().out)["decision"] == body["decision"]


def test_values_that_make_no_expense_are_refused_in_sentences(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = [{"field": "total", "message": "Write the amount as digits."}]
    server.on("POST /api/runs/run_1/review", problem("invalid-values", 422, errors=errors))
    assert server.run("review", "run_1", "--approve", "--set", "total=x") == Code.REFUSED
    assert "  total: Write the amount as digits." in capsys.readouterr().err


def test_waiting_lasts_until_the_decision_is_taken_up(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/runs/run_1/review", ok({"runId": "run_1", "decision": "approve"}))
    server.on(
        "GET /api/runs/run_1",
        ok(DECIDED, etag='"1"'),
        ok(DECIDED, etag='"1"'),
        ok(DONE, etag='"2"'),
    )
    assert server.run("review", "run_1", "--approve", "--wait") == Code.DONE
    assert capsys.readouterr().out == "Your expense is ready.\n"


def test_what_is_decided_asks_nothing(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok(DONE))
    assert server.run("review", "run_1") == Code.DONE
    assert "Nothing waits here" in capsys.readouterr().out


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """A person who answers so; what they were asked."""
    asked: list[str] = []
    given: Iterator[str] = iter(answers)

    def prompt(text: str, default: str) -> str:
        asked.append(f"{text.strip()}={default}")
        return next(given) or default

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    return asked


def test_at_a_terminal_it_is_corrected_and_approved(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.on("GET /api/runs/run_1", ok(RUN))
    server.on(
        "POST /api/runs/run_1/review",
        problem("invalid-values", 422, errors=[{"field": "total", "message": "No."}]),
        ok({"runId": "run_1", "decision": "approve"}),
    )
    asked = at_a_terminal(monkeypatch, "c", "x", "a", "c", "13.40", "a")
    assert server.run("review", "run_1") == Code.DONE
    assert asked[1] == "total=18.40"
    assert asked[4] == "total=x"
    assert [body["values"] for body in server.bodies()] == [{"total": "x"}, {"total": "13.40"}]


def test_at_a_terminal_it_can_be_left(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("GET /api/runs/run_1", ok(RUN))
    at_a_terminal(monkeypatch, "")
    assert server.run("review", "run_1") == Code.NEEDS_PERSON
    assert server.bodies() == []


def test_the_parts_of_a_photo_are_sent_together(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "left.jpg").write_bytes(b"left")
    (tmp_path / "right.jpg").write_bytes(b"right")
    done = {
        "runId": "run_1",
        "receiptId": "rec_1",
        "parts": [{"runId": "run_2", "receiptId": "r", "status": "processing"}] * 2,
    }
    server.on("GET /api/runs/run_1", ok({**RUN, "receipt": {"id": "rec_1"}}))
    server.on("POST /api/receipts/rec_1/parts", ok(done))
    parts = ["--part", str(tmp_path / "left.jpg"), "--part", str(tmp_path / "right.jpg")]
    assert server.run("review", "run_1", *parts) == Code.DONE
    sent = server.asked[-1].content
    assert sent.count(b'name="part"') == 2
    assert b"left" in sent
    assert "run_1: split into 2 receipts." in capsys.readouterr().out
    with pytest.raises(SystemExit):
        server.run("review", "run_1", *parts, "--approve")


def test_a_pdf_is_split_before_the_pages_that_are_named(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = {"id": "rec_1", "mediaType": "application/pdf"}
    asking = {
        **RUN,
        "receipt": receipt,
        "review": {**RUN["review"], "reasons": ["several_receipts"]},
    }
    server.on("GET /api/runs/run_1", ok(asking))
    server.on("GET /api/receipts/rec_1/pieces", ok({"beginsAt": [2, 4], "photos": []}))
    assert server.run("review", "run_1") == Code.NEEDS_PERSON
    assert "on page 2, 4: split with --begins-at 2 --begins-at 4" in " ".join(
        capsys.readouterr().out.split()
    )
    done = {
        "runId": "run_1",
        "receiptId": "rec_1",
        "parts": [{"runId": "run_2", "receiptId": "r", "status": "x"}] * 3,
    }
    server.on("POST /api/receipts/rec_1/split", ok(done))
    assert server.run("review", "run_1", "--begins-at", "4", "--begins-at", "2") == Code.DONE
    assert server.bodies()[-1] == {"beginsAt": [2, 4]}
    assert "run_1: split into 3 receipts." in capsys.readouterr().out


def test_photos_that_seem_to_be_one_receipt_are_named(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/runs/run_1", ok({**RUN, "receipt": {"id": "rec_1", "mediaType": "image/jpeg"}})
    )
    photos = [{"receiptId": "rec_2"}, {"receiptId": "rec_1"}]
    server.on("GET /api/receipts/rec_1/pieces", ok({"beginsAt": [], "photos": photos}))
    assert server.run("review", "run_1") == Code.NEEDS_PERSON
    joined = "POST /api/receipts/joined -f receiptIds=rec_2 -f receiptIds=rec_1"
    assert f"tillroll api {joined}" in " ".join(capsys.readouterr().out.split())

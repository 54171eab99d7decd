"""The bank from a terminal: entries with what may explain them, decisions, and what months lack."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem
from tillroll_command.endings import Code

PAIR: dict[str, Any] = {
    "entryId": "ent_1",
    "payment": 0,
    "documentKind": "expense",
    "documentId": "exp_1",
    "amount": -1290,
    "currency": "EUR",
    "settles": -1290,
    "title": "Café, 2026-03-01",
}
MATCH: dict[str, Any] = {
    "id": "mat_1",
    "state": "proposed",
    "kind": "single",
    "level": "by_hand",
    "score": 812,
    "reasons": ["same amount", "one day later"],
    "twins": [],
    "pairs": [PAIR],
    "said": None,
}
ENTRY: dict[str, Any] = {
    "id": "ent_1",
    "day": "2026-03-02",
    "amount": -1290,
    "currency": "EUR",
    "explained": 0,
    "status": "booked",
    "counterparty": "Café",
    "words": "Lunch",
    "reason": None,
    "owedBy": None,
    "doubt": None,
    "payments": [],
    "matches": [MATCH],
}
SAID = """mat_1: accepted, by hand, score 812
  -12.90 EUR of ent_1: expense exp_1 Café, 2026-03-01
  same amount
  one day later
"""
MONTH: dict[str, Any] = {
    "month": "2026-03",
    "entries": 212,
    "documented": 200,
    "explained": 10,
    "owed": 1,
    "open": 1,
    "uncovered": [
        {
            "bankAccountId": "ban_1",
            "bankAccount": "Giro",
            "hasStatements": True,
            "first": "2026-03-30",
            "last": "2026-03-31",
        },
        {
            "bankAccountId": "ban_2",
            "bankAccount": "Card",
            "hasStatements": False,
            "first": "2026-03-01",
            "last": "2026-03-31",
        },
    ],
    "withoutMoney": 4,
    "isComplete": False,
}
COMPLETE: dict[str, Any] = {
    **MONTH,
    "open": 0,
    "owed": 2,
    "uncovered": [],
    "withoutMoney": 0,
    "isComplete": True,
}
LINE: dict[str, Any] = {
    "entryId": "ent_1",
    "bankAccountId": "ban_1",
    "bankAccount": "Giro",
    "day": "2026-03-02",
    "amount": -1290,
    "currency": "EUR",
    "counterparty": "Café",
    "words": "Lunch",
    "standing": "owed",
    "says": "Sam",
}


def test_entries_are_listed_with_the_best_match(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    tie = {**MATCH, "id": "mat_2", "twins": ["exp_2"], "pairs": [{**PAIR, "title": None}]}
    others: list[dict[str, object]] = [
        {**ENTRY, "id": "ent_2", "explained": -1290, "matches": []},
        {**ENTRY, "id": "ent_3", "reason": "private", "matches": []},
        {**ENTRY, "id": "ent_4", "owedBy": "usr_1", "matches": [tie]},
        {**ENTRY, "id": "ent_5", "status": "pending", "matches": []},
    ]
    server.on("GET /api/bank/entries", page(ENTRY, *others, cursor="c"))
    words = ("--only", "open", "--from", "2026-03-01", "--to", "2026-03-31", "--limit", "5")
    assert server.run("bank", "entries", *words, "--bank-account", "ban_1") == Code.DONE
    said = capsys.readouterr()
    begin = "\t2026-03-02\t-12.90\tEUR\tCafé\tLunch\t"
    assert said.out.splitlines() == [
        f"ent_1{begin}open\tmat_1\tCafé, 2026-03-01",
        f"ent_2{begin}\t\t",
        f"ent_3{begin}explained\t\t",
        f"ent_4{begin}owed\tmat_2\texp_1 (twins)",
        f"ent_5{begin}pending\t\t",
    ]
    assert "--cursor c" in said.err
    days = {"from": "2026-03-01", "to": "2026-03-31"}
    assert dict(server.asked[-1].url.params) == {
        "account": "ban_1",
        "standing": "open",
        **days,
        "limit": "5",
    }


@pytest.mark.parametrize(
    ("month", "last"),
    [("2026-03", "2026-03-31"), ("2024-02", "2024-02-29"), ("2026-12", "2026-12-31")],
)
def test_entries_of_a_month_are_those_of_its_days(
    server: FakeServer, month: str, last: str
) -> None:
    server.on("GET /api/bank/entries", page())
    assert server.run("bank", "entries", "--month", month) == Code.DONE
    assert dict(server.asked[-1].url.params) == {"from": f"{month}-01", "to": last, "limit": "20"}


@pytest.mark.parametrize(
    "words",
    [
        ("entries", "--from", "31.3.2026"),
        ("entries", "--month", "2026-13"),
        ("entries", "--month", "2026-03", "--to", "2026-03-07"),
        ("month", "march"),
        ("months", "--limit", "0"),
        ("undo", "mat_1"),
        ("match", "ent_1"),
        ("match", "ent_1", "exp_1=12,90"),
        ("match", "ent_1", "exp_1=-5"),
        ("match", "ent_1", "exp_1=0"),
        ("match", "ent_1", "exp_1="),
    ],
)
def test_what_cannot_be_is_said_at_once(server: FakeServer, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        server.run("bank", *words)
    assert server.asked == []


def test_an_entry_is_shown_with_what_may_explain_it(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    twins = {**MATCH, "state": "accepted", "twins": ["exp_2", "exp_3"], "said": "it was the lunch"}
    payments = [
        {"number": 1, "amount": -90, "counterparty": "Sam"},
        {"number": 2, "amount": -1200, "counterparty": None},
    ]
    more = {"matches": [twins], "reason": "private", "owedBy": "usr_1", "payments": payments}
    server.on("GET /api/bank/entries/ent_1", ok({**ENTRY, **more}))
    assert server.run("bank", "entry", "ent_1") == Code.DONE
    assert capsys.readouterr().out == (
        "ent_1: 2026-03-02, -12.90 EUR, explained\n"
        "  Café\n  Lunch\n  There is no document: private\n  usr_1 owes its document.\n"
        f"  payment 1: -0.90 Sam\n  payment 2: -12.00\n{SAID}  As well fit: exp_2, exp_3\n  it was "
        "the lunch\n"
    )
    assert server.run("bank", "entry", "ent_1", "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out)["matches"][0]["twins"] == ["exp_2", "exp_3"]


def test_matches_are_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/bank/matches", page(MATCH))
    assert server.run("bank", "matches", "--only", "proposed", "--document", "exp_1") == Code.DONE
    said = "mat_1\tproposed\tby hand\t812\tent_1\tCafé, 2026-03-01\tsame amount, one day later\n"
    assert capsys.readouterr().out == said
    assert dict(server.asked[-1].url.params) == {
        "state": "proposed",
        "document": "exp_1",
        "limit": "20",
    }


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (("accept", "mat_1"), "decision", {"decision": "accept"}),
        (("accept", "mat_1", "--reason", "yes"), "decision", {"decision": "accept", "said": "yes"}),
        (("decline", "mat_1", "--reason", "no"), "decision", {"decision": "decline", "said": "no"}),
        (("undo", "mat_1", "--reason", "a slip"), "undoing", {"reason": "a slip"}),
    ],
)
def test_a_decision_is_sent_and_said(
    server: FakeServer,
    words: tuple[str, ...],
    path: str,
    body: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.on(f"POST /api/bank/matches/mat_1/{path}", ok({**MATCH, "state": "accepted"}))
    assert server.run("bank", *words) == Code.DONE
    assert (server.bodies(), capsys.readouterr().out) == ([body], SAID)
    assert server.run("bank", *words, "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out)["id"] == "mat_1"


def test_a_decision_that_was_made_before_is_refused(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/bank/matches/mat_1/decision", problem("match-not-open", 409))
    assert server.run("bank", "accept", "mat_1") == Code.REFUSED
    assert "Do this." in capsys.readouterr().err


def test_an_entry_is_matched_by_hand_with_several_documents(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/bank/entries/ent_1", ok(ENTRY))
    server.on("GET /api/runs/run_1", ok({"id": "run_1", "kind": "claim"}))
    server.on("GET /api/runs/run_2", ok({"id": "run_2", "kind": "payout"}))
    server.on("POST /api/bank/matches", httpx.Response(201, json={**MATCH, "state": "accepted"}))
    documents = ("exp_1=12", "fee=0.90", "run_1", "run_2", "ban_2", "ent_2")
    assert server.run("bank", "match", "ent_1", *documents, "--payment", "3") == Code.DONE
    kinds = ("expense", "fee", "claim", "payout", "own_account", "entry")
    ids = ("exp_1", "fee:EUR", "run_1", "run_2", "ban_2", "ent_2")
    amounts: Sequence[dict[str, int]] = ({"amount": -1200}, {"amount": -90}, {}, {}, {}, {})
    assert server.bodies()[-1]["pairs"] == [
        {"entryId": "ent_1", "documentKind": kind, "documentId": id_, "payment": 3, **amount}
        for kind, id_, amount in zip(kinds, ids, amounts, strict=True)
    ]
    assert capsys.readouterr().out == SAID


def test_money_that_came_is_split_by_amounts_above_zero(server: FakeServer) -> None:
    server.on("GET /api/bank/entries/ent_1", ok({**ENTRY, "amount": 1290}))
    server.on("POST /api/bank/matches", httpx.Response(201, json=MATCH))
    assert server.run("bank", "match", "ent_1", "exp_1=12.90") == Code.DONE
    assert [pair["amount"] for pair in server.bodies()[-1]["pairs"]] == [1290]


@pytest.mark.parametrize(
    ("id_", "kind"), [("mat_1", ""), ("run_1", "receipt"), ("run_1", "payout_batch")]
)
def test_what_is_no_document_is_matched_with_nothing(
    server: FakeServer, id_: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/bank/entries/ent_1", ok(ENTRY))
    server.on("GET /api/runs/run_1", ok({"id": "run_1", "kind": kind}))
    assert server.run("bank", "match", "ent_1", id_) == Code.USAGE
    assert f"{id_} is no document" in capsys.readouterr().err
    assert server.bodies() == []


def test_documents_are_found(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"documentId": "exp_1", "documentKind": "expense", "title": "Café", "day": "2026-03-01"}
    server.on(
        "GET /api/bank/documents", ok({"items": [{**found, "open": -1290, "currency": "EUR"}]})
    )
    assert (
        server.run("bank", "documents", "caf", "--amount", "12.90", "--around", "2026-03-02")
        == Code.DONE
    )
    assert dict(server.asked[-1].url.params) == {
        "words": "caf",
        "amount": "1290",
        "around": "2026-03-02",
    }
    assert capsys.readouterr().out == "exp_1\texpense\tCafé\t2026-03-01\t-12.90\tEUR\n"


def test_a_month_is_shown_with_what_it_lacks(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/bank/months/2026-03", ok(MONTH), ok(MONTH), ok(COMPLETE))
    server.on("GET /api/bank/months/2026-03/entries", page(LINE))
    assert server.run("bank", "month", "2026-03") == Code.NEEDS_PERSON
    said = capsys.readouterr()
    assert said.out == "ent_1\tGiro\t2026-03-02\t-12.90\tEUR\tCafé\tLunch\towed\tSam\n"
    assert said.err.splitlines() == [
        "2026-03: 212 entries, 200 documented, 10 explained, 1 owed, 1 open.",
        "No statement of Giro covers 2026-03-30 to 2026-03-31: `tillroll bank import` takes one.",
        "There is no statement of Card yet: `tillroll bank import` takes one.",
        (
            "4 documents of it have no money: `tillroll api GET /api/bank/unpaid -q month=2026-03` "
            "lists them."
        ),
        "It is NOT complete.",
    ]
    assert server.run("bank", "month", "2026-03", "--json") == Code.NEEDS_PERSON
    found = json.loads(capsys.readouterr().out)
    assert (found["isComplete"], found["items"]) == (False, [LINE])
    assert server.run("bank", "month", "2026-03") == Code.DONE
    assert (
        capsys.readouterr().err.splitlines()[-1]
        == "Nothing is left to do, but 2 documents are owed."
    )
    server.on("GET /api/bank/months/2026-03", ok({**COMPLETE, "owed": 0}))
    assert server.run("bank", "month", "2026-03") == Code.DONE
    assert capsys.readouterr().err.splitlines()[-1] == "It is complete."


def test_a_month_is_written_as_a_file_and_replaces_none(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "entry,…\r\n".encode()
    server.on("GET /api/bank/months/2026-03", ok(COMPLETE))
    server.on("GET /api/bank/months/2026-03/entries.csv", httpx.Response(200, content=content))
    file = server.folder / "march.csv"
    assert server.run("bank", "month", "2026-03", "--csv", str(file)) == Code.DONE
    assert (file.read_bytes(), capsys.readouterr().out) == (content, f"{file}: 212 entries.\n")
    with pytest.raises(SystemExit, match="2"):
        server.run("bank", "month", "2026-03", "--csv", str(file))
    assert "is there already" in capsys.readouterr().err
    assert (
        server.run("bank", "month", "2026-03", "--csv", str(file), "--force", "--json") == Code.DONE
    )
    assert json.loads(capsys.readouterr().out) == {**COMPLETE, "written": str(file)}
    assert (
        server.run("bank", "month", "2026-03", "--csv", str(server.folder / "none" / "a.csv"))
        == Code.FAILED
    )


def test_months_go_back_from_this_one_page_by_page(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    gaps = [
        {"bankAccountId": "ban_1", "bankAccount": "Giro", "days": 3},
        {"bankAccountId": "ban_2", "bankAccount": "Savings", "days": None},
    ]
    newest = {
        "month": "2026-12",
        "entries": 7,
        "owed": 1,
        "open": 1,
        "uncovered": gaps,
        "isComplete": False,
    }
    owed = {**newest, "open": 0, "owed": 3, "uncovered": [], "isComplete": True}
    months = [newest, *({**owed, "month": f"2026-{number:02}"} for number in range(11, 0, -1))]
    oldest = {**owed, "month": "2025-12", "owed": 0}
    server.on("GET /api/bank/months", ok({"items": months}), ok({"items": [oldest]}))
    assert server.run("bank", "months", "--limit", "20") == Code.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "2026-12\t7\t1\t1\tGiro: 3 days without one; Savings: no statement yet\t",
        "2026-11\t7\t3\t0\t\tcomplete but 3 owed",
    ]
    assert (len(lines), lines[12]) == (13, "2025-12\t7\t0\t0\t\tcomplete")
    assert [dict(each.url.params) for each in server.asked] == [{}, {"until": "2025-12"}]
    server.on("GET /api/bank/months", ok({"items": []}))
    assert server.run("bank", "months", "--until", "2025-03", "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out) == {"items": []}
    assert dict(server.asked[-1].url.params) == {"until": "2025-03"}

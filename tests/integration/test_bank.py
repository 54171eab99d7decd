"""Bank statements on the genuine stack: files of several formats, hostile ones, what a person says,
and a month by command.
"""

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import IBAN, Line, Month, month
from tests.support.command import Command
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tillroll_command.endings import Code
from tillroll_documents.bank_files.limits import MAX_BYTES


def _account(stack: RunningStack) -> str:
    answer = stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN)
    return str(answer.raise_for_status().json()["id"])


def _send(stack: RunningStack, content: bytes, account: str = "") -> httpx.Response:
    with stack.client() as client:
        params = {"account": account} if account else {}
        return client.post(
            "/api/bank/statements", files={"statement": ("march", content)}, params=params
        )


def _shown(stack: RunningStack, path: str) -> dict[str, Any]:
    with stack.client() as client:
        return client.get(path).raise_for_status().json()


def test_a_month_in_four_formats_is_there_once(stack: RunningStack) -> None:
    own = stack.with_own_account()
    account, march = _account(own), month(7, entries=40)
    for content in (camt(march), mt940(march), ofx(march)):
        taken = _send(own, content)
        assert taken.status_code == httpx.codes.ACCEPTED, taken.text
        own.wait_for_status(taken.json()["runId"], "complete")
    taken = _send(own, csv_file(march), account)
    run = own.wait_for_status(taken.json()["runId"], "needs_review")
    own.ask(f"/api/runs/{run['id']}/review", decision="approve").raise_for_status()
    own.wait_for_status(run["id"], "complete")
    shown = _shown(own, f"/api/bank/statements/{taken.json()['statementId']}")
    booked = [line for line in march.lines if not line.is_pending]
    assert (shown["added"], shown["sections"][0]["sum"]) == (0, "closes"), shown
    kept = _shown(own, f"/api/bank/accounts/{account}")
    assert (kept["entries"], kept["balance"]) == (len(booked), march.closing)
    assert own.actions(run["id"])[-1] == "step.completed"


def test_a_large_file_is_answered_before_it_is_read(stack: RunningStack) -> None:
    own = stack.with_own_account()
    _account(own)
    taken = _send(own, camt(month(8, entries=5_000)))
    assert taken.status_code == httpx.codes.ACCEPTED, taken.text
    run = _shown(own, f"/api/runs/{taken.json()['runId']}")
    assert run["status"] == "processing", "the answer came with the end of the run"
    own.wait_for_status(run["id"], "complete")


def test_what_does_not_close_waits_and_is_dropped(stack: RunningStack) -> None:
    own = stack.with_own_account()
    _account(own)
    taken = _send(own, camt(replace(month(8), wrong_by=5)))
    run = own.wait_for_status(taken.json()["runId"], "needs_review")
    assert "0.05" in run["review"]["proposed"]["says"]
    own.ask(f"/api/runs/{run['id']}/review", decision="reject", comment="wrong").raise_for_status()
    own.wait_for_status(run["id"], "rejected")
    assert _shown(own, "/api/bank/entries")["items"] == []


def test_hostile_files_get_a_clear_answer(stack: RunningStack) -> None:
    own = stack.with_own_account()
    _account(own)
    bomb = b'<?xml version="1.0"?><!DOCTYPE D [<!ENTITY a "aaaa">]><Document>&a;</Document>'
    for content in (
        bomb,
        camt(month(9))[:-300],
        re.sub(rb">[0-9.]+</Amt>", b">NaN</Amt>", camt(month(9)), count=1),
    ):
        run = own.wait_for_status(_send(own, content).json()["runId"], "rejected", "complete")
        assert run["state"] == "unreadable", run
        assert len(run["message"]) > 20
    large = _send(own, b"x" * (MAX_BYTES + 1))
    assert (large.status_code, large.json()["type"]) == (
        413,
        "urn:tillroll:problem:statement-too-large",
    )
    assert _shown(own, "/api/bank/entries")["items"] == []


def test_a_month_goes_from_files_to_complete_by_command_alone(
    stack: RunningStack, tmp_path: Path
) -> None:
    tillroll = Command(stack.with_own_account(), tmp_path)
    for name, merchant, total in (
        ("lunch", "GREEN GARDEN CAFE SDN BHD", "12.90"),
        ("ink", "PAPER AND INK", "20.00"),
    ):
        lines = [line.replace("CASH", "CARD") for line in clear_receipt(merchant, total)]
        (tmp_path / f"{name}.jpg").write_bytes(draw_receipt(lines))
    sent = tillroll.lines("upload", "lunch.jpg", "ink.jpg", "--wait")
    assert [line["status"] for line in sent] == ["complete", "complete"]
    ink = next(
        each["id"] for each in tillroll.json("expenses")["items"] if each["total"] == "20.00"
    )

    account = ("-f", "name=Giro", "-f", "currency=MYR", "-f", f"number={IBAN}")
    giro = tillroll.json("api", "POST", "/api/bank/accounts", *account)["id"]
    assert giro in tillroll("bank", "accounts")
    (tmp_path / "february.xml").write_bytes(camt(_FEBRUARY))
    assert "february.xml: 5 added, 0 known, 0 booked." in tillroll("bank", "import", "february.xml")
    before = tillroll.json("bank", "month", "2026-02", code=Code.NEEDS_PERSON)
    assert (before["entries"], before["open"], before["uncovered"]) == (5, 5, [])

    found = tillroll.json(
        "bank", "entries", "--month", "2026-02", "--only", "open", "--bank-account", giro
    )["items"]
    entry = {each["amount"]: each for each in found}
    match = entry[-1290]["matches"][0]["id"]
    assert match in tillroll("bank", "matches", "--only", "proposed")
    assert (
        tillroll.json("bank", "decline", match, "--reason", "another lunch")["state"] == "declined"
    )
    assert tillroll.json("bank", "undo", match, "--reason", "a slip")["state"] == "proposed"
    assert tillroll.json("bank", "accept", match)["state"] == "accepted"
    assert "same amount" in tillroll("bank", "entry", entry[-1290]["id"])
    assert "no match" in tillroll.fails("bank", "accept", "mat_none", code=Code.NOT_FOUND)

    unpaid = tillroll.json("api", "GET", "/api/bank/unpaid", "-q", "older=0")["items"]
    assert [each["documentId"] for each in unpaid] == [ink]
    assert [
        each["documentId"] for each in tillroll.json("bank", "documents", "paper")["items"]
    ] == [ink]
    over = tillroll.fails("bank", "match", entry[-2150]["id"], f"{ink}=99", code=Code.REFUSED)
    assert "at most 21.50 MYR" in over
    split = tillroll.json("bank", "match", entry[-2150]["id"], f"{ink}=20", "fee=1.50")
    assert [(pair["documentKind"], pair["amount"]) for pair in split["pairs"]] == [
        ("expense", -2000),
        ("fee", -150),
    ]

    person = tillroll.json("api", "GET", "/api/people")["items"][0]
    rent = f"/api/bank/entries/{entry[-50_000]['id']}/explanation"
    tillroll("api", "PUT", rent, "-f", "reason=the standing order of the rent")
    owed = f"/api/bank/entries/{entry[-890]['id']}/owed-by"
    tillroll("api", "PUT", owed, "-f", f"person={person['id']}")
    tillroll("bank", "match", entry[-490]["id"], "fee")
    assert (
        tillroll("bank", "entries", "--only", "open", "--month", "2026-02")
        .splitlines()[0]
        .startswith(f"{entry[-890]['id']}\t")
    ), "what is owed is still open"

    complete = tillroll.json("bank", "month", "2026-02")
    counts = [
        complete[name] for name in ("documented", "explained", "owed", "open", "withoutMoney")
    ]
    assert (counts, complete["isComplete"]) == ([3, 1, 1, 0, 0], True)
    assert [each["says"] for each in complete["items"] if each["standing"] == "owed"] == [
        person["name"]
    ]
    assert (
        tillroll("bank", "months", "--until", "2026-02")
        == "2026-02\t5\t1\t0\t\tcomplete but 1 owed\n"
    )
    assert (
        tillroll("bank", "month", "2026-02", "--csv", "february.csv")
        == "february.csv: 5 entries.\n"
    )
    entries = _table(tmp_path / "february.csv")
    assert len(entries) == 5
    tillroll("export", "--format", "csv", "--from", "2026-02-01", "--to", "2026-02-28", "-o", ".")
    for_people = _table(tmp_path / "bank-2026-02.csv")
    assert [(row["Day"], row["Amount"]) for row in for_people] == [
        (row["day"], row["amount"]) for row in entries
    ]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


_FEBRUARY = Month(
    opening=100_000,
    currency="MYR",
    number=2,
    from_day=date(2026, 2, 1),
    to_day=date(2026, 2, 28),
    lines=(
        Line(
            amount=-50_000, booked_on=date(2026, 2, 2), name="Landlord", text="Rent", reference="B1"
        ),
        Line(
            amount=-1290,
            booked_on=date(2026, 2, 16),
            name="GREEN GARDEN CAFE",
            text="Card",
            reference="B2",
        ),
        Line(
            amount=-2150,
            booked_on=date(2026, 2, 17),
            name="Something else",
            text="Card",
            reference="B3",
        ),
        Line(amount=-890, booked_on=date(2026, 2, 20), name="Taxi", text="Card", reference="B4"),
        Line(amount=-490, booked_on=date(2026, 2, 28), text="Account fee", reference="B5"),
    ),
)

"""The command `tillroll` as a process, against the genuine stack."""

import hashlib
import json
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack, wait_until
from tillroll_command.endings import Code


@pytest.fixture
def own(stack: RunningStack) -> RunningStack:
    return stack.with_own_account()


@pytest.fixture
def tillroll(own: RunningStack, tmp_path: Path) -> Command:
    return Command(own, tmp_path)


def draw(folder: Path, name: str, lines: Sequence[str]) -> Path:
    file = folder / name
    file.write_bytes(draw_receipt(lines))
    return file


def test_receipts_are_sent_followed_reviewed_listed_and_handed_on(
    own: RunningStack, tillroll: Command
) -> None:
    folder = tillroll.folder / "receipts"
    folder.mkdir()
    draw(folder, "lunch.jpg", clear_receipt("GREEN GARDEN CAFE SDN BHD", "12.90"))
    draw(folder, "taxi.jpg", receipt_without_total("CITY TAXI SDN BHD"))
    (folder / "notes.txt").write_text("no receipt")

    sent = tillroll.lines("upload", "receipts", "--wait", code=Code.NEEDS_PERSON)
    by_name = {Path(line["file"]).name: line for line in sent}
    assert {name: (line["outcome"], line["status"]) for name, line in by_name.items()} == {
        "lunch.jpg": ("sent", "complete"),
        "taxi.jpg": ("sent", "needs_review"),
    }
    again = tillroll.lines("upload", "receipts")
    assert [(line["outcome"], line["runId"]) for line in again] == [
        ("known", by_name["lunch.jpg"]["runId"]),
        ("known", by_name["taxi.jpg"]["runId"]),
    ]
    assert "the same bytes are here already" in tillroll("upload", "receipts/lunch.jpg")
    assert (
        "no photo, PDF or e-invoice"
        in tillroll.lines("upload", "receipts/notes.txt", code=Code.REFUSED)[0]["error"]
    )

    taxi = by_name["taxi.jpg"]["runId"]
    assert [run["id"] for run in tillroll.json("review")["items"]] == [taxi]
    asked = tillroll.end("review", taxi, code=Code.NEEDS_PERSON).stdout
    assert "CITY TAXI" in asked
    assert "? total" in asked
    wrong = tillroll.fails("review", taxi, "--approve", "--set", "total=a lot", code=Code.REFUSED)
    assert "  total: " in wrong
    decided = [
        "--approve",
        "--set",
        "total=18.40",
        "--set",
        "currency=MYR",
        "--reason",
        "as I remember",
        "--wait",
    ]
    assert tillroll.json("review", taxi, *decided)["status"] == "complete"
    assert tillroll.json("review")["items"] == []

    followed = tillroll("run", taxi, "--follow")
    assert "persist-db  completed" in followed
    assert "Next: Nothing: it is done." in followed
    found = tillroll.json("expenses")["items"]
    assert {(each["merchant"], each["total"]) for each in found} == {
        ("GREEN GARDEN CAFE SDN BHD", "12.90"),
        ("CITY TAXI SDN BHD", "18.40"),
    }
    assert (
        tillroll.json("expense", found[0]["id"], "--set", "category=Travel")["category"] == "Travel"
    )
    narrowed = tillroll.json(
        "expenses",
        "--search",
        "taxi",
        "--min",
        "18",
        "--currency",
        "MYR",
        "--from",
        "2026-02",
        "--totals",
    )
    assert [each["merchant"] for each in narrowed["items"]] == ["CITY TAXI SDN BHD"]
    assert (narrowed["totals"]["count"], narrowed["totals"]["currencies"][0]["total"]) == (
        1,
        "18.40",
    )
    assert [each["total"] for each in tillroll.json("expenses", "--sort", "-total")["items"]] == [
        "18.40",
        "12.90",
    ]
    assert "  missing: " in tillroll.fails("expenses", "--missing", "socks", code=Code.REFUSED)
    february = ("-q", "from=2026-02", "-q", "to=2026-02")
    reported = tillroll.json("api", "GET", "/api/reports/month", *february)
    assert [(row["key"], row["totals"]["currencies"][0]["total"]) for row in reported["rows"]] == [
        ("2026-02", "31.30")
    ]

    exported = tillroll.json(
        "export", "--format", "csv", "--from", "2026-02-01", "--to", "2026-02-28", "-o", "feb.csv"
    )
    content = (tillroll.folder / "feb.csv").read_bytes()
    with own.client() as client:
        kept = client.get(f"/api/exports/{exported['id']}/file").raise_for_status().content
    assert content == kept
    assert hashlib.sha256(content).hexdigest() == exported["files"][0]["sha256"]
    assert exported["count"] == 2
    assert "feb.csv is there already" in tillroll.fails(
        "export", "--id", exported["id"], "-o", "feb.csv", code=Code.USAGE
    )
    assert exported["id"] in tillroll("exports")
    newer = tillroll.json("export", "--format", "csv", "--only-new", "-o", "new.csv")
    assert (newer["count"], newer["written"]) == (0, ["new.csv"]), "all is handed on already"


def test_exit_codes_tell_what_went_wrong(tillroll: Command) -> None:
    assert "There is no run with this id" in tillroll.fails("run", "run_none", code=Code.NOT_FOUND)
    assert "There is no file nowhere.jpg" in tillroll.fails(
        "upload", "nowhere.jpg", code=Code.NOT_FOUND
    )
    assert "limit" in tillroll.fails("runs", "--limit", "none", code=Code.USAGE)
    assert "another account" in tillroll.fails("runs", "--account", "acc_other", code=Code.REFUSED)
    tillroll.environment["TILLROLL_TOKEN"] = "till_wrong"
    assert "Send a valid token" in tillroll.fails("runs", code=Code.NOT_ALLOWED)
    tillroll.environment["TILLROLL_URL"] = "http://127.0.0.1:9"
    assert "does not answer" in tillroll.fails("runs", code=Code.UNREACHABLE)


def test_any_route_is_asked_by_its_description(tillroll: Command) -> None:
    asked = ("-f", "name=ACME AG", "-f", "termsDays=14", "--key", "acme")
    made = [tillroll.json("api", "POST", "/api/clients", *asked)["id"] for _ in range(2)]
    assert made[0] == made[1], "it is made once under its key"
    for name in ("Bond", "Coil"):
        tillroll("api", "POST", "clients", "-f", f"name={name}")
    listed = tillroll.json("api", "GET", "/api/clients", "--all", "-q", "limit=1")["items"]
    assert [each["name"] for each in listed] == ["Coil", "Bond", "ACME AG"]
    path = f"/api/clients/{made[0]}"
    assert tillroll.json("api", "PATCH", path, "-f", "termsDays=")["termsDays"] is None
    draw(tillroll.folder, "logo.jpg", clear_receipt("ACME", "1.00"))
    tillroll("api", "POST", "/api/company/logo", "--data", "@logo.jpg")
    tillroll("api", "GET", "/api/company/logo", "-o", "as-payers-see-it")
    assert (tillroll.folder / "as-payers-see-it").read_bytes()
    tillroll("api", "DELETE", path)
    assert "no client" in tillroll.fails("api", "GET", path, code=Code.NOT_FOUND)
    assert "/api/clients" in tillroll.fails("api", "GET", "/api/clint", code=Code.USAGE)
    assert "Add a client" in tillroll("api", "POST", "/api/clients", "--help")


def test_a_watched_folder_loses_nothing_and_sends_nothing_twice(
    own: RunningStack, tillroll: Command
) -> None:
    inbox = tillroll.folder / "inbox"
    inbox.mkdir()
    watch = ("upload", "--watch", "inbox", "--settle", "0.2", "--parallel", "2", "--json")
    # A file that is still being written: its second half comes later.
    whole = draw_receipt(clear_receipt("LATE PAPERS SDN BHD", "7.70"))
    with tillroll.begun(*watch) as first:
        (inbox / "late.jpg").write_bytes(whole[: len(whole) // 2])
        for number in range(8):
            draw(
                inbox,
                f"{number}.jpg",
                clear_receipt(f"SHOP NUMBER {number} SDN BHD", f"{number + 1}.50"),
            )
        wait_until(lambda: told(tillroll), "the first file to be taken")
        first.send_signal(signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
    (inbox / "late.jpg").write_bytes(whole)
    (inbox / "copy of 0.jpg").write_bytes((inbox / "0.jpg").read_bytes())
    before = told(tillroll)
    known = remembered(tillroll)
    assert {Path(line["file"]).name for line in before} <= known, "what it told of, it remembers"
    with tillroll.begun(*watch) as second:
        wait_until(
            lambda: len(told(tillroll)) >= len(before) + 10 - len(known),
            "all other files to be dealt with",
        )
        second.send_signal(signal.SIGINT)
        assert second.wait(10) == Code.DONE
    after = {Path(line["file"]).name for line in told(tillroll)[len(before) :]}
    assert after == {file.name for file in inbox.iterdir()} - known, (
        "what was remembered is not sent"
    )
    with own.client() as client:
        runs = client.get("/api/runs", params={"limit": 100}).json()["items"]
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in inbox.iterdir()}
    assert len(runs) == len(digests) == 9, (
        "one receipt for the same bytes, and none of a half-written file"
    )


def told(tillroll: Command) -> list[dict[str, Any]]:
    """The lines that the watching commands have printed."""
    lines = (tillroll.folder / "output").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def remembered(tillroll: Command) -> set[str]:
    """The files that it knows after a kill: one more than it told of, if it died between the
    two.
    """
    (memory,) = tillroll.folder.glob("state/tillroll/watched/*.sqlite")
    with closing(sqlite3.connect(memory)) as database:
        return {path for (path,) in database.execute("SELECT path FROM files")}


def test_the_doctor_says_what_is_well_and_what_is_not(own: RunningStack, tillroll: Command) -> None:
    assert tillroll.json("doctor")["ok"] is True
    well = findings(tillroll, Code.DONE)
    with own.client() as client:
        account = client.get("/api/session").raise_for_status().json()["account"]
    assert account["id"] in well["token"]["says"]
    expected = {"server", "clock", "disk", "reviews", "runs that failed or stand still", "rates"}
    assert expected <= well.keys()
    tillroll.environment["TILLROLL_TOKEN"] = "till_wrong"
    refused = findings(tillroll, Code.NOT_ALLOWED)
    assert "Make a new one" in refused["token"]["remedy"]
    tillroll.environment["TILLROLL_URL"] = "http://127.0.0.1:9"
    assert "make dev" in findings(tillroll, Code.UNREACHABLE)["server"]["remedy"]


def findings(tillroll: Command, code: Code) -> dict[str, dict[str, str]]:
    """What the doctor finds, by what it is about."""
    return {found["about"]: found for found in tillroll.json("doctor", code=code)["findings"]}

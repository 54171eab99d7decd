"""An export on the genuine stack: 12,000 expenses, everything killed in the middle, one file that
is whole.
"""

import csv
import hashlib
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import openpyxl

from tests.support.running_stack import OTHER_TOKEN, RunningStack, wait_until
from tillroll.exports.writers.formats import FormatName

_EXPENSES = 12_000
# As rows of the first account: a run, a receipt and an expense each, of the days of March in turn.
_NUMBERS = f"""
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {_EXPENSES})
"""
_BOOKS = (
    f"""
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                      next_safe_action, created_at, updated_at)
    {_NUMBERS} SELECT 'run_' || n, 'acc_first', 'receipt', 1, 'rec_' || n, 'notified', 'complete',
        'none',
      '2026-04-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z' FROM numbers;
    """,
    f"""
    INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, run_id, uploaded_by,
                          created_at)
    {_NUMBERS} SELECT 'rec_' || n, 'acc_first', 'sha_' || n, 'image/jpeg', 1, n || '.jpg',
        'run_' || n,
      'usr_first', '2026-04-01T00:00:00.000Z' FROM numbers;
    """,
    f"""
    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, currency,
        duplicate_key,
                          created_at)
    {_NUMBERS} SELECT 'exp_' || n, 'acc_first', 'rec_' || n, '=Café "' || n || '"',
      '2026-03-' || printf('%02d', 1 + n % 31), n, 'EUR', 'key_' || n, '2026-04-01T00:00:00.000Z'
          FROM numbers;
    """,
)
_TOTAL = f"{_EXPENSES * (_EXPENSES + 1) // 2 / 100:.2f}"


def test_an_export_that_is_killed_in_the_middle_ends_once_and_whole(tmp_path: Path) -> None:
    stack = RunningStack(tmp_path)
    try:
        stack.start()
        for rows in _BOOKS:
            stack.d1(rows)
        _export_and_kill(stack)
    except BaseException:
        print(stack.logs())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        stack.stop()


def _export_and_kill(stack: RunningStack) -> None:
    asked = stack.ask(
        "/api/exports", format="csv", filter={"from": "2026-03-01", "to": "2026-03-31"}
    )
    assert asked.status_code == httpx.codes.ACCEPTED, asked.text
    path = asked.headers["location"]

    def shown() -> dict[str, object]:
        with stack.client() as client:
            return client.get(path).raise_for_status().json()

    wait_until(lambda: stack.d1("SELECT number FROM export_parts"), "the first part")
    stack.kill()
    stack.start()

    def finished() -> dict[str, object] | None:
        stack.fire_cron()
        export = shown()
        return export if export["status"] in {"complete", "failed"} else None

    export = wait_until(finished, "the export to be ready", 180)
    assert export["status"] == "complete", export
    assert export["count"] == _EXPENSES
    assert export["totals"] == [{"currency": "EUR", "total": _TOTAL}]
    with stack.client() as client:
        file = client.get(f"{path}/file").raise_for_status()
    assert (
        file.headers["content-disposition"]
        == 'attachment; filename="expenses_2026-03-01_2026-03-31.csv"'
    )
    assert len(file.content) == export["size"]
    lines = list(
        csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), strict=True)
    )
    assert sorted(line["Expense"] for line in lines) == sorted(
        f"exp_{n}" for n in range(1, _EXPENSES + 1)
    )
    assert [line["Date"] for line in lines] == sorted(line["Date"] for line in lines)
    assert lines[0]["Merchant"].startswith("'=Café")
    parts = stack.d1("SELECT number, expenses FROM export_parts ORDER BY number")
    assert [part["expenses"] for part in parts] == [5_000, 5_000, 2_000]
    assert len([key for key in stack.stored_objects() if key.endswith(".csv")]) == 1
    with stack.client_of(OTHER_TOKEN) as other:
        assert other.get(f"{path}/file").status_code == httpx.codes.NOT_FOUND
        assert other.get(path).status_code == httpx.codes.NOT_FOUND
    assert (
        stack.ask("/api/exports", format="csv", folter={}).status_code
        == httpx.codes.UNPROCESSABLE_ENTITY
    )
    _new_and_closed(stack)
    _every_format_is_written(stack)
    with stack.client() as client:
        assert client.get(f"{path}/file?width=1").status_code == httpx.codes.UNPROCESSABLE_ENTITY


def _every_format_is_written(stack: RunningStack) -> None:
    """A day of each, by the Worker's own Python: its ZIP and CSV are not the host's."""
    chosen = {"from": "2026-03-05", "to": "2026-03-05", "currency": "EUR"}
    for name in FormatName:
        profile = _profile(stack, name)
        asked = stack.ask(
            "/api/exports", format=name.value, filter=chosen, profile=profile
        ).raise_for_status()
        with stack.client() as client:
            export = wait_until(
                partial(_ended, client, asked.headers["location"]), f"the export as {name}", 180
            )
            assert export["status"] == "complete", export
            content = client.get(export["fileUrl"]).raise_for_status().content
        assert export["count"] > 0
        assert hashlib.sha256(content).hexdigest() == export["sha256"]
        if name is FormatName.XLSX:
            book: Any = openpyxl.load_workbook(io.BytesIO(content))
            # The heading, the expenses, and a row with the sums of each currency.
            names = [
                str(name)
                for (name,) in book.worksheets[0].iter_rows(
                    min_row=2, min_col=2, max_col=2, values_only=True
                )
            ]
            expenses = [name for name in names if not name.startswith("Sum ")]
            assert len(expenses) == export["count"]
            assert len(names) > len(expenses)


def _ended(client: httpx.Client, path: str) -> dict[str, Any] | None:
    """The export, once the whole chain of its runs has ended: a report of the day has several
    files.
    """
    export = client.get(path).raise_for_status().json()
    return None if export["status"] == "processing" else export


def _profile(stack: RunningStack, name: FormatName) -> str | None:
    """The id of a profile where the format needs one."""
    options: dict[str, object] = {"other": {"account": "4980"}}
    if name is FormatName.DATEV:
        options |= {"datev": {"consultant": 1001, "client": 7}, "contraAccount": "1740"}
    elif name is not FormatName.XERO_BILLS:
        return None
    made = stack.ask("/api/export-profiles", name=name.value, format=name.value, options=options)
    return made.raise_for_status().json()["id"]


def _new_and_closed(stack: RunningStack) -> None:
    """What was changed is taken back by D1 as well, and closed days are repeated as they were."""
    days = {"from": "2026-03-05", "to": "2026-03-05"}

    def lines(**asked: object) -> list[dict[str, object]]:
        begun = stack.ask("/api/exports", format="jsonl", filter=days, **asked).raise_for_status()
        stack.wait_for_status(begun.json()["runId"], "complete")
        with stack.client() as client:
            file = client.get(f"{begun.headers['location']}/file").raise_for_status()
        return [json.loads(line) for line in file.text.splitlines()]

    before = lines(onlyNew=True)
    closed = stack.ask("/api/closed-periods", **days).raise_for_status().json()
    with stack.client() as client:
        wait_until(
            lambda: client.get(f"/api/exports/{closed['exportId']}").json()["fileUrl"],
            "the period to be closed",
        )
    stack.d1(
        "UPDATE expenses SET total_minor = total_minor + 100, version = version + 1 "
        "WHERE id = 'exp_4'"
    )
    stack.d1("UPDATE expenses SET status = 'voided' WHERE id = 'exp_35'")
    after = lines(onlyNew=True)
    assert [(line["id"], line["total"], bool(line["corrects"])) for line in after] == [
        ("exp_35", "-0.35", True),
        ("exp_4", "-0.04", True),
        ("exp_4", "1.04", False),
    ]
    assert {line["afterClosing"] for line in after} == {"2026-03-05/2026-03-05"}
    assert lines() == before

"""A report in PDF of 250 expenses on the genuine stack: everything killed in the middle, three
files that are whole.
"""

from pathlib import Path
from typing import Any

from tests.integration.test_pdf_report import file_of, read
from tests.support.drawing import draw_receipt
from tests.support.pdf_reading import links_of, texts_of
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until

_EXPENSES = 250


def test_a_report_that_is_killed_in_the_middle_ends_once_and_whole(tmp_path: Path) -> None:
    stack = RunningStack(tmp_path)
    try:
        stack.start()
        read(stack, draw_receipt(clear_receipt("SMALL SHOP", "4.80")), "small.jpg")
        for rows in _COPIES:
            stack.d1(rows)
        _export_and_kill(stack)
    except BaseException:
        print(stack.logs())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        stack.stop()


# More expenses with the same document, as rows.
_NUMBERS = f"""
  WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {_EXPENSES})
"""
_COPIES = (
    f"""
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                      next_safe_action, created_at, updated_at)
    {_NUMBERS} SELECT 'run_' || n, 'acc_first', 'receipt', 1, 'rec_' || n, 'notified', 'complete',
        'none',
      created_at, created_at FROM numbers JOIN receipts ON file_name = 'small.jpg';
    """,
    f"""
    INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, run_id, uploaded_by,
                          created_at)
    {_NUMBERS} SELECT 'rec_' || n, account_id, 'sha_' || n, media_type, size, n || '.jpg',
        'run_' || n,
      uploaded_by, created_at FROM numbers JOIN receipts ON file_name = 'small.jpg';
    """,
    f"""
    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, currency,
        duplicate_key,
                          created_at)
    {_NUMBERS} SELECT 'exp_' || n, 'acc_first', 'rec_' || n, 'Shop ' || n, '2026-03-01', n, 'EUR',
      'key_' || n, created_at FROM numbers JOIN expenses ON merchant = 'SMALL SHOP';
    """,
)


def _export_and_kill(stack: RunningStack) -> None:
    asked = stack.ask("/api/exports", format="pdf").raise_for_status()
    wait_until(lambda: stack.d1("SELECT number FROM export_files"), "the first file")
    stack.kill()
    stack.start()

    def finished() -> dict[str, Any] | None:
        stack.fire_cron()
        with stack.client() as client:
            export = client.get(asked.headers["location"]).json()
        return export if export["status"] in {"complete", "failed"} else None

    export = wait_until(finished, "the export to be ready", 180)
    assert export["status"] == "complete", export
    assert [file["count"] for file in export["files"]] == [100, 100, 50]
    contents = [file_of(stack, file) for file in export["files"]]
    texts = [texts_of(content) for content in contents]
    merchants = [
        line
        for text in texts
        for page in text
        for line in page.splitlines()
        if "MYR" in line or "EUR" in line
    ]
    for number in range(2, _EXPENSES + 1):
        assert any(f" Shop {number} " in line for line in merchants), number
    assert [len(text) for text in texts] == [1 + 3 + 100, 1 + 3 + 100, 1 + 2 + 50]
    assert links_of(contents[0], 1)[0] == 4
    assert len([key for key in stack.stored_objects() if key.endswith(".pdf")]) == 3
    assert [
        row["n"] for row in stack.d1("SELECT COUNT(DISTINCT expense_id) AS n FROM export_items")
    ] == [_EXPENSES]

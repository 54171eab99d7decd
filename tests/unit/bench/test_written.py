"""Differences in what two sides wrote are found by table; ids and times do not count."""

from bench.written import Written, differences


def _side(run: str, at: str, items: int, total: int = 900) -> Written:
    rows = {
        "runs": [
            {
                "id": f"run_{run}",
                "subject": f"rec_{run[::-1]}",
                "account_id": f"acc_{run}",
                "created_at": at,
            }
        ],
        "receipts": [{"id": f"rec_{run[::-1]}", "uploaded_by": f"usr_{run}"}],
        "tokens": [{"id": f"tok_{run}", "hash": run, "last_used_at": at}],
        "ai_calls": [],
        "expenses": [{"id": f"exp_{run}", "total_minor": total, "created_at": at}],
        "expense_items": [
            {"expense_id": f"exp_{run}", "number": number} for number in range(items)
        ],
    }
    return Written(rows, {f"acc_{run}/original": b"\xff\xd8"})


OURS = _side("01ABC", "2026-11-22T10:00:00.000Z", 1)


def test_ids_and_times_are_no_difference() -> None:
    assert differences(OURS, _side("02DEF", "2026-11-22T11:00:00.000Z", 1)) == []


def test_a_missing_row_is_told_by_its_table() -> None:
    found = differences(OURS, _side("02DEF", "2026-11-22T11:00:00.000Z", 0))
    assert found == ["expense_items: Tillroll wrote 1, the other 0"]


def test_another_value_is_told_by_table_and_column() -> None:
    found = differences(OURS, _side("02DEF", "2026-11-22T11:00:00.000Z", 1, total=901))
    assert found == ["expenses 1.total_minor: Tillroll wrote 900, the other 901"]

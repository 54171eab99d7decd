"""What must hold of the database after a soak, seen in its file: nothing is lost, and nothing
happened twice.
"""

from collections.abc import Mapping
from contextlib import closing

from bench.client import Rows
from bench.soak.clients import Remembered

# Of a list of these, none may have a row.
_BROKEN: Mapping[str, str] = {
    "a run has not ended": "SELECT id FROM runs WHERE status = 'processing'",
    "a step was completed twice": """
        SELECT stream, json_extract(detail, '$.step') AS step FROM audit_events
            WHERE action = 'step.completed'
        GROUP BY stream, step, json_extract(detail, '$.key') HAVING COUNT(*) > 1""",
    "a run's audit has a gap": (
        "SELECT stream FROM audit_events GROUP BY stream HAVING MAX(seq) <> COUNT(*)"
    ),
    "a model was paid twice for one run": """
        SELECT run_id FROM ai_calls WHERE state IN ('completed', 'rolled_back') GROUP BY run_id,
            purpose
        HAVING COUNT(*) > 1""",
}


def broken(database: Rows, remembered: Remembered) -> list[str]:
    """One sentence for each promise that was broken; empty where all hold."""
    with closing(database):
        found = [
            f"{what}: {len(rows)}, such as {rows[0][0]}"
            for what, sql in _BROKEN.items()
            if (rows := database.execute(sql).fetchall())
        ]
        with_expense = {str(run) for (run,) in database.execute("SELECT run_id FROM expenses")}
        approved = {
            str(each)
            for (each,) in database.execute("SELECT id FROM expenses WHERE status = 'approved'")
        }
    runs = set(remembered.runs.values())
    if len(runs) < len(remembered.runs):
        found.append(f"two photos were answered with one run: {len(remembered.runs) - len(runs)}")
    if lost := runs - with_expense:
        found.append(f"an acknowledged upload has no expense: {len(lost)}, such as {min(lost)}")
    if unknown := with_expense - runs:
        found.append(
            f"an expense is of no acknowledged upload: {len(unknown)}, such as {min(unknown)}"
        )
    if undone := remembered.approved - approved:
        found.append(f"an acknowledged approval is not there: {len(undone)}, such as {min(undone)}")
    return found

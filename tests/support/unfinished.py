"""What a failed test says of the runs that it waited for in vain: their records, and the engine's
word on each.
"""

import json
from collections.abc import Sequence
from typing import Any

from tests.support.running_stack import RunningStack

_OF_RUN = {
    "run": """SELECT id, state, status, generation, last_successful_step, attempt_count,
    next_retry_at, error_summary,
              resumptions, paused_at, instance_confirmed_at,
              updated_at FROM runs WHERE id = '{run}'""",
    "steps": (
        "SELECT step, outcome, attempts, started_at, ended_at FROM run_steps WHERE run_id = '{run}'"
    ),
    "outbox": """SELECT id, state, attempts, next_attempt_at, lease_until, last_error FROM outbox
                 WHERE run_id = '{run}'""",
    "waits": (
        "SELECT kind, name, until, began_at FROM run_waits WHERE run_id = '{run}' "
        "AND ended_at IS NULL"
    ),
    "reviews": "SELECT id, requested_at, taken_up_at FROM reviews WHERE run_id = '{run}'",
    "setbacks": "SELECT part, failures, until FROM reconciler_setbacks WHERE subject = '{run}'",
    "last": "SELECT at, action FROM audit_events WHERE stream = '{run}' ORDER BY seq DESC LIMIT 1",
}


def describe_unfinished(stack: RunningStack, run_ids: Sequence[str], done: str) -> str:
    """Each of these receipts' runs that is not in the state `done`, as lines of JSON; the time of
    D1 first.
    """
    now = stack.d1(
        "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now, (SELECT count(*) FROM runs) AS runs"
    )
    listed = ", ".join(f"'{run}'" for run in run_ids)
    rows = stack.d1(f"SELECT id, generation FROM runs WHERE id IN ({listed}) AND state <> '{done}'")
    lines = [json.dumps(now[0] | {"unfinished": len(rows)})]
    for row in rows:
        found: dict[str, Any] = {
            part: stack.d1(query.format(run=row["id"])) for part, query in _OF_RUN.items()
        }
        found["engine"] = stack.engine.status(f"{row['id']}-{row['generation']}")
        lines.append(json.dumps(found))
    return "\n".join(lines)

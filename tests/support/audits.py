"""What must hold of the audit of runs, whatever became of them."""

import json
from collections import Counter
from collections.abc import Mapping

from tests.support.running_stack import RunningStack


def check_audit(stack: RunningStack, states: Mapping[str, str]) -> None:
    """Assert that the events of the runs, whose ids and states these are, are numbered without a
    gap, and that every change of state is told, from the first to the last.
    """
    standing: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for event in stack.d1("SELECT stream, seq, detail FROM audit_events ORDER BY stream, seq"):
        run_id = event["stream"]
        if run_id not in states:
            continue
        numbers[run_id] += 1
        assert event["seq"] == numbers[run_id], f"the audit of {run_id} has a gap"
        detail = json.loads(event["detail"])
        if "from" in detail:
            assert detail["from"] == standing[run_id], (
                f"the audit of {run_id} goes on from {detail['from']}"
            )
        if "to" in detail:
            standing[run_id] = detail["to"]
    assert standing == states, "the audit ends elsewhere than a run"

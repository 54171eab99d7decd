"""A move on the genuine stack, as an operator asks for it and waits for its end."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.shards import binding_of

_ENDED_WITHIN_SECONDS: Final = 300.0
_TRIGGER: Final = "/api/workflows/account-move/trigger"
_UNAVAILABLE: Final = 503


def begin_move(operator: RunningStack, account_id: str, target: int) -> str:
    """Ask for the move until it is begun, under one key: so it is one run. Returns its id."""
    body = {"accountId": account_id, "database": binding_of(target)}
    headers = {"idempotency-key": uuid4().hex}

    def begun() -> httpx.Response | None:
        with operator.client() as client:
            answer = client.post(_TRIGGER, json=body, headers=headers)
        if answer.status_code == _UNAVAILABLE:  # the server restarts
            return None
        return answer

    answer = wait_until(begun, "the move to begin")
    assert answer.is_success, answer.text
    return answer.json()["id"]


def ended_move(operator: RunningStack, run_id: str) -> dict[str, Any]:
    """The move's run as it has ended, with the cron meanwhile."""
    run = run_to_its_end(operator, run_id)
    assert run["state"] in {"moved", "stayed"}, run
    return run


def run_to_its_end(stack: RunningStack, run_id: str) -> dict[str, Any]:
    """A run as it is once nothing more happens by itself, with the cron meanwhile."""

    def settled() -> dict[str, Any] | None:
        stack.fire_cron()
        run = stack.run(run_id)
        if run["status"] == "processing":
            return None
        return run

    return wait_until(settled, f"the run {run_id} to end", seconds=_ENDED_WITHIN_SECONDS)


def check_seals(operator: RunningStack, databases: Iterable[int]) -> None:
    """Raises AssertionError: the audit of a database is not intact."""
    with operator.client() as client:
        for number in databases:
            path = f"/api/audit/verify?database={binding_of(number)}"
            report = client.get(path).raise_for_status().json()
            assert report["isIntact"], report["findings"]

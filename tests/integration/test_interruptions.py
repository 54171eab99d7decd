"""Saves that restart workerd during runs: nothing is lost, nothing happens twice. For kill -9 see
tests/chaos.
"""

from pathlib import Path

import pytest

from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack, save
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.unfinished import describe_unfinished
from tests.support.webhook_receiver import LocalReceiver

pytestmark = pytest.mark.long

# A delivery that was under way when the process ended is free again after its lease of 60 s; one
# whose message the queue lost is sent again when it is overdue; and one may meet both.
_PATIENCE_SECONDS = 240


def upload_many(stack: RunningStack, count: int) -> list[str]:
    """Upload `count` different receipts; the runs' ids."""
    photos = (
        draw_receipt(clear_receipt(f"SHOP {number} SDN BHD", f"{number + 10}.50"))
        for number in range(count)
    )
    return [stack.upload(photo).raise_for_status().json()["runId"] for photo in photos]


def check_each_run_is_done_once(
    stack: RunningStack, receiver: LocalReceiver, run_ids: list[str]
) -> None:
    """Every run ends as notified with one expense, was told under one id, and has an unbroken
    audit.
    """

    def all_notified() -> bool:
        stack.fire_cron()  # the reconciler sends again what a crash of the local queue has lost
        rows = stack.d1("SELECT count(*) AS n FROM runs WHERE state = 'notified'")
        return rows[0]["n"] == len(run_ids)

    try:
        wait_until(all_notified, f"{len(run_ids)} runs to be notified", seconds=_PATIENCE_SECONDS)
    except AssertionError as error:
        raise AssertionError(
            f"{error}\n{describe_unfinished(stack, run_ids, done='notified')}"
        ) from error
    counts = stack.d1(
        """
        SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM expenses) AS expenses,
               (SELECT count(DISTINCT run_id) FROM expenses) AS with_expense, (SELECT count(*)
                   FROM outbox) AS events
        """
    )
    assert counts == [dict.fromkeys(("runs", "expenses", "with_expense", "events"), len(run_ids))]
    assert set(receiver.ids_by_run) == set(run_ids)
    assert all(len(ids) == 1 for ids in receiver.ids_by_run.values()), (
        "an event was delivered under two ids"
    )
    broken = stack.d1(
        "SELECT stream FROM audit_events GROUP BY stream HAVING max(seq) <> count(*) "
        "OR min(seq) <> 1"
    )
    assert broken == []


def completed_steps(stack: RunningStack) -> int:
    return stack.d1("SELECT count(*) AS n FROM run_steps WHERE outcome = 'completed'")[0]["n"]


def test_three_saves_during_runs(tmp_path: Path) -> None:
    with LocalReceiver() as receiver, own_stack(tmp_path, receiver) as (stack, entry):
        run_ids = upload_many(stack, 12)
        wait_until(lambda: completed_steps(stack) >= 4, "4 steps to be done")
        save(stack, entry)
        # at once: it meets the runs while those that the first one froze are being woken
        save(stack, entry)
        wait_until(lambda: completed_steps(stack) >= 16, "16 steps to be done")
        save(stack, entry)
        check_each_run_is_done_once(stack, receiver, run_ids)

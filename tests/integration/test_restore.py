"""The restore drill: a backup of a stack with runs under way, put into an empty place; the old place is gone."""

import shutil
from pathlib import Path

import pytest

from cli import main as command
from tests.chaos.promises import unsettled
from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import approve, wait_for_a_person
from tests.support.webhook_receiver import LocalReceiver

pytestmark = pytest.mark.long

FINISHED, UNDER_WAY = 3, 3


def test_runs_go_on_in_the_new_place_and_nothing_is_done_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, folder = tmp_path / "old", tmp_path / "new", tmp_path / "backup"
    with LocalReceiver() as receiver:
        with own_stack(old, receiver) as (stack, _):
            finished = [upload(stack, f"FINISHED {number} SDN BHD") for number in range(FINISHED)]
            for run_id in finished:
                stack.wait_for_status(run_id, "complete")
            wait_until(lambda: receiver.deliveries == FINISHED, "the deliveries")
            wait_until(lambda: not unsettled(stack), "the deliveries to be on record")
            waiting = wait_for_a_person(stack, "WAITING SDN BHD")
            stack.ai.hold()
            under_way = [upload(stack, f"UNDER WAY {number} SDN BHD") for number in range(UNDER_WAY)]
            stack.fire_cron()  # which seals the audit
            before = {run_id: stack.actions(run_id) for run_id in [*finished, waiting]}
            assert command.main(["backup", str(folder), "--local", "--state", str(old)]) == 0
            stack.kill()  # nothing of the old place goes on
        assert command.main(["restore", str(folder), "--local", "--state", str(new)]) == 0
        shutil.copy(old / "audit-signing-key", new)  # as the secrets are brought to a new place
        with own_stack(new, receiver) as (stack, _):
            assert {run_id: stack.actions(run_id) for run_id in before} == before
            assert is_audit_intact(stack)
            take_up(stack)
            approve(stack, waiting)
            for run_id in [*under_way, waiting]:
                stack.wait_for_status(run_id, "complete")
            wait_until(lambda: not unsettled(stack), "everything to settle")
            check(stack, receiver, [*finished, *under_way, waiting])
    assert command.main(["restore", str(folder), "--local", "--state", str(new)]) == 1
    assert "The database has tables already" in capsys.readouterr().err


def upload(stack: RunningStack, merchant: str) -> str:
    return stack.upload(draw_receipt(clear_receipt(merchant, "12.50"))).raise_for_status().json()["runId"]


def take_up(stack: RunningStack) -> None:
    """A tick of the reconciler, to whom half a minute seems to have passed."""
    stack.d1("UPDATE runs SET updated_at = '2026-01-01T00:00:00.000Z' WHERE instance_confirmed_at IS NULL")
    stack.fire_cron()


def is_audit_intact(stack: RunningStack) -> bool:
    """Whether all that was sealed is as it was sealed, in the database and in the copies; there is something sealed."""
    with stack.client() as client:
        report = client.get("/api/audit/verify").raise_for_status().json()
    assert report["seals"] > 0, report
    return report["isIntact"]


def check(stack: RunningStack, receiver: LocalReceiver, runs: list[str]) -> None:
    expenses = [row["run_id"] for row in stack.d1("SELECT run_id FROM expenses")]
    assert sorted(expenses) == sorted(runs)
    assert stack.ai.calls() == UNDER_WAY, "a photo was read, and paid for, again"
    assert receiver.deliveries == len(runs), "an event was sent twice"
    assert set(receiver.ids_by_run) == set(runs)
    for run in runs:
        assert stack.actions(run).count("run.created") == 1
    assert is_audit_intact(stack)

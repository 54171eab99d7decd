"""Receipts whose bytes are stored and whose runs were cancelled: a trigger of one begins its run
anew.
"""

from collections.abc import Sequence

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until

_CANCELLED_WITHIN_SECONDS = 240.0


def prepare_receipts(stack: RunningStack, count: int) -> list[str]:
    """Upload so many, cancel the run of each before it has read anything, and return the receipts'
    ids.
    """
    stack.ai.hold()
    runs: list[str] = []
    for number in range(count):
        photo = draw_receipt(
            clear_receipt(f"ARRIVAL NUMBER {number} SDN BHD", f"{number + 10}.50"),
            noise_seed=number,
        )
        runs.append(stack.upload(photo, f"{number}.jpg").raise_for_status().json()["runId"])
        stack.operate(runs[-1], "cancel").raise_for_status()
    stack.ai.clear()

    def are_cancelled() -> bool:
        stack.fire_cron()
        return not stack.d1("SELECT id FROM runs WHERE kind = 'receipt' AND status <> 'cancelled'")

    wait_until(
        are_cancelled, "the first runs of the receipts to be cancelled", _CANCELLED_WITHIN_SECONDS
    )
    return [str(stack.run(run_id)["receipt"]["id"]) for run_id in runs]


def check_receipts(stack: RunningStack, receipts: Sequence[str]) -> None:
    """Assert that each of these was begun once beside its cancelled run, and came to one expense.

    Raises:
        AssertionError: one was not; the message says which.
    """
    for receipt in receipts:
        # The test's own ids and names.
        rows = stack.d1(f"SELECT id, status FROM runs WHERE subject = '{receipt}' ORDER BY id")
        assert [row["status"] for row in rows] == ["cancelled", "complete"], f"{receipt}: {rows}"
        # The test's own ids and names.
        made = stack.d1(f"SELECT count(*) AS n FROM expenses WHERE run_id = '{rows[1]['id']}'")
        assert made == [{"n": 1}], f"{receipt} has not exactly one expense"

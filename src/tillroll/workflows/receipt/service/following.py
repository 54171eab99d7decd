"""A receipt's next run: it follows one that ended without an expense, or was never able to read."""

from collections.abc import Sequence

from tillroll.durable import Actor, BegunRun, Statement, Workflow, begin, statement
from tillroll.durable.record.runs import NewRun
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import ReceiptParams


def first_key(sha256: str) -> str:
    """The key of the first run of some bytes in an account."""
    return f"sha256:{sha256}"


async def begin_following(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    receipt_id: str,
    sha256: str,
    previous_run_id: str,
    also: Sequence[Statement] = (),
) -> BegunRun:
    """Begin a run for a receipt in the place of its previous one, with `also` in the same batch. Of several at once one
    wins, and the others get its run.

    Raises:
        NotBegun: the receipt has another run by now, or `also` was refused.
    """

    def claim(run: NewRun, _now: str) -> Sequence[Statement]:
        take = "UPDATE receipts SET run_id = ? WHERE id = ? AND run_id = ?"
        return [*also, statement(take, run.id, receipt_id, previous_run_id)]

    return await begin(
        platform,
        workflow,
        ReceiptParams(receipt_id=receipt_id),
        actor,
        key=f"{first_key(sha256)}:after:{previous_run_id}",
        also=claim,
        previous_run_id=previous_run_id,
    )

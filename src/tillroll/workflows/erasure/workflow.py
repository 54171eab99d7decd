"""The erasure workflow as one value: all that is its own."""

from collections.abc import Sequence

from tillroll.durable import Allowed, Statement, Workflow
from tillroll.durable.record.runs import Run
from tillroll.workflows.erasure import contract
from tillroll.workflows.erasure.body import erasure_v1
from tillroll.workflows.erasure.rows import give_up
from tillroll.workflows.erasure.standing import SENTENCES


def _stopped(run: Run, now: str) -> Sequence[Statement]:
    return [give_up(run.subject, now)]


ERASURE = Workflow(
    contract=contract.ERASURE_V1,
    body=erasure_v1,
    params=contract.ErasureParams,
    subject=lambda params: params.erasure_id,
    when_undone=_stopped,
    sentences=SENTENCES,
    allowed=Allowed(decide="review", operate="administer"),
    begun_by="POST /api/receipts/{receipt_id}/erasure, /api/people/{user_id}/erasure or /api/account/erasure",
)

"""The data-export workflow as one value: all that is its own."""

from collections.abc import Sequence

from tillroll.durable import Allowed, Statement, Workflow
from tillroll.durable.record.runs import Run
from tillroll.workflows.data_export import contract
from tillroll.workflows.data_export.body import data_export_v1
from tillroll.workflows.data_export.rows import OBJECTS_IN_USE, give_up


def _stopped(run: Run, now: str) -> Sequence[Statement]:
    return [give_up(run.subject, now)]


DATA_EXPORT = Workflow(
    contract=contract.DATA_EXPORT_V1,
    body=data_export_v1,
    params=contract.DataExportParams,
    subject=lambda params: params.export_id,
    when_undone=_stopped,
    objects_in_use=OBJECTS_IN_USE,
    allowed=Allowed(decide="administer", operate="administer"),
    begun_by="POST /api/data-exports or /api/account/data-export",
)

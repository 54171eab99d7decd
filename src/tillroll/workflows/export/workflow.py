"""The export workflow as a value: all that is its own."""

from tillroll.durable import Allowed, Workflow
from tillroll.workflows.export import contract
from tillroll.workflows.export.body import export_v1
from tillroll.workflows.export.rows.exports import OBJECTS_IN_USE
from tillroll.workflows.export.service.scheduling import SCHEDULE
from tillroll.workflows.export.view import VIEW

EXPORT = Workflow(
    contract=contract.EXPORT_V1,
    body=export_v1,
    params=contract.ExportParams,
    subject=lambda params: params.export_id,
    view=VIEW,
    objects_in_use=OBJECTS_IN_USE,
    allowed=Allowed(decide="review", operate="operate"),
    # What may be handed on is checked there; params name an export that stands already.
    begun_by="POST /api/exports",
    schedule=SCHEDULE,
)

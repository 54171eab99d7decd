"""The export workflow as values, a version each: all that is its own."""

from dataclasses import replace

from tillroll.durable import Allowed, Workflow
from tillroll.workflows.export import contract
from tillroll.workflows.export.body import export_v1, export_v2
from tillroll.workflows.export.rows.exports import OBJECTS_IN_USE
from tillroll.workflows.export.service.scheduling import SCHEDULE
from tillroll.workflows.export.view import VIEW

EXPORT = Workflow(
    contract=contract.EXPORT_V2,
    body=export_v2,
    params=contract.ExportParams,
    subject=lambda params: params.export_id,
    view=VIEW,
    objects_in_use=OBJECTS_IN_USE,
    allowed=Allowed(decide="review", operate="operate"),
    # What may be handed on is checked there; params name an export that stands already.
    begun_by="POST /api/exports",
    schedule=SCHEDULE,
)
# For runs that began under it.
EXPORT_V1 = replace(EXPORT, contract=contract.EXPORT_V1, body=export_v1)

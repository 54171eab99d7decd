"""The data-export workflow: each run writes a file, and where there is more, the run continues as another."""

from collections.abc import Sequence
from typing import cast

from tillroll.durable import Allowed, Outcome, Statement, StepContext, Workflow, WorkflowRun
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, JsonObject
from tillroll.privacy.data_export import contract as data_export_contract
from tillroll.privacy.data_export.contract import DataExportParams
from tillroll.privacy.data_export.files import NoSuchSection, Place, write
from tillroll.privacy.data_export.repository import OBJECTS_IN_USE, finish, give_up, insert_file, load_data_export


async def data_export_v1(run: WorkflowRun[DataExportParams]) -> JsonObject:
    """The body of version 1."""
    params = run.params
    written = await run.step(
        data_export_contract.WRITE_FILE, write_file, params.export_id, params.number, params.section, [*params.after]
    )
    match written:
        case {"next": {"section": str(section), "after": list(after)}}:
            behind = tuple(cast("list[str | int]", after))
            await run.continue_as(
                DataExportParams(export_id=params.export_id, number=params.number + 1, section=section, after=behind)
            )
        case _:
            pass
    return {"exportId": params.export_id}


async def write_file(
    context: StepContext, export_id: str, number: int, section: str, after: list[str | int]
) -> Outcome:
    """Write the file of that number. Whoever was given up meanwhile writes nothing down."""
    export = await load_data_export(context.platform.database, export_id)
    if export is None or export.given_up_at is not None or export.swept_at is not None:
        raise NonRetryable(f"the data export {export_id} was given up: ask for it again")
    try:
        written, following = await write(context.platform, export, number, Place(section, tuple(after)))
    except NoSuchSection as error:
        raise NonRetryable(f"the data export {export_id} was to go on with {error}: ask for it again") from error
    # An object of an attempt that was lost is deleted with the others, or by the reconciler.
    output: dict[str, Json] = {"bytes": written.stored.size, "sha256": written.stored.sha256, "next": None}
    statements = [insert_file(export_id, number, written)]
    if following is not None:
        output["next"] = {"section": following.section, "after": [*following.after]}
        return Outcome(output=output, state=data_export_contract.FILE_WRITTEN.name, statements=statements)
    now = to_text(context.platform.clock.now())
    expires_at = to_text(from_text(now) + data_export_contract.FETCHED_WITHIN)
    event = event_of_account(
        export.account_id,
        "data_export.finished",
        f"{export_id}:finished",
        actor=f"workflow:{data_export_contract.KIND}",
        at=now,
        detail={"dataExport": export_id, "files": number, "expiresAt": expires_at},
    )
    statements += [finish(export_id, now, expires_at), append_if_changed(event)]
    return Outcome(output=output, statements=statements)


def _stopped(run: Run, now: str) -> Sequence[Statement]:
    return [give_up(run.subject, now)]


DATA_EXPORT = Workflow(
    contract=data_export_contract.DATA_EXPORT_V1,
    body=data_export_v1,
    params=data_export_contract.DataExportParams,
    subject=lambda params: params.export_id,
    when_undone=_stopped,
    objects_in_use=OBJECTS_IN_USE,
    allowed=Allowed(decide="administer", operate="administer"),
    begun_by="POST /api/data-exports or /api/account/data-export",
)

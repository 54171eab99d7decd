"""The export workflow: gather the expenses in parts, then write them to one file, or each part to a file of its own.

A part is what one run gathers. Where there is more, the run continues as another, so an export is bounded by no number
of steps; files are written part by part, so it is bounded by no memory either.
"""

from tillroll.durable import NonRetryable, Outcome, StepContext, WorkflowRun, statement
from tillroll.platform import log
from tillroll.platform.bindings.database import text
from tillroll.platform.bindings.objects import ObjectsUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.export import contract
from tillroll.workflows.export.contract import ExportParams
from tillroll.workflows.export.gathering import export_of, gather
from tillroll.workflows.export.rows.files import finish, insert_file
from tillroll.workflows.export.writing import write


async def export_v1(run: WorkflowRun[ExportParams]) -> JsonObject:
    """The body of version 1."""
    params = run.params
    gathered = await run.step(contract.GATHER, gather, params.part, params.reads, params.after_day, params.after_id)
    following = _following(params, gathered)
    if isinstance(gathered, dict) and gathered["isFile"]:
        await run.step(contract.WRITE_FILE, write_file, params.part, params.part, following is None)
        if following is not None:
            await run.continue_as(following)
        return {"exportId": params.export_id}
    if following is not None:
        await run.continue_as(following)
    await run.step(contract.WRITE_FILE, write_file, 1, None, True)
    return {"exportId": params.export_id}


def _following(params: ExportParams, gathered: Json) -> ExportParams | None:
    """What the next run of the chain is begun with; None behind the last part."""
    match gathered:
        case {"next": {"day": str(day), "id": str(last), "reads": "corrections" | "expenses" as reads}}:
            return ExportParams(
                export_id=params.export_id, part=params.part + 1, after_day=day, after_id=last, reads=reads
            )
        case {"next": None}:
            return None
        case _:
            raise NonRetryable("the step `gather` does not say where the next part begins")


async def write_file(context: StepContext, number: int, part: int | None, is_last: bool) -> Outcome:
    """Write a file from one part, or from all of them. Its key is made of theirs, so whoever writes it again writes the
    same."""
    export = await export_of(context)
    parts = await context.platform.database.all(
        statement(
            """
            SELECT object_key FROM export_parts WHERE export_id = ?1 AND (?2 IS NULL OR number = ?2) ORDER BY number
            """,
            export.id,
            part,
        )
    )
    keys = [text(row, "object_key") for row in parts]
    written = await write(context.platform, export, keys, number)

    async def remove_parts() -> None:
        try:
            for key in keys:
                await context.platform.objects.delete(key)
        except ObjectsUnavailable as error:
            log.warning("export.parts_left", account=export.account_id, run=context.run.id, error=error)

    return Outcome(
        output={"exportId": export.id, "bytes": written.size, "sha256": written.sha256},
        state=None if is_last else contract.FILE_WRITTEN.name,
        statements=[
            insert_file(export.id, number, written),
            *([finish(export.id, to_text(context.platform.clock.now()))] if is_last else []),
        ],
        # What is left of them where this is lost, the reconciler removes.
        nudge=remove_parts,
    )

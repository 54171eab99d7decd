"""The export workflow: gather the expenses in parts, then write them to one file.

A part is what one run gathers. Where there is more, the run continues as another, so an export is bounded by no number
of steps; the last run reads the parts one by one, so it is bounded by no memory either.
"""

import hashlib

from tillroll.durable import NonRetryable, Outcome, StepContext, WorkflowRun, statement
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.objects import ObjectsUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.workflows.export import contract
from tillroll.workflows.export.contract import ExportParams
from tillroll.workflows.export.rows.expenses import exported, page, sums
from tillroll.workflows.export.rows.exports import Export, insert_part, load_export
from tillroll.workflows.export.writing import write

# A page is one query; a part of ten of them is some 5 MB of text.
PAGE_EXPENSES = 1_000
PART_PAGES = 10


async def export_v1(run: WorkflowRun[ExportParams]) -> JsonObject:
    """The body of version 1."""
    params = run.params
    gathered = await run.step(contract.GATHER, gather, params.part, params.after_day, params.after_id)
    match gathered:
        case {"next": {"day": str(day), "id": str(last)}}:
            await run.continue_as(
                ExportParams(export_id=params.export_id, part=params.part + 1, after_day=day, after_id=last)
            )
        case _:
            pass
    await run.step(contract.WRITE_FILE, write_file)
    return {"exportId": params.export_id}


async def gather(context: StepContext, number: int, after_day: str, after_id: str) -> Outcome:
    """Leave the next expenses in the object store, under a key made of what they are: a repeated attempt that finds one
    of them changed writes an object of its own."""
    export = await _export(context)
    rows: list[Row] = []
    is_last = False
    for _ in range(PART_PAGES):
        found = await context.platform.database.all(page(export.choice, after_day, after_id, PAGE_EXPENSES))
        rows += found
        is_last = len(found) < PAGE_EXPENSES
        if is_last:
            break
        after_day, after_id = text(found[-1], "date"), text(found[-1], "id")
        context.platform.pause()
    chain = statement("UPDATE exports SET run_id = ? WHERE id = ?", context.run.id, export.id)
    if not rows:
        return Outcome(output={"next": None}, statements=[chain])
    content = "".join(f"{dump({**exported(row).as_dict()})}\n" for row in rows)
    key = f"{export.account_id}/exports/{export.id}/part-{number}-{hashlib.sha256(content.encode()).hexdigest()}"
    await context.platform.objects.put_text(key, content, "application/jsonl")
    days = text(rows[0], "date"), text(rows[-1], "date")
    return Outcome(
        output={"next": None if is_last else {"day": after_day, "id": after_id}},
        statements=[insert_part(export.id, number, key, days, sums(rows), len(rows)), chain],
    )


async def write_file(context: StepContext) -> Outcome:
    """Write the file from the parts. Its key is made of theirs, so whoever writes it again writes the same."""
    export = await _export(context)
    parts = await context.platform.database.all(
        statement("SELECT object_key FROM export_parts WHERE export_id = ? ORDER BY number", export.id)
    )
    keys = [text(part, "object_key") for part in parts]
    written = await write(context.platform, export, keys)

    async def remove_parts() -> None:
        try:
            for key in keys:
                await context.platform.objects.delete(key)
        except ObjectsUnavailable as error:
            log.warning("export.parts_left", account=export.account_id, run=context.run.id, error=error)

    now = to_text(context.platform.clock.now())
    return Outcome(
        output={"exportId": export.id, "bytes": written.size, "sha256": written.sha256},
        statements=[
            statement(
                "UPDATE exports SET object_key = ?, size = ?, sha256 = ?, finished_at = ? WHERE id = ?",
                written.key,
                written.size,
                written.sha256,
                now,
                export.id,
            )
        ],
        # What is left of them where this is lost, the reconciler removes.
        nudge=remove_parts,
    )


async def _export(context: StepContext) -> Export:
    export = await load_export(context.platform.database, context.run.subject)
    if export is None:
        raise NonRetryable(f"export {context.run.subject} is missing, or its format is not deployed any more")
    return export

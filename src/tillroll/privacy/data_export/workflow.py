"""The data-export workflow: each run of its chain writes a file; a job deletes files whose time is
over.
"""

import contextlib
from datetime import timedelta
from typing import Final, cast

import tillroll_durable as durable
from tillroll.privacy import repository
from tillroll.privacy.cron import SWEEPING
from tillroll.privacy.files import NoSuchSection, Place, write
from tillroll.privacy.repository import Audited
from tillroll_durable import Outcome, State, Status, StepContext, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, text
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Kept

FETCHED_WITHIN: Final = timedelta(days=7)
"""How long its files can be fetched, from when all are there; then they are deleted."""
FINISHED_WITHIN: Final = timedelta(days=30)
"""How long one that fails can be retried before what it has written is deleted."""


class DataExportParams(durable.Params):
    """The data export (an id of `data_exports`, which is also the run's subject), the number of the
    file that this run of its chain writes, and where it begins: in the section of that name (the
    first where it is empty), behind the row or document of that key.
    """

    export_id: str
    number: int = 1
    section: str = ""
    after: tuple[str | int, ...] = ()


_MAKING = "Your data is being gathered."
_FAILED = "Your data could not be gathered to the end. Retry it, or ask for it again."

REQUESTED = State.processing("requested", _MAKING)
FILE_WRITTEN = State.processing("file_written", _MAKING)
WRITTEN = State.ended("written", Status.COMPLETE, "Your data is ready.")
CONTINUED = State.ended("continued", Status.COMPLETE, "Your data goes on in another file.")
WRITE_FAILED = State.dead_letter("requested_write_failed", _FAILED)
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was given up: {reason}")

WRITE_FILE = durable.Step(
    name="write-file",
    effect=durable.Effect.WRITE,
    on_success=(WRITTEN.name, FILE_WRITTEN.name),
    on_failure=durable.OnFailure(WRITE_FAILED.name),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

DATA_EXPORT_V1 = durable.Contract(
    kind=repository.DATA_EXPORT_KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, FILE_WRITTEN, WRITTEN, CONTINUED, WRITE_FAILED, CANCELLED, ABANDONED),
    steps=(WRITE_FILE,),
    continued=CONTINUED.name,
)


async def data_export_v1(run: durable.WorkflowRun[DataExportParams]) -> JsonObject:
    """The body of version 1."""
    params = run.params
    written = await run.step(
        WRITE_FILE, write_file, params.export_id, params.number, params.section, [*params.after]
    )
    match written:
        case {"next": {"section": str(section), "after": list(after)}}:
            place = tuple(cast("list[str | int]", after))
            await run.continue_as(
                DataExportParams(
                    export_id=params.export_id,
                    number=params.number + 1,
                    section=section,
                    after=place,
                )
            )
        case _:
            pass
    return {"exportId": params.export_id}


async def write_file(
    context: StepContext, export_id: str, number: int, section: str, after: list[str | int]
) -> Outcome:
    """Write the file of that number. Anyone who was given up meanwhile writes nothing down."""
    export = await repository.load_data_export(context.platform.database, export_id)
    if export is None or export.given_up_at is not None or export.swept_at is not None:
        raise NonRetryable(f"the data export {export_id} was given up: ask for it again")
    try:
        stored, noted, following = await write(
            context.platform, export, number=number, place=Place(section, tuple(after))
        )
    except NoSuchSection as error:
        raise NonRetryable(
            f"the data export {export_id} was to go on with {error}: ask for it again"
        ) from error
    # An object of an attempt that was lost is deleted with the others, or by the reconciler.
    output: dict[str, Json] = {"bytes": stored.size, "sha256": stored.sha256, "next": None}
    statements = [noted]
    if following is not None:
        output["next"] = {"section": following.section, "after": [*following.after]}
        return Outcome(output=output, state=FILE_WRITTEN.name, statements=statements)
    now = to_text(context.platform.clock.now())
    expires_at = to_text(from_text(now) + FETCHED_WITHIN)
    by = durable.Actor(export.account_id, f"workflow:{repository.DATA_EXPORT_KIND}")
    detail: JsonObject = {"dataExport": export_id, "files": number, "expiresAt": expires_at}
    event = by.event(Audited.DATA_EXPORT_FINISHED, f"{export_id}:finished", at=now, detail=detail)
    statements += [repository.finish_export(export_id, now, expires_at), append_if_changed(event)]
    return Outcome(output=output, statements=statements)


DATA_EXPORT = durable.Workflow(
    contract=DATA_EXPORT_V1,
    body=data_export_v1,
    params=DataExportParams,
    subject=lambda params: params.export_id,
    when_undone=lambda run, now: [repository.give_up_export(run.subject, now)],
    allowed=durable.Allowed(decide="administer", operate="administer"),
    begun_by="POST /api/data-exports or /api/account/data-export",
)


_PAGE: Final = 100
_OVER: Final = f"""
  SELECT e.id, e.account_id, s.failures AS setbacks FROM data_exports e
  {JOIN.format(part=f"'{SWEEPING}'", subject="e.id")}
  WHERE e.swept_at IS NULL AND e.expires_at <= ?1 AND {IS_DUE} ORDER BY {IN_TURN}, e.expires_at
  LIMIT ?2
"""


async def sweep_data_exports(platform: Platform) -> None:
    """Delete the files of some whose time is over: objects first, since rows say where they lie."""
    now = to_text(platform.clock.now())

    async def sweep(row: Row) -> None:
        export_id = text(row, "id")
        by = durable.Actor(text(row, "account_id"), "system:data-exports")
        folder = repository.data_export_folder(by.account_id, export_id)
        own = [
            each.key
            for each in await platform.objects.page(folder, _PAGE)
            if each.key.startswith(folder)
        ]
        for key in own:
            await platform.objects.delete(key)
        if len(own) == _PAGE:
            return
        event = by.event(
            Audited.DATA_EXPORT_SWEPT,
            f"{export_id}:swept",
            at=now,
            detail={"dataExport": export_id},
        )
        swept = statement(
            "UPDATE data_exports SET swept_at = ? WHERE id = ? AND swept_at IS NULL",
            [now, export_id],
        )
        files = statement("DELETE FROM data_export_files WHERE export_id = ?", [export_id])
        with contextlib.suppress(ConstraintFailed):  # another tick was first
            await platform.database.batch([swept, append_if_changed(event), files])

    rows = await platform.database.all(statement(_OVER, [now, 5]))
    await each_row(platform, SWEEPING, rows=rows, subject="id", do=sweep)


RETENTION: Final = (
    Kept(
        "receipts, expenses, runs with their steps (also where these were archived), exports",
        "until they are deleted",
        "an erasure",
    ),
    Kept(
        "files of a data export",
        "{} from when all are there; thirty days where they are not",
        period=FETCHED_WITHIN,
        sweep=sweep_data_exports,
    ),
)

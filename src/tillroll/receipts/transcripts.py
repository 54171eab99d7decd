"""Where the text of a receipt is kept, by the steps of its run."""

from collections.abc import Sequence

from tillroll.receipts.contract import OCR_EXTRACT
from tillroll_durable.archive.files import where_kept, with_archived
from tillroll_durable.platform.bindings.database import (
    Row,
    optional_text,
    statement,
)
from tillroll_durable.platform.json import JsonObject, load, load_object
from tillroll_durable.platform.services import Platform


async def read_lines(platform: Platform, run_id: str) -> list[str]:
    """The lines of the run's transcript; none where it has none. Raises ArchiveLost;
    ObjectsUnavailable.
    """
    key = await transcript_key_of(platform, run_id)
    if key is None:
        stored = None
    else:
        stored = await platform.objects.get_text(key)
    if stored is None:
        return []
    return str(load_object(stored).get("text", "")).splitlines()


async def transcript_key_of(platform: Platform, run_id: str) -> str | None:
    """Where the run's transcript lies; None where it has none. Raises ArchiveLost;
    ObjectsUnavailable.
    """
    steps, archived = await platform.database.batch(
        [statement("SELECT * FROM run_steps WHERE run_id = ?", [run_id]), where_kept(run_id)]
    )
    return transcript_key_in(
        (await with_archived(platform.objects, {"run_steps": steps}, archived))["run_steps"]
    )


def transcript_key_in(steps: Sequence[Row]) -> str | None:
    """Where the OCR step of a run stored a transcript, by its rows of run_steps."""
    output = next(
        (optional_text(row, "output") for row in steps if row["step"] == OCR_EXTRACT.name), None
    )
    match None if output is None else load(output):
        case {"transcript": str(key)}:
            return key
        case _:
            return None


async def transcript_in(platform: Platform, steps: Sequence[Row]) -> JsonObject | None:
    """What the OCR step of a run stored, by its rows of run_steps; None where it stored nothing."""
    key = transcript_key_in(steps)
    if key is None:
        stored = None
    else:
        stored = await platform.objects.get_text(key)
    if stored is None:
        return None
    return load_object(stored)

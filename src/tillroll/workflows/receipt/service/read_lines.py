"""What was read for a run, as lines: expenses are found by their words."""

from tillroll.durable import statement
from tillroll.durable.record.archive import where_kept, with_archived
from tillroll.platform.bindings.database import optional_text
from tillroll.platform.json import load, load_object
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import OCR_EXTRACT


async def read_lines(platform: Platform, run_id: str) -> list[str]:
    """The lines of the run's transcript; none where it has none.

    Raises:
        ArchiveLost: the run was archived, and is not there as it was written.
        ObjectsUnavailable: the store did not answer.
    """
    found, kept = await platform.database.batch(
        [statement("SELECT * FROM run_steps WHERE run_id = ?", run_id), where_kept(run_id)]
    )
    steps = (await with_archived(platform.objects, {"run_steps": found}, kept))["run_steps"]
    output = next((optional_text(row, "output") for row in steps if row["step"] == OCR_EXTRACT.name), None)
    match None if output is None else load(output):
        case {"transcript": str(key)}:
            stored = await platform.objects.get_text(key)
        case _:
            return []
    return [] if stored is None else str(load_object(stored).get("text", "")).splitlines()

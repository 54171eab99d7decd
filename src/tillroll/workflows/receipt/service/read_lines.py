"""What was read for a run, as lines: expenses are found by their words."""

from tillroll.durable import statement
from tillroll.platform.bindings.database import optional_text
from tillroll.platform.json import load, load_object
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import OCR_EXTRACT


async def read_lines(platform: Platform, run_id: str) -> list[str]:
    """The lines of the run's transcript; none where it has none.

    Raises:
        ObjectsUnavailable: the store did not answer.
    """
    row = await platform.database.first(
        statement("SELECT output FROM run_steps WHERE run_id = ? AND step = ?", run_id, OCR_EXTRACT.name)
    )
    output = None if row is None else optional_text(row, "output")
    match None if output is None else load(output):
        case {"transcript": str(key)}:
            stored = await platform.objects.get_text(key)
        case _:
            return []
    return [] if stored is None else str(load_object(stored).get("text", "")).splitlines()

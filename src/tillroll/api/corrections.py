"""A person's corrections, checked before anything is recorded."""

from typing import Any

from tillroll.api.problems import INVALID_VALUES, Problem
from tillroll.platform.database import statement, text
from tillroll.platform.services import Platform
from tillroll.receipts.correction import InvalidValues, apply
from tillroll.receipts.extraction import Extraction


async def check_values(platform: Platform, run_id: str, values: dict[str, Any], *, is_complete: bool) -> None:
    """Refuse what could not become an expense. Unless `is_complete`, what is not given may still be read.

    Raises:
        Problem: 422, with each field and how to put it right.
    """
    row = await platform.database.first(statement("SELECT body FROM extractions WHERE run_id = ?", run_id))
    extraction = None if row is None else Extraction.model_validate_json(text(row, "body"))
    try:
        apply(extraction, values)
    except InvalidValues as error:
        problems = [(name, message) for name, message in error.problems if is_complete or name in values]
        if problems:
            raise Problem(
                INVALID_VALUES,
                "Correct the fields named in `errors` and send it again.",
                errors=[{"field": name, "message": message} for name, message in problems],
            ) from error

"""A person's corrections, checked before anything is recorded."""

from tillroll.durable import ValuesRefused, statement
from tillroll.platform.bindings.database import text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.receipts.correction import InvalidValues, apply
from tillroll.receipts.extraction import Extraction


async def check_values(platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool) -> None:
    """Refuse what could not become an expense. Unless `is_complete`, what is not given may still be read.

    Raises:
        ValuesRefused: each field, with how to put it right.
    """
    row = await platform.database.first(statement("SELECT body FROM extractions WHERE run_id = ?", run_id))
    extraction = None if row is None else Extraction.model_validate_json(text(row, "body"))
    try:
        apply(extraction, values)
    except InvalidValues as error:
        problems = [(name, message) for name, message in error.problems if is_complete or name in values]
        if problems:
            raise ValuesRefused(problems) from error

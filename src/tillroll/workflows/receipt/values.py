"""A person's corrections, checked before anything is recorded."""

from datetime import date, timedelta

from tillroll.durable import ValuesRefused, statement
from tillroll.platform.bindings.database import text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.receipts.correction import InvalidValues, apply
from tillroll.receipts.extraction import Extraction

# A purchase is not dated further ahead, in whatever time zone: a mistyped year is.
_MOST_AHEAD = timedelta(days=366)
FAR_AHEAD = "This day lies more than a year ahead. Check the year."


async def check_values(platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool) -> None:
    """Refuse what could not become an expense. Unless `is_complete`, what is not given may still be read.

    Raises:
        ValuesRefused: each field, with how to put it right.
    """
    row = await platform.database.first(statement("SELECT body FROM extractions WHERE run_id = ?", run_id))
    extraction = None if row is None else Extraction.model_validate_json(text(row, "body"))
    problems: list[tuple[str, str]] = []
    try:
        apply(extraction, values)
    except InvalidValues as error:
        problems = [(name, message) for name, message in error.problems if is_complete or name in values]
    if not any(name == "date" for name, _ in problems) and is_far_ahead(values.get("date"), platform):
        problems.append(("date", FAR_AHEAD))
    if problems:
        raise ValuesRefused(problems)


def is_far_ahead(given: object, platform: Platform) -> bool:
    """Whether a day that was given (YYYY-MM-DD, or nothing) is further in the future than any purchase."""
    return bool(given) and date.fromisoformat(str(given).strip()) > platform.clock.now().date() + _MOST_AHEAD

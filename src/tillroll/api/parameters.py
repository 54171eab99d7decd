"""Parameters of requests: those that a route does not have, and days and times that a client
names.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from tillroll.api.problems import Problem
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.models import (
    LONGEST_IN_PATH,
    LONGEST_IN_QUERY,
    MOST_IN_QUERY,
    in_years,
    written,
)
from tillroll_durable.platform.refusals import INVALID_REQUEST

_MOST_ERRORS: Final = 20


def faults_in_query(
    query: Sequence[tuple[str, str]],
    known_names: Iterable[str],
    several: Iterable[str] = (),
    *,
    path: Iterable[str] = (),
) -> list[Json]:
    """An entry of a problem's `errors` for each parameter that is not known, or comes again and is
    none of `several`. Where values of the query or the path are too many or too long, these alone
    are named.
    """
    if faults := _too_long(path, query):
        return faults
    allowed = sorted(known_names)
    may_come_again = {*several}
    names = [name for name, _ in query]
    for name in dict.fromkeys(names):
        if name not in allowed:
            faults.append({"field": name[:100], "message": _what_instead(name, allowed)})
        elif names.count(name) > 1 and name not in may_come_again:
            faults.append({"field": name, "message": "It is given twice: give it once."})
    return faults


def _too_long(path: Iterable[str], query: Sequence[tuple[str, str]]) -> list[Json]:
    faults: list[Json] = [
        {"field": name[:100], "message": f"Give at most {LONGEST_IN_QUERY} characters."}
        for name, value in query
        if len(value) > LONGEST_IN_QUERY
    ]
    if len(query) > MOST_IN_QUERY:
        faults.append({"field": "query", "message": f"Give at most {MOST_IN_QUERY} parameters."})
    if any(len(value) > LONGEST_IN_PATH for value in path):
        faults.append(
            {
                "field": "path",
                "message": f"Give at most {LONGEST_IN_PATH} characters between two slashes.",
            }
        )
    return faults[:_MOST_ERRORS]


def unknown(errors: list[Json]) -> Problem:
    return Problem(
        INVALID_REQUEST,
        "Leave out or correct what `errors` names; see /api/openapi.json.",
        errors=errors,
    )


def _what_instead(name: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(name, allowed, n=1)
    if near:
        return f"No such parameter here: did you mean {near[0]}?"
    if allowed:
        return f"No such parameter here: there are {', '.join(allowed)}."
    return "This route takes no parameters."


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_day(value: object) -> object:
    """Pydantic would take a time at midnight for its day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("Give a day as YYYY-MM-DD")
    return written(value)


def _written_moment(value: object) -> object:
    """Pydantic would take a number as text, too, for seconds since 1970."""
    if isinstance(value, str) and not _DAY.match(value):
        raise ValueError("Give a time as YYYY-MM-DDTHH:MM:SSZ, or a day as YYYY-MM-DD")
    return written(value)


def _zoned(moment: datetime) -> datetime:
    """A time without a zone is UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment


Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(in_years)]
"""A day from 1970 to 9998, YYYY-MM-DD; anything else is refused with 422."""
Moment = Annotated[
    datetime, BeforeValidator(_written_moment), AfterValidator(in_years), AfterValidator(_zoned)
]
"""A time from 1970 to 9998 with a zone, which is UTC where none is given; anything else is refused
with 422.
"""

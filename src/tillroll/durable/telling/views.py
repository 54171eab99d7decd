"""How a kind of workflow shows its runs: what stands in an answer beside what every run has."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tillroll.durable.record.decisions import Review
from tillroll.platform.bindings.database import Row, Statement
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape

# A SELECT over the table expression `page`, whose one column is `run_id`; it gives the same column back.
NO_QUERY: Final = "SELECT run_id FROM page"


def _nothing_listed(_row: Row) -> JsonObject:
    return {}


def _no_statements(_run_id: str) -> Sequence[Statement]:
    return ()


async def _nothing_detailed(_platform: Platform, _found: "Detail") -> JsonObject:
    return {}


async def _as_proposed(_platform: Platform, review: Review) -> JsonObject:
    return {"proposed": review.proposed}


@dataclass(frozen=True)
class Detail:
    """What one run's details are made of.

    Attributes:
        steps: the run's rows of `run_steps`.
        rows: what each of the view's statements found, in their order.
    """

    steps: Sequence[Row]
    rows: Sequence[Sequence[Row]]


@dataclass(frozen=True)
class View:
    """A kind's part of what the API answers of its runs; JSON objects with keys in camelCase.

    Attributes:
        query: SELECT over `page(run_id)`, one row a run, with the column `run_id`; where it has a column `changed_at`,
            a change of that counts as a change of the run.
        listed: what an item of a list has, from the query's row.
        statements: what is read for one run's details, by the run's id, in one transaction with the run's own records.
        detailed: what one run's details have in addition.
        proposed: what a person who decides on a review is shown.
        shapes: the model of each property that is an object, by its name, for the OpenAPI document.
    """

    query: str = NO_QUERY
    listed: Callable[[Row], JsonObject] = _nothing_listed
    statements: Callable[[str], Sequence[Statement]] = _no_statements
    detailed: Callable[[Platform, Detail], Awaitable[JsonObject]] = _nothing_detailed
    proposed: Callable[[Platform, Review], Awaitable[JsonObject]] = _as_proposed
    shapes: Mapping[str, type[Shape]] = field(default_factory=dict[str, type[Shape]])

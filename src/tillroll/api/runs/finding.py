"""Which runs a list shows: what its query names."""

import re
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import BeforeValidator

from tillroll.api.door.unknown import unknown
from tillroll.api.times import Moment
from tillroll.durable.contract import Status
from tillroll.durable.failure_classes import FailureClass
from tillroll.durable.operating.choosing import Chosen
from tillroll.durable.operating.outside import LISTED_AS, OutsideStatus
from tillroll.durable.registry import Registry
from tillroll.platform.faults.saying import one_of

_RUN_ID: Final = re.compile(r"run_\w+")
_Name = Annotated[str | None, Query(min_length=1, max_length=200)]


def _listed(given: object) -> object:
    """A word of the status route that stands for one status here is taken as that.

    Raises:
        ValueError: it stands for runs that have other words there too.
    """
    if given not in {*OutsideStatus} or given in {*Status}:
        return given
    listed = LISTED_AS[OutsideStatus(str(given))]
    names = " or ".join(f"`{each}`" for each in listed)
    if any(listed == others for word, others in LISTED_AS.items() if word != given):
        raise ValueError(f"Send {names}, which such a run has in lists: `{given}` is a word of the status route alone")
    return listed[0]


async def chosen(  # noqa: PLR0913 - one parameter a query parameter
    kind: Annotated[_Name, Query(description="Only runs of this kind")] = None,
    subject: Annotated[_Name, Query(description="Only runs about this: its id, such as a receipt's")] = None,
    status: Annotated[
        Status | None,
        BeforeValidator(_listed),
        Query(description=f"Only runs with this status: {', '.join(Status)}. `completed` is taken as `complete`"),
    ] = None,
    state: Annotated[_Name, Query(description="Only runs in this state of their contract")] = None,
    failure_class: Annotated[
        FailureClass | None, Query(alias="failureClass", description="Only runs that failed so")
    ] = None,
    parent: Annotated[_Name, Query(description="Only runs that this run has begun")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="Begun then or later")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Begun before then")] = None,
    unresolved: Annotated[
        bool,
        Query(
            description="Only runs that failed and were not undone, or ended otherwise while something they did could "
            "not be undone"
        ),
    ] = False,
) -> Chosen:
    """The parameters that choose runs."""
    return Chosen(kind, subject, status, state, failure_class, parent, since, until, unresolved or None)


def check_known(registry: Registry, asked: Chosen) -> None:
    """For a list that is empty: whether what was asked for can be at all. Runs of a kind that was removed are found.

    Raises:
        Problem: 422, no such kind is deployed, or none that is meant has such a state.
    """
    if asked.kind is not None and asked.kind not in registry.newest:
        raise unknown([{"field": "kind", "message": one_of([*registry.newest], asked.kind)}])
    contracts = [each.contract for each in registry.workflows if asked.kind in {None, each.contract.kind}]
    states = sorted({state.name for contract in contracts for state in contract.states})
    if asked.state is not None and asked.state not in states:
        raise unknown([{"field": "state", "message": one_of(states, asked.state)}])


def ids_of(listed: str) -> list[str]:
    """The ids of runs in a text that has commas between them.

    Raises:
        Problem: 422, one of them is no run's.
    """
    ids = [each.strip() for each in listed.split(",") if each.strip()]
    wrong = next((each for each in ids if not _RUN_ID.fullmatch(each)), None)
    if wrong is not None or not ids:
        raise unknown([{"field": "ids", "message": "Give ids of runs, such as run_01M7W5…, apart by commas."}])
    return ids


ChosenRuns = Annotated[Chosen, Depends(chosen)]

"""The contract of a bulk operation, a page of runs in each run of the chain, and which runs it is
about.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, LiteralString

from pydantic import TypeAdapter

from tillroll_durable import (
    Concurrency,
    Contract,
    Effect,
    OnFailure,
    Params,
    State,
    Status,
    Step,
    ValuesRefused,
)
from tillroll_durable.errors import ESCALATED
from tillroll_durable.platform.bindings.database import word
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.selection import Chosen, Selection, query_of

KIND: Final = "bulk-operation"
# With six statements a run, this stays under D1's 1,000 of an invocation.
PAGE: Final = 100


class BulkOperationParams(Params):
    """The operation (an id of `bulk_operations`, which is also the run's subject), and the id
    after which this run of its chain goes on: the newest first.
    """

    operation_id: str
    behind: str = "~"


_UNDER_WAY = "This goes through the runs that were found."

REQUESTED = State.processing("requested", _UNDER_WAY)
ACTED = State.processing("acted", _UNDER_WAY)
FINISHED = State.ended("finished", Status.COMPLETE, "This went through all runs.")
CONTINUED = State.ended("continued", Status.COMPLETE, "This goes on in another run.")

ACT = Step(
    name="act",
    effect=Effect.WRITE,
    on_success=(ACTED.name, FINISHED.name),
    on_failure=OnFailure(
        "requested_act_failed",
        says=(
            "This stopped on its way. What was done is done; retry it, and it goes on where it "
            "stopped."
        ),
    ),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

BULK_OPERATION_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, ACTED, FINISHED, CONTINUED),
    steps=(ACT,),
    continued=CONTINUED.name,
    # Two at once would be in each other's way, and one is as fast as the database.
    concurrency=Concurrency(1),
)


# In which status an act has something to do; the first is meant where none is named.
STATUSES: Final = {
    "retry": (Status.FAILED, Status.CANCELLED),
    "abandon": (Status.FAILED,),
    "cancel": (Status.PROCESSING, Status.NEEDS_REVIEW),
    "resume": (Status.PROCESSING, Status.NEEDS_REVIEW),
}
# Among the runs that somebody has to see to, an act takes those of any status in which it has
# something to do. A run stands still in every status but one: also with its result, where its body
# fails in what follows.
UNRESOLVED_STATUSES: Final = {
    **STATUSES,
    "resume": tuple(each for each in Status if each is not Status.FAILED),
}
# What is left out without a word, since nobody means it: the operation itself; what goes on anyway;
# what was asked.
_NOT_ITSELF: Final = f"kind <> '{KIND}'"
_MORE: Final[Mapping[str, LiteralString]] = {
    "resume": "(paused_at IS NOT NULL OR escalated_at IS NOT NULL)",
    "cancel": "cancel_requested_at IS NULL",
}
# A run that is past its deadline is on the list, too, but goes on: nobody resumes it.
_STANDS_STILL: Final = f"error_class = '{ESCALATED}'"


_KEPT: Final = TypeAdapter(Chosen)


def filter_kept(chosen: Chosen) -> str:
    """Write the filter as JSON text."""
    return _KEPT.dump_json(chosen, exclude_defaults=True).decode()


def chosen_from(stored: str) -> Chosen:
    return _KEPT.validate_json(stored)


def narrowed(act: str, chosen: Chosen) -> Chosen:
    """What is chosen, in a status in which the act has something to do. Of the runs that somebody
    has to see to, no status is named: `selection` takes all of these.
    """
    possible = UNRESOLVED_STATUSES[act] if chosen.unresolved else STATUSES[act]
    if chosen.status is not None and chosen.status not in possible:
        names = " or ".join(possible)
        sentence = (
            f"Runs of this status cannot be chosen for this: choose {names}, or leave it out."
        )
        raise ValuesRefused([("filter.status", sentence)])
    if chosen.kind == KIND:
        raise ValuesRefused(
            [
                (
                    "filter.kind",
                    "A bulk operation does not act on bulk operations: act on that run itself.",
                )
            ]
        )
    if chosen.unresolved or chosen.status is not None:
        return chosen
    return replace(chosen, status=possible[0])


def selection(act: str, chosen: Chosen, account_id: str, after: str, limit: int) -> Selection:
    """The rows that are looked at next, the newest first."""
    more: list[LiteralString] = [_NOT_ITSELF]
    if act in _MORE:
        more.append(_MORE[act])
    if chosen.unresolved:
        statuses = ", ".join(f"'{word(each)}'" for each in UNRESOLVED_STATUSES[act])
        more.append(f"status IN ({statuses})")
        if act == "resume":
            more.append(_STANDS_STILL)
    return query_of(chosen, account_id, only=None, before=after, limit=limit, more=more)

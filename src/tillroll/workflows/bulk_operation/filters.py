"""Which runs an operation is about: what the list of runs chooses by, as far as the act has something to do there."""

from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter

from tillroll.durable import Status, ValuesRefused
from tillroll.durable.operating.choosing import Chosen, Selection, query_of
from tillroll.workflows.bulk_operation.contract import KIND

# In which status an act has something to do; the first is meant where none is named.
STATUSES: Final = {
    "retry": (Status.FAILED, Status.CANCELLED),
    "abandon": (Status.FAILED,),
    "cancel": (Status.PROCESSING, Status.NEEDS_REVIEW),
    "resume": (Status.PROCESSING, Status.NEEDS_REVIEW),
}
# What is left out without a word, since nobody means it: the operation itself; what goes on anyway; what was asked.
_NOT_ITSELF: Final = f"kind <> '{KIND}'"
_MORE: Final = {
    "resume": "(paused_at IS NOT NULL OR escalated_at IS NOT NULL)",
    "cancel": "cancel_requested_at IS NULL",
}


_KEPT: Final = TypeAdapter(Chosen)


def filter_kept(chosen: Chosen) -> str:
    """As JSON text."""
    return _KEPT.dump_json(chosen, exclude_none=True).decode()


def chosen_from(kept: str) -> Chosen:
    return _KEPT.validate_json(kept)


def narrowed(act: str, chosen: Chosen) -> Chosen:
    """What is chosen, in a status in which the act has something to do.

    Raises:
        ValuesRefused: it has nothing to do in the status that is named, or with its own kind.
    """
    possible = STATUSES[act]
    if chosen.status is not None and chosen.status not in possible:
        names = " or ".join(possible)
        raise ValuesRefused([("filter.status", f"To {act} runs, choose the status {names}, or leave it out.")])
    if chosen.kind == KIND:
        raise ValuesRefused([("filter.kind", "An operation touches none of its own kind: do it to that run itself.")])
    return replace(chosen, status=chosen.status or possible[0])


def selection(act: str, chosen: Chosen, account_id: str, behind: str, limit: int) -> Selection:
    """The rows that are looked at next, the newest first."""
    more = [_NOT_ITSELF, *([_MORE[act]] if act in _MORE else [])]
    return query_of(chosen, account_id, behind, limit, more=more)

"""What a state's name means, by kind of run: the record of an event has names only."""

from collections.abc import Mapping
from typing import Final

from tillroll.durable.contract import NextSafeAction, Status
from tillroll.durable.record.versions import Contracts

ENDED: Final = frozenset({Status.COMPLETE, Status.REJECTED, Status.FAILED, Status.CANCELLED})

Statuses = Mapping[tuple[str, str], Status]


def statuses_of(contracts: Contracts) -> Statuses:
    """The status of each state by (kind, state), of all deployed versions; a newer version's meaning counts."""
    return {
        (kind, state.name): state.status
        for (kind, _), contract in sorted(contracts.items(), key=lambda item: item[0])
        for state in contract.states
    }


def states_done_with(contracts: Contracts) -> frozenset[tuple[str, str]]:
    """The states, as (kind, state), in which nothing is left to be done with a run: one that failed was undone."""
    return frozenset(
        (kind, state.name)
        for (kind, _), contract in contracts.items()
        for state in contract.states
        if state.next_safe_action is NextSafeAction.NONE
    )

"""The simulation of undone children finds what was broken on purpose."""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from typing import Any

import pytest

from tests.simulation.planted.planted import Plant
from tests.simulation.verbs.test_undone_children import STORIES
from tillroll_durable import undoing
from tillroll_durable._execution import children, endings
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.waits import commit_once
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.json import Json
from tillroll_testing.stories.playing import play


def _does_not_wait(patch: pytest.MonkeyPatch) -> None:
    """A run goes on with its own rollbacks before its child is undone."""
    original = endings._look

    async def broken(execution: Execution, key: str, name: str, look: int, number: int) -> Json:
        await original(execution, key, name, look, number)
        return None

    patch.setattr(endings, "_look", broken)


def _first_of_a_chain_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        undoing, "_AND_ITS_CONTINUATIONS", undoing._AND_ITS_CONTINUATIONS.replace("DESC", "ASC")
    )


def _is_not_recorded(patch: pytest.MonkeyPatch) -> None:
    """That a child can be undone is known to the body alone."""

    async def broken(*arguments: Any, has_rollback: bool = False, **named: Any) -> Json:
        del has_rollback
        return await commit_once(*arguments, **named)

    patch.setattr(children, "commit_once", broken)


def _stands(patch: pytest.MonkeyPatch) -> None:
    """A completed child is left as it is."""
    original = undoing._stands_or_is_undone

    def broken(row: Row) -> bool:
        return row["status"] == "complete" or original(row)

    patch.setattr(undoing, "_stands_or_is_undone", broken)


PLANTED: dict[str, tuple[Plant, str]] = {
    "a run does not wait": (_does_not_wait, "the alert would be raised"),
    "the first of a chain is undone first": (_first_of_a_chain_first, "in this order"),
    "that it can be undone is not recorded": (_is_not_recorded, "it was undone in the wrong order"),
    "a completed child stands": (_stands, "in this order"),
}


@pytest.mark.parametrize("name", PLANTED)
async def test_a_planted_bug_of_undoing_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, found_by = PLANTED[name]
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=found_by):
        await play(STORIES[0])

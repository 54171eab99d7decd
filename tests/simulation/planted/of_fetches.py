"""Faults planted in what is fetched from a bank, each with the story that finds it."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from local.banks.bank import Fault
from tests.simulation.author import Story
from tests.simulation.fetching import Fetched, opened
from tests.simulation.planted.planted import Planted, set_to
from tillroll.bank.sources import fetching
from tillroll.bank.sources.pages import Merge
from tillroll_testing.stories import disturbances as by

_PAGES: Final = [Story("pages that repeat records", opened(Fetched()), "matched")]
_REVOKED: Final = [
    Story("a consent ends", opened(Fetched(faults={3: Fault("expired")})), "matched")
]


def _one_place(fetch: Any, _number: int) -> str:
    """Of all pages."""
    return f"{fetch.account_id}/bank-fetches/{fetch.id}/page-0"


def _nobody(*_: Any, **__: Any) -> Sequence[Any]:
    return ()


def _keeps_all(_self: Merge, _page: int, _position: int) -> bool:
    return True


def _takes_a_lost_page_for_the_last(patch: pytest.MonkeyPatch) -> None:
    """A cursor that could not be kept is none."""
    original = fetching.repository.note_fetch

    def note(fetch: Any, values: Any) -> Any:
        if fetch.pages == 1 and values.get("cursor") is not None:
            values = {**values, "cursor": None, "is_complete": 1}
        return original(fetch, values)

    patch.setattr(fetching.repository, "note_fetch", note)


OF_FETCHES: Final = (
    Planted(
        "what pages repeat is kept",
        set_to(Merge, "keeps", _keeps_all),
        _PAGES,
        by.KILL,
        "no more of it",
    ),
    Planted(
        "a page is written over the one before",
        set_to(fetching, "page_key", _one_place),
        _PAGES,
        by.KILL,
        "it is not stored|no more of it",
    ),
    Planted(
        "where the process dies, the pages end",
        _takes_a_lost_page_for_the_last,
        _PAGES,
        by.KILL,
        "it is not stored",
    ),
    Planted(
        "nobody is called",
        set_to(fetching, "notify", _nobody),
        _REVOKED,
        by.KILL,
        "and 0 were called",
    ),
)

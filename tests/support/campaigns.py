"""Campaigns, which `make test` plays in part and `make points` whole."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

Case = TypeVar("Case")
_SHARE_OF_A_TEST = 10
IS_WHOLE = bool(os.environ.get("SHARE"))


# For a test of which another one in its file is a small part.
only_whole = pytest.mark.skipif(not IS_WHOLE, reason="`make points` plays it: it takes seconds")


def some_of_campaign(cases: Sequence[Case]) -> Sequence[Case]:
    """The cases that are tried now: each tenth in `make test`, from the first on."""
    return cases if IS_WHOLE else cases[::_SHARE_OF_A_TEST]


def of_campaign(count: int) -> int:
    """How many of `count` random cases are tried now: a tenth in `make test`."""
    return count if IS_WHOLE else max(1, count // _SHARE_OF_A_TEST)

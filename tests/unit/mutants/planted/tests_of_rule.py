"""They know the limit, and never ask for zero."""

import pytest

from tests.unit.mutants.planted.rule import is_small


async def test_the_limit_is_not_small() -> None:
    assert is_small(9)
    assert not is_small(10)


@pytest.mark.parametrize("number", [-1, -5])
def test_what_is_below_zero_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not below zero"):
        is_small(number)

"""Pictures are scaled by their area, so that long receipts stay legible."""

import pytest

from tillroll_durable.platform.bindings.models import longest_side


@pytest.mark.parametrize(
    ("width", "height", "side"),
    [
        (1000, 2000, 2000),
        (2000, 4000, 2000),
        (4000, 2000, 2000),
        (500, 16_000, 8000),
        (1, 4_000_000, 2_828_427),
    ],
)
def test_the_longest_side_keeps_the_area(width: int, height: int, side: int) -> None:
    assert longest_side((width, height), 2_000_000) == side

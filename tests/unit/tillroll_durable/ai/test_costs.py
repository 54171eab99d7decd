"""Money for models: whole micro-US-dollars."""

from decimal import Decimal

import pytest

from tillroll_durable.ai.costs import Price, dollars, parse_dollars


@pytest.mark.parametrize(
    ("tokens", "cost"),
    [((1000, 200), 160), ((0, 0), 0), ((5, 0), 0), ((15, 0), 2), ((1_000_000, 1_000_000), 400_000)],
)
def test_a_cost_is_rounded_half_to_even(tokens: tuple[int, int], cost: int) -> None:
    assert Price(Decimal("0.1"), Decimal("0.3")).cost(*tokens) == cost


@pytest.mark.parametrize(
    ("text", "micro", "shown"),
    [("1.5", 1_500_000, "1.50"), ("0", 0, "0.00"), ("0.00016", 160, "0.00016")],
)
def test_dollars_are_read_and_written(text: str, micro: int, shown: str) -> None:
    assert parse_dollars(text) == micro
    assert dollars(micro) == shown

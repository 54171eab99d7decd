"""A receipt counts as read right by what its truth names, which is one of a shop's two names."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bench.photos_read import Score
from bench.truth import Truth

_TRUTH = Truth(merchant="cornercafesdnbhd", date=date(2026, 3, 1), total=Decimal("12.40"))


def _run(merchant: str, registered_name: str | None, total: str = "12.40") -> dict[str, Any]:
    values = {
        "merchant": merchant,
        "registeredName": registered_name,
        "date": "2026-03-01",
        "total": total,
    }
    return {
        "status": "complete",
        "review": None,
        "extraction": {
            field: {"value": value, "confidence": 0.9} for field, value in values.items()
        },
    }


@pytest.mark.parametrize(
    ("merchant", "registered_name", "right"),
    [
        ("Corner Cafe Sdn. Bhd.", None, 1),
        ("Corner Cafe", "CORNER CAFE SDN BHD", 1),
        ("Corner Cafe", "Corner Holdings Ltd", 0),
        ("Corner Cafe", None, 0),
    ],
)
def test_either_name_is_right(merchant: str, registered_name: str | None, right: int) -> None:
    score = Score()
    score.add("1", _TRUTH, _run(merchant, registered_name))
    assert (score.right["merchant"], score.all_right) == (right, right)


def test_a_wrong_total_that_nobody_was_asked_about_is_named() -> None:
    score = Score()
    score.add("1", _TRUTH, _run("Corner Cafe Sdn Bhd", None, total="12.45"))
    assert (score.accepted, score.accepted_right, score.accepted_wrong) == (1, 0, ["1 (total)"])
    assert score.misses == ["1            total     accepted      12.45"]


def test_a_run_that_read_nothing_has_nothing_right() -> None:
    score = Score()
    score.add("1", _TRUTH, {"status": "failed", "review": None, "extraction": None})
    assert (score.accepted, score.all_right, len(score.misses)) == (0, 0, 3)

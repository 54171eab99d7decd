"""A purchase that is handed in twice is asked about, however it was misread; two purchases are
not.
"""

import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.unit.tillroll_documents.reading.papers.twice import APART, TWICE, Two
from tillroll_testing.simulation.faults import Faults


async def _second(two: Two) -> tuple[str, str]:
    """Status and reason of the run of the second paper."""
    world = await open_receipts(Faults(), two.first_text)
    await upload(world)
    await world.settle({})
    world.host.pieces.models.transcript = two.second_text
    second = await upload(world, 1)
    await world.settle()
    rows = await world.rows("SELECT status, reason FROM runs WHERE id = ?", second)
    return str(rows[0]["status"]), str(rows[0]["reason"] or "")


@pytest.mark.parametrize("two", TWICE, ids=lambda two: two.name)
async def test_the_same_purchase_is_asked_about(two: Two) -> None:
    status, _ = await _second(two)
    assert status == "needs_review"


@pytest.mark.parametrize("two", APART, ids=lambda two: two.name)
async def test_another_purchase_is_no_duplicate(two: Two) -> None:
    _, reason = await _second(two)
    assert "possible_duplicate" not in reason

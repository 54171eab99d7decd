"""What a person gives along with a decision: refunds are taken, a day far ahead is not."""

from datetime import timedelta

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll.receipts.workflow import check_values
from tillroll_durable import ValuesRefused

VALUES = {"merchant": "Corner Shop", "total": "12.90", "currency": "MYR"}


@pytest.mark.parametrize(
    ("days_ahead", "is_taken"),
    [pytest.param(300, True, id="a booking"), pytest.param(400, False, id="a mistyped year")],
)
async def test_a_day_far_ahead_is_doubted(days_ahead: int, is_taken: bool) -> None:
    platform = assemble(await migrated_database(), {}).platform
    day = (platform.clock.now() + timedelta(days=days_ahead)).date().isoformat()
    if is_taken:
        await check_values(platform, "run_1", {**VALUES, "date": f" {day} "}, is_complete=True)
        return
    with pytest.raises(ValuesRefused) as refused:
        await check_values(platform, "run_1", {**VALUES, "date": f" {day} "}, is_complete=True)
    assert refused.value.problems == [
        ("date", "This day lies more than a year ahead. Check the year.")
    ]


@pytest.mark.parametrize("total", ["-12.90", "0.00"])
async def test_money_that_came_back_is_taken(total: str) -> None:
    platform = assemble(await migrated_database(), {}).platform
    await check_values(
        platform, "run_1", {**VALUES, "total": total, "date": "2026-02-14"}, is_complete=True
    )

"""When whoever is to pay is reminded."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

STAGES: Final = ("reminder", "second_reminder", "escalation")
"""Each once. By the last, a person of the account is called."""

DEFAULT_DAYS: Final = (1, 15, 29)
"""Days behind the day on which it is due, for each of STAGES."""


def check_days(days: Sequence[int]) -> None:
    """
    Raises:
        ValueError: they are none of a plan.
    """
    if len(days) != len(STAGES) or sorted({*days}) != [*days] or days[0] < 1:
        raise ValueError(f"Give {len(STAGES)} numbers of days behind the due day, each larger than the one before")


def remind_at(due_on: date, days: int) -> datetime:
    """The beginning of that day, UTC."""
    return datetime.combine(due_on + timedelta(days=days), time(), UTC)

"""What is said of effects elsewhere where the record of their undoing is lost."""

import pytest

from tests.simulation.payout.contract import PAYOUT_V1
from tillroll_durable.archive.files import ArchiveLost, Wrong
from tillroll_durable.views.runs import archive_lost_shown

_LINES = ["pay (idempotency key k) was done as X", "file (idempotency key f) was done as Y"]


@pytest.mark.parametrize(
    ("status", "says"), [("failed", " (whether it was undone is not known)"), ("complete", "")]
)
def test_whether_a_payment_was_called_back_is_not_known_without_its_record(
    status: str, says: str
) -> None:
    shown = archive_lost_shown(
        ArchiveLost("a/b", Wrong.MISSING), PAYOUT_V1, {"status": status}, _LINES
    )
    assert shown["mustNotRepeat"] == [f"{_LINES[0]}{says}", _LINES[1]]

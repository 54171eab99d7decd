"""PDFs that ask for hours of work, on the genuine stack: read as far as they are worth it, while
everybody else is answered, and then a person's.
"""

import pytest

from tests.support.health import HealthWatch
from tests.support.hostile_pdfs import HOSTILE_PDFS
from tests.support.running_stack import RunningStack


@pytest.mark.parametrize("name", HOSTILE_PDFS)
def test_a_hostile_pdf_is_a_persons_and_nobody_waits(stack: RunningStack, name: str) -> None:
    with HealthWatch(stack) as health:
        answer = stack.upload(HOSTILE_PDFS[name] + b"%" + stack.token.encode(), "attack.pdf")
        assert answer.status_code in {200, 202}, answer.text
        run = stack.wait_for_status(answer.json()["runId"], "needs_review", "failed", "complete")
    print(  # noqa: T201 - a figure to report
        f"{name}: {run['status']} {run['reason']}, slowest health {health.slowest:.2f} s of "
        f"{health.asked}"
    )
    assert (run["status"], run["reason"]) == ("needs_review", "unreadable"), run
    assert [step["attempts"] for step in run["steps"] if step["name"] == "ocr-extract"] == [1]

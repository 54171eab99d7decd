"""A body that raises: the run's page says what and where at once, and goes on with the code that is
put right.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack, save
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

BODY = "tillroll/receipts/workflow.py"
RIGHT = "    corrections: JsonObject = {}\n"
BROKEN = f'    raise RuntimeError("nobody thought of this")\n{RIGHT}'


def replace(source: Path, old: str, new: str) -> None:
    body = source / BODY
    before = body.read_text(encoding="utf-8")
    assert before.count(old) == 1
    body.write_text(before.replace(old, new), encoding="utf-8")


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[tuple[RunningStack, Path]]:
    """A stack with a receipt's body that raises, and its entry file."""
    with own_stack(tmp_path, change=lambda source: replace(source, RIGHT, BROKEN)) as deployed:
        yield deployed


@pytest.fixture
def stack(deployed: tuple[RunningStack, Path]) -> RunningStack:
    return deployed[0]


def test_its_exception_is_shown_and_a_resumption_takes_the_fixed_code(
    page: Page, deployed: tuple[RunningStack, Path]
) -> None:
    stack, entry = deployed
    run_id = (
        stack.upload(draw_receipt(clear_receipt("BROKEN BODY", "8.40")))
        .raise_for_status()
        .json()["runId"]
    )
    page.goto(f"/expenses/{run_id}")
    why = page.get_by_role("region", name="What happened")
    expect(why).to_contain_text("RuntimeError: nobody thought of this")
    expect(why).to_contain_text(f"{BODY}:")
    replace(entry.parent, BROKEN, RIGHT)
    save(stack, entry)
    page.reload()
    page.get_by_role("button", name="Resume…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("The code is right again")
    dialog.get_by_role("button", name="Resume", exact=True).click()
    stack.wait_for_status(run_id, "complete")
    expect(page.get_by_role("heading", name="BROKEN BODY")).to_be_visible()

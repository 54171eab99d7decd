"""A month: three people hand in, it is sorted, approved, claimed, paid back, found at the bank,
booked and closed.

Once by keys alone with thirty documents, and with fewer by a pointer on a wide screen and by a
finger on a phone. Each page is looked at.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.month import stages
from tests.browser.month.beginning import APPROVER, CLIENTS, PEOPLE, begin, sign_in_url
from tests.browser.month.hands import Finger, Hands, Keyboard
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[RunningStack]:
    """One of its own: one account of a deployment pays, and its month is to be this test's
    alone.
    """
    stack = RunningStack(tmp_path)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


def test_a_month_of_thirty_documents_is_done_by_keys(page: Page, stack: RunningStack) -> None:
    _a_month(Keyboard(page, "keys"), stack, shops=5)


def test_a_month_is_done_by_a_pointer(page: Page, stack: RunningStack) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    _a_month(Hands(page, "pointer"), stack, shops=2)


@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_a_month_is_done_by_a_finger(page: Page, stack: RunningStack, *, phone: bool) -> None:
    assert phone
    _a_month(Finger(page, "finger"), stack, shops=1)


def _a_month(hands: Hands, stack: RunningStack, shops: int) -> None:
    count = shops * len(PEOPLE) * len(CLIENTS)
    hands.page.emulate_media(reduced_motion="reduce")
    begin(stack)
    for name in PEOPLE:
        _sign_in(hands, stack, name)
        _told(hands, partial(stages.hand_in, hands, name, shops), f"{name} hands in")
    _sign_in(hands, stack, APPROVER)
    _told(hands, partial(stages.sort, hands, stack, count), "sorting")
    _told(hands, partial(stages.approve, hands, stack, count), "approving")
    _sign_in(hands, stack, None)
    _told(hands, partial(stages.claim, hands, shops), "claiming")
    _told(hands, partial(stages.pay_back, hands, stack), "paying back")
    _told(hands, partial(stages.match, hands, stack), "matching")
    _told(hands, partial(stages.book, hands), "booking")
    _told(hands, partial(stages.hand_on, hands, count), "exporting")
    _told(hands, partial(stages.close, hands), "closing")
    _told(hands, partial(stages.see_it_is_done, hands, count), "seeing that it is done")
    _told(hands, partial(stages.change_late, hands, stack, count), "a late change")
    with stack.client() as client:
        totals = client.get("/api/ledger/trial-balance").raise_for_status().json()["totals"]
    assert [each["isBalanced"] for each in totals] == [True]


def _sign_in(hands: Hands, stack: RunningStack, name: str | None) -> None:
    hands.page.goto(sign_in_url(stack, name).replace("#", "?next=%2F#"))
    hands.page.wait_for_url(f"{stack.url}/")
    hands.asked.until_all_is_there()


def _told(hands: Hands, stage: Callable[[], None], name: str) -> None:
    """A figure to report."""
    acts, letters = hands.acts, hands.letters
    stage()
    print(  # noqa: T201 - a figure to report
        f"{hands.name}: {name}: {hands.acts - acts} {hands.presses}, {hands.letters - letters} "
        "letters"
    )

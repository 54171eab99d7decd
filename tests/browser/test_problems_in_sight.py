"""On a phone, why something was not done stands far from the button of a long form: it comes into
sight, and is said to who does not see it.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.line_acts import ACTS, NO_CONNECTION, TRIES, press
from tests.support.broken_line import BrokenLine, Fault


@pytest.fixture
def on_phone(behind: Page) -> Page:
    behind.set_viewport_size({"width": 390, "height": 664})  # of 844 its bars take the rest
    return behind


def check_in_sight(problem: Locator, buttons: Locator) -> None:
    """All of it is seen, and no button stands over it."""
    expect(problem).to_be_in_viewport(ratio=1)
    shown = problem.bounding_box()
    over = buttons.bounding_box()
    assert shown is not None
    assert over is not None
    assert shown["y"] + shown["height"] <= over["y"]


@pytest.mark.essential
def test_a_lost_line_is_said_in_sight(on_phone: Page, line: BrokenLine) -> None:
    act = ACTS["client"]
    on_phone.goto(act.address)
    dialog = act.fill(on_phone)
    dialog.get_by_label("Name").first.scroll_into_view_if_needed()
    line.breaks(act.method, act.path, Fault.REFUSED, TRIES)
    press(act, dialog)
    problem = dialog.get_by_role("alert").filter(has_text=NO_CONNECTION)
    check_in_sight(problem, dialog.locator(".ask-actions"))


def test_the_first_wrong_field_comes_into_sight(on_phone: Page) -> None:
    on_phone.goto("/clients")
    on_phone.get_by_role("button", name="New client").first.click()
    dialog = on_phone.get_by_role("dialog")
    dialog.get_by_label("Name").first.fill("Far up")
    dialog.get_by_label("E-mail for invoices").fill("no address")
    dialog.get_by_label("Debtor account").fill("10001")
    dialog.get_by_role("button", name="Add the client").click()
    problem = dialog.get_by_role("alert").first
    check_in_sight(problem, dialog.locator(".ask-actions"))

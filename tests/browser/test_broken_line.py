"""A press is one act, whatever the line does: each act is played over a line that breaks, and
counted at the server.
"""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.line_acts import (
    ACTS,
    NO_CONNECTION,
    TRIES,
    heals,
    said_and_pressed_again,
    wait_for,
)
from tests.support.broken_line import BrokenLine, Fault
from tests.support.running_stack import RunningStack

SHORT = ("token", "person", "bank account", "company")


@pytest.mark.essential
@pytest.mark.parametrize("name", SHORT)
def test_what_is_cut_in_its_body_and_pressed_again_is_done_once(
    name: str, behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    said_and_pressed_again(ACTS[name], Fault.CUT_IN_BODY, behind, stack, line)


FAULTS = [fault for fault in Fault if fault is not Fault.SILENT]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_done_once_however_the_line_breaks(
    name: str, fault: Fault, behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    said_and_pressed_again(ACTS[name], fault, behind, stack, line)


@pytest.mark.parametrize("name", ["token", "client"])
def test_a_line_that_is_silent_is_given_up_and_asked_again(
    name: str, behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    heals(ACTS[name], Fault.SILENT, behind, stack, line)


@pytest.mark.essential
@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.BAD_GATEWAY], ids=str)
def test_a_line_that_breaks_once_troubles_nobody(
    fault: Fault, behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    heals(ACTS["client"], fault, behind, stack, line)


@pytest.mark.essential
def test_what_is_shown_once_and_was_lost_is_said(
    behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    heals(ACTS["token"], Fault.CUT_IN_BODY, behind, stack, line)
    expect(behind.get_by_text("the line broke before this page could show")).to_be_visible()
    expect(behind.get_by_role("dialog")).to_have_count(0)


@dataclass(frozen=True)
class View:
    """A view: what it asks for, and what stands there in its stead when nothing is there."""

    address: str
    path: str
    never: str


VIEWS = {
    "expenses": View("/expenses", "/api/expenses", "There are no expenses yet"),
    "home": View("/home", "/api/home", "Nothing waits"),
    "first run": View("/home", "/api/company", "Begin with a receipt"),
    "bank": View("/bank", "/api/bank/accounts", "There is no bank account yet"),
    "clients": View("/clients", "/api/clients", "There are no clients yet"),
    "exports": View("/exports", "/api/exports", "Nothing was exported yet"),
    "claims": View("/claims", "/api/claims", "There are no claims yet"),
}


@pytest.mark.essential
@pytest.mark.parametrize("fault", [Fault.CUT_IN_BODY], ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_that_could_not_be_loaded_is_not_empty(
    name: str, fault: Fault, behind: Page, line: BrokenLine
) -> None:
    view = VIEWS[name]
    line.breaks("GET", view.path, fault, 100)
    behind.goto(view.address)
    main = behind.get_by_role("main")
    expect(main.get_by_text(NO_CONNECTION).first).to_be_visible()
    expect(main.get_by_text(view.never)).to_have_count(0)
    line.heal()
    for _ in range(main.get_by_role("button", name="Try again").count()):
        main.get_by_role("button", name="Try again").first.click()
        behind.wait_for_timeout(500)
    expect(main.get_by_text(NO_CONNECTION)).to_have_count(0)


@pytest.mark.essential
def test_a_part_without_a_place_of_its_own_is_told_of_and_asked_for_again(
    behind: Page, line: BrokenLine
) -> None:
    line.breaks("GET", "/api/notices/devices", Fault.CUT_IN_BODY, 100)
    behind.goto("/settings/notices")
    told = behind.locator("#notices")
    expect(told.get_by_text("A part of this page is missing.")).to_be_visible()
    line.heal()
    before = len(line.acts("GET", "/api/notices/devices"))
    told.get_by_role("button", name="Try again").click()
    wait_for(lambda: len(line.acts("GET", "/api/notices/devices")) > before, behind)
    expect(told.get_by_text("A part of this page is missing.")).to_have_count(0)


@pytest.mark.essential
def test_the_first_run_is_over_once_its_answer_is_lost(behind: Page, line: BrokenLine) -> None:
    behind.goto("/home")
    asked = behind.get_by_role("region", name="Where is your company?")
    asked.get_by_label("Country").select_option("DE")
    line.breaks("POST", "/api/account/first-run", Fault.CUT_IN_BODY, TRIES)
    asked.get_by_role("button", name="Begin").click()
    expect(asked.get_by_role("button", name="Setting up")).to_be_visible()
    expect(asked.get_by_text(NO_CONNECTION)).to_be_visible()
    asked.get_by_role("button", name="Begin").click()
    expect(behind.get_by_role("region", name="You are set up")).to_be_visible()
    assert len({each.key for each in line.acts("POST", "/api/account/first-run")}) == 1


def test_who_signed_in_and_did_not_hear_of_it_comes_in(
    behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    behind.context.clear_cookies()
    line.breaks("POST", "/api/session", Fault.CUT_IN_BODY)
    behind.goto(stack.sign_in_url().replace(stack.url, line.url))
    expect(behind.get_by_text(NO_CONNECTION)).to_be_visible()
    behind.get_by_role("button", name="Sign in", exact=True).click()
    behind.wait_for_url(f"{line.url}/")

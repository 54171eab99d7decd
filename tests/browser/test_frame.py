"""The frame around all views: the sidebar, a phone's bars, the keys, the palette, and the way back
up.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import search_field
from tests.browser.test_accessibility import draw, looks_well
from tests.browser.test_fifty_files import held_back
from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack, wait_until


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_the_sidebar_leads_to_each_view_and_counts_what_waits(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    page.reload()
    views = page.get_by_role("navigation", name="Views")
    names = [
        "Home",
        "Inbox",
        "To approve 3 to do",
        "Expenses",
        "Duplicates",
        "Billing",
        "Clients",
        "Payouts",
        "Bank",
        "Books",
        "Reports",
        "Month end",
        "Exports",
    ]
    expect(views.get_by_role("link")).to_have_count(
        len([*names, "Ledger", "Audit", "Runs", "Settings"])
    )
    for name in [*names, "Ledger", "Audit", "Runs", "Settings"]:
        expect(views.get_by_role("link", name=name, exact=True)).to_be_visible()
    views.get_by_role("link", name="To approve").click()
    expect(views.get_by_role("link", name="To approve")).to_have_attribute("aria-current", "page")
    assert page.url == f"{stack.url}/approvals"
    page.get_by_role("region", name="The expense").get_by_role("button", name="Approve").click()
    views.get_by_role("link", name="Expenses", exact=True).click()
    heading(page, "Expenses")
    expect(views.get_by_role("link", name="To approve 2 to do")).to_be_visible()


# The browser says that a menu is open in a task of its own; until then it lies in the corner, above
# what is there.
_OPEN_AND_LOOK = "menu => { menu.showPopover(); return getComputedStyle(menu).visibility; }"


def test_a_menu_is_seen_when_it_has_its_place(page: Page, stack: RunningStack) -> None:
    page.goto(f"{stack.url}/expenses")
    button = page.get_by_role("button", name="Columns")
    expect(button).to_be_visible()
    menu = page.get_by_role("group", name="Columns", include_hidden=True)
    for _ in range(2):
        assert menu.evaluate(_OPEN_AND_LOOK) == "hidden"
        expect(menu).to_be_visible()
        place, under = menu.bounding_box(), button.bounding_box()
        assert place is not None
        assert under is not None
        assert place["y"] > under["y"] + under["height"]
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()


@pytest.mark.essential
def test_keys_lead_to_views_but_not_while_one_types(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("e")
    heading(page, "Expenses")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("/")
    search = search_field(page)
    expect(search).to_be_focused()
    page.keyboard.type("g b?/")
    expect(search).to_have_value("g b?/")
    heading(page, "Expenses")
    page.keyboard.press("Escape")
    expect(search).to_have_value("g b?/")
    page.keyboard.type("gb")
    heading(page, "Bank")
    page.keyboard.press("g")
    page.keyboard.press("y")  # leads nowhere, and the next key stands by itself
    page.keyboard.press("e")
    heading(page, "Bank")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_contain_text(re.compile("Expenses *g e"))
    expect(help_).to_contain_text("Accept the match")
    help_.get_by_label("Single keys work as shortcuts").uncheck()
    help_.get_by_role("button", name="Close").click()
    page.keyboard.type("ge")
    heading(page, "Bank")


def test_keys_work_before_the_page_knows_who_is_signed_in(page: Page, stack: RunningStack) -> None:
    held = held_back(page, "**/api/session")
    page.goto(stack.url)
    with page.expect_file_chooser():
        draw(page)  # by then the browser knows that its dialogue is watched for
        page.keyboard.press("a")
    page.keyboard.type("ge")
    wait_until(lambda: page.evaluate("true") and held, "the page to ask who is signed in")
    held[0].continue_()
    heading(page, "Expenses")


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find a page, an act or a thing")).to_be_focused()


@pytest.mark.essential
def test_the_palette_goes_acts_and_searches(page: Page, stack: RunningStack) -> None:
    open_palette(page)
    palette = page.get_by_role("dialog", name="Go to a view, or do something")
    expect(palette.get_by_role("option", name="Expenses g e", exact=True)).to_be_visible()
    looks_well(page)
    page.keyboard.type("merch")
    expect(palette.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    heading(page, "Merchants")
    open_palette(page)
    page.keyboard.type("taxi berlin")
    page.keyboard.press("ArrowUp")  # from the first to the last
    page.keyboard.press("Enter")
    heading(page, "Expenses")
    assert page.url == f"{stack.url}/expenses?q=taxi+berlin"
    open_palette(page)
    # What was opened before leads.
    expect(palette.get_by_role("option").first).to_contain_text("Merchants")
    page.keyboard.type("merchnats")
    expect(palette.get_by_role("option").first).to_contain_text("Merchants")
    page.keyboard.press("Escape")
    open_palette(page)
    # The browser must have heard that the dialogue is watched for before the key comes.
    with page.expect_file_chooser():
        page.keyboard.type("add rec")
        expect(palette.get_by_role("option", name="Add receipts")).to_have_attribute(
            "aria-selected", "true"
        )
        page.keyboard.press("Enter")
    expect(palette).to_be_hidden()  # it closes behind the dialogue
    open_palette(page)
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_a_phone_has_a_bar_with_sheets(page: Page, *, phone: bool) -> None:
    assert phone
    bar = page.get_by_role("navigation", name="Views")
    for name in ("Add", "Money", "More"):
        box = bar.get_by_role("button", name=name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, name
    bar.get_by_role("button", name="Money").tap()
    looks_well_on_a_phone(page)
    bar.get_by_role("link", name="Billing").tap()
    heading(page, "Billing")
    expect(bar.get_by_role("link", name="Payouts")).to_be_hidden()
    bar.get_by_role("button", name="More").tap()
    bar.get_by_role("link", name="Settings").tap()
    settings = page.get_by_role("navigation", name="Settings")
    expect(settings.get_by_role("link", name="People")).to_be_hidden()
    settings.get_by_role("button", name="All settings").tap()
    settings.get_by_role("link", name="People").tap()
    heading(page, "People")
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Settings").tap()
    heading(page, "Company")
    expect(settings.get_by_role("link", name="People")).to_be_hidden()
    with page.expect_file_chooser():  # the camera; what else there is shows behind it
        bar.get_by_role("button", name="Add").tap()
    with page.expect_file_chooser():
        page.get_by_role("button", name="Choose files").tap()


def looks_well_on_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "it scrolls sideways"
    )
    for link in page.get_by_role("navigation", name="Views").get_by_role("link").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44, link


def test_a_run_of_another_kind_belongs_to_its_view(page: Page, stack: RunningStack) -> None:
    export = stack.ask("/api/exports", format="csv", filter={}).raise_for_status().json()
    stack.wait_for_status(export["runId"], "complete")
    page.goto(f"/runs/{export['runId']}")
    expect(
        page.get_by_role("navigation", name="Views").get_by_role("link", name="Exports")
    ).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("main")).not_to_contain_text(re.compile("receipt", re.IGNORECASE))
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Exports").click()
    heading(page, "Exports")


def test_an_expense_says_where_it_is(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    heading(page, "TEO HENG")
    expect(page).to_have_title("TEO HENG · Tillroll")
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Expenses").click()
    expect(page).to_have_title("Expenses · Tillroll")

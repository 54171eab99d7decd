"""Expenses without a receipt: stated by keyboard, numbers and days as people write them, errors at
their fields.
"""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_accessibility import findings
from tests.browser.test_expense_view import fits
from tests.browser.test_sorting import WIDTHS, account_of
from tests.support.running_stack import RunningStack
from tests.support.words import words_of


def expenses_of(stack: RunningStack) -> list[dict[str, Any]]:
    return stack.d1(f"SELECT * FROM expenses WHERE account_id = '{account_of(stack)}'")


def opened(page: Page) -> str:
    """The id of the expense that is opened."""
    page.wait_for_url("**/expenses/exp_*")
    return page.url.rsplit("/", 1)[1]


@WIDTHS
@pytest.mark.essential(only="1280")
def test_an_expense_without_a_receipt_is_added_by_keyboard(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("link", name="Add the expense by hand").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.url == f"{stack.url}/expenses/new"
    add = page.get_by_role("button", name="Add the expense")
    add.press("Enter")
    expect(page.get_by_label("Paid to")).to_be_focused()
    expect(page.get_by_role("alert").first).to_have_text("Say who was paid.")
    fits(page)
    assert findings(page) == []

    page.get_by_label("Paid to").fill("City parking")
    page.get_by_label("Date", exact=True).fill("14.2.2026")
    page.get_by_label("Total").fill("1.234,50")
    page.get_by_label("Currency", exact=True).fill("xxy")
    page.get_by_label("Tax in it (optional)").fill("0,72")
    page.get_by_label("Why is there no receipt?").fill("The machine was out of paper")
    page.reload()
    expect(page.get_by_label("Total")).to_have_value("1.234,50")
    page.get_by_label("Total").press("Control+Enter")
    # What only the server knows stands at its field, too.
    expect(page.get_by_label("Currency", exact=True)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("three-letter ISO 4217 code")
    page.get_by_label("Currency", exact=True).fill("eur")
    page.get_by_label("Currency", exact=True).press("Enter")
    expense_id = opened(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("City parking")
    page.get_by_role("tab", name="Text").click()
    stated = page.get_by_role("region", name="Recognised text").get_by_text("Stated by:")
    expect(stated).to_be_visible()
    expect(stated).not_to_contain_text("usr_")
    [row] = expenses_of(stack)
    assert (row["id"], row["origin"], row["date"]) == (expense_id, "voucher", "2026-02-14")
    assert (row["total_minor"], row["tax_minor"], row["currency"]) == (123_450, 72, "EUR")
    page.goto("/expenses/new")
    expect(page.get_by_label("Paid to")).to_have_value("")


@WIDTHS
def test_mileage_shows_its_rate_and_amount_as_one_types(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses")
    page.get_by_role("link", name="Add the expense by hand").press("Enter")
    page.get_by_role("link", name="Mileage").press("Enter")
    worth = page.get_by_role("region", name="What it is worth")
    page.get_by_label("Whose rate").select_option("DE")
    page.get_by_label("Date", exact=True).fill("14 Feb 2026")
    expect(worth).to_contain_text("€0.30 a kilometre")
    expect(worth).to_contain_text("§ 9 Abs. 1 Satz 3 Nr. 4a EStG")
    expect(worth).to_contain_text("1 Jan 2024 to 31 Dec 2026")
    page.get_by_label("Distance in kilometres").fill("150,5")
    expect(worth).to_contain_text("€45.15")
    page.get_by_label("Vehicle").select_option("motorcycle")
    expect(worth).to_contain_text("€30.10")
    page.get_by_label("Date", exact=True).fill("31.12.2023")
    expect(worth).to_contain_text("No mileage rate of DE for a motorcycle is known for 2023-12-31")
    page.get_by_label("Start").fill("Bonn")
    page.get_by_label("Destination").fill("Mainz")
    page.get_by_label("What for").fill("Fair")
    page.get_by_label("What for").press("Enter")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("No mileage rate of DE")
    fits(page)
    assert findings(page) == []
    page.get_by_label("Date", exact=True).fill("2026-02-14")
    page.get_by_label("What for").press("Enter")
    opened(page)
    [row] = expenses_of(stack)
    assert (row["origin"], row["total_minor"], row["merchant"]) == (
        "mileage",
        3_010,
        "Mileage Bonn - Mainz",
    )


def test_the_british_rate_asks_for_the_miles_of_the_year(page: Page) -> None:
    page.goto("/expenses/new/mileage")
    page.get_by_label("Whose rate").select_option("GB")
    page.get_by_label("Date", exact=True).fill("1 Oct 2026")
    page.get_by_label("Distance in miles").fill("100")
    worth = page.get_by_role("region", name="What it is worth")
    expect(worth).to_contain_text("£0.55 a mile up to 10,000 miles in a tax year, then £0.25")
    page.get_by_label("Business miles earlier in this tax year").fill("9,950")
    expect(worth).to_contain_text("£40.00")
    expect(worth.get_by_role("listitem")).to_have_count(2)


@WIDTHS
def test_per_diem_takes_off_meals_a_day_at_a_time(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses/new/per-diem")
    page.get_by_label("Whose rates").select_option("DE")
    page.get_by_label("Departed on").fill("14.2.2026")
    page.get_by_role("group", name="Departed").get_by_label("at").fill("07:00")
    page.get_by_label("Came back on").fill("16.2.2026")
    page.get_by_role("group", name="Came back").get_by_label("at").fill("18:00")
    worth = page.get_by_role("region", name="What it is worth")
    expect(worth).to_contain_text("€56.00")
    page.get_by_label("Breakfast on 15 Feb 2026").press("Space")
    expect(worth).to_contain_text("€50.40")
    expect(worth.get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name="Add the expense").press("Enter")
    expect(page.get_by_label("What for")).to_be_focused()
    fits(page)
    assert findings(page) == []
    page.get_by_label("What for").fill("Fair")
    page.get_by_label("What for").press("Control+Enter")
    opened(page)
    [row] = expenses_of(stack)
    assert (row["origin"], row["total_minor"], row["date"]) == ("per_diem", 5_040, "2026-02-16")


def test_where_the_answer_is_lost_it_is_sent_again_and_is_one(
    page: Page, stack: RunningStack
) -> None:
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(json.loads(route.request.post_data or "{}")["key"])
        if len(keys) == 1:
            route.fetch()
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/api/vouchers", lose)
    page.goto("/expenses/new")
    for label, text in (
        ("Paid to", "Tip"),
        ("Total", "2"),
        ("Currency", "EUR"),
        ("Why is there no receipt?", "A tip"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Add the expense").press("Enter")
    # The page sends it again by itself.
    opened(page)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(expenses_of(stack)) == 1


def test_a_journey_that_was_claimed_already_leads_to_the_question(
    page: Page, stack: RunningStack
) -> None:
    drive = {
        "date": "2026-02-14",
        "from": "Bonn",
        "to": "Mainz",
        "km": "150",
        "purpose": "Fair",
        "country": "DE",
    }
    first = stack.ask("/api/mileage", **drive, key="out").raise_for_status().json()["runId"]
    stack.wait_for_status(first, "complete")
    page.goto("/expenses/new/mileage")
    page.get_by_label("Whose rate").select_option("DE")
    for label, text in (
        ("Date", "14.2.2026"),
        ("Start", "Bonn"),
        ("Destination", "Mainz"),
        ("Distance in kilometres", "150"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("What for").fill("Fair")
    page.get_by_label("What for").press("Enter")
    page.wait_for_url("**/expenses/run_*")
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "rate", "total"),
    [("de-DE", "0,30\xa0€", "45,15\xa0€"), ("en-US", "€0.30", "€45.15")],
)
def test_numbers_are_as_the_person_writes_them(
    browser: Browser, stack: RunningStack, locale: str, rate: str, total: str
) -> None:
    context = browser.new_context(
        base_url=stack.url, locale=locale, viewport={"width": 375, "height": 800}
    )
    page = context.new_page()
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    say = words_of(locale)
    page.goto("/expenses/new/mileage")
    page.get_by_label(say("Whose rate")).select_option("DE")
    page.get_by_label(say("Date"), exact=True).fill(
        "14.02.2026" if locale == "de-DE" else "2/14/2026"
    )
    page.get_by_label(say("Distance in {1}").replace("{1}", say("kilometres"))).fill(
        "150,5" if locale == "de-DE" else "150.5"
    )
    worth = page.get_by_role("region", name=say("What it is worth"))
    expect(worth).to_contain_text(say("{1} a {2}{3}").format("", rate, say("kilometre"), ""))
    expect(worth).to_contain_text(total)
    context.close()

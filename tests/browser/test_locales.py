"""Each view's main task in a German and an American locale, at a desk and on a phone: numbers and
days are typed and shown as people write them there, and none is misread.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.expense_table import expense_rows, search_field
from tests.browser.test_sorting import account_of, add
from tests.support.drawing import draw_receipt
from tests.support.receipts import receipt_without_total
from tests.support.running_stack import RunningStack
from tests.support.words import words_of


class Habits(NamedTuple):
    """How the same values are written."""

    read_day: str
    amount: str
    small: str
    day: str
    day_in_words: str
    thousand: str
    shown: str
    first_day: str
    chip_day: str
    chip_amount: str


GERMAN = Habits(
    "14.02.2026",
    "76,30",
    "76,30",
    "07.05.2018",
    "7. Mai 2018",
    "1.234",
    "1.234,00\u00a0€",
    "1.5.2018",
    "01.05.2018",
    "1000,50",
)
AMERICAN = Habits(
    "02/14/2026",
    "76.30",
    "76.30",
    "5/7/2018",
    "May 7, 2018",
    "1,234",
    "€1,234.00",
    "5/1/2018",
    "05/01/2018",
    "1000.50",
)
PLACES = [("de-DE", GERMAN, True), ("en-US", AMERICAN, False)]


def hand_in(page: Page, stack: RunningStack, say: Callable[[str], str]) -> str:
    """A receipt without a total, opened in its review; the run's id."""
    photo: FilePayload = {
        "name": "taxi.jpg",
        "mimeType": "image/jpeg",
        "buffer": draw_receipt(receipt_without_total("LOCALE TAXI")),
    }
    page.set_input_files("#choose-input", photo)
    row = page.get_by_role("listitem").filter(has_text="taxi.jpg")
    expect(row).to_contain_text(say("Needs review"))
    row.get_by_role("link").click()
    page.wait_for_url(f"{stack.url}/expenses/run_*")
    return page.url.rsplit("/", 1)[1]


def add_approver(stack: RunningStack) -> None:
    """A second person who can approve: what one confirms stays open until the other approves."""
    with stack.client() as client:
        person = {"name": "Ben", "roles": ["approver"]}
        client.post("/api/people", json=person).raise_for_status()


@pytest.mark.parametrize(("locale", "habits", "phone"), PLACES)
def test_values_are_typed_and_shown_as_they_are_written_here(
    page: Page, stack: RunningStack, locale: str, habits: Habits
) -> None:
    say = words_of(locale)
    add_approver(stack)
    run_id = hand_in(page, stack, say)
    date = page.get_by_label(say("Date"))
    expect(date).to_have_value(habits.read_day)
    page.get_by_label(say("Total")).fill(habits.amount)
    page.get_by_label(say("Currency"), exact=True).fill("EUR")
    date.fill(habits.day)
    expect(date).to_have_accessible_description(re.compile(habits.day_in_words))
    page.get_by_role("button", name=say("Confirm")).click()
    expect(page.get_by_text(say("Confirmed.")).first).to_be_visible()
    expense = stack.wait_for_status(run_id, "complete")["expense"]
    assert (expense["total"], expense["date"]) == ("76.30", "2018-05-07")

    page.goto(f"/expenses/{expense['id']}")
    page.get_by_role("button", name=f"{say('Total')}:").click()
    total = page.get_by_label(say("Total"), exact=True)
    expect(total).to_have_value(habits.small)
    total.fill(habits.thousand)
    page.get_by_label(say("Why does it change?")).fill("It was a long way")
    page.get_by_role("button", name=say("Save"), exact=True).click()
    history = page.get_by_role("region", name=say("History"))
    expect(history).to_contain_text(
        f"{say('Total')}: {habits.small} → {habits.amount[-3].join(['1234', '00'])}"
    )
    assert saved(stack, expense["id"])["total"] == "1234.00"

    page.goto("/expenses")
    search_field(page, say).fill(f">={habits.chip_amount} 2018-05-01..2018-12")
    search_field(page, say).press("Enter")
    row = expense_rows(page, say)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(habits.shown.strip("€\u00a0"))
    expect(row).to_contain_text(habits.day_in_words if habits is AMERICAN else "07.05.2018")
    expect(
        page.get_by_role(
            "link", name=say("Remove {1}").replace("{1}", f"{say('From')}: {habits.chip_day}")
        )
    ).to_be_visible()
    least = re.compile(rf"{say('At least')}: {habits.chip_amount.rstrip('0')}0?\b")
    expect(page.get_by_role("link", name=least)).to_be_visible()
    expect(search_field(page, say)).to_have_value("")
    expect(page).to_have_url(re.compile(r"from=2018-05-01&to=2018-12-31&min=1000\.50?$"))

    page.goto("/reports?by=merchant&from=2018-05&to=2018-05")
    cell = page.get_by_role("row", name=re.compile("LOCALE TAXI"))
    expect(cell).to_contain_text(habits.shown)
    cell.get_by_role("link").first.click()
    expect(row).to_have_count(1)
    expect(page).to_have_url(re.compile("from=2018-05-01&to=2018-05-31"))
    expect(page.get_by_role("link", name=re.compile("(May|Mai) 2018"))).to_be_visible()

    page.goto("/exports")
    page.get_by_label(say("Month of the expenses")).fill("2018-05")
    page.get_by_role("button", name=say("Export"), exact=True).click()
    file = page.get_by_role("listitem").filter(has_text="expenses_2018-05-01_2018-05-31")
    expect(file).to_contain_text(habits.shown)


@pytest.mark.parametrize(("locale", "habits"), [("de-DE", GERMAN), ("en-US", AMERICAN)])
def test_limits_of_policies_and_rules_are_read_as_they_are_written_here(
    page: Page, stack: RunningStack, locale: str, habits: Habits
) -> None:
    say = words_of(locale)
    page.goto("/settings/policies")
    page.get_by_role("button", name=say("New policy …")).click()
    form = page.get_by_role("dialog", name=say("New policy"))
    form.get_by_label(say("Name")).fill("Much")
    form.get_by_label(say("Only above the amount")).fill(habits.thousand)
    form.get_by_label(say("In the currency")).fill("EUR")
    form.get_by_role("button", name=say("Add the policy")).click()
    expect(page.get_by_role("listitem").filter(has_text="Much")).to_contain_text(habits.shown)
    page.goto("/settings/categories")
    page.get_by_role("button", name=say("New rule …")).click()
    page.get_by_label(say("From the amount")).fill(habits.chip_amount)
    page.get_by_label(say("In the currency")).fill("EUR")
    page.get_by_label(say("Category"), exact=True).last.fill("Office")
    page.get_by_role("button", name=say("Add the rule")).click()
    expect(page.get_by_text(say("The rule is added.")).first).to_be_visible()
    with stack.client() as client:
        [policy] = client.get("/api/policies").raise_for_status().json()["items"]
        [rule] = client.get("/api/rules").raise_for_status().json()["items"]
    assert (policy["above"], rule["when"]["min"]) == ("1234.00", "1000.50")


def saved(stack: RunningStack, expense_id: str) -> dict[str, Any]:
    with stack.client() as client:
        return client.get(f"/api/expenses/{expense_id}").raise_for_status().json()


@pytest.mark.parametrize("locale", ["de-DE"])
def test_no_german_word_or_number_is_cut_at_a_desk(page: Page, stack: RunningStack) -> None:
    """A day beside the sign of a closed month, a stage of an expense, and an IBAN."""
    page.set_viewport_size({"width": 1280, "height": 800})
    add(stack, "TEO HENG", "teoheng", [1])
    days = {"from": "2026-03-01", "to": "2026-03-31"}
    stack.ask("/api/closed-periods", **days).raise_for_status()
    atlas = stack.ask("/api/clients", name="Atlas AG").raise_for_status().json()["id"]
    # The test's own expense, which a client is billed for.
    stack.d1(
        "UPDATE expenses SET status = 'approved', billable = 1, client = 'Atlas AG', "
        f"client_id = '{atlas}' WHERE account_id = '{account_of(stack)}'"
    )
    with stack.client() as client:
        iban = {"iban": "FR1420041010050500013M02606"}
        client.patch("/api/company", json=iban).raise_for_status()
    page.goto("/expenses")
    day = page.locator(".found-body .found-date")
    expect(day.locator(".closed-sign")).to_be_attached()
    assert day.evaluate(_IS_WHOLE)
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    stage = page.get_by_text("Weiterberechnet", exact=True)
    expect(stage).to_be_visible()
    assert stage.evaluate(_IS_ONE_LINE)
    page.goto("/settings")
    assert page.get_by_label("IBAN", exact=True).evaluate(_IS_WHOLE)


_IS_WHOLE = "(shown) => shown.scrollWidth <= shown.clientWidth"
_IS_ONE_LINE = """(shown) => {
  const words = document.createRange();
  words.selectNodeContents(shown);
  return words.getClientRects().length === 1;
}"""

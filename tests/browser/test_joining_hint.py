"""Two photos of one long receipt: the review says so and joins them by one act, which a person
takes back.
"""

from playwright.sync_api import Page, Route, expect

from tests.support.drawing import draw_receipt
from tests.support.running_stack import RunningStack

LINES = [
    "CEDAR MARKET SDN BHD",
    "12 Jalan Bunga, 50000 Kuala Lumpur",
    "Date: 14/02/2026  09:31",
    "Rice basmati 5kg  31.40",
    "Cooking oil 2 litres  18.90",
    "Washing powder  12.70",
    "TOTAL  RM  63.00",
    "CASH  63.00",
    "CHANGE  0.00",
    "Thank you, come again",
]


def test_by_one_act_and_back(page: Page, stack: RunningStack) -> None:
    above, below = draw_receipt(LINES[:6]), draw_receipt(LINES[4:])
    runs = [str(stack.upload(photo).raise_for_status().json()["runId"]) for photo in (above, below)]
    for run in runs:
        stack.wait_for_status(run, "needs_review")
    page.goto(f"/expenses/{runs[1]}")
    hint = page.get_by_role("region", name="Photos of one receipt")
    expect(hint.get_by_role("img")).to_have_count(2)
    expect(hint.get_by_role("img", name="Photo 2: this one")).to_be_visible()
    is_asked = False

    def hold(route: Route) -> None:
        """The expense is shown once its undoing was asked for."""
        if is_asked:
            route.continue_()
        else:
            held.append(route)

    held: list[Route] = []
    page.route("**/api/expenses/exp_*", hold)
    hint.get_by_role("button", name="Join 2 photos").click()
    page.wait_for_url(lambda url: "/expenses/" in url and not any(run in url for run in runs))
    joined = page.url.rsplit("/", 1)[1]
    expense = stack.wait_for_status(joined, "complete")["expense"]
    assert (expense["registeredName"], expense["total"]) == ("CEDAR MARKET SDN BHD", "63.00")
    page.get_by_role("button", name="Undo the joining…").click()
    # The question stays as the page becomes that of the expense.
    page.wait_for_url("**/expenses/exp_*")
    is_asked = True
    for route in held:
        route.continue_()
    expect(page.locator(".expense-view")).to_be_visible()
    page.get_by_role("button", name="Undo the joining", exact=True).click()
    # The address of what was joined became that of its expense.
    page.wait_for_url(lambda url: "/expenses/run_" in url and joined not in url)
    assert stack.run(joined)["expense"]["status"] == "voided"
    stack.wait_for_status(page.url.rsplit("/", 1)[1], "needs_review")

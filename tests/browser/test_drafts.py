"""What was typed survives a session that ends, in a real browser on the genuine stack."""

from playwright.sync_api import Page, Route, expect

from tests.support.drawing import draw_receipt
from tests.support.running_stack import RunningStack

NO_TOTAL = ["CITY TAXI", "Date: 14/02/2026", "Thank you"]


def test_what_was_typed_is_there_again_after_signing_in_and_gone_after_signing_out(
    page: Page, stack: RunningStack
) -> None:
    run = stack.upload(draw_receipt(NO_TOTAL)).json()["runId"]
    stack.wait_for_status(run, "needs_review")
    page.goto(f"/expenses/{run}")
    page.get_by_label("Merchant").fill("City Taxi of Ipoh")
    page.get_by_label("Total").fill("76.30")

    def hold_looks(route: Route) -> None:
        if route.request.method != "GET" or "/sign-in" in page.url:
            route.continue_()

    # The page looks for news by itself, and would leave before anybody clicks.
    page.route("**/api/**", hold_looks)
    with stack.client() as client:
        client.delete("/api/sessions").raise_for_status()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/sign-in?next=*")
    page.unroute("**/api/**", hold_looks)
    page.get_by_label("Paste the link, or its code").fill(stack.sign_in_url())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/expenses/{run}")
    expect(page.get_by_label("Merchant")).to_have_value("City Taxi of Ipoh")
    expect(page.get_by_label("Total")).to_have_value("76.30")

    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"/expenses/{run}")
    expect(page.get_by_label("Merchant")).not_to_have_value("City Taxi of Ipoh")

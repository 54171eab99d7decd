"""Two tabs of one browser, two accounts: a page changes nothing in the account that it was not
loaded for.
"""

from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


def test_a_file_dropped_in_the_first_tab_does_not_land_in_the_second_tabs_account(
    page: Page, stack: RunningStack
) -> None:
    mine = page.locator("#account-name").text_content()
    other = stack.with_own_account()
    second = page.context.new_page()
    second.goto(other.sign_in_url())
    second.wait_for_url(f"{stack.url}/")
    expect(second.locator("#account-name")).not_to_have_text(str(mine))

    photo = draw_receipt(clear_receipt("WRONG BOOKS LTD", "9.90"))
    page.set_input_files(
        "#choose-input", {"name": "wrong.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_role("alert").filter(has_text="meant for another account")).to_be_visible()
    for each in (stack, other):
        with each.client() as client:
            assert client.get("/api/runs").json()["items"] == []
    page.get_by_role("button", name="Load again").click()
    expect(page.locator("#account-name")).to_have_text(
        str(second.locator("#account-name").text_content())
    )


def test_whose_papers_these_are_stands_on_a_phone_too(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 667})
    expect(page.locator("#account-name")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Tillroll")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )

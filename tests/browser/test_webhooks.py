"""Webhooks on their page, by phone: an endpoint that fails, its attempts with what was answered,
and sending again.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.support.drawing import draw_receipt
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until


class _Receiver(LocalServer):
    """Fails once, and says why; then it takes what comes."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def answer(self, request: Request) -> Answer:
        self.ids.append(request.headers["webhook-id"])
        return Answer(
            500 if len(self.ids) == 1 else 200, "out of paper" if len(self.ids) == 1 else "thanks"
        )


@pytest.mark.essential
def test_attempts_are_shown_with_what_was_answered(page: Page, stack: RunningStack) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    with _Receiver() as receiver:
        page.goto(f"{stack.url}/settings/webhooks")
        page.get_by_role("button", name="New endpoint …").click()
        page.get_by_role("textbox", name="Address").fill(f"{receiver.url}/a-hook")
        page.get_by_role("textbox", name="Events").fill("run.*")
        page.get_by_role("button", name="Add the endpoint").click()
        expect(page.get_by_role("dialog")).to_contain_text("It is shown only now")
        page.keyboard.press("Escape")
        test = page.get_by_role("button", name=f"Test: {receiver.url}/a-hook")
        test.click()
        expect(page.get_by_text("It was not taken: the receiver answered 500.")).to_be_visible()
        page.get_by_role("button", name="Attempts: endpoint.test").first.click()
        attempt = (
            page.get_by_role("list", name="Attempts, the newest first")
            .get_by_role("listitem")
            .first
        )
        expect(attempt).to_contain_text("Attempt 1: 500")
        expect(attempt).to_contain_text("out of paper")
        expect(attempt.locator(".line-note")).to_have_count(1)  # a second one would lie upon it
        page.get_by_text("What is sent").click()
        expect(page.get_by_label("What is sent")).to_contain_text('"type": "endpoint.test"')
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        page.keyboard.press("Escape")
        page.get_by_label("Show").select_option("given_up")
        expect(
            page.get_by_role("list", name="Deliveries").get_by_role("listitem").first
        ).to_contain_text("given up")
        test.click()
        expect(page.get_by_text("The receiver answered 200.")).to_be_visible()
        assert len(set(receiver.ids)) == 2


class _TakesAll(LocalServer):
    """Takes what comes, and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return Answer(200, "thanks")


def test_past_events_are_sent_to_a_new_endpoint_once(page: Page, stack: RunningStack) -> None:
    content = draw_receipt(clear_receipt("PAST EVENTS CAFE", "7.10"))
    run = stack.upload(content, "past.jpg").raise_for_status().json()["runId"]
    stack.wait_for_status(run, "complete")
    with _TakesAll() as receiver:
        page.goto(f"{stack.url}/settings/webhooks")
        page.get_by_role("button", name="New endpoint …").click()
        page.get_by_role("textbox", name="Address").fill(f"{receiver.url}/new")
        page.get_by_role("button", name="Add the endpoint").click()
        expect(page.get_by_role("dialog")).to_contain_text("It is shown only now")
        page.keyboard.press("Escape")
        past = page.get_by_role("button", name=f"Past events: {receiver.url}/new")
        past.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Events").fill("expense.created")
        assert findings(page) == []
        dialog.get_by_role("button", name="Send them").click()
        expect(page.get_by_text("Past events are on their way.")).to_be_visible()
        past.click()
        expect(dialog.get_by_role("list", name="Sent before")).to_contain_text("expense.created")
        page.keyboard.press("Escape")

        def is_taken() -> bool:
            stack.fire_cron()
            return bool(receiver.requests)

        wait_until(is_taken, "the past event")
        past.click()
        before = dialog.get_by_role("list", name="Sent before")
        expect(before).to_contain_text("all are on their way")
        expect(before).to_contain_text("1 event")
    [taken] = receiver.requests
    assert taken.headers["tillroll-replay"] == "true"
    assert "PAST EVENTS CAFE" in taken.body

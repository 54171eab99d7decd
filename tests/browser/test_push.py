"""A browser shows what its person chose, by messages that the genuine Worker encrypts, and a click
opens the page.

The push service is this machine's, in place of the browser's own; the browser is handed what that
takes.
"""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import findings
from tests.support.drawing import draw_receipt
from tests.support.push_service import Browser, PushServer, check_sender
from tests.support.receipts import receipt_without_total
from tests.support.running_stack import RunningStack, wait_until

_READY = "navigator.serviceWorker.controller !== null"
_SUBSCRIBES = """(() => {
  let held = null;
  const made = (subscribed) => ({
    toJSON: () => subscribed, unsubscribe: async () => { held = null; return true; },
  });
  Notification.requestPermission = async () => "granted";
  PushManager.prototype.getSubscription = async () => held;
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    window.subscribedWith = { applicationServerKey, userVisibleOnly };
    return (held = made(%s));
  };
})()"""
# This browser has no screen to show a notification on, nor a person to click at it.
_IN_WORKER = """() => {
  self.shown = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    shown.push({ title, ...options });
  };
  WindowClient.prototype.focus = async function () { return this; };
}"""
_CLICK = """() => {
  const event = new ExtendableEvent("notificationclick");
  const notification = { ...shown[0], close() {} };
  dispatchEvent(Object.assign(event, { notification, waitUntil() {} }));
}"""


# Its push service gave the browser another subscription.
_MOVES = """async (given) => {
  let told;
  const event = new ExtendableEvent("pushsubscriptionchange");
  const newSubscription = { toJSON: () => given };
  dispatchEvent(Object.assign(event, { newSubscription, waitUntil(work) { told = work; } }));
  await told;
}"""


@pytest.fixture
def installs() -> bool:
    return True


@pytest.fixture
def service() -> Iterator[PushServer]:
    with PushServer() as server:
        yield server


@pytest.fixture
def browser_keys(service: PushServer, window: BrowserContext) -> Browser:
    keys = Browser(f"{service.url}/send/1")
    body = keys.body()
    given = {"endpoint": body["endpoint"], "keys": body["keys"]}
    window.add_init_script(_SUBSCRIBES % json.dumps(given))
    return keys


@pytest.mark.parametrize("phone", [True])
def test_a_browser_shows_what_was_chosen_and_a_click_opens_it(
    browser_keys: Browser, page: Page, stack: RunningStack, service: PushServer
) -> None:
    page.goto("/settings/notices")
    wait_until(lambda: page.evaluate(_READY), "the service worker to take over")
    page.get_by_role("button", name="Show messages in this browser").click()
    expect(page.get_by_text("(this browser)")).to_be_visible()
    expect(page.get_by_role("checkbox", name="What needs you")).to_be_checked()
    page.get_by_role("checkbox", name="What was paid").uncheck()
    expect(page.get_by_role("checkbox", name="What was paid")).not_to_be_checked()
    assert findings(page) == []
    subscribed = page.evaluate("window.subscribedWith")
    with stack.client() as client:
        devices = client.get("/api/notices/devices").json()
    assert subscribed == {"applicationServerKey": devices["publicKey"], "userVisibleOnly": True}
    assert [device["kinds"] for device in devices["items"]] == [["approval", "attention"]]

    run_id = stack.upload(
        draw_receipt(receipt_without_total("NO TOTAL HOUSE SDN BHD")), "no-total.jpg"
    ).json()["runId"]
    stack.wait_for_status(run_id, "needs_review")

    def sent() -> bool:
        stack.fire_cron()
        return bool(service.taken)

    wait_until(sent, "the message")
    [request] = service.taken
    message = browser_keys.read(request.content)
    assert message["path"] == f"/runs/{run_id}"
    check_sender(request.headers, devices["publicKey"], service.url)

    [worker] = page.context.service_workers
    worker.evaluate(_IN_WORKER)
    deliver(page, stack, json.dumps(message))
    [shown] = wait_until(lambda: worker.evaluate("shown"), "the notification")
    # Under its tag, a second one takes the place of the first.
    assert (shown["title"], shown["body"], shown["tag"]) == (
        "Tillroll",
        message["text"],
        message["id"],
    )
    worker.evaluate(_CLICK)
    page.wait_for_url(f"**/expenses/{run_id}")

    moved = Browser(f"{service.url}/send/2")
    worker.evaluate(_MOVES, {"endpoint": moved.endpoint, "keys": moved.body()["keys"]})
    stack.wait_for_status(
        stack.upload(
            draw_receipt(receipt_without_total("SECOND HOUSE SDN BHD")), "second.jpg"
        ).json()["runId"],
        "needs_review",
    )

    def sent_there() -> bool:
        stack.fire_cron()
        return len(service.taken) > 1

    wait_until(sent_there, "the message at the other address")
    assert service.taken[-1].target == "/send/2"
    assert moved.read(service.taken[-1].content)["text"] == message["text"]

    page.goto("/settings/notices")
    expect(page.get_by_text("Last message")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Show messages in this browser")).to_be_visible()
    with stack.client() as client:
        assert client.get("/api/notices/devices").json()["items"] == []


def test_signing_out_ends_this_browsers_messages(
    browser_keys: Browser, page: Page, stack: RunningStack
) -> None:
    assert browser_keys
    page.goto("/settings/notices")
    wait_until(lambda: page.evaluate(_READY), "the service worker to take over")
    page.get_by_role("button", name="Show messages in this browser").click()
    expect(page.get_by_text("(this browser)")).to_be_visible()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    with stack.client() as client:
        assert client.get("/api/notices/devices").json()["items"] == []


def deliver(page: Page, stack: RunningStack, data: str) -> None:
    """As the browser does once its push service has a message for it."""
    session = cast("Any", page.context.new_cdp_session(page))
    registrations: list[str] = []

    def note(event: dict[str, Any]) -> None:
        registrations.extend(each["registrationId"] for each in event["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    wait_until(lambda: page.evaluate("1") and registrations, "the registration")
    sent = {"origin": stack.url, "registrationId": registrations[-1], "data": data}
    session.send("ServiceWorker.deliverPushMessage", sent)
    session.detach()

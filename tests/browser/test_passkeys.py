"""Passkeys and links between people, in a real browser with a virtual authenticator, on the genuine
stack.
"""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeAlias, cast

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect

from tests.support.running_stack import RunningStack

Send: TypeAlias = Callable[[str, dict[str, Any]], dict[str, Any]]

_AUTHENTICATOR: dict[str, Any] = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """What the virtual authenticator of a page holds (Chrome DevTools Protocol, domain
    WebAuthn).
    """

    def __init__(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        self._send = cast("Send", session.send)  # pyright: ignore[reportUnknownMemberType] - untyped
        self._send("WebAuthn.enable", {})
        added = self._send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        self._id: dict[str, Any] = {"authenticatorId": added["authenticatorId"]}

    def set_counter(self, count: int) -> None:
        """Put the one passkey back with another counter, as a copy of it has."""
        [credential] = self._send("WebAuthn.getCredentials", self._id)["credentials"]
        self._send("WebAuthn.clearCredentials", self._id)
        self._send(
            "WebAuthn.addCredential", {**self._id, "credential": {**credential, "signCount": count}}
        )

    def refuse(self) -> None:
        """From now on the person is not the one it knows."""
        self._send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": False})


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")


@contextmanager
def another_window(browser: Browser, stack: RunningStack) -> Generator[BrowserContext]:
    context = browser.new_context(base_url=stack.url, locale="en-GB")
    yield context
    context.close()


def make_passkey(page: Page, name: str) -> None:
    page.get_by_role("button", name="New passkey …").click()
    page.get_by_label("Name of the new passkey").fill(name)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()


@pytest.mark.essential
def test_a_passkey_is_made_signs_in_is_renamed_and_removed(page: Page) -> None:
    Device(page)
    page.goto("/settings/access")
    make_passkey(page, "Desk")
    sign_out(page)
    page.goto("/settings/access")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/settings/access")
    line = page.get_by_role("listitem").filter(has_text="Desk")
    expect(line).to_contain_text("last used")
    page.get_by_role("button", name="Rename Desk").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Laptop")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Remove Laptop").click()
    expect(page.get_by_role("dialog")).to_contain_text("It is your last one")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("listitem").filter(has_text="Laptop")).to_have_count(0)


def test_a_copied_passkey_and_a_stranger_are_not_let_in(page: Page, stack: RunningStack) -> None:
    device = Device(page)
    page.goto("/settings/access")
    make_passkey(page, "Desk")
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{stack.url}/home")
    sign_out(page)
    device.set_counter(0)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("counter went back")
    device.refuse()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")


def test_whoever_signs_out_is_led_to_one_place_whatever_else_hears_of_it(page: Page) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if route.request.method == "DELETE":
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/api/session", hold)
    ways: list[str] = []
    page.on(
        "request",
        lambda request: ways.append(request.url) if request.is_navigation_request() else None,
    )
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    while not held:
        page.wait_for_timeout(50)
    with page.expect_response(lambda answer: answer.status == HTTPStatus.UNAUTHORIZED):
        page.get_by_role("link", name="Expenses").first.click()
    [(route, answer)] = held
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    route.fulfill(response=answer)
    page.wait_for_url("**/sign-in")
    assert [way.rpartition("/")[2] for way in ways] == ["sign-in"]


def _link_shown(page: Page) -> str:
    """The link of the dialog, once it is there."""
    field = page.get_by_role("dialog").get_by_label("Link", exact=True)
    expect(field).to_have_value(re.compile("^http"))
    return field.input_value()


def test_an_owner_invites_somebody_and_lets_them_in_again(
    page: Page, browser: Browser, stack: RunningStack
) -> None:
    page.goto("/settings/people")
    page.get_by_role("button", name="New person …").click()
    page.get_by_label("Name of a new person").fill("Bob")
    page.get_by_role("button", name="Invite").click()
    link = _link_shown(page)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    bob = page.get_by_role("listitem").filter(has_text="Bob")
    expect(bob).to_contain_text("a link that was not used yet")

    with another_window(browser, stack) as window:
        his = window.new_page()
        Device(his)
        his.goto(link)
        his.get_by_label("Name of the passkey").fill("Bob's phone")
        his.get_by_role("button", name="Make a passkey").click()
        his.wait_for_url(f"{stack.url}/home")
        his.goto("/settings/access")
        expect(his.get_by_role("listitem").filter(has_text="Bob's phone")).to_be_visible()
        expect(his.get_by_role("link", name="People")).to_have_count(0)

        page.reload()
        expect(bob).to_contain_text("one passkey")
        page.get_by_role("button", name="More for Bob").click()
        page.get_by_role("button", name="Lock out Bob").click()
        page.get_by_role("dialog").get_by_role("button", name="Lock out").click()
        expect(bob).to_contain_text("no passkey")
        # The page may be on its way to the sign-in by itself, which would abort a `reload()`.
        his.evaluate("() => setTimeout(() => location.reload())")
        his.wait_for_url("**/sign-in?next=*")

        page.get_by_role("button", name="More for Bob").click()
        page.get_by_role("button", name="Link for Bob").click()
        page.get_by_role("dialog").get_by_role("button", name="Make the link").click()
        again = _link_shown(page)
        his.goto(again)
        his.get_by_role("button", name="Not now").click()
        his.wait_for_url(f"{stack.url}/home")

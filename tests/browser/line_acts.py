"""Acts that are played over a line that breaks: where each is done, and how the server counts
it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.support.broken_line import BEFORE, BrokenLine, Fault
from tests.support.running_stack import RunningStack

NO_CONNECTION = re.compile("No connection: try again")
# How often the page sends a request by itself: once, and twice more.
TRIES = 3
IBAN = "DE02120300000000202051"


@dataclass(frozen=True)
class Act:
    """Something that is done on the page: where, by which request, how its dialogue is opened and
    filled in, which button does it, and what the server then has of it.
    """

    address: str
    method: str
    path: str
    fill: Callable[[Page], Locator]
    button: str
    made: Callable[[httpx.Client], int]


def dialog_of(page: Page, opened_by: str, **texts: str) -> Locator:
    """A dialogue that a button opens, with its fields filled in."""
    page.get_by_role("button", name=opened_by).first.click()
    dialog = page.get_by_role("dialog")
    for label, text in texts.items():
        dialog.get_by_label(label.replace("_", " ")).first.fill(text)
    return dialog


def city(page: Page) -> Locator:
    section = page.get_by_role("region", name="Company", exact=True)
    section.get_by_label("City").fill("Bonn")
    return section


def count_of(path: str, name: str) -> Callable[[httpx.Client], int]:
    """How many items of a list have a name."""

    def count(client: httpx.Client) -> int:
        answer = client.get(path, params={"limit": 100} if "limit" in path else None)
        items = answer.raise_for_status().json()["items"]
        return sum(item.get("name") == name for item in items)

    return count


def categories(client: httpx.Client) -> int:
    found = client.get("/api/categories").raise_for_status().json()["categories"]
    return sum(each["name"] == "Broken line" for each in found)


def endpoints(client: httpx.Client) -> int:
    found = client.get("/api/endpoints").raise_for_status().json()["items"]
    return sum(each["url"] == "https://line.example/hook" for each in found)


def exports(client: httpx.Client) -> int:
    return len(client.get("/api/exports").raise_for_status().json()["items"])


def company(client: httpx.Client) -> int:
    changed = client.get("/api/company").raise_for_status().json()["city"] == "Bonn"
    events = client.get("/api/audit", params={"action": "company.changed"}).raise_for_status()
    return len(events.json()["items"]) if changed else 0


ACTS = {
    "token": Act(
        "/settings/access",
        "POST",
        "/api/tokens",
        lambda page: dialog_of(page, "New token", What_it_is_for="Broken line"),
        "Make the token",
        count_of("/api/tokens", "Broken line"),
    ),
    "person": Act(
        "/settings/people",
        "POST",
        "/api/people",
        lambda page: dialog_of(page, "New person", Name_of_a_new_person="Broken line"),
        "Invite",
        count_of("/api/people", "Broken line"),
    ),
    "client": Act(
        "/clients",
        "POST",
        "/api/clients",
        lambda page: dialog_of(page, "New client", Name="Broken line"),
        "Add the client",
        count_of("/api/clients", "Broken line"),
    ),
    "bank account": Act(
        "/bank",
        "POST",
        "/api/bank/accounts",
        lambda page: dialog_of(page, "New account", Name="Broken line"),
        "Create the account",
        count_of("/api/bank/accounts", "Broken line"),
    ),
    "payee": Act(
        "/settings/payments",
        "POST",
        "/api/payees",
        lambda page: dialog_of(page, "New payee", Name="Broken line", IBAN=IBAN),
        "Save",
        count_of("/api/payees", "Broken line"),
    ),
    "category": Act(
        "/settings/categories",
        "POST",
        "/api/categories",
        lambda page: dialog_of(page, "New category", Name="Broken line"),
        "Add the category",
        categories,
    ),
    "endpoint": Act(
        "/settings/webhooks",
        "POST",
        "/api/endpoints",
        lambda page: dialog_of(page, "New endpoint", Address="https://line.example/hook"),
        "Add the endpoint",
        endpoints,
    ),
    "company": Act(
        "/settings",
        "PATCH",
        "/api/company",
        city,
        "Save",
        company,
    ),
}


def press(act: Act, at: Locator) -> None:
    button = at.get_by_role("button", name=act.button, exact=True)
    expect(button).to_be_enabled()
    button.click()


def check_once(act: Act, stack: RunningStack, line: BrokenLine) -> None:
    """The server has it once, and was asked under one key."""
    passed = line.acts(act.method, act.path)
    assert len({each.key for each in passed}) == 1, passed
    assert all(each.key for each in passed)
    with stack.client() as client:
        assert act.made(client) == 1, passed


def heals(act: Act, fault: Fault, page: Page, stack: RunningStack, line: BrokenLine) -> None:
    """The line breaks once: the page does it again by itself."""
    page.goto(act.address)
    at = act.fill(page)
    line.breaks(act.method, act.path, fault)
    press(act, at)
    wait_for(lambda: len(line.acts(act.method, act.path)) == 2, page)
    expect(page.get_by_text(NO_CONNECTION)).to_have_count(0)
    check_once(act, stack, line)


def said_and_pressed_again(
    act: Act, fault: Fault, page: Page, stack: RunningStack, line: BrokenLine
) -> None:
    """It stays broken: the page says so, and the next press is the same act."""
    page.goto(act.address)
    at = act.fill(page)
    line.breaks(act.method, act.path, fault, TRIES)
    press(act, at)
    expect(page.get_by_text(NO_CONNECTION)).to_be_visible()
    with stack.client() as client:
        assert act.made(client) == (0 if fault in BEFORE else 1)
    press(act, at)
    wait_for(lambda: len(line.acts(act.method, act.path)) == TRIES + 1, page)
    expect(page.get_by_text(NO_CONNECTION)).to_have_count(0)
    check_once(act, stack, line)


def wait_for(condition: Callable[[], bool], page: Page) -> None:
    """Until something came over the line."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")

"""Fixtures for tests in a real browser: a window of its own for each, and nothing on its
console.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from tests.support.broken_line import BrokenLine
from tests.support.browser import launch
from tests.support.patience import PATIENCE_MS
from tests.support.running_stack import RunningStack

# What the browser itself notes of an answered refusal, and of being offline; the page then explains
# it. The last is Playwright's.
_EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "Service Worker registration blocked by Playwright",
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all files of this folder that a worker takes, each test of which has a window of its
    own. Ended with the folder: as long as it runs, no asynchronous test can, and there is none
    here.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with launch() as browser:
        yield browser


@pytest.fixture
def stack(stack: RunningStack) -> RunningStack:
    """The session's stack in an account of the test's own, so that no other test's receipts stand
    in its lists.
    """
    return stack.with_own_account()


@pytest.fixture
def locale() -> str:
    """The browser's; a test may be given another by `parametrize`."""
    return "en-GB"


@pytest.fixture
def phone() -> bool:
    """Whether the window is a phone's, which is touched; a test may say so by `parametrize`."""
    return False


@pytest.fixture
def installs() -> bool:
    """Whether the page may have its service worker; where it has, no test can hold back what the
    page asks for.
    """
    return False


@pytest.fixture
def window(
    browser: Browser, stack: RunningStack, locale: str, *, phone: bool, installs: bool
) -> Iterator[BrowserContext]:
    """A window that nobody has signed in with. Errors, warnings and violations of the security
    policy fail the test.
    """
    size: ViewportSize = {"width": 375, "height": 667} if phone else {"width": 1280, "height": 800}
    context = browser.new_context(
        base_url=stack.url,
        locale=locale,
        viewport=size,
        has_touch=phone,
        is_mobile=phone,
        service_workers="allow" if installs else "block",
    )
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_EXPECTED):
            complaints.append(message.text)

    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def page(window: BrowserContext, stack: RunningStack) -> Page:
    """The list of receipts, signed in and empty."""
    page = window.new_page()
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    return page


@pytest.fixture
def line(stack: RunningStack) -> Iterator[BrokenLine]:
    """A line to the stack, which a test breaks."""
    with BrokenLine(lambda: stack.url) as line:
        yield line


@pytest.fixture
def behind(browser: Browser, stack: RunningStack, line: BrokenLine) -> Iterator[Page]:
    """The list of receipts behind the line, signed in and empty. A mistake of the page fails the
    test; what the browser notes of broken requests does not.
    """
    context = browser.new_context(base_url=line.url, locale="en-GB", service_workers="block")
    context.set_default_timeout(PATIENCE_MS)
    mistakes: list[str] = []
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    page = context.new_page()
    page.goto(stack.sign_in_url().replace(stack.url, line.url))
    page.wait_for_url(f"{line.url}/")
    yield page
    context.close()
    assert mistakes == []

"""The installed app: it opens without a connection, keeps what is added or shared then, and sends
it once.
"""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.test_fifty_files import arrived, invoices, wait_for_files
from tests.support.running_stack import RunningStack, wait_until

_READY = "navigator.serviceWorker.controller !== null"
_SHARE = """([name, text]) => {
  const sent = { method: "post", action: "/share", enctype: "multipart/form-data" };
  const form = Object.assign(document.createElement("form"), sent);
  const input = Object.assign(document.createElement("input"), { type: "file", name: "files" });
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "application/xml" }));
  input.files = transfer.files;
  form.append(input);
  document.body.append(form);
  setTimeout(() => form.submit()); // once the browser has been answered
}"""


_HELD = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
  return requests.map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def installs() -> bool:
    return True


@pytest.fixture
def installed(page: Page) -> Page:
    """The page once its service worker has all of the build."""
    page.on("dialog", lambda dialog: dialog.accept())
    wait_until(lambda: page.evaluate(_READY), "the service worker to take over")
    return page


def share(page: Page, number: int) -> None:
    file = invoices()[number]
    with page.expect_navigation():
        page.evaluate(_SHARE, [file["name"], file["buffer"].decode()])


@pytest.mark.essential
def test_it_opens_without_a_connection_and_sends_later_what_was_added_once(
    installed: Page, stack: RunningStack
) -> None:
    installed.context.set_offline(True)
    installed.goto("/")
    expect(installed.get_by_text("The connection is lost. Trying again")).to_be_visible()
    expect(
        installed.get_by_text("There is no connection. Receipts that you add are kept")
    ).to_be_visible()
    installed.set_input_files("#choose-input", invoices()[:2])
    expect(installed.get_by_role("listitem").filter(has_text="invoice-01.xml")).to_contain_text(
        "Trying again"
    )
    installed.goto("/")  # it is closed, and opened again
    expect(installed.get_by_role("listitem").filter(has_text="invoice-01.xml")).to_contain_text(
        "Trying again"
    )
    assert arrived(stack) == 0
    installed.context.set_offline(False)
    wait_for_files(installed, stack, 2)
    expect(
        installed.locator("#rows").get_by_role("listitem").filter(has_text="To approve")
    ).to_have_count(2)
    expect(installed.get_by_text("The connection is lost")).to_have_count(0)
    assert arrived(stack) == 2


@pytest.mark.parametrize("locale", ["de-DE"])
def test_it_opens_in_german_without_a_connection(installed: Page) -> None:
    installed.context.set_offline(True)
    installed.goto("/")
    expect(installed.get_by_text("Die Verbindung ist unterbrochen.")).to_be_visible()


def test_a_repeat_visit_requests_only_data(installed: Page) -> None:
    asked: list[Request] = []
    # A method of list takes no marks.
    installed.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108
    installed.goto("/")
    expect(installed.get_by_role("heading", name="Drop your receipts here")).to_be_visible()
    sized = {urlsplit(request.url).path: request.sizes()["responseBodySize"] for request in asked}
    assert sized["/api/session"] > 0
    from_network = {path for path, size in sized.items() if size > 0}
    assert {path for path in from_network if not path.startswith("/api/")} == set()


def test_a_shared_file_is_taken_once(installed: Page, stack: RunningStack) -> None:
    share(installed, 0)
    wait_for_files(installed, stack, 1)
    installed.context.set_offline(True)
    share(installed, 1)
    expect(installed.get_by_role("listitem").filter(has_text="invoice-01.xml")).to_contain_text(
        "Trying again"
    )
    installed.context.set_offline(False)
    wait_for_files(installed, stack, 2)
    installed.goto("/inbox/all")
    expect(
        installed.locator("#rows").get_by_role("listitem").filter(has_text="To approve")
    ).to_have_count(2)
    assert arrived(stack) == 2


def test_signing_out_leaves_nothing_for_the_next(installed: Page) -> None:
    installed.get_by_role("button", name="Account").click()
    installed.get_by_role("button", name="Sign out", exact=True).click()
    installed.wait_for_url("**/sign-in")
    installed.context.set_offline(True)
    installed.goto("/")
    expect(installed.get_by_text("The receipts could not be loaded.")).to_be_visible()
    expect(installed.get_by_role("link", name="Expenses")).to_have_count(0)
    held = [path for path in installed.evaluate(_HELD) if path != "/"]
    assert held
    assert [
        path for path in held if not path.startswith(("/built/", "/icon.svg", "/manifest."))
    ] == []


@pytest.mark.parametrize("phone", [True])
def test_add_opens_the_camera_and_offers_the_rest(installed: Page) -> None:
    with installed.expect_file_chooser() as chosen:
        installed.get_by_role("navigation", name="Views").get_by_role("button", name="Add").tap()
    assert chosen.value.element.get_attribute("capture") == "environment"
    bar = installed.get_by_role("navigation", name="Views")
    expect(bar.get_by_role("button", name="Choose files")).to_be_visible()
    installed.goto("/?add=1")
    expect(bar.get_by_role("button", name="Take a photo")).to_be_visible()


def test_the_manifest_names_what_there_is(stack: RunningStack) -> None:
    with stack.client_of(None) as client:
        manifest = json.loads(client.get("/manifest.webmanifest").text)
        kinds = {
            icon["src"]: client.get(icon["src"]).headers["content-type"]
            for icon in manifest["icons"]
        }
        worker = client.get("/sw.js")
    assert set(kinds.values()) == {"image/png"}
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert {"src", "sizes", "type"} <= manifest["icons"][0].keys()
    assert manifest["share_target"]["action"] == "/share"

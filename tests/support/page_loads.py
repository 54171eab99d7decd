"""What a browser asks for while it opens a page, and how soon the page shows something and can be
used.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.support.running_stack import wait_until

SLOW_4G: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
"""150 ms for each request, 1.6 Mbit/s down and 0.75 up, as DevTools' emulation takes them."""

# By the page's own clock, since the view was there before anybody outside could ask.
_NOTES_WHEN_SHOWN: Final = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector("main")?.textContent.includes(%s)) return;
    window.usableAt = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true, characterData: true });
"""
_TIMES: Final = """() => window.usableAt && ({
  origin: performance.timeOrigin,
  usable: window.usableAt,
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
})"""
_LOADED: Final = "() => performance.getEntriesByType('resource').map(({ name }) => name)"


@dataclass
class Request:
    """A request of the page. `size` is what came over the network, in bytes with headers; 0 where
    the cache had it.
    """

    path: str
    began: float
    size: int = 0
    is_cached: bool = False

    @property
    def is_data(self) -> bool:
        return self.path.startswith("/api/")


@dataclass(frozen=True)
class PageLoad:
    """`first` are the requests that began before the view showed what was asked for; times are
    milliseconds from the navigation on.
    """

    first: list[Request]
    paint_ms: float
    usable_ms: float

    @property
    def size(self) -> int:
        """Bytes over the network."""
        return sum(request.size for request in self.first)


class _Network:
    """Notes what a tab asks for. `send` takes a command of the browser's own protocol."""

    def __init__(self, page: Page) -> None:
        self.requests: dict[str, Request] = {}
        self._ended: set[str] = set()
        session = page.context.new_cdp_session(page)
        # Playwright leaves the parameters untyped.
        self.send = cast("Callable[[str, dict[str, Any]], object]", session.send)  # pyright: ignore[reportUnknownMemberType]
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.requestServedFromCache", self._cached)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)
        self.send("Network.enable", {})

    @property
    def is_quiet(self) -> bool:
        """Nothing that was asked for is under way."""
        return self.requests.keys() <= self._ended

    def _asked(self, event: dict[str, Any]) -> None:
        url = urlsplit(str(event["request"]["url"]))
        if url.scheme != "data":
            self.requests[event["requestId"]] = Request(url.path, event["wallTime"] * 1000)

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._cached(event)

    def _cached(self, event: dict[str, Any]) -> None:
        if request := self.requests.get(event["requestId"]):
            request.is_cached = True

    def _failed(self, event: dict[str, Any]) -> None:
        self._ended.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        self._ended.add(event["requestId"])
        if request := self.requests.get(event["requestId"]):
            request.size = int(event["encodedDataLength"])


def load(
    context: BrowserContext,
    address: str,
    shows: str,
    *,
    forgets: bool = False,
    emulated: Mapping[str, Any] | None = None,
    until: str | None = None,
) -> PageLoad:
    """Open an address in a tab of its own, and wait until its view has the text `shows`.

    `forgets` empties the cache before. `emulated` are conditions of the network. `until` is part of
    an address that the page asks for later: then all requests up to that one count.

    Raises:
        AssertionError: the text, or `until`, did not come.
    """
    page = context.new_page()
    network = _Network(page)
    if forgets:
        network.send("Network.clearBrowserCache", {})
    if emulated:
        network.send("Network.emulateNetworkConditions", dict(emulated))
    page.add_init_script(_NOTES_WHEN_SHOWN % json.dumps(shows))
    page.goto(address, wait_until="commit")
    times = wait_until(lambda: page.evaluate(_TIMES), f"{shows!r} on {address}")
    if until:
        wait_until(
            lambda: any(until in name for name in page.evaluate(_LOADED)),
            f"{until} after {address}",
        )
        wait_until(lambda: page.evaluate("true") and network.is_quiet, f"all files of {address}")
    page.wait_for_load_state("networkidle")  # what began has its size by then
    usable_at = times["origin"] + times["usable"]
    first = [
        request for request in network.requests.values() if until or request.began <= usable_at
    ]
    page.close()
    return PageLoad(first, times["paint"], times["usable"])

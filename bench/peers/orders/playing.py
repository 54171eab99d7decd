"""Orders of one peer against the hostile side: how often each effect was done, and what became of
the orders.
"""

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.peers.orders.shop_side import EFFECTS, UNDELIVERABLE, Books, ShopSide
from bench.peers.peer import Peer

# An order that has not ended when nobody has asked the other side for so long is left as it is.
_QUIET_SECONDS = 90.0
_PATIENCE_SECONDS = 400.0
# Each minute in the cloud; nobody waits for it here.
_CRON_EVERY_SECONDS = 5.0
_POLL_SECONDS = 0.2
_UNDELIVERABLE_EVERY = 5


@dataclass(frozen=True)
class Found:
    """What became of all orders.

    Attributes:
        doubled: by effect, how often it was done beyond the first time for an order.
        missing: effects that orders lack which ended as if they had them.
        stopped: orders that did not come to an end.
        called: those of them that a person is called to.
        requests, failed: what came to the other side, and what of it went wrong.
        seconds: from the first order to the last end.
    """

    orders: int
    doubled: dict[str, int]
    missing: int
    stopped: int
    called: int
    requests: int
    failed: int
    seconds: float


def names(count: int) -> list[str]:
    """Each fifth order is one that nobody ships."""
    return [
        f"order-{number}{UNDELIVERABLE if number % _UNDELIVERABLE_EVERY == 0 else ''}"
        for number in range(1, count + 1)
    ]


def play(kind: type[Peer], folder: Path, *, orders: int, seed: int, kills_at: set[int]) -> Found:
    """Begin all orders, kill everything at the requests with these numbers, and wait for the
    ends.
    """
    wanted = names(orders)
    with ShopSide(seed) as side:
        side.kills_at = kills_at
        peer = kind(folder, "", side.url)
        try:
            peer.start()
            began = time.monotonic()
            for order in wanted:
                _begin(peer, side, order)
            seconds = _wait(peer, side, wanted) - began
            ended = _ended(peer)
            called = sum(peer.calls_person(order) for order in wanted)
        finally:
            peer.stop()
    return count(side.books, wanted, ended, called=called, seconds=seconds)


def count(
    books: Books, wanted: list[str], ended: set[str], *, called: int, seconds: float
) -> Found:
    """What the books say of the orders."""
    doubled = {
        effect: sum(max(0, books.done[effect, order] - 1) for order in wanted) for effect in EFFECTS
    }
    missing = sum(_missing(books, order) for order in wanted if order in ended)
    return Found(
        orders=len(wanted),
        doubled=doubled,
        missing=missing,
        stopped=len({*wanted} - ended),
        called=called,
        requests=books.requests,
        failed=books.failed,
        seconds=seconds,
    )


def _missing(books: Books, order: str) -> int:
    is_undone = order.endswith(UNDELIVERABLE)
    wanted = ("charges", "refunds") if is_undone else ("charges", "shipments", "mails")
    lacks = sum(books.done[effect, order] == 0 for effect in wanted)
    return lacks + int((order in books.reserved) == is_undone)


def _begin(peer: Peer, side: ShopSide, order: str) -> None:
    """As any client: once more, where it is not acknowledged."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        _kill_when_asked(peer, side)
        try:
            answer = httpx.post(
                f"{peer.url}/api/orders/{order}", headers={"x-side": side.url}, timeout=60
            )
        except httpx.TransportError:
            time.sleep(_POLL_SECONDS)
            continue
        if answer.is_success:
            return
        time.sleep(_POLL_SECONDS)
    raise AssertionError(f"{peer.name} does not take {order}: {peer.logs()}")


def _kill_when_asked(peer: Peer, side: ShopSide) -> None:
    """Kill everything of a peer, and start it again."""
    if side.asks_to_kill.is_set():
        side.asks_to_kill.clear()
        peer.kill()
        side.is_killed.set()
        peer.start()


def _wait(peer: Peer, side: ShopSide, wanted: list[str]) -> float:
    """When the last order ended, or the last request came."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    fires_at = time.monotonic() + _CRON_EVERY_SECONDS
    came = 0
    quiet_since = time.monotonic()
    while time.monotonic() < deadline:
        _kill_when_asked(peer, side)
        if {*wanted} <= _ended(peer):
            return time.monotonic()
        if side.books.requests != came:
            came = side.books.requests
            quiet_since = time.monotonic()
        if time.monotonic() - quiet_since > _QUIET_SECONDS:
            return quiet_since
        if time.monotonic() > fires_at:
            peer.fire_cron()
            fires_at = time.monotonic() + _CRON_EVERY_SECONDS
        time.sleep(_POLL_SECONDS)
    return time.monotonic()


def _ended(peer: Peer) -> set[str]:
    with closing(peer.database()) as rows:
        found = rows.execute("SELECT id FROM runs WHERE state = 'notified'").fetchall()
    return {str(order) for (order,) in found}

"""What each peer loses: one order for each fault at each boundary, against an other side that
counts.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.client import Client
from bench.peers.counting import Losses, Outcome, losses, total
from bench.peers.other_side import Done, Fault, OtherSide
from bench.peers.peer import Peer

# An order that has not ended so long after its last restart is left as it is.
_PATIENCE_SECONDS = 25.0
# Each minute in the cloud; nobody waits for it here.
_CRON_EVERY_SECONDS = 5.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Story:
    """An order, and what becomes of its requests, by effect."""

    title: str
    faults: dict[str, tuple[Fault, ...]]

    @property
    def is_to_be_undone(self) -> bool:
        return Fault.REFUSE_ALWAYS in self.faults.get("notices", ())


_KILLS = (Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.KILL_ANSWERED)
_REFUSED = (Fault.REFUSE_ALWAYS,)
FORWARD = tuple(
    Story(f"{effect}: {fault.value}", {effect: (fault,)})
    for effect in ("charges", "notices")
    for fault in (*_KILLS, Fault.LOSE)
)
UNDOING = (
    Story("undone", {"notices": _REFUSED}),
    *(
        Story(f"undone, refunds: {fault.value}", {"notices": _REFUSED, "refunds": (fault,)})
        for fault in (*_KILLS, Fault.LOSE, Fault.REFUSE, Fault.REFUSE_ALWAYS)
    ),
)


def play(kind: type[Peer], folder: Path, *, knows_keys: bool, stories: Sequence[Story]) -> Losses:
    """Play each story with an order of its own; what was lost in all of them."""
    with OtherSide(knows_keys=knows_keys) as side:
        peer = kind(folder, "", side.url)
        side.kill = peer.kill
        try:
            peer.start()
            found = [_play(peer, side, number, story) for number, story in enumerate(stories)]
        finally:
            peer.stop()
    return total(found)


def _play(peer: Peer, side: OtherSide, number: int, story: Story) -> Losses:
    order = f"order-{number}"
    kills = 0
    for effect, faults in story.faults.items():
        kills += sum(fault.kills for fault in faults)
        side.ledger.plan(Done(effect, order), *faults)
    is_taken = _ask(peer, side, order)
    if kills:
        _wait_for_the_kill(peer)
        peer.start()
    if not is_taken:  # it was killed before it could answer: as any client would, once more
        _ask(peer, side, order)
    is_ended = _ends(peer, order)
    return losses(
        Outcome.of(side.ledger, order, is_ended=is_ended, calls_person=peer.calls_person(order)),
        is_to_be_undone=story.is_to_be_undone,
    )


def _ask(peer: Peer, side: OtherSide, order: str) -> bool:
    """Begin an order; whether it was acknowledged."""
    try:
        headers = {"x-side": side.url}
        return httpx.post(f"{peer.url}/api/orders/{order}", headers=headers, timeout=60).is_success
    except httpx.TransportError:
        return False


def _wait_for_the_kill(peer: Peer) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while peer.parts and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _ends(peer: Peer, order: str) -> bool:
    client = Client(peer)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    fires_at = time.monotonic() + _CRON_EVERY_SECONDS
    try:
        while time.monotonic() < deadline:
            if client.has_ended(order):
                return True
            if time.monotonic() > fires_at:
                peer.fire_cron()
                fires_at = time.monotonic() + _CRON_EVERY_SECONDS
            time.sleep(_POLL_SECONDS)
    finally:
        client.close()
    return False

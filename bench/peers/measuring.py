"""How fast peers are, by turns in one sitting, and what is left of their runs when everything is
killed (kill -9).
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bench.client import Client, Refused, Timing, Unfinished, submit_at_once
from bench.measuring import proportional_bytes
from bench.peers.peer import Peer
from bench.photos import unique_photos

CLIENTS = 8
_TURNS = 5
_WARM_UP = 10
# A run that has not ended so long after the restart counts as lost: Tillroll's cron has looked
# twice by then.
SETTLED_WITHIN_SECONDS = 130.0
_CRON_EVERY_SECONDS = 60.0
_POLL_SECONDS = 0.05
# So often a client sends a photo again that is refused after the restart.
_TRIES = 5
_PHOTOS = unique_photos()


@dataclass
class Speed:
    """What was measured of one peer: timings with one client, runs a second with eight, bytes after
    these.
    """

    timings: list[Timing]
    rates: list[float]
    memory: int


@dataclass(frozen=True)
class AfterKill:
    """Runs that were acknowledged, those of them that never ended; expenses beyond the first of a
    run; seconds from the restart, until everything that was going to end had ended.
    """

    acknowledged: int
    lost: int
    doubled: int
    settled_after: float


def measure_speed(peers: Sequence[Peer], runs: int) -> list[Speed]:
    """`runs` of each peer with one client, and as many with eight, in turns of all peers."""
    found = [Speed([], [], 0) for _ in peers]
    for peer in peers:
        _turn(peer, _WARM_UP)
    for number in range(_TURNS):
        # Whoever comes first meets an idle machine: each turn begins with another peer.
        for place in range(len(peers)):
            side = (place + number) % len(peers)
            found[side].timings += _turn(peers[side], -(-runs // _TURNS))
    for number in range(_TURNS):
        for place in range(len(peers)):
            side = (place + number) % len(peers)
            found[side].rates.append(_rate(peers[side], -(-runs // _TURNS)))
    for speed, peer in zip(found, peers, strict=True):
        speed.memory = proportional_bytes(peer.processes())
    return found


def _turn(peer: Peer, runs: int) -> list[Timing]:
    client = Client(peer)
    try:
        return [client.submit(photo) for photo in islice(_PHOTOS, runs)]
    finally:
        client.close()


def _rate(peer: Peer, runs: int) -> float:
    """Runs a second, by eight clients."""
    photos = list(islice(_PHOTOS, runs))
    began = time.monotonic()
    submit_at_once(peer, photos, CLIENTS)
    return runs / (time.monotonic() - began)


def measure_kill(peer: Peer, runs: int) -> AfterKill:
    """Eight clients upload `runs` photos as fast as they are answered; in the middle everything is
    killed, and started again. A client sends what was not acknowledged again.
    """
    known = set(peer.expenses())
    uploads = _Uploads(peer, list(islice(_PHOTOS, runs)))
    threads = [threading.Thread(target=uploads.work, daemon=True) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    uploads.wait_for(runs // 2)
    peer.kill()
    peer.start()
    restarted = time.monotonic()
    uploads.is_up.set()
    for thread in threads:
        thread.join()
    lost, settled = _settle(peer, uploads.acknowledged)
    counts = Counter(run for run in peer.expenses() if run not in known)
    doubled = sum(count - 1 for count in counts.values()) + max(0, len(counts) - runs)
    return AfterKill(len(uploads.acknowledged), lost, doubled, settled - restarted)


def _settle(peer: Peer, run_ids: Sequence[str]) -> tuple[int, float]:
    """Wait until all runs have ended; how many have not within the time, and when the last one
    had.
    """
    fired = last = time.monotonic()
    deadline = fired + SETTLED_WITHIN_SECONDS
    client, left = Client(peer), list(run_ids)
    try:
        while left and time.monotonic() < deadline:
            going = [run for run in left if not client.has_ended(run)]
            if len(going) < len(left):
                left, last = going, time.monotonic()
            if time.monotonic() - fired > _CRON_EVERY_SECONDS:
                peer.fire_cron()
                fired = time.monotonic()
            time.sleep(_POLL_SECONDS)
    finally:
        client.close()
    return len(left), last


class _Uploads:
    """Photos that several clients upload, each until it is acknowledged."""

    def __init__(self, peer: Peer, photos: list[bytes]) -> None:
        self.acknowledged: list[str] = []
        self.is_up = threading.Event()
        self._peer, self._photos = peer, photos
        self._changed = threading.Condition()

    def work(self) -> None:
        client = Client(self._peer)
        while photo := self._next():
            for _ in range(_TRIES):
                if self._upload(client, photo):
                    break
                client.close()
                self.is_up.wait()
                client = Client(self._peer)
        client.close()

    def wait_for(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: len(self.acknowledged) >= count, SETTLED_WITHIN_SECONDS
            ):
                raise Unfinished(
                    f"{self._peer.name} acknowledged {len(self.acknowledged)} of {count} uploads "
                    "in time"
                )

    def _next(self) -> bytes | None:
        with self._changed:
            return self._photos.pop() if self._photos else None

    def _upload(self, client: Client, photo: bytes) -> bool:
        try:
            run_id = client.upload(photo)
        except (OSError, http.client.HTTPException, Refused):
            return False
        with self._changed:
            self.acknowledged.append(run_id)
            self._changed.notify_all()
        return True

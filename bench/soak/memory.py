"""What a Worker holds over time, and the graph of it."""

import html
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import httpx

from bench.measuring import workerds
from bench.peers.worker_peers import WorkerPeer

_EVERY_SECONDS = 5.0
_WIDTH, _HEIGHT = 720, 280
_MARGIN = 44
_MB = 1024 * 1024
_COLOURS = ("#2563eb", "#d97706", "#059669")


class Sample(NamedTuple):
    """Minutes since the beginning; bytes of workerd; bytes of Pyodide's heap, 0 where there is
    none.
    """

    minutes: float
    workerd: int
    heap: int


@contextmanager
def sampled(peer: WorkerPeer, *, has_heap: bool) -> Generator[list[Sample]]:
    """Samples of a peer while the block runs. Where it is dead or starting there is none."""
    samples: list[Sample] = []
    over = threading.Event()
    began = time.monotonic()

    def watch() -> None:
        while not over.wait(_EVERY_SECONDS):
            with suppress(httpx.HTTPError):
                heap = _heap(peer) if has_heap else 0
                if held := _workerd(peer):
                    samples.append(Sample((time.monotonic() - began) / 60, held, heap))

    thread = threading.Thread(target=watch, name="memory")
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def _heap(peer: WorkerPeer) -> int:
    return int(
        httpx.get(f"{peer.url}/api/bench/heap", timeout=30).raise_for_status().json()["heap"]
    )


def _workerd(peer: WorkerPeer) -> int:
    """The largest workerd's resident bytes, which is the Worker's own; 0 where none runs."""
    found = [each.resident_bytes for part in peer.parts for each in workerds(part.pid)]
    return max(found, default=0)


def graph(
    lines: Mapping[str, Sequence[Sample]], value: Callable[[Sample], int], kills: Sequence[float]
) -> str:
    """An SVG: megabytes by minutes, one line a name, and an upright line where everything was
    killed.
    """
    every = [sample for samples in lines.values() for sample in samples]
    most_minutes = max((sample.minutes for sample in every), default=1.0)
    most_mb = max((value(sample) / _MB for sample in every), default=1.0)

    def place(minutes: float, mb: float) -> str:
        return f"{_MARGIN + _WIDTH * minutes / most_minutes:.1f},{_HEIGHT * (1 - mb / most_mb):.1f}"

    parts = [
        (
            f'<line x1="{(x := place(kill, 0).split(",")[0])}" x2="{x}" y1="0" y2="{_HEIGHT}" '
            'stroke="#8886" />'
        )
        for kill in kills
    ]
    for number, (name, samples) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(place(sample.minutes, value(sample) / _MB) for sample in samples)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5" />'
        )
        parts.append(
            f'<text x="{_MARGIN + 8}" y="{16 + 16 * number}" '
            f'fill="{colour}">{html.escape(name)}</text>'
        )
    parts += [
        (
            f'<text x="0" y="12" fill="#888">{most_mb:.0f} MB</text><text x="0" y="{_HEIGHT}" '
            'fill="#888">0</text>'
        ),
        f'<text x="{_WIDTH - 40}" y="{_HEIGHT + 18}" fill="#888">{most_minutes:.0f} minutes</text>',
    ]
    label = f"Memory in megabytes over {most_minutes:.0f} minutes: {', '.join(lines)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -4 {_WIDTH + _MARGIN + 8} '
        f'{_HEIGHT + 28}" role="img" '
        f'font-family="sans-serif" font-size="12" aria-label="{html.escape(label)}">'
        f"{''.join(parts)}</svg>\n"
    )

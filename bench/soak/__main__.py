"""Load and soak: `make soak`, or `python -m bench.soak`.

First so many uploads by all clients at once, as fast as they can. Then mixed use for so many
seconds, at half of the rate that was reached, while everything is killed (kill -9) again and again;
clients send again as docs/api.md says. At the end nothing may be lost or have happened twice, and
no client may have met an error. The twin in JavaScript then takes as many uploads at the same rate,
for five minutes, for its memory: local workerd holds three open files for each run until it ends.
"""

import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import httpx

from bench import workers_ai
from bench.measuring import percentile
from bench.peers.worker_peers import Tillroll, Twin, WorkerPeer
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.soak.clients import Photos, Remembered, SoakClient
from bench.soak.memory import Sample, graph, sampled
from bench.soak.promises import broken
from bench.worker import with_product
from local.places import BUILD, ROOT

_CRON_EVERY_SECONDS = 60.0
_SETTLED_WITHIN_SECONDS = 600.0
_SETTLING_CRON_SECONDS = 5.0
_POLL_SECONDS = 0.5
_TWIN_SECONDS = 300.0
# It has no reconciler: what is not done by then never will be.
_TWIN_SETTLED_WITHIN_SECONDS = 60.0
_MB = 1024 * 1024
# A life whose heap ends more than this above the first one's has grown.
_FLAT = 1.10
_HEAP_ENTRY = ROOT / "bench" / "entries" / "heap_entry.py"
_IN_DOCS = ROOT / "docs" / "images" / "soak.svg"


class SoakedTillroll(Tillroll):
    """With the route that tells how large the heap is."""

    def __init__(self, folder: Path, ai_address: str) -> None:
        self.main = with_product(_HEAP_ENTRY, "soak")
        super().__init__(folder, ai_address)


@dataclass
class Sizes:
    uploads: int
    clients: int
    seconds: float
    kill_every: float


@dataclass
class Soaked:
    """What came of one peer.

    Attributes:
        rate: uploads a second in the first part, to the end of their runs.
        kills: minutes at which everything was killed.
        missed: ticks of the cron that were not answered well, as some are when everything is
            killed.
        broken: promises that were broken, in sentences.
    """

    remembered: Remembered
    rate: float = 0.0
    kills: list[float] = field(default_factory=list[float])
    missed: list[str] = field(default_factory=list[str])
    samples: list[Sample] = field(default_factory=list[Sample])
    broken: list[str] = field(default_factory=list[str])


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    asked = parser(__doc__)
    asked.add_argument("--uploads", type=int, default=5_000)
    asked.add_argument("--clients", type=int, default=32)
    asked.add_argument("--seconds", type=float, default=2_700, help="of mixed use")
    asked.add_argument("--kill-every", type=float, default=300, help="seconds")
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = asked.parse_args()
    sizes = Sizes(arguments.uploads, arguments.clients, arguments.seconds, arguments.kill_every)
    print(f"soak: {sizes}, SEED={arguments.seed}")
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        workers_ai.stand_in(Path(folder)) as ai,
    ):
        ours = soak(
            SoakedTillroll(Path(folder) / "tillroll", ai.address),
            sizes,
            arguments.seed,
            SoakClient.act,
        )
        ours.broken += _errors(ours.remembered)
        print(*ours.broken or ["every promise held"], sep="\n")
        short = replace(sizes, seconds=min(sizes.seconds, _TWIN_SECONDS))
        twin = soak(
            Twin(Path(folder) / "twin", ai.address),
            short,
            arguments.seed,
            SoakClient.upload,
            ours.rate,
        )
    _publish(ours, twin, sizes, write=arguments.write)
    if ours.broken:
        sys.exit(1)


def soak(
    peer: WorkerPeer, sizes: Sizes, seed: int, act: Callable[[SoakClient], None], rate: float = 0.0
) -> Soaked:
    """Load, mixed use and settling of one peer. `rate` is that of another's load: it is used at
    half of that, too.
    """
    source = random.Random(seed)
    soaked = Soaked(Remembered())
    photos = Photos(unique_photos())
    try:
        peer.start()
        clients = [
            SoakClient(peer.url, photos, soaked.remembered, random.Random(source.random()))
            for _ in range(sizes.clients)
        ]
        has_heap = isinstance(peer, SoakedTillroll)
        with sampled(peer, has_heap=has_heap) as soaked.samples, _cron(peer, soaked):
            began = time.monotonic()
            _load(clients, sizes.uploads)
            _wait_until_settled(
                peer, within=_SETTLED_WITHIN_SECONDS if has_heap else _TWIN_SETTLED_WITHIN_SECONDS
            )
            soaked.rate = rate or sizes.uploads / (time.monotonic() - began)
            print(
                f"{peer.name}: {sizes.uploads} uploads at {soaked.rate:.1f} a second, to the end "
                "of their runs"
            )
            # the twin's are uploads alone
            share = soaked.rate / 2 if has_heap else soaked.rate / 2 * 0.4
            _use(peer, clients, sizes, share, act, soaked, began)
            if has_heap:
                _wait_until_settled(peer, soaked)
        for client in clients:
            client.close()
        if has_heap:
            soaked.broken = broken(peer.database(), soaked.remembered)
    finally:
        peer.stop()
        (BUILD / "bench").mkdir(parents=True, exist_ok=True)
        for log in peer.folder.rglob("*.log"):
            shutil.copy(log, BUILD / "bench" / f"soak-{peer.name}-{log.name}")
    return soaked


def _load(clients: Sequence[SoakClient], uploads: int) -> None:
    """All clients at once, as fast as they are answered."""
    left = iter(range(uploads))
    lock = threading.Lock()

    def work(client: SoakClient) -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            client.upload()

    _all([lambda client=client: work(client) for client in clients])


def _use(
    peer: WorkerPeer,
    clients: Sequence[SoakClient],
    sizes: Sizes,
    rate: float,
    act: Callable[[SoakClient], None],
    soaked: Soaked,
    began: float,
) -> None:
    """`rate` acts a second by all clients together, while everything is killed again and again."""
    ends = time.monotonic() + sizes.seconds
    every = len(clients) / rate

    def work(client: SoakClient, number: int) -> None:
        due = time.monotonic() + every * number / len(clients)
        while (due := max(due, time.monotonic())) < ends:
            time.sleep(max(0.0, due - time.monotonic()))
            act(client)
            due += every

    def kill() -> None:
        while time.monotonic() + sizes.kill_every < ends:
            time.sleep(sizes.kill_every)
            soaked.kills.append((time.monotonic() - began) / 60)
            peer.kill()
            peer.start()

    _all(
        [
            kill,
            *(
                lambda client=client, number=number: work(client, number)
                for number, client in enumerate(clients)
            ),
        ]
    )


def _all(works: Sequence[Callable[[], None]]) -> None:
    """Do all at once, each in a thread; raise what one of them raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(work) for work in works]:
            future.result()


def _fire_cron(peer: WorkerPeer, soaked: Soaked) -> None:
    """A tick may fail, above all where the peer is dead; the next one does the same."""
    try:
        peer.fire_cron()
    except httpx.HTTPError as error:
        soaked.missed.append(f"{error!r}")
        print(f"{peer.name}: a tick of the cron failed, {error!r}", flush=True)


@contextmanager
def _cron(peer: WorkerPeer, soaked: Soaked) -> Generator[None]:
    """What the platform does each minute."""
    over = threading.Event()

    def fire() -> None:
        while not over.wait(_CRON_EVERY_SECONDS):
            _fire_cron(peer, soaked)

    thread = threading.Thread(target=fire, name="cron")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _wait_until_settled(
    peer: WorkerPeer, soaked: Soaked | None = None, within: float = _SETTLED_WITHIN_SECONDS
) -> None:
    """Until no run is under way, or too long; with many ticks of the cron, where those that fail
    have a place. What is left then counts as broken.
    """
    deadline = time.monotonic() + within
    fired = 0.0
    rows = peer.database()
    try:
        while rows.execute("SELECT 1 FROM runs WHERE status = 'processing' LIMIT 1").fetchone():
            if time.monotonic() > deadline:
                return
            if soaked is not None and time.monotonic() - fired > _SETTLING_CRON_SECONDS:
                _fire_cron(peer, soaked)
                fired = time.monotonic()
            time.sleep(_POLL_SECONDS)
    finally:
        rows.close()


def _errors(remembered: Remembered) -> list[str]:
    errors = remembered.errors
    return [f"clients met {len(errors)} errors, such as {errors[0]}"] if errors else []


def _lives(soaked: Soaked) -> list[int]:
    """The largest heap of each life, from one kill to the next."""
    bounds = [0.0, *soaked.kills, float("inf")]
    return [
        max(inside)
        for begin, end in pairwise(bounds)
        if (inside := [sample.heap for sample in soaked.samples if begin <= sample.minutes < end])
    ]


def _publish(ours: Soaked, twin: Soaked, sizes: Sizes, *, write: bool) -> None:
    told, lives = ours.remembered, _lives(ours)
    acts = ", ".join(f"{count} {act}" for act, count in sorted(told.acts.items()))
    rows = [
        [
            f"{sizes.uploads} uploads by {sizes.clients} clients, to the end of their runs",
            f"{ours.rate:.1f} a second",
        ],
        [f"then {sizes.seconds / 60:.0f} minutes at half of that", acts],
        [
            "answered p50 / p99 (ms)",
            " / ".join(f"{1000 * percentile(told.seconds, each):.0f}" for each in (50, 99)),
        ],
        ["kill -9 of everything", str(len(ours.kills))],
        [
            "requests that were sent again; ticks of the cron that failed",
            f"{told.sent_again}; {len(ours.missed)}",
        ],
        ["errors that a client met", f"**{len(told.errors)}**"],
        ["promises that were broken", f"**{'; '.join(ours.broken) or 'none'}**"],
        [
            "Pyodide's heap, the most of each life (MB)",
            ", ".join(f"{each / _MB:.0f}" for each in lives),
        ],
        ["flat", "yes" if max(lives) <= _FLAT * lives[0] else "**no**"],
        *(
            [
                f"workerd at its most, {name} (MB)",
                f"{max(each.workerd for each in soaked.samples) / _MB:.0f}",
            ]
            for name, soaked in (("Tillroll", ours), ("twin", twin))
        ),
    ]
    drawing = graph(
        {"Tillroll": ours.samples, "twin": twin.samples}, lambda each: each.workerd, ours.kills
    )
    path = _IN_DOCS if write else BUILD / "bench" / "soak.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(drawing, encoding="utf-8")
    results = {"heaps": lives, "rate": ours.rate, "samples": [list(each) for each in ours.samples]}
    publish(
        "soak",
        f"{len(told.runs)} uploads, {len(ours.kills)} kills",
        results,
        table(["", ""], rows),
        write=write,
    )
    print(f"workerd's memory is drawn in {path}")


if __name__ == "__main__":
    main()

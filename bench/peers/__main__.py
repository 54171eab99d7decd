"""Tillroll beside its peers, on the same job in one sitting: `make peers`, or
`python -m bench.peers`.

The job is a receipt: a photo of 60 KB is taken and answered with 202, a model's stand-in
transcribes it at once, the text is read, an expense is stored, and the run is marked as told. Each
peer is set up as its own docs recommend.
"""

import contextlib
import signal
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import workers_ai
from bench.measuring import median, percentile
from bench.peers.dbos_peer import Dbos
from bench.peers.fastapi_peer import Plain
from bench.peers.installed import TOOLS, use_packages
from bench.peers.measuring import CLIENTS, AfterKill, Speed, measure_kill, measure_speed
from bench.peers.peer import Peer
from bench.peers.restate_peer import Restate
from bench.peers.stories import FORWARD, UNDOING, play
from bench.peers.worker_peers import Bare, Tillroll, TillrollWithOrders, Twin
from bench.report import circumstances, parser, publish, table

PEERS: tuple[type[Peer], ...] = (Plain, Dbos, Restate, Bare, Twin, Tillroll)
ORDERED: tuple[type[Peer], ...] = (Plain, Dbos, Restate, Bare, TillrollWithOrders)
"""Those that carry out orders with effects elsewhere."""
_MEGABYTE = 1_000_000
_AT_ONCE = 3


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    asked = parser(__doc__)
    asked.add_argument(
        "--runs", type=int, default=200, help="of each peer, with each number of clients"
    )
    asked.add_argument("--only", default="", help="names of peers, with commas between")
    asked.add_argument(
        "--losses", action="store_true", help="not how fast they are, but what each loses"
    )
    arguments = asked.parse_args()
    names = {kind.name for kind in PEERS} if not arguments.only else set(arguments.only.split(","))
    TOOLS.install()
    use_packages()
    if arguments.losses:
        text = losses_table([kind for kind in ORDERED if kind.name in names])
        publish("peers_losses", f"{len(ORDERED)} peers", {}, text, write=arguments.write)
        return
    with running([kind for kind in PEERS if kind.name in names]) as peers:
        speeds = measure_speed(peers, arguments.runs)
        killed = [measure_kill(peer, arguments.runs) for peer in peers]
    text = speed_table(peers, speeds, killed)
    said = (
        f"{peers[-1].name} {_runs(speeds[-1], 50):.0f} ms, {peers[0].name} "
        f"{_runs(speeds[0], 50):.0f} ms"
    )
    publish("peers", said, {}, text, write=arguments.write)
    print(f"\nMeasured {circumstances()}.")


@contextlib.contextmanager
def running(kinds: Sequence[type[Peer]]) -> Generator[list[Peer]]:
    """All peers, started; each is stopped, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="peers-") as folder, contextlib.ExitStack() as stack:
        ai = stack.enter_context(workers_ai.stand_in(Path(folder)))
        peers: list[Peer] = []
        for number, kind in enumerate(kinds):
            peer = kind(Path(folder) / str(number), ai.address)
            stack.callback(peer.stop)
            peer.start()
            peers.append(peer)
        yield peers


def losses_table(kinds: Sequence[type[Peer]]) -> str:
    """One row a peer: doubled, lost, left undone, and those that a person is called to, with keys
    and without.
    """
    stories = (*FORWARD, *UNDOING)

    def row(kind: type[Peer]) -> list[str]:
        cells = [kind.name]
        for knows_keys in (True, False):
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                found = play(kind, Path(folder) / "peer", knows_keys=knows_keys, stories=stories)
            cells.append(f"{found.doubled}, {found.lost}, {found.undone}, {found.called}")
            print(f"{kind.name}: {cells[-1]}", flush=True)
        return cells

    # They wait most of the time, and nothing here is about speed.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        rows = list(pool.map(row, kinds))
    counted = f"of {len(stories)} orders: doubled, lost, left undone, a person called"
    header = [counted, "keys are honoured", "no keys, can be looked up"]
    return table(header, rows)


def speed_table(peers: Sequence[Peer], speeds: Sequence[Speed], killed: Sequence[AfterKill]) -> str:
    """One row a peer; the ratio is to the last one's time from submit to complete."""
    header = [
        "",
        "answered p50 / p95 (ms)",
        "complete p50 / p95 (ms)",
        f"runs a second, {CLIENTS} clients",
    ]
    header += [
        "complete, against the last",
        "memory (MB)",
        "lost, doubled after kill -9",
        "settled after (s)",
    ]
    rows = [
        [
            f"{peer.name} ({peer.made_of})",
            f"{_uploads(speed, 50):.0f} / {_uploads(speed, 95):.0f}",
            f"{_runs(speed, 50):.0f} / {_runs(speed, 95):.0f}",
            f"{median(speed.rates):.0f}",
            f"**{_runs(speed, 50) / _runs(speeds[-1], 50):.2f}**",
            f"{speed.memory / _MEGABYTE:.0f}",
            f"{after.lost}, {after.doubled} of {after.acknowledged}",
            f"{after.settled_after:.0f}",
        ]
        for peer, speed, after in zip(peers, speeds, killed, strict=True)
    ]
    return table(header, rows)


def _uploads(speed: Speed, percent: int) -> float:
    return 1000 * percentile([timing.upload for timing in speed.timings], percent)


def _runs(speed: Speed, percent: int) -> float:
    return 1000 * percentile([timing.run for timing in speed.timings], percent)


if __name__ == "__main__":
    main()

"""The same order in DBOS, Restate, bare Cloudflare Workflows and Tillroll: its files and lines, and
what is done twice, or not at all, where 30 of 100 requests fail. `make bench-order` runs it, or
`python -m bench.peers.orders`.

The second half kills everything (kill -9) three times, each time where a request was done and its
answer is not there yet.
"""

import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.peers.dbos_peer import Dbos
from bench.peers.installed import TOOLS, use_packages
from bench.peers.orders.playing import Found, play
from bench.peers.peer import Peer
from bench.peers.restate_peer import Restate
from bench.peers.worker_peers import Bare, TillrollWithOrders
from bench.report import circumstances, parser, table

_FOLDER = Path(__file__).parent
_QUICK = MappingProxyType({"PEER_CALLS": "bench.peers.orders.calls_quick"})
_CAREFUL = MappingProxyType({"PEER_CALLS": "bench.peers.orders.calls_careful"})
_KILLS_AT = {30, 75, 120}


class DbosQuick(Dbos):
    name = "DBOS, as a quickstart"
    module = "bench.peers.orders.dbos_order"
    variables = _QUICK


class DbosCareful(DbosQuick):
    name = "DBOS, with care"
    variables = _CAREFUL


class RestateQuick(Restate):
    name = "Restate, as a quickstart"
    module = "bench.peers.orders.restate_order"
    variables = _QUICK


class RestateCareful(RestateQuick):
    name = "Restate, with care"
    variables = _CAREFUL


class BareQuick(Bare):
    name = "bare Workflows, as a quickstart"
    main = "bench/peers/orders/bare_quick.js"


class BareCareful(Bare):
    name = "bare Workflows, with care"
    main = "bench/peers/orders/bare_careful.js"


class TillrollBuying(TillrollWithOrders):
    name = "Tillroll"
    kind = "BUYING"
    package = _FOLDER / "tillroll"


@dataclass(frozen=True)
class Written:
    """A peer's order. `files` are what its author writes; no `peer`: it is not run."""

    name: str
    files: tuple[str, ...]
    peer: type[Peer] | None


WRITTEN = (
    Written(DbosQuick.name, ("dbos_order.py", "calls_quick.py"), DbosQuick),
    Written(DbosCareful.name, ("dbos_order.py", "calls_careful.py"), DbosCareful),
    Written(RestateQuick.name, ("restate_order.py", "calls_quick.py"), RestateQuick),
    Written(RestateCareful.name, ("restate_order.py", "calls_careful.py"), RestateCareful),
    Written(BareQuick.name, ("bare_quick.js",), BareQuick),
    Written(BareCareful.name, ("bare_careful.js",), BareCareful),
    Written("Temporal, with care", ("temporal_order.py", "calls_careful.py"), None),
    Written(TillrollBuying.name, ("tillroll/workflow.py", "../orders_worker.py"), TillrollBuying),
)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    asked = parser(__doc__)
    asked.add_argument("--orders", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default="", help="words of names, with commas between")
    arguments = asked.parse_args()
    chosen = [
        each
        for each in WRITTEN
        if any(word.strip() in each.name for word in arguments.only.split(","))
    ]
    TOOLS.install()
    use_packages()
    rows = [_row(each, orders=arguments.orders, seed=arguments.seed) for each in chosen]
    header = ["", "files, lines", "30 of 100 requests fail", "and three times kill -9"]
    print(table(header, rows))
    print(f"\nMeasured {circumstances()}, {arguments.orders} orders, seed {arguments.seed}.")


def lines_of(files: Sequence[str]) -> int:
    """Lines with something in them, of which comments are some."""
    texts = ((_FOLDER / each).read_text(encoding="utf-8") for each in files)
    return sum(bool(line.strip()) for text in texts for line in text.splitlines())


def _row(written: Written, *, orders: int, seed: int) -> list[str]:
    row = [written.name, f"{len(written.files)}, {lines_of(written.files)}"]
    for kills_at in (set[int](), _KILLS_AT):
        if written.peer is None:
            row.append("not run")
            continue
        with tempfile.TemporaryDirectory(prefix="orders-") as folder:
            found = play(
                written.peer, Path(folder) / "peer", orders=orders, seed=seed, kills_at=kills_at
            )
        row.append(_said(found))
        print(f"{written.name}: {row[-1]}; {found}", flush=True)
    return row


def _said(found: Found) -> str:
    twice = ", ".join(f"{count} {effect}" for effect, count in found.doubled.items() if count)
    return (
        f"twice: {twice or 'nothing'}; missing: {found.missing}; stopped: {found.stopped}, "
        f"of which {found.called} before a person"
    )


if __name__ == "__main__":
    main()

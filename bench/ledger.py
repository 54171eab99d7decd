"""How many transfers a second the ledger applies: in batches at D1's binding, one by one there, and
over HTTP.

Usage: python -m bench.ledger [--transfers 1000] [--write]
"""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from bench.measuring import median
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_product

_ENTRY = Path(__file__).with_name("entries") / "ledger_entry.py"
_CLIENTS, _ROUNDS, _TARGET = 8, 3, 200
_TOGETHER = (100, 10, 1)
_HTTP_SHARE = 5


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--transfers", type=int, default=1000, help="a round; a multiple of 100")
    arguments = asked.parse_args()
    before = os.getloadavg()[0]
    headers = {"authorization": f"Bearer {TOKEN}"}
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        BenchWorker(
            "Python", with_product(_ENTRY, "ledger"), Path(folder), "127.0.0.1:9"
        ) as worker,
    ):
        worker.start()
        worker.wait()
        with httpx.Client(base_url=worker.url, headers=headers, timeout=300) as client:
            _open(client)
            at_binding = {
                together: _at_binding(client, arguments.transfers, together)
                for together in _TOGETHER
            }
            over_http = [
                _over_http(client, turn, arguments.transfers // _HTTP_SHARE)
                for turn in range(_ROUNDS)
            ]
            balance = client.get("/api/ledger/trial-balance").raise_for_status().json()
    if not balance["isBalanced"]:
        raise RuntimeError(f"the books do not balance: {balance['totals']}")
    rows = [
        [f"at D1's binding, {together} in a batch", f"{rate:.0f}/s{_target(together)}"]
        for together, rate in at_binding.items()
    ]
    rate, p50 = max(each[0] for each in over_http), median([each[1] for each in over_http])
    rows.append(
        [
            f"`POST /api/ledger/transfers`, {_CLIENTS} clients",
            f"{rate:.0f}/s, p50 {1000 * p50:.0f} ms",
        ]
    )
    adds = 1000 * (_CLIENTS / rate - _CLIENTS / at_binding[1]) / _CLIENTS
    rows.append(
        ["what HTTP adds to one transfer (authentication, FastAPI, JSON)", f"{adds:.1f} ms"]
    )
    rows.append(["load average before", f"{before:.1f}"])
    results: dict[str, Any] = {
        "binding": at_binding,
        "http": rate,
        "http p50": p50,
        "load before": before,
    }
    said = f"{at_binding[_TOGETHER[0]]:.0f}/s in batches, {rate:.0f}/s over HTTP"
    publish("ledger", said, results, table(["transfers applied", ""], rows), write=arguments.write)


def _target(together: int) -> str:
    return f" (target {_TARGET})" if together == _TOGETHER[0] else ""


def _open(client: httpx.Client) -> None:
    for name, side in (("bank", "debit"), ("owed", "credit")):
        account = {
            "id": name,
            "name": name,
            "currency": "EUR",
            "normalSide": side,
            "leastAvailable": None,
        }
        client.post("/api/ledger/accounts", json=account).raise_for_status()


def _at_binding(client: httpx.Client, transfers: int, together: int) -> float:
    """Transfers a second inside of the Worker: the best of the rounds, since others use the machine
    too.
    """
    share = transfers if together > 1 else transfers // _HTTP_SHARE
    rates: list[float] = []
    for turn in range(_ROUNDS):
        query = {"from": (together * _ROUNDS + turn) * 10**6, "count": share, "together": together}
        answer = client.post("/api/bench/transfers", params=query).raise_for_status().json()
        rates.append(share / answer["seconds"])
    return max(rates)


def _over_http(client: httpx.Client, turn: int, transfers: int) -> tuple[float, float]:
    """Transfers a second by several clients, and the median seconds of a request."""

    def post(number: int) -> float:
        body = {
            "kind": "transfer",
            "id": f"http-{turn}-{number}",
            "debit": "bank",
            "credit": "owed",
        }
        began = time.perf_counter()
        client.post(
            "/api/ledger/transfers", json={**body, "currency": "EUR", "amount": 1}
        ).raise_for_status()
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        took = [*pool.map(post, range(transfers))]
    return transfers / (time.perf_counter() - began), median(took)


if __name__ == "__main__":
    main()

"""How long a bank's file takes from the upload until all is matched and booked:
`python -m bench.bank [--entries N]`.

A stack of its own, whose D1 is filled with the expenses that four of five entries pay. The account
books by itself what is certain. Then the list of entries is asked for, one request at a time.
"""

import asyncio
import random
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from bench.report import parser, publish, table
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.host_platform import ACCOUNT
from tests.support.running_stack import RunningStack
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import Json, dump
from tillroll_testing.host.sqlite import SqliteDatabase

_FIRST: Final = date(2026, 1, 1)
_DAYS: Final = 300
_PAID: Final = 0.8
_MINUTES: Final = 30
_REQUESTS: Final = 60
_LISTS: Final = {
    "entries, the newest 50": "/api/bank/entries?limit=50",
    "open entries": "/api/bank/entries?standing=open&limit=50",
    "entries of a month": "/api/bank/entries?from=2026-03-01&to=2026-03-31&limit=50",
    "how many are left": "/api/bank/progress",
}
_EXPENSES: Final = (
    """
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                      next_safe_action, created_at, updated_at)
    SELECT 'run_' || (value ->> 0), ?1, 'receipt', 1, 'rec_' || (value ->> 0), 'notified',
        'complete',
      'none', '', '' FROM json_each(?2)
    """,
    """
    INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by, created_at)
    SELECT 'rec_' || (value ->> 0), ?1, value ->> 0, 'image/jpeg', 3, 'run_' || (value ->> 0),
      'usr_first', '' FROM json_each(?2)
    """,
    """
    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, currency,
        duplicate_key,
                          created_at, person, status, paid_by)
    SELECT 'exp_' || (value ->> 0), ?1, 'rec_' || (value ->> 0), value ->> 1, value ->> 2,
      value ->> 3, 'EUR', value ->> 0, '2026-01-01T00:00:00.000Z', 'usr_first', 'approved',
          'company'
    FROM json_each(?2)
    """,
)
_SHOPS: Final = tuple(
    f"{one} {two}"
    for one in (
        "Nord",
        "Ost",
        "Linden",
        "Markt",
        "Hafen",
        "Berg",
        "Wald",
        "Stern",
        "Adler",
        "Rosen",
    )
    for two in (
        "Apotheke",
        "Verlag",
        "Papier",
        "Druckerei",
        "Hotel",
        "Garage",
        "Kantine",
        "Software",
        "Strom",
        "Taxi",
    )
)


@dataclass(frozen=True)
class Drawn:
    """A file, and the expenses that its entries pay: number, merchant, day and total of each."""

    file: bytes
    expenses: list[Json]


def draw(entries: int, seed: int = 1) -> Drawn:
    chance = random.Random(seed)
    lines: list[Line] = []
    expenses: list[Json] = []
    for number, day in enumerate(sorted(chance.randrange(_DAYS) for _ in range(entries))):
        booked, total, shop = (
            _FIRST + timedelta(days=day),
            chance.randrange(300, 90_000),
            chance.choice(_SHOPS),
        )
        line = Line(
            amount=-total,
            booked_on=booked,
            name=shop,
            text=f"{shop} sagt danke",
            reference=f"B{number:07d}",
        )
        lines.append(line)
        if chance.random() < _PAID:
            bought = booked - timedelta(days=chance.randrange(4))
            expenses.append([f"{number:08d}", f"{shop} GmbH", bought.isoformat(), total])
    last = _FIRST + timedelta(days=_DAYS)
    return Drawn(
        camt(Month(opening=10**9, lines=tuple(lines), from_day=_FIRST, to_day=last)), expenses
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--entries", type=int, default=50_000)
    arguments = asked.parse_args()
    drawn = draw(arguments.entries)
    with tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder:
        stack = _filled(Path(folder), drawn.expenses)
        try:
            with stack.client() as client:
                seconds, steps, found = _import(stack, client, drawn.file)
                lists = {name: _timed(client, path) for name, path in _LISTS.items()}
        finally:
            stack.stop()
    times = [
        [name, f"{statistics.median(each):.0f}", f"{statistics.quantiles(each, n=20)[-1]:.0f}"]
        for name, each in lists.items()
    ]
    text = "\n\n".join(
        [
            table(
                ["entries", "expenses", "seconds", "entries a second", "booked"],
                [
                    [
                        f"{arguments.entries:,}",
                        f"{len(drawn.expenses):,}",
                        f"{seconds:.0f}",
                        f"{arguments.entries / seconds:.0f}",
                        f"{found['booked']:,}",
                    ]
                ],
            ),
            table(
                ["step", "times", "seconds"],
                [[name, str(n), f"{took:.0f}"] for name, (n, took) in steps.items()],
            ),
            table(["asked for", "median (ms)", "p95 (ms)"], times),
        ]
    )
    said = (
        f"{arguments.entries:,} entries in {seconds:.0f} s, {found['booked']:,} of "
        f"{len(drawn.expenses):,} booked"
    )
    publish(
        "bank", said, {"seconds": seconds, "found": found, "ms": lists}, text, write=arguments.write
    )


def _filled(state: Path, expenses: list[Json]) -> RunningStack:
    stack = RunningStack(state)
    stack.start()
    stack.stop()
    for path in state.rglob("*.sqlite"):
        database = SqliteDatabase(str(path))
        if asyncio.run(
            database.first(
                statement("SELECT 1 AS there FROM sqlite_master WHERE name = 'expenses'")
            )
        ):
            for start in range(0, len(expenses), 2_000):
                given = dump(expenses[start : start + 2_000])
                asyncio.run(database.batch([statement(sql, [ACCOUNT, given]) for sql in _EXPENSES]))
        database.close()
    stack.start()
    return stack


def _import(
    stack: RunningStack, client: httpx.Client, file: bytes
) -> tuple[float, dict[str, tuple[int, float]], dict[str, int]]:
    """How long it took from the upload to the end, how often and how long each step ran, and what
    came of it.

    Raises SystemExit: it has not ended well in time.
    """
    account = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": True}
    client.post("/api/bank/accounts", json=account).raise_for_status()
    began = time.monotonic()
    answer = client.post("/api/bank/statements", files={"statement": ("year.xml", file)})
    if not answer.is_success:
        raise SystemExit(f"the file was not taken: {answer.text}")
    taken = answer.json()
    run = _ended(client, taken["runId"])
    seconds = time.monotonic() - began
    if run["status"] != "complete":
        raise SystemExit(f"the run is {run['status']}, in {run['state']}")
    shown = client.get(f"/api/bank/statements/{taken['statementId']}").raise_for_status().json()
    left = client.get("/api/bank/progress").raise_for_status().json()
    found = {"added": shown["added"], "booked": left["entries"] - left["open"]}
    return seconds, _steps(stack), found


def _steps(stack: RunningStack) -> dict[str, tuple[int, float]]:
    """How often each step ended, and in how many seconds of its attempts."""
    found: dict[str, tuple[int, float]] = {}
    rows = stack.d1(
        "SELECT step, attempt_started_at, ended_at FROM run_steps WHERE ended_at IS NOT NULL"
    )
    for row in rows:
        began, ended = (
            datetime.fromisoformat(row[name]) for name in ("attempt_started_at", "ended_at")
        )
        name = re.sub(r"[^a-z-].*", "", row["step"]).rstrip("-")
        times, seconds = found.get(name, (0, 0.0))
        found[name] = times + 1, seconds + (ended - began).total_seconds()
    return found


def _timed(client: httpx.Client, path: str) -> list[float]:
    """Milliseconds of each request, on a warm Worker."""
    times: list[float] = []
    for number in range(_REQUESTS + 5):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        if number >= 5:
            times.append((time.perf_counter() - began) * 1_000)
    return times


def _ended(client: httpx.Client, run_id: str) -> dict[str, str]:
    deadline = time.monotonic() + _MINUTES * 60
    while time.monotonic() < deadline:
        # A step that computes keeps its isolate from answering.
        run = client.get(f"/api/runs/{run_id}", timeout=60).raise_for_status().json()
        if run["status"] != "processing":
            return run
        time.sleep(1)
    raise SystemExit(f"{run_id} has not ended in {_MINUTES} minutes")


if __name__ == "__main__":
    main()

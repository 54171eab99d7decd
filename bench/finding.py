"""How long the database takes to find expenses among a million: `python -m bench.finding [--expenses N]`.

The database is SQLite of this machine (apsw's), which behaves as D1 where the two differ, on a file. It is filled
through the product's own triggers; words are written as the indexer does, from names and made-up lines. Times are of
statements only, without what Python does around them and without D1's round trips.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from local.host.sqlite import SqliteDatabase
from local.places import ROOT
from tillroll.expenses.finding import indexing
from tillroll.expenses.finding.filters import Asked, read_filter, read_order
from tillroll.expenses.finding.planning import Place
from tillroll.expenses.finding.searching import find_page
from tillroll.expenses.finding.totals import find_totals
from tillroll.platform.bindings.database import Row, Statement, statement
from tillroll.platform.json import Json, dump

_ACCOUNT: Final = "acc_bench"
_LOAD: Final = 2_000
_WORDS_AT_ONCE: Final = 500
_CATEGORIES: Final = ("Meals", "Office", "Travel", "Hotel", "Fuel", "Software", "Phone", "Postage", "Rent", "Other")
_CURRENCIES: Final = ("EUR",) * 90 + ("USD",) * 6 + ("MYR", "JPY", "GBP", "CHF")
_SYLLABLES: Final = (
    "ba",
    "cor",
    "den",
    "el",
    "fra",
    "gon",
    "hu",
    "in",
    "jo",
    "kal",
    "lo",
    "mer",
    "nu",
    "or",
    "pa",
    "qui",
)

# What is asked, by a name: three pages of each.
QUERIES: Final[dict[str, dict[str, str]]] = {
    "nothing": {},
    "month": {"from": "2024-03", "to": "2024-03"},
    "by total": {"sort": "-total"},
    "by merchant": {"sort": "merchant"},
    "category": {"category": "Hotel"},
    "category by total": {"category": "Hotel", "sort": "-total"},
    "category and month": {"category": "Hotel", "from": "2024-03", "to": "2024-03"},
    "category, month, by merchant": {"category": "Hotel", "from": "2024-03", "to": "2024-03", "sort": "merchant"},
    "currency, rare": {"currency": "JPY"},
    "currency, rare, by merchant": {"currency": "JPY", "sort": "merchant"},
    "person and status": {"person": "usr_3", "status": "approved"},
    "tag": {"tag": "trip-17"},
    "tag in another year": {"tag": "trip-17", "from": "2021", "to": "2021"},
    "missing tax": {"missing": "tax"},
    "missing tax by total": {"missing": "tax", "sort": "total"},
    "amount, exact": {"min": "76.30", "max": "76.30"},
    "amount, wide, category": {"min": "50", "max": "60", "category": "Hotel"},
    "word, rare": {"q": "merchant4711"},
    "word, common": {"q": "total"},
    "word, common, by total": {"q": "total", "sort": "-total"},
    "beginning, wide": {"q": "mer"},
    "beginning, wide, by merchant": {"q": "cor", "sort": "merchant"},
    "two words": {"q": "corden total"},
    "two common words that rarely meet": {"q": "oldwords newwords"},
    "word and category": {"q": "thank", "category": "Fuel"},
    "word, person, month, by total": {
        "q": "total",
        "person": "usr_3",
        "from": "2023-05",
        "to": "2023-05",
        "sort": "-total",
    },
}


class Timed:
    """The database, with the seconds that statements took."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.seconds = 0.0

    async def all(self, query: Statement) -> list[Row]:
        return (await self.batch([query]))[0]

    async def first(self, query: Statement) -> Row | None:
        rows = await self.all(query)
        return rows[0] if rows else None

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        began = time.perf_counter()
        rows = await self._database.batch(statements)
        self.seconds += time.perf_counter() - began
        return rows


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables))


async def _fill(database: SqliteDatabase, expenses: int, seed: int) -> None:
    chance = random.Random(seed)
    await database.batch(
        [
            statement("INSERT INTO accounts (id, name, created_at) VALUES (?, 'Bench', '2020')", _ACCOUNT),
            statement(
                """
                INSERT INTO runs (id, account_id, kind, contract_version, subject, source_event_id, state, status,
                                  next_safe_action, created_at, updated_at)
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS INTEGER) - 1)
                SELECT printf('run_%08d', i), ?1, 'receipt', 1, printf('rec_%08d', i), i, 'notified', 'complete',
                       'none', '', ''
                FROM n
                """,
                _ACCOUNT,
                expenses,
            ),
            statement(
                """
                INSERT INTO receipts (id, account_id, sha256, media_type, size, object_key, run_id, uploaded_by,
                                      created_at)
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS INTEGER) - 1)
                SELECT printf('rec_%08d', i), ?1, i, 'image/jpeg', 3, i, printf('run_%08d', i), 'usr_1', ''
                FROM n
                """,
                _ACCOUNT,
                expenses,
            ),
        ]
    )
    # Few words are on most receipts, and most words on few.
    rare = [_word(chance, chance.randint(2, 4)) for _ in range(50_000)]
    common = ["total", "thank", "you", "cash", "tax", "invoice", *rare[:60]]
    for start in range(0, expenses, _LOAD):
        began = time.perf_counter()
        rows: list[Json] = []
        lines: dict[str, list[str]] = {}
        for number in range(start, min(expenses, start + _LOAD)):
            day = date(2020, 1, 1) + timedelta(days=int(number / expenses * 2_400) + chance.randint(0, 60))
            rows.append(
                [
                    f"{number:08d}",
                    f"Merchant{int(chance.paretovariate(0.6)) % 20_000} {_word(chance, 2)}",
                    day.isoformat(),
                    chance.choice((1, 1, 1, -1)) * int(chance.lognormvariate(8, 1.2)) + 1,
                    None if chance.random() < 0.1 else 100,
                    chance.choice(_CURRENCIES),
                    None if chance.random() < 0.05 else chance.choice(_CATEGORIES),
                    f"{day.isoformat()}T12:00:{number % 60:02d}.000Z",
                    f"usr_{chance.randint(1, 9)}",
                    "approved" if chance.random() < 0.7 else "ready",
                ]
            )
            half = "oldwords" if number < expenses / 2 else "newwords"
            words = [
                half,
                *chance.sample(common, 12),
                *(rare[int(chance.paretovariate(0.5)) % 50_000] for _ in range(12)),
            ]
            lines[f"run_{number:08d}"] = [" ".join(words)]
        await database.batch(
            [
                statement(
                    """
                    INSERT INTO expenses (id, account_id, receipt_id, run_id, merchant, date, total_minor, tax_minor,
                                          currency, category, duplicate_key, created_at, person, status)
                    SELECT 'exp_' || (value ->> 0), ?2, 'rec_' || (value ->> 0), 'run_' || (value ->> 0), value ->> 1,
                           value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 0, value ->> 7,
                           value ->> 8, value ->> 9
                    FROM json_each(?1)
                    """,
                    dump(rows),
                    _ACCOUNT,
                ),
                statement(
                    """
                    INSERT INTO expense_tags
                    SELECT 'exp_' || (value ->> 0), 'trip-' || (CAST(value ->> 0 AS INTEGER) / 5000)
                    FROM json_each(?1) WHERE CAST(value ->> 0 AS INTEGER) % 3 = 0
                    """,
                    dump(rows),
                ),
            ]
        )
        triggers = time.perf_counter() - began
        began = time.perf_counter()
        waiting = await database.all(statement(indexing.WAITING.format(waiting=indexing.IN_ORDER), _LOAD))
        made: list[Json] = [indexing.made(row, lines[str(row["run_id"])]) for row in waiting]
        for first in range(0, len(made), _WORDS_AT_ONCE):
            await database.batch(indexing.writes(made[first : first + _WORDS_AT_ONCE]))
        if start % 50_000 == 0:
            took = time.perf_counter() - began
            each = [seconds / _LOAD * 1e6 for seconds in (triggers, took)]
            print(f"{start}: {each[0]:.0f} us of triggers for each, {each[1]:.0f} us of words", flush=True)


async def _measure(database: SqliteDatabase, repeats: int) -> None:
    timed = Timed(database)
    everything: list[float] = []
    print(f"{'page of rows':40} {'median':>8} {'p95':>8} {'worst':>8}   rows   totals")
    for name, values in QUERIES.items():
        asked = Asked({key: [value] for key, value in values.items()})
        chosen, order = read_filter(asked), read_order(asked)
        times: list[float] = []
        items = 0
        for _ in range(repeats):
            behind: Place | None = None
            for _page in range(3):
                timed.seconds = 0.0
                found = await find_page(timed, _ACCOUNT, chosen, order, behind, 50)
                times.append(timed.seconds * 1_000)
                items += len(found.items)
                behind = found.following
                if behind is None:
                    break
        timed.seconds = 0.0
        await find_totals(timed, _ACCOUNT, chosen)
        everything += times
        times.sort()
        p95 = times[int(len(times) * 0.95) - 1] if len(times) > 1 else times[0]
        figures = f"{statistics.median(times):7.1f}  {p95:7.1f}  {times[-1]:7.1f}  {items / len(times):5.1f}"
        print(f"{name:40} {figures}  {timed.seconds * 1000:7.0f}", flush=True)
    everything.sort()
    print(
        f"all: median {statistics.median(everything):.1f} ms, p95 {everything[int(len(everything) * 0.95) - 1]:.1f} ms"
    )


def _open(path: Path) -> tuple[SqliteDatabase, bool]:
    """The database, and whether it is to be filled."""
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(str(path)), is_new


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expenses", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--file", type=Path, default=ROOT / ".bench" / "finding.db", help="kept, and used again")
    arguments = parser.parse_args()
    database, is_new = _open(arguments.file)
    await database.all(statement("PRAGMA cache_size = -65536"))
    if is_new:
        database.migrate(ROOT / "migrations")
        await _fill(database, arguments.expenses, seed=1)
    await _measure(database, arguments.repeats)


if __name__ == "__main__":
    asyncio.run(main())

"""How long the database takes to find expenses among a million:
`python -m bench.finding [--expenses N]`.

The database is SQLite of this machine (apsw's), which behaves as D1 where the two differ, on a
file, with 64 MB for its pages. Times are the processor's, of statements only: without what Python
does around them, without D1's round trips, and without waiting for others on a machine that is
shared.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, LiteralString, get_args

from bench.report import parser, publishing
from local.places import ROOT
from tests.support.sql import sql
from tillroll.expenses.duplicates.pairs import list_pairs
from tillroll.expenses.search.filters import Filter, FilterQuery, read_filter, read_order
from tillroll.expenses.search.pages import Place, find_page
from tillroll.expenses.search.plain_text import sort_name, words_of
from tillroll.expenses.search.reports import By, missing_in, report
from tillroll.expenses.search.sums import TooManyToSum, find_totals
from tillroll.expenses.sorting.categories import list_categories
from tillroll.expenses.sorting.merchants import list_merchants
from tillroll_durable.platform.bindings.database import ByBatch, Row, Statement, statement, word
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.sight import Sight, all_of
from tillroll_testing.host.sqlite import SqliteDatabase

ACCOUNT: Final = "acc_bench"
# Somebody who sees their own expenses alone: one of so many is theirs.
_SUBMITTER: Final = "usr_own"
_OTHERS: Final = 400
_LOAD: Final = 2_000
_CATEGORIES: Final = (
    "Meals",
    "Office",
    "Travel",
    "Hotel",
    "Fuel",
    "Software",
    "Phone",
    "Postage",
    "Rent",
    "Other",
)
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
    "category, month, by merchant": {
        "category": "Hotel",
        "from": "2024-03",
        "to": "2024-03",
        "sort": "merchant",
    },
    "currency, rare": {"currency": "JPY"},
    "currency, rare, by merchant": {"currency": "JPY", "sort": "merchant"},
    "person and status": {"person": "usr_3", "status": "approved"},
    "tag": {"tag": "trip-17"},
    "tag in another year": {"tag": "trip-17", "from": "2021", "to": "2021"},
    "missing tax": {"missing": "tax"},
    "missing tax by total": {"missing": "tax", "sort": "total"},
    "amount, exact": {"min": "76.30", "max": "76.30"},
    "amount, wide, category": {"min": "50", "max": "60", "category": "Hotel"},
    "word, rare": {"q": "merchant4711 "},
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


# Whom the expenses belong to, and the rows that they refer to.
_OWNERS: Final = (
    "INSERT INTO accounts (id, name, created_at) VALUES (?1, ?2, '2020')",
    """
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                      next_safe_action, created_at, updated_at)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n
        WHERE i < CAST(?2 AS INTEGER) - 1)
    SELECT printf('run_%08d', i), ?1, 'receipt', 1, printf('rec_%08d', i), 'notified', 'complete',
        'none', '', ''
    FROM n
    """,
    """
    INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by, created_at)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n
        WHERE i < CAST(?2 AS INTEGER) - 1)
    SELECT printf('rec_%08d', i), ?1, i, 'image/jpeg', 3, printf('run_%08d', i), 'usr_1', '' FROM n
    """,
)
_LOADS: Final = (
    """
    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, tax_minor,
        currency,
                          category, duplicate_key, created_at, person, status)
    SELECT 'exp_' || (value ->> 0), ?2, 'rec_' || (value ->> 0), value ->> 2, value ->> 3,
           value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 0, value ->> 8,
               value ->> 9, value ->> 10
    FROM json_each(?1)
    """,
    """
    INSERT INTO expense_finds (n, expense_id, account_id, day, amount, merchant, sort_name,
        created_at, status,
                               currency, total_minor, tax_minor, base_currency, facets)
    SELECT value ->> 1, 'exp_' || (value ->> 0), ?2, value ->> 11, value ->> 12, value ->> 2,
        value ->> 13, value ->> 8,
           value ->> 10, value ->> 6, value ->> 4, value ->> 5, '', value -> 14
    FROM json_each(?1)
    """,
    """
    INSERT INTO expense_shares
    SELECT value ->> 1, 0, ?2, substr(value ->> 3, 1, 7), value ->> 6, '', value ->> 10,
        value ->> 9,
           COALESCE(value ->> 7, ''), value ->> 4, COALESCE(value ->> 5, 0), 0, 0
    FROM json_each(?1)
    """,
    """
    INSERT INTO loaded SELECT term.value, row.value ->> 1, row.value ->> 11
    FROM json_each(?1) AS row CROSS JOIN json_each(row.value, '$[14]') AS term
    """,
    """
    INSERT INTO loaded SELECT term.value, row.value ->> 1, row.value ->> 11
    FROM json_each(?1) AS row CROSS JOIN json_each(row.value, '$[15]') AS term
    """,
)
_IN_ORDER: Final = (
    """
    INSERT INTO expense_months
    SELECT account_id, month, currency, base_currency, status, person, category, COUNT(*), COUNT(*),
        SUM(total_minor),
           SUM(tax_minor), 0, 0
    FROM expense_shares GROUP BY 1, 2, 3, 4, 5, 6, 7
    """,
    (
        "INSERT INTO expense_terms (account_id, term) SELECT DISTINCT ?1, term FROM loaded "
        "ORDER BY term"
    ),
    """
    INSERT INTO expense_postings SELECT terms.id, day, n
    FROM loaded CROSS JOIN expense_terms AS terms ON terms.account_id = ?1
        AND terms.term = loaded.term ORDER BY 1, 2, 3
    """,
    """
    INSERT INTO expense_words SELECT n, json_group_array(terms.id)
    FROM loaded CROSS JOIN expense_terms AS terms ON terms.account_id = ?1
        AND terms.term = loaded.term
    WHERE loaded.term LIKE 'word:%' GROUP BY n
    """,
    "DROP TABLE loaded",
)


class Timed(ByBatch):
    """The database, with the seconds that statements took."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.seconds = 0.0

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        began = time.process_time()
        rows = await self._database.batch(statements)
        self.seconds += time.process_time() - began
        return rows


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables))


async def fill(database: SqliteDatabase, expenses: int, seed: int) -> None:
    """The rows that the product's triggers and its indexer would write, in the order of their keys,
    which is faster. The triggers are there again afterwards.
    """
    triggers = await database.all(
        statement("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    )
    await database.batch([statement(f"DROP TRIGGER {word(str(row['name']))}") for row in triggers])
    await database.batch([statement(owner, [ACCOUNT, expenses]) for owner in _OWNERS])
    await database.all(statement("CREATE TABLE loaded (term TEXT, n INTEGER, day INTEGER)"))
    chance = random.Random(seed)
    # Few words are on most receipts, and most words on few.
    rare = [_word(chance, chance.randint(2, 4)) for _ in range(50_000)]
    common = ["total", "thank", "you", "cash", "tax", "invoice", *rare[:40]]
    for start in range(0, expenses, _LOAD):
        numbers = range(start, min(expenses, start + _LOAD))
        rows: list[Json] = [_expense(chance, number, expenses, common, rare) for number in numbers]
        given = dump(rows)
        await database.batch(
            [statement(load, [given, *([ACCOUNT] if "?2" in load else [])]) for load in _LOADS]
        )
    for query in _IN_ORDER:
        await database.all(statement(query, [*([ACCOUNT] if "?1" in query else [])]))
    await database.batch([statement(sql(str(row["sql"]))) for row in triggers])


def _expense(
    chance: random.Random, number: int, expenses: int, common: list[str], rare: list[str]
) -> list[Json]:
    day = date(2020, 1, 1) + timedelta(days=int(number / expenses * 2_400) + chance.randint(0, 60))
    merchant = f"Merchant{int(chance.paretovariate(0.6)) % 20_000} {chance.choice(rare[:500])}"
    minor = chance.choice((1, 1, 1, -1)) * int(chance.lognormvariate(8, 1.2)) + 1
    tax = None if chance.random() < 0.1 else 100
    currency, person = chance.choice(_CURRENCIES), f"usr_{chance.randint(1, 9)}"
    person = _SUBMITTER if number % _OTHERS == 0 else person
    category = None if chance.random() < 0.05 else chance.choice(_CATEGORIES)
    status = "approved" if chance.random() < 0.7 else "ready"
    missing = [
        *(["category"] if category is None else []),
        *(["tax"] if tax is None else []),
        "number",
        "payment",
    ]
    lacks = "".join(f"missing:{each};" for each in missing)
    facets: list[Json] = [
        f"stands:;status:{status};currency:{currency};base:;{lacks}",
        f"person:{person}",
        f"merchant:{merchant}",
    ]
    facets += [f"category:{category}"] if category else []
    facets += [f"tag:trip-{number // 5_000}"] if number % 3 == 0 else []
    half = "oldwords" if number < expenses / 2 else "newwords"
    words = {
        half,
        *chance.sample(common, 9),
        *(rare[int(chance.paretovariate(0.5)) % 50_000] for _ in range(9)),
    }
    own: list[Json] = [f"word:{word}" for word in {*words_of(merchant), *words}]
    epoch = day.toordinal() - date(1970, 1, 1).toordinal()
    at = f"{day.isoformat()}T12:00:{number % 60:02d}.000Z"
    amount = minor * (10_000 if currency == "JPY" else 100)
    whole: list[Json] = [
        f"{number:08d}",
        number + 1,
        merchant,
        day.isoformat(),
        minor,
        tax,
        currency,
        category,
        at,
    ]
    return [*whole, person, status, epoch, amount, sort_name(merchant), facets, own]


async def _measure(database: SqliteDatabase, sight: Sight, repeats: int) -> None:
    timed = Timed(database)
    everything, sums = list[float](), list[float]()
    whose = "page of rows" if sight.only is None else "page of one person's own rows"
    print(f"{whose:40} {'median':>8} {'p95':>8} {'worst':>8}   rows   totals")
    for name, values in QUERIES.items():
        asked = FilterQuery({key: [value] for key, value in values.items()})
        chosen, order = read_filter(asked), read_order(asked)
        times: list[float] = []
        items = 0
        for _ in range(repeats):
            behind: Place | None = None
            for _page in range(3):
                timed.seconds = 0.0
                found = await find_page(timed, sight, chosen, order, behind, 50)
                times.append(timed.seconds * 1_000)
                items += len(found.items)
                behind = found.following
                if behind is None:
                    break
        timed.seconds = 0.0
        try:
            await find_totals(timed, sight, chosen)
        except TooManyToSum:
            refused = " (too many)"
        else:
            refused = ""
        everything += times
        sums.append(timed.seconds * 1_000)
        summed = f"{sums[-1]:7.0f}{refused}"
        times.sort()
        p95 = times[int(len(times) * 0.95) - 1] if len(times) > 1 else times[0]
        figures = (
            f"{statistics.median(times):7.1f}  {p95:7.1f}  {times[-1]:7.1f}  "
            f"{items / len(times):5.1f}"
        )
        print(f"{name:40} {figures}  {summed}", flush=True)
    print(f"pages: {_spread(everything)}; sums: {_spread(sums)}")


def _spread(times: list[float]) -> str:
    times.sort()
    return (
        f"median {statistics.median(times):.1f} ms, p95 {times[int(len(times) * 0.95) - 1]:.1f}, "
        f"worst {times[-1]:.1f}"
    )


async def _measure_reports(database: SqliteDatabase, sight: Sight) -> None:
    """Each report, of a year and of all there are."""
    timed = Timed(database)
    for period, first, last in (
        ("a year", date(2024, 1, 1), date(2024, 12, 31)),
        ("all", None, None),
    ):
        chosen = Filter(first_day=first, last_day=last)
        for by in get_args(By):
            timed.seconds = 0.0
            await report(timed, sight, chosen, by)
            print(f"report by {by}, {period}: {timed.seconds * 1000:.0f} ms")
        timed.seconds = 0.0
        await missing_in(timed, sight, chosen)
        print(f"report of what is missing, {period}: {timed.seconds * 1000:.0f} ms", flush=True)


async def _measure_beside(database: SqliteDatabase, sight: Sight, repeats: int) -> None:
    """What else a person is shown of their own expenses."""
    timed = Timed(database)
    for name, ask in (
        ("merchants", lambda: list_merchants(timed, sight, "", 100)),
        ("categories", lambda: list_categories(timed, sight)),
        ("duplicates", lambda: list_pairs(timed, sight, "usr_first", before="~", limit=50)),
    ):
        times: list[float] = []
        for _ in range(repeats):
            timed.seconds = 0.0
            await ask()
            times.append(timed.seconds * 1_000)
        print(
            f"one person's own {name}: median {statistics.median(times):.1f} ms, worst "
            f"{max(times):.1f} ms"
        )


async def _measure_writes(database: SqliteDatabase, repeats: int) -> None:
    """A change of a category and of a day, each with all that its triggers do."""
    changes: Mapping[str, LiteralString] = {
        "category": "category = 'Changed'",
        "day": "date = '2021-01-01'",
    }
    for name, change in changes.items():
        times: list[float] = []
        for number in range(repeats * 3):
            began = time.process_time()
            query = f"UPDATE expenses SET {change} WHERE id = ?"
            await database.all(statement(query, [f"exp_{number * 1_009:08d}"]))
            times.append((time.process_time() - began) * 1_000)
        print(f"writing a {name}: median {statistics.median(times):.1f} ms")


def _open(path: Path) -> tuple[SqliteDatabase, bool]:
    """The database, and whether it is to be filled."""
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(str(path)), is_new


async def _report(expenses: int, repeats: int, path: Path) -> None:
    database, is_new = _open(path)
    await database.all(statement("PRAGMA cache_size = -65536"))
    if is_new:
        database.migrate(ROOT / "migrations")
        await fill(database, expenses, seed=1)
    await _measure(database, all_of(ACCOUNT), repeats)
    await _measure_reports(database, all_of(ACCOUNT))
    await _measure(database, Sight(ACCOUNT, _SUBMITTER), repeats)
    await _measure_beside(database, Sight(ACCOUNT, _SUBMITTER), repeats)
    await _measure_writes(database, repeats)
    database.close()


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--expenses", type=int, default=1_000_000)
    asked.add_argument("--repeats", type=int, default=7)
    asked.add_argument("--file", type=Path, help="where the database is kept, and used again")
    arguments = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        publishing("finding", write=arguments.write),
    ):
        path = arguments.file or Path(folder) / "finding.db"
        asyncio.run(_report(arguments.expenses, arguments.repeats, path))


if __name__ == "__main__":
    main()

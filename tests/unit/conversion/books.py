"""An account with expenses, and a feed of rates it can be converted by."""

from datetime import UTC, date, datetime
from typing import LiteralString

from tests.support.host_platform import ACCOUNT, assemble, migrated_database, product_pieces
from tests.support.rates import feed
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.platform import HostPlatform

FEED = "https://key:secret@rates.test/daily.xml?token=secret"
SOURCE = "rates.test/daily.xml"
FRIDAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 19)
AFTERNOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_NOW = "2026-11-20T09:00:00.000Z"


async def open_books(base: str | None = "EUR") -> HostPlatform:
    """A platform on a Friday afternoon, the first account's books kept in `base`."""
    database = await migrated_database()
    await database.all(
        statement("UPDATE accounts SET base_currency = ? WHERE id = ?", [base, ACCOUNT])
    )
    return assemble(
        database, {}, product_pieces(clock=ManualClock(AFTERNOON)), exchange_rates_url=FEED
    )


def publish(host: HostPlatform, days: dict[date, dict[str, str]]) -> None:
    answer(host, feed(days))


def answer(host: HostPlatform, body: str, status: int = 200) -> None:
    host.pieces.receiver.pages[FEED] = HttpAnswer(status, body)


async def spend(
    host: HostPlatform,
    name: str,
    total_minor: int,
    currency: str,
    day: date = FRIDAY,
    *,
    tax_minor: int | None = None,
    account: str = ACCOUNT,
) -> str:
    """An expense as the workflow would have left it; its id."""
    run, receipt, expense = f"run_{name}", f"rec_{name}", f"exp_{name}"
    await host.database.batch(
        [
            statement(
                """
                INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                                  next_safe_action, created_at, updated_at)
                VALUES (?1, ?2, 'receipt', 1, ?3, 'notified', 'complete', 'none', ?4, ?4)
                """,
                [run, account, receipt, _NOW],
            ),
            statement(
                """
                INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by,
                                      created_at)
                VALUES (?1, ?2, ?1, 'image/png', 1, ?3, 'usr_first', ?4)
                """,
                [receipt, account, run, _NOW],
            ),
            statement(
                """
                INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor,
                    tax_minor,
                                      currency, duplicate_key, created_at)
                VALUES (?1, ?2, ?3, 'Cafe', ?4, ?5, ?6, ?7, ?1, ?8)
                """,
                [
                    expense,
                    account,
                    receipt,
                    day.isoformat(),
                    total_minor,
                    tax_minor,
                    currency,
                    _NOW,
                ],
            ),
        ]
    )
    return expense


async def rows(host: HostPlatform, sql: LiteralString) -> list[Row]:
    return await host.database.all(statement(sql))


async def waiting(host: HostPlatform) -> dict[str, str | None]:
    """What each expense waits for."""
    found = await rows(host, "SELECT id, awaits_conversion FROM expenses ORDER BY id")
    return {
        str(row["id"]): None if (what := row["awaits_conversion"]) is None else str(what)
        for row in found
    }

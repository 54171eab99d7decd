"""An entry of the company's bank account that nothing explains, and a match of it."""

from typing import Final

from tests.support.host_platform import ACCOUNT
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database

_AT: Final = "2026-01-01T00:00:00.000Z"


async def add_open_entry(
    database: Database, amount: int, *, day: str = "2026-03-06", currency: str = "EUR"
) -> str:
    """Store one of this amount, with its account and statement; the answer is its id."""
    account = """
      INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
      VALUES ('ban_1', ?, 'Giro', 'EUR', 'user:usr_first', ?)
    """
    bank_statement = """
      INSERT INTO bank_statements (
        id, account_id, run_id, sha256, object_key, size, source, by, created_at)
      VALUES ('sta_1', ?, 'run_000001', '', '', 1, 'upload', '', ?)
    """
    entry = """
      INSERT INTO bank_entries (
        id, account_id, bank_account_id, statement_id, status, day, amount, currency, words,
        created_at)
      VALUES ('ent_1', ?, 'ban_1', 'sta_1', 'booked', ?, ?, ?, 'VDP-RYANAIR', ?)
    """
    await database.batch(
        [
            statement(account, [ACCOUNT, _AT]),
            statement(bank_statement, [ACCOUNT, _AT]),
            statement(entry, [ACCOUNT, day, amount, currency, _AT]),
        ]
    )
    return "ent_1"


async def match_expense(database: Database, entry: str, expense: str, *, settles: int) -> None:
    """Accept that the entry pays an expense."""
    match = """
      INSERT INTO bank_matches (id, account_id, state, kind, level, score, reasons, created_at)
      VALUES ('mat_1', ?, 'accepted', 'one', 'proposed', 900, '[]', '')
    """
    pair = """
      INSERT INTO bank_pairs (match_id, number, account_id, entry_id, payment, document_kind,
        document_id, amount, settles)
      VALUES ('mat_1', 1, ?1, ?2, 0, 'expense', ?3, ?4, ?4)
    """
    # What it explains of the entry is counted where it begins to count.
    count = """
      UPDATE bank_pairs SET counts = 1,
        total = (SELECT total_minor FROM expenses WHERE id = document_id),
        total_currency = (SELECT currency FROM expenses WHERE id = document_id)
    """
    await database.batch(
        [
            statement(match, [ACCOUNT]),
            statement(pair, [ACCOUNT, entry, expense, settles]),
            statement(count),
        ]
    )

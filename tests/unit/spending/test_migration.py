"""Calls from before the ledger stay readable, and are counted."""

from local.host.sqlite import SqliteDatabase
from local.places import MIGRATIONS
from tillroll.platform.bindings.database import statement

_BEFORE = "2026-03-01T09:00:00.000Z"
_ACCOUNT = "INSERT INTO accounts (id, name, created_at) VALUES ('acc', 'Books', ?)"
_RUN = """
  INSERT INTO runs (id, account_id, kind, contract_version, source_event_id, subject, state, status, next_safe_action,
                    created_at, updated_at)
  VALUES ('run', 'acc', 'receipt', 1, 'event', 'rec', 'notified', 'complete', 'none', ?1, ?1)
"""
_CALLS = """
  INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256, duration_ms, input_tokens,
                        output_tokens, created_at)
  VALUES ('a', 'acc', 'run', 'm', 'ocr-extract', 'completed', '', 7, 10, 2, '2026-03-01T09:00:00.000Z'),
         ('b', 'acc', 'run', 'm', 'second-reading', 'unusable', '', 7, 10, 2, '2026-03-01T09:00:00.000Z'),
         ('c', 'acc', 'run', 'm', 'second-reading', 'failed', '', 7, NULL, NULL, '2026-03-02T09:00:00.000Z')
"""


async def test_calls_from_before_are_kept() -> None:
    database = SqliteDatabase()
    [ledger] = MIGRATIONS.glob("0009_*.sql")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path == ledger:
            await database.batch([statement(_ACCOUNT, _BEFORE), statement(_RUN, _BEFORE), statement(_CALLS)])
        database.apply(path)
    rows = await database.all(statement("SELECT state, reason, cost_micro_usd, is_unpriced FROM ai_calls ORDER BY id"))
    assert [tuple(row.values()) for row in rows] == [
        ("completed", None, None, 1),
        ("completed", "unusable", None, 1),
        ("failed", None, None, 1),
    ]
    days = await database.all(statement("SELECT day, offered, completed, failed, input_tokens FROM ai_daily"))
    assert [tuple(day.values()) for day in days] == [("2026-03-01", 2, 2, 0, 20), ("2026-03-02", 1, 0, 1, 0)]
    database.close()

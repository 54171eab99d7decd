"""The tables of the core with rows of accounts: a batch that writes one says whose rows.
Made by `make docs` from the migrations.
"""

from typing import Final

TABLES_OF_ACCOUNTS: Final = frozenset(
    {
        "access_tokens",
        "ai_budgets",
        "ai_calls",
        "ai_daily",
        "archive_bundles",
        "archive_flaws",
        "audit_events",
        "deliveries",
        "endpoints",
        "idempotency_keys",
        "outbox",
        "run_attributes",
        "run_external_ids",
        "runs",
        "schedule_ticks",
        "schedules",
    }
)

"""Payments that had failed as duplicates are asked since the update; no book changes by it."""

from local.places import MIGRATIONS
from tillroll_durable import statement
from tillroll_testing.host.sqlite import SqliteDatabase

_PAYMENTS = (
    ("copy", "failed", "RJCT", "AM05"),
    ("closed", "failed", "RJCT", "AC04"),
    ("said", "failed", "by hand", "AM05"),
    ("accepted", "processing", "ACCP", None),
    ("received", "processing", "ACTC", None),
)


async def test_what_had_failed_as_a_duplicate_is_asked() -> None:
    database = SqliteDatabase()
    files = sorted(MIGRATIONS.glob("*.sql"))
    [newest] = [each for each in files if each.stem.endswith("payments_in_doubt")]
    for each in files[: files.index(newest)]:
        database.apply(each)
    database.connection.execute("PRAGMA foreign_keys = OFF")
    insert = """
      INSERT INTO payment_instructions
        (id, run_id, account_id, amount, reference, created_at, status, bank_status, reason)
      VALUES (?1, ?1, 'acc_one', 1, 'Trip', '2026-01-01', ?2, ?3, ?4)
    """
    await database.batch([statement(insert, [*each]) for each in _PAYMENTS])
    database.apply(newest)
    rows = await database.all(
        statement(
            "SELECT id, status, accepted_as, in_doubt, in_doubt_reason, in_doubt_status "
            "FROM payment_instructions ORDER BY id"
        )
    )
    assert [tuple(each.values()) for each in rows] == [
        ("accepted", "processing", "ACCP", None, None, None),
        ("closed", "failed", None, None, None, None),
        ("copy", "failed", None, "copy", "AM05", "failed"),
        ("received", "processing", None, None, None, None),
        ("said", "failed", None, None, None, None),
    ]

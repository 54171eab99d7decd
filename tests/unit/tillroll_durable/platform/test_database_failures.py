"""What D1 and SQLite say is told apart: what passes or is to be mended there, and faults of
ours.
"""

import pytest

from tillroll_durable.platform.bindings.database import (
    DatabaseError,
    DatabaseUnavailable,
    database_failed,
)
from tillroll_durable.server.problems import refusal_of


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("D1_ERROR: Exceeded maximum DB size.", "full"),
        ("D1_ERROR: database or disk is full: SQLITE_FULL", "full"),
        ("D1_ERROR: attempt to write a readonly database: SQLITE_READONLY", "read_only"),
        ("D1_ERROR: database is locked: SQLITE_BUSY", "busy"),
        ("D1_ERROR: D1 DB is overloaded. Requests queued for too long.", "busy"),
        (
            "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
            "reset",
        ),
        ("D1_ERROR: D1 DB exceeded its CPU time limit and was reset.", "reset"),
        ("D1_ERROR: D1 DB reset because its code was updated.", "reset"),
        ("D1_ERROR: Network connection lost.", "lost"),
        ("D1_ERROR: account_is_moving: acc_first: SQLITE_CONSTRAINT", "moving"),
        ("D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.", "lost"),
    ],
)
def test_what_is_unavailable_is_answered_by_503_and_when_to_come_again(
    message: str, reason: str
) -> None:
    error = database_failed(message)
    assert isinstance(error, DatabaseUnavailable)
    assert error.reason == reason
    refusal = refusal_of(error, method="POST", route="/api/receipts")
    assert (refusal.kind.code, refusal.kind.status) == ("unavailable", 503)
    assert refusal.headers == {"retry-after": "10"}


def test_a_statement_that_is_wrong_stays_a_fault_of_ours() -> None:
    error = database_failed("D1_ERROR: no such column: pricee at offset 7: SQLITE_ERROR")
    assert type(error) is DatabaseError
    assert refusal_of(error, method="POST", route="/api/receipts").kind.code == "internal"

"""What was about to be done elsewhere, written down before it was: one row an idempotency key."""

from dataclasses import dataclass
from datetime import datetime

from tillroll.durable.record.reads import insist
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, statement, text
from tillroll.platform.clock import from_text

# What is done with an effect of which nobody knows: the other side is asked, or it is sent again.
ASK, SEND_AGAIN = "ask", "send_again"


@dataclass(frozen=True)
class Intent:
    """A row of `effect_intents`: `outcome` is done, refused, or None for nobody knows. `can_be_asked`: the other side
    can say whether it happened; where it cannot, it is sent again."""

    request_digest: str
    outcome: str | None
    can_be_asked: bool


async def load_intent(database: Database, idempotency_key: str) -> Intent | None:
    query = statement("SELECT * FROM effect_intents WHERE idempotency_key = ?", idempotency_key)
    row = await insist(lambda: database.first(query))
    return None if row is None else _from_row(row)


async def intended_at(database: Database, idempotency_key: str) -> datetime | None:
    """Since when it is written down; None where it is not."""
    query = statement("SELECT created_at FROM effect_intents WHERE idempotency_key = ?", idempotency_key)
    row = await database.first(query)
    return None if row is None else from_text(text(row, "created_at"))


async def sent_at(database: Database, idempotency_key: str) -> datetime | None:
    """When it was written down for the last time that it is about to be done; None where it never was."""
    query = statement(
        """
        SELECT MAX(e.at) AS at FROM effect_intents i JOIN audit_events e ON e.stream = i.run_id
        WHERE i.idempotency_key = ? AND e.action = 'effect.intended' AND e.detail ->> 'step' = i.step
        """,
        idempotency_key,
    )
    row = await database.first(query)
    return None if row is None or row["at"] is None else from_text(text(row, "at"))


def _from_row(row: Row) -> Intent:
    return Intent(text(row, "request_digest"), optional_text(row, "outcome"), row["when_unknown"] == ASK)


def may_have_come_twice(row: Row) -> bool:
    """Whether an effect (a row of `effect_intents`) was sent again although nobody knew of the first time."""
    return row["when_unknown"] == SEND_AGAIN and row["outcome"] != "refused" and integer(row, "sends") > 1

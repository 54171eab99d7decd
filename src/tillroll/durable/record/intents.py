"""What was about to be done elsewhere, written down before it was: one row an idempotency key."""

from dataclasses import dataclass

from tillroll.durable.record.reads import insist
from tillroll.platform.bindings.database import Database, optional_text, statement, text


@dataclass(frozen=True)
class Intent:
    """A row of `effect_intents`: `outcome` is done, refused, or None for nobody knows."""

    request_digest: str
    outcome: str | None


async def load_intent(database: Database, idempotency_key: str) -> Intent | None:
    query = statement("SELECT * FROM effect_intents WHERE idempotency_key = ?", idempotency_key)
    row = await insist(lambda: database.first(query))
    return None if row is None else Intent(text(row, "request_digest"), optional_text(row, "outcome"))

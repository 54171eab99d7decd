"""The quarantine of objects that nothing refers to: what is in it, and having objects kept."""

from collections.abc import Iterable
from datetime import datetime

from local.d1 import Answer
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.upkeep.quarantine import PERIOD, State, restore

LIST = (
    "SELECT object_key, uploaded_at, since, state FROM object_quarantine ORDER BY since, object_key"
)


def restored(keys: Iterable[str], now: datetime) -> str:
    """SQL that has these objects kept, whatever refers to them, each with its audit event.

    It fails, and changes nothing, where one of them is not in quarantine, was restored before, or
    is being deleted.
    """
    return as_text(
        each for key in dict.fromkeys(keys) for each in restore(key, "operator", to_text(now))
    )


def line_of(row: Answer) -> str:
    """A row of LIST for people: what becomes of the object and when, its upload (UTC), its key."""
    until = datetime.fromisoformat(text(row, "since")) + PERIOD
    fate = {
        State.QUARANTINED: f"deleted from {_minute(until)} on",
        State.RESTORED: "kept",
        State.DELETING: "being deleted",
    }
    uploaded = _minute(datetime.fromisoformat(text(row, "uploaded_at")))
    return f"{row['object_key']}  uploaded {uploaded}, {fate[State(text(row, 'state'))]}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

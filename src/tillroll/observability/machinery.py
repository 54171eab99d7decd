"""Conditions of alerts about what runs Tillroll itself, which jobs of the cron note as positions:
one query for all.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from tillroll.observability.alert_rules import DEPLOYMENT, Cause, Rule
from tillroll_durable.audit import BAD_SEAL
from tillroll_durable.jobs.job import GAP, LATE_AFTER, gap_sentence
from tillroll_durable.platform.bindings.database import (
    Measured,
    Row,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.limits import DATABASE_BYTES, NEARLY_FULL_PERCENT
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import binding_of
from tillroll_durable.upkeep.quarantine import SWEEP_STOPPED

REFUSED_TRACES: Final = "refused-traces"
"""Under this name it is noted what the collector refused last: a status, or `spans` of a
request.
"""
_GIGABYTES: Final = DATABASE_BYTES // 1_000_000_000
_TOLD_FOR: Final = timedelta(hours=1)
_NAMES: Final = (BAD_SEAL, SWEEP_STOPPED, GAP, REFUSED_TRACES)
_NOTED: Final = """
  SELECT name, position, updated_at FROM reconciler_cursors
  WHERE name IN (SELECT value FROM json_each(?)) AND position <> '' ORDER BY name
"""


def noted() -> Statement:
    """The query for `causes_noted`."""
    return statement(_NOTED, [dump([*_NAMES])])


def causes_noted(rows: Sequence[Row], now: datetime) -> Iterator[Cause]:
    """What holds of that which jobs have noted."""
    for row in rows:
        name = text(row, "name")
        position = text(row, "position")
        age = now - from_text(text(row, "updated_at"))
        if name == BAD_SEAL:
            number, _, flaw = position.partition(":")
            sentence = f"Seal {number} of the audit does not verify: {flaw}."
            yield Cause(Rule.SEAL_FAILING, DEPLOYMENT, sentence)
        elif name == SWEEP_STOPPED:
            sentence = f"The sweep of orphaned objects has stopped: {position}."
            yield Cause(Rule.SWEEP_STOPPED, DEPLOYMENT, sentence)
        elif name == GAP and age <= LATE_AFTER:
            yield Cause(Rule.CRON_GAP, DEPLOYMENT, gap_sentence(row))
        elif name == REFUSED_TRACES and age < _TOLD_FOR:
            yield Cause(Rule.TRACES_REFUSED, DEPLOYMENT, _of_traces(row))


def causes_of_size(platform: Platform) -> Iterator[Cause]:
    """That the database is nearly full, while there is time to make another one."""
    database = (platform.bare or platform).database
    if not isinstance(database, Measured) or database.size_bytes is None:
        return
    percent = 100 * database.size_bytes // DATABASE_BYTES
    if percent >= NEARLY_FULL_PERCENT:
        name = binding_of(platform.shard)
        sentence = f"The database {name} has used {percent} percent of its {_GIGABYTES} GB."
        yield Cause(Rule.DATABASE_FILLING, DEPLOYMENT, sentence)


def _of_traces(row: Row) -> str:
    what = text(row, "position")
    at = text(row, "updated_at")
    if what == "spans":
        return f"The collector of traces refuses some spans, last at {at}."
    return f"The collector of traces refuses what it is sent (status {what}), last at {at}."

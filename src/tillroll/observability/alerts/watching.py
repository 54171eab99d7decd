"""Looking after open alerts: told of again while the cause lasts, closed and told of when it is gone."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from tillroll.observability.alerts.rules import OF_RECORDS, Rule, lasts
from tillroll.observability.settings import AlertSettings
from tillroll.platform.bindings.database import Row, Statement, integer, statement, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

# A tick looks at so many, those first that were not looked at for longest.
_BATCH: Final = 200


def _lasts_for_any(rule: Rule) -> str:
    """For any of its records."""
    records = f"SELECT 1 FROM alert_records r WHERE r.alert_id = alerts.id AND {lasts(rule, 'r.record')}"  # noqa: S608
    return f"EXISTS ({records})"


_LASTS: Final = " ".join(f"WHEN '{rule}' THEN {_lasts_for_any(rule)}" for rule in OF_RECORDS)
_OPEN: Final = f"""
  SELECT id, rule, subject, told_at, reminders, CASE rule {_LASTS} END AS lasts
  FROM alerts WHERE closed_at IS NULL ORDER BY checked_at LIMIT ?
"""  # noqa: S608 - constants
_CLOSE: Final = """
  UPDATE alerts SET closed_at = ?2 WHERE closed_at IS NULL AND id IN (SELECT value FROM json_each(?1))
"""
_REMIND: Final = """
  UPDATE alerts SET told_at = ?2, reminders = reminders + 1
  WHERE closed_at IS NULL AND (id, reminders + 1) IN (SELECT value ->> '$[0]', value ->> '$[1]' FROM json_each(?1))
"""
_CHECKED: Final = "UPDATE alerts SET checked_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))"
# Only of what came about: a racing tick may have been first, under the same id.
_TELL_CLOSED: Final = """
  INSERT INTO alert_notices (id, alert_id, what, count, sentence, next_attempt_at, created_at)
  SELECT alerts.id || '_recovered', alerts.id, 'recovered', alerts.count, alerts.sentence, ?2, ?2
  FROM json_each(?1) c JOIN alerts ON alerts.id = c.value WHERE alerts.closed_at IS NOT NULL
  ON CONFLICT (id) DO NOTHING
"""
_TELL_AGAIN: Final = """
  INSERT INTO alert_notices (id, alert_id, what, count, sentence, next_attempt_at, created_at)
  SELECT alerts.id || '_reminder_' || alerts.reminders, alerts.id, 'reminder', alerts.count, alerts.sentence, ?2, ?2
  FROM json_each(?1) c JOIN alerts ON alerts.id = c.value ->> '$[0]' AND alerts.reminders = c.value ->> '$[1]'
  WHERE alerts.closed_at IS NULL
  ON CONFLICT (id) DO NOTHING
"""


async def look_after(platform: Platform, conditions: Collection[tuple[str, str]], *, tell: bool) -> None:
    """Close the alerts whose cause is gone, and tell again of those that last.

    `conditions` are the (rule, subject) that hold now, of the rules that no single record shows.
    """
    now = platform.clock.now()
    rows = await platform.database.all(statement(_OPEN, _BATCH))
    if not rows:
        return
    lasting = [row for row in rows if _lasts(row, conditions)]
    gone: list[Json] = [text(row, "id") for row in rows if row not in lasting]
    again_after = timedelta(hours=platform.settings.of(AlertSettings).reminder_hours)
    again: list[Json] = [
        [text(row, "id"), integer(row, "reminders") + 1]
        for row in lasting
        if from_text(text(row, "told_at")) <= now - again_after
    ]
    await platform.database.batch(_writes(gone, again, [text(row, "id") for row in lasting], to_text(now), tell=tell))


def _lasts(row: Row, conditions: Collection[tuple[str, str]]) -> bool:
    if row["lasts"] is None:
        return (text(row, "rule"), text(row, "subject")) in conditions
    return row["lasts"] == 1


def _writes(gone: list[Json], again: list[Json], checked: list[Json], now: str, *, tell: bool) -> list[Statement]:
    statements = [statement(_CHECKED, dump(checked), now)]
    if gone:
        statements.append(statement(_CLOSE, dump(gone), now))
    if again:
        statements.append(statement(_REMIND, dump(again), now))
    if tell and gone:
        statements.append(statement(_TELL_CLOSED, dump(gone), now))
    if tell and again:
        statements.append(statement(_TELL_AGAIN, dump(again), now))
    return statements

"""Raising alerts: rows, each once while its cause lasts, with the notice that tells of it."""

from collections.abc import Iterable, Sequence
from typing import Final

from tillroll.observability.alerts.rules import Cause, Rule, lasts
from tillroll.platform.database import Statement, statement
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump

# ?1: a JSON array of causes. Whether they last is asked in the statement that raises them.
_RAISE: Final = """
  INSERT INTO alerts (id, rule, subject, number, account_id, run_id, sentence, opened_at, told_at, checked_at)
  SELECT c.id, c.rule, c.subject,
         1 + (SELECT count(*) FROM alerts a WHERE a.rule = c.rule AND a.subject = c.subject),
         c.account_id, c.run_id, c.sentence, ?2, ?2, ?2
  FROM (SELECT value ->> 'id' AS id, value ->> 'rule' AS rule, value ->> 'subject' AS subject,
               value ->> 'account' AS account_id, value ->> 'run' AS run_id, value ->> 'sentence' AS sentence
        FROM json_each(?1)) c
  WHERE {lasts}
    AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.rule = c.rule AND a.subject = c.subject AND a.closed_at IS NULL)
"""
_TELL: Final = """
  INSERT INTO alert_notices (id, alert_id, what, next_attempt_at, created_at)
  SELECT alerts.id || '_opened', alerts.id, 'opened', ?2, ?2
  FROM json_each(?1) c JOIN alerts ON alerts.id = c.value ->> 'id' WHERE 1
  ON CONFLICT (id) DO NOTHING
"""


def raise_alerts(causes: Iterable[Cause], now: str, *, tell: bool) -> list[Statement]:
    """The statements that raise what is not raised yet; with `tell`, the notices too."""
    by_rule: dict[Rule, list[Json]] = {}
    for cause in causes:
        by_rule.setdefault(cause.rule, []).append(
            {
                "id": new_id("alr"),
                "rule": cause.rule,
                "subject": cause.subject,
                "account": cause.account_id,
                "run": cause.run_id,
                "sentence": cause.sentence,
            }
        )
    statements: list[Statement] = []
    for rule, found in by_rule.items():
        statements += _raise_of(lasts(rule, "c.subject"), found, now, tell=tell)
    return statements


def _raise_of(lasting: str, found: Sequence[Json], now: str, *, tell: bool) -> list[Statement]:
    rows = dump([*found])
    told = [statement(_TELL, rows, now)] if tell else []
    return [statement(_RAISE.format(lasts=lasting), rows, now), *told]

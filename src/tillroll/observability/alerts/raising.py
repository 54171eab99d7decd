"""Raising alerts: rows, each once while its cause lasts, with its records and the notice that tells of it."""

from collections.abc import Iterable, Sequence
from typing import Final

from tillroll.observability.alerts.rules import OF_RECORDS, Cause, Rule, lasts
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump

# ?1: a JSON array of causes. Whether they last is asked in the statements that write them down.
_CAUSES: Final = """
  (SELECT key AS place, value ->> 'id' AS id, value ->> 'rule' AS rule, value ->> 'subject' AS subject,
          value ->> 'account' AS account_id, value ->> 'run' AS run_id, value ->> 'record' AS record,
          value ->> 'sentence' AS sentence, value ->> 'count' AS count
   FROM json_each(?1)) c
"""
# Of several records of a subject, the first one names account and run: SQLite takes plain columns from min()'s row.
_RAISE: Final = f"""
  INSERT INTO alerts (id, rule, subject, number, account_id, run_id, sentence, opened_at, told_at, checked_at)
  SELECT f.id, f.rule, f.subject,
         1 + (SELECT count(*) FROM alerts a WHERE a.rule = f.rule AND a.subject = f.subject),
         f.account_id, f.run_id, f.sentence, ?2, ?2, ?2
  FROM (SELECT min(c.place), c.id, c.rule, c.subject, c.account_id, c.run_id, c.sentence
        FROM {_CAUSES} WHERE {{lasts}} GROUP BY c.subject) f
  WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.rule = f.rule AND a.subject = f.subject AND a.closed_at IS NULL)
"""  # noqa: S608 - constants
# A record that fails anew for another reason stands under that one only.
_LEAVE: Final = f"""
  DELETE FROM alert_records WHERE (alert_id, record) IN
    (SELECT a.id, r.record FROM {_CAUSES} JOIN alert_records r ON r.record = c.record JOIN alerts a ON a.id = r.alert_id
     WHERE {{lasts}} AND a.rule = c.rule AND a.subject <> c.subject AND a.closed_at IS NULL)
"""  # noqa: S608 - constants
_JOIN: Final = f"""
  INSERT INTO alert_records (alert_id, record, added_at)
  SELECT a.id, c.record, ?2
  FROM {_CAUSES} JOIN alerts a ON a.rule = c.rule AND a.subject = c.subject AND a.closed_at IS NULL
  WHERE {{lasts}}
  ON CONFLICT (alert_id, record) DO NOTHING
"""  # noqa: S608 - constants
# It says for how many the cause has come about since the alert was opened, so it never falls.
_COUNT: Final = f"""
  UPDATE alerts SET count = max(count, (SELECT count(*) FROM alert_records r WHERE r.alert_id = alerts.id))
  WHERE closed_at IS NULL AND (rule, subject) IN (SELECT c.rule, c.subject FROM {_CAUSES})
"""  # noqa: S608 - constants
# What no record shows is looked at anew in every tick, and the alert says what holds now.
_SAY: Final = f"""
  UPDATE alerts SET (sentence, count) =
    (SELECT c.sentence, c.count FROM {_CAUSES} WHERE c.rule = alerts.rule AND c.subject = alerts.subject)
  WHERE closed_at IS NULL AND EXISTS
    (SELECT 1 FROM {_CAUSES} WHERE c.rule = alerts.rule AND c.subject = alerts.subject
     AND (c.sentence <> alerts.sentence OR c.count <> alerts.count))
"""  # noqa: S608 - constants
_TELL: Final = """
  INSERT INTO alert_notices (id, alert_id, what, count, sentence, next_attempt_at, created_at)
  SELECT alerts.id || '_opened', alerts.id, 'opened', alerts.count, alerts.sentence, ?2, ?2
  FROM json_each(?1) c JOIN alerts ON alerts.id = c.value ->> 'id' WHERE 1
  ON CONFLICT (id) DO NOTHING
"""


def raise_alerts(causes: Iterable[Cause], now: str, *, tell: bool) -> list[Statement]:
    """The statements that raise what is not raised yet, and count what is, or say it as it is now; with `tell`, the
    notices of the new ones."""
    by_rule: dict[Rule, list[Json]] = {}
    ids: dict[tuple[Rule, str], str] = {}
    for cause in causes:
        by_rule.setdefault(cause.rule, []).append(
            {
                "id": ids.setdefault((cause.rule, cause.subject), new_id("alr")),
                "rule": cause.rule,
                "subject": cause.subject,
                "account": cause.account_id,
                "run": cause.run_id,
                "record": cause.record,
                "sentence": cause.sentence,
                "count": cause.count,
            }
        )
    statements: list[Statement] = []
    for rule, found in by_rule.items():
        statements += _raise_of(rule, found, now, tell=tell)
    return statements


def _raise_of(rule: Rule, found: Sequence[Json], now: str, *, tell: bool) -> list[Statement]:
    rows, lasting = dump([*found]), lasts(rule, "c.record")
    statements = [statement(_RAISE.format(lasts=lasting), rows, now)]
    if rule in OF_RECORDS:
        statements += [
            statement(_LEAVE.format(lasts=lasting), rows),
            statement(_JOIN.format(lasts=lasting), rows, now),
            statement(_COUNT, rows),
        ]
    else:
        statements.append(statement(_SAY, rows))
    return [*statements, statement(_TELL, rows, now)] if tell else statements

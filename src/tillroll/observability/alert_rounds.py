"""Alerts, once a tick: looked for, raised, told of to the operator's webhook, told of again, and
closed.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final, LiteralString

from tillroll.observability.alert_rules import (
    DEPLOYMENT,
    OF_RECORDS,
    Cause,
    Rule,
    Watched,
    causes_of,
    lasts,
)
from tillroll.observability.beside import (
    DISAGREEING_BANKS,
    DISAGREEING_PAYMENTS,
    DISAGREEING_VIEWS,
    FAILING_MODELS,
    REFUSED_PAYOUTS,
    SPENT_BUDGETS,
    STRANGE_PAYMENTS,
)
from tillroll.observability.events import Event
from tillroll.observability.machinery import causes_noted, causes_of_size, noted
from tillroll.observability.metrics import FIRST_UNSEALED
from tillroll.observability.settings import AlertSettings
from tillroll.observability.unreconciled import UNRECONCILED
from tillroll_durable.archive.checks import OPEN_FLAWS, flaw_of_row
from tillroll_durable.archive.files import safe_to_do
from tillroll_durable.jobs.job import overdue, overdue_sentence
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.encryption import UNREADABLE_SECRETS
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.kept_secrets import unreadable_sentence
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import binding_of
from tillroll_durable.webhooks.deliveries import Message, post_signed

_WINDOW: Final = timedelta(hours=1)
# A seal is made each minute; where there is a key, and none was made for so long, sealing fails.
_SEALED_WITHIN: Final = timedelta(minutes=10)
# Of fewer runs an hour, a rate says nothing: each failure has its own alert.
_FEWEST_RUNS: Final = 10

# So many failed attempts of one event take over half an hour: it is not a short outage of the
# receiver.
_FAILED_ATTEMPTS: Final = 4

# Of files of the archive that are wrong, an alert names so many.
_FILES_NAMED: Final = 3

_FAILING: Final = """
  SELECT count(*) AS events, min(created_at) AS since FROM outbox
  WHERE state = 'pending' AND next_attempt_at IS NOT NULL AND last_error IS NOT NULL
    AND EXISTS (
      SELECT 1 FROM deliveries d WHERE d.event_id = outbox.id AND d.state = 'pending'
        AND d.attempts - d.attempts_before >= CAST(? AS INTEGER)
    )
"""

_ENDINGS: Final = """
  SELECT COALESCE(sum(ended), 0) AS ended, COALESCE(sum(failed), 0) AS failed FROM run_endings
  WHERE minute >= ?
"""


_KEPT_BESIDE: tuple[Watched, ...] = (
    SPENT_BUDGETS,
    FAILING_MODELS,
    DISAGREEING_PAYMENTS,
    STRANGE_PAYMENTS,
    REFUSED_PAYOUTS,
    DISAGREEING_BANKS,
    DISAGREEING_VIEWS,
    UNRECONCILED,
)


async def _answers(database: Database, statements: Sequence[Statement]) -> list[Sequence[Row]]:
    """The rows of each query. Most have none, so those that take no values are asked for at once
    whether they have any.
    """
    plain = [number for number, each in enumerate(statements) if not each.parameters]
    columns: list[LiteralString] = [
        f"EXISTS ({statements[number].sql}) AS c{digits(number)}" for number in plain
    ]
    others = [number for number in range(len(statements)) if number not in plain]
    look = statement(f"SELECT {', '.join(columns)}")
    [[present], *pages] = await database.batch([look, *(statements[number] for number in others)])
    answers = dict(zip(others, pages, strict=True))
    numbers = [number for number in plain if present[f"c{number}"]]
    if numbers:
        pages = await database.batch([statements[number] for number in numbers])
        answers |= dict(zip(numbers, pages, strict=True))
    return [answers.get(number, []) for number in range(len(statements))]


async def conditions_now(platform: Platform) -> list[Cause]:
    """The conditions that hold."""
    now = platform.clock.now()
    today = to_text(now)[:10]
    (
        [endings],
        unsealed,
        cursors,
        [failing],
        flawed,
        late,
        unreadable,
        *others,
    ) = await _answers(
        platform.database,
        [
            statement(_ENDINGS, [to_text(now - _WINDOW)[:16]]),
            statement(FIRST_UNSEALED),
            noted(),
            statement(_FAILING, [_FAILED_ATTEMPTS]),
            statement(OPEN_FLAWS),
            overdue(now),
            statement(UNREADABLE_SECRETS),
            *(each.rows(platform) for each in _KEPT_BESIDE),
        ],
    )
    watched = zip(_KEPT_BESIDE, others, strict=True)
    causes = [each.cause_of(row, today) for each, rows in watched for row in rows]
    ended = integer(endings, "ended")
    failed = integer(endings, "failed")
    limit = platform.settings.of(AlertSettings).error_rate_percent
    if limit and ended >= _FEWEST_RUNS and 100 * failed >= limit * ended:
        sentence = f"{failed} of {ended} runs that ended within an hour failed."
        causes.append(Cause(Rule.ERROR_RATE, DEPLOYMENT, sentence))
    events = integer(failing, "events")
    if events:
        if events == 1:
            waits = "1 event waits"
        else:
            waits = f"{events} events wait"
        sentence = (
            f"{waits} for a receiver that takes nothing, the first since {text(failing, 'since')}."
        )
        causes.append(Cause(Rule.DELIVERY_FAILING, DEPLOYMENT, sentence))
    if unsealed and platform.signer.has_key:
        since = text(unsealed[0], "since")
    else:
        since = None
    if since is not None and since < to_text(now - _SEALED_WITHIN):
        causes.append(
            Cause(
                Rule.SEAL_MISSING,
                DEPLOYMENT,
                f"Events of the audit wait to be sealed, the oldest since {since}.",
            )
        )
    causes += causes_noted(cursors, now)
    causes += causes_of_size(platform)
    if flawed:
        causes.append(_of_archive(flawed))
    jobs = overdue_sentence(late)
    if jobs:
        causes.append(Cause(Rule.JOB_OVERDUE, DEPLOYMENT, jobs, count=len(late)))
    secrets = unreadable_sentence(unreadable)
    if secrets is not None:
        count = sum(integer(row, "secrets") for row in unreadable)
        causes.append(Cause(Rule.SECRETS_UNREADABLE, DEPLOYMENT, secrets, count=count))
    return causes


def _of_archive(flawed: Sequence[Row]) -> Cause:
    """All files that are wrong now: how many, the first few by name, and what is safe to do."""
    count = integer(flawed[0], "flaws")
    named = [flaw_of_row(row) for row in flawed[:_FILES_NAMED]]
    if count == 1:
        return Cause(Rule.ARCHIVE_FAILING, DEPLOYMENT, named[0].says)
    which = "; ".join(each.told for each in named)
    more = count - len(named)
    if more:
        rest = f"; and {more} more, which `tillroll archive` lists"
    else:
        rest = ""
    sentence = (
        f"{count} files of the archive are not as they were written: {which}{rest}. "
        f"{safe_to_do('them')}"
    )
    return Cause(Rule.ARCHIVE_FAILING, DEPLOYMENT, sentence, count=count)


# ?1: a JSON array of causes. Whether they last is asked in the statements that write them down.
_CAUSES: Final = """
  (SELECT key AS place, value ->> 'id' AS id, value ->> 'rule' AS rule,
      value ->> 'subject' AS subject,
          value ->> 'account_id' AS account_id, value ->> 'run_id' AS run_id,
          value ->> 'record' AS record,
          value ->> 'sentence' AS sentence, value ->> 'count' AS count
   FROM json_each(?1)) c
"""
# Of several records of a subject, the first one names account and run: SQLite takes plain columns
# from min()'s row.
_RAISE: Final = f"""
  INSERT INTO alerts (
    id, rule, subject, number, account_id, run_id, sentence, opened_at, told_at, checked_at)
  SELECT f.id, f.rule, f.subject,
         1 + (SELECT count(*) FROM alerts a WHERE a.rule = f.rule AND a.subject = f.subject),
         f.account_id, f.run_id, f.sentence, ?2, ?2, ?2
  FROM (SELECT min(c.place), c.id, c.rule, c.subject, c.account_id, c.run_id, c.sentence
        FROM {_CAUSES} WHERE {{lasts}} GROUP BY c.subject) f
  WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.rule = f.rule AND a.subject = f.subject
      AND a.closed_at IS NULL)
"""
# A record that fails anew for another reason stands under that one only.
_LEAVE: Final = f"""
  DELETE FROM alert_records WHERE (alert_id, record) IN
    (SELECT a.id, r.record FROM {_CAUSES} JOIN alert_records r ON r.record = c.record
      JOIN alerts a ON a.id = r.alert_id
     WHERE {{lasts}} AND a.rule = c.rule AND a.subject <> c.subject AND a.closed_at IS NULL)
"""
_JOIN: Final = f"""
  INSERT INTO alert_records (alert_id, record, added_at)
  SELECT a.id, c.record, ?2
  FROM {_CAUSES} JOIN alerts a ON a.rule = c.rule AND a.subject = c.subject AND a.closed_at IS NULL
  WHERE {{lasts}}
  ON CONFLICT (alert_id, record) DO NOTHING
"""
# It says for how many the cause has come about since the alert was opened, so it never falls.
_COUNT: Final = f"""
  UPDATE alerts SET count = max(count, (SELECT count(*) FROM alert_records r
      WHERE r.alert_id = alerts.id))
  WHERE closed_at IS NULL AND (rule, subject) IN (SELECT c.rule, c.subject FROM {_CAUSES})
"""
# What no record shows is looked at anew in every tick, and the alert says what holds now.
_SAY: Final = f"""
  UPDATE alerts SET (sentence, count) =
    (SELECT c.sentence, c.count FROM {_CAUSES} WHERE c.rule = alerts.rule
        AND c.subject = alerts.subject)
  WHERE closed_at IS NULL AND EXISTS
    (SELECT 1 FROM {_CAUSES} WHERE c.rule = alerts.rule AND c.subject = alerts.subject
     AND (c.sentence <> alerts.sentence OR c.count <> alerts.count))
"""
_NOTICE_OF: Final = """
  INSERT INTO alert_notices (id, alert_id, what, count, sentence, next_attempt_at, created_at)
  SELECT alerts.id || {suffix}, alerts.id, {what}, alerts.count, alerts.sentence, ?2, ?2
  FROM json_each(?1) c JOIN alerts ON {those} ON CONFLICT (id) DO NOTHING
"""
_TELL: Final = _NOTICE_OF.format(
    suffix="'_opened'", what="'opened'", those="alerts.id = c.value ->> 'id' WHERE 1"
)


def _raise(platform: Platform, causes: Iterable[Cause]) -> list[Statement]:
    """Statements that raise new alerts, with notices of these, and bring open ones up to date."""
    now = to_text(platform.clock.now())
    by_rule: dict[Rule, list[Json]] = {}
    ids: dict[tuple[Rule, str], str] = {}
    for cause in causes:
        alert_id = ids.setdefault((cause.rule, cause.subject), new_id("alr"))
        by_rule.setdefault(cause.rule, []).append({"id": alert_id, **vars(cause)})
    statements: list[Statement] = []
    for rule, causes_of_rule in by_rule.items():
        rows = dump([*causes_of_rule])
        lasting = lasts(rule, "c.record")
        statements.append(statement(_RAISE.format(lasts=lasting), [rows, now], EVERYBODY))
        if rule in OF_RECORDS:
            statements += [
                statement(_LEAVE.format(lasts=lasting), [rows]),
                statement(_JOIN.format(lasts=lasting), [rows, now]),
                statement(_COUNT, [rows], EVERYBODY),
            ]
        else:
            statements.append(statement(_SAY, [rows], EVERYBODY))
        if _tells(platform):
            statements.append(statement(_TELL, [rows, now]))
    return statements


# A tick looks at so many, those first that were not looked at for longest.
_ALERTS_BATCH: Final = 200


def _lasts_for_any(rule: Rule) -> LiteralString:
    records = (
        f"SELECT 1 FROM alert_records r WHERE r.alert_id = alerts.id AND {lasts(rule, 'r.record')}"
    )
    return f"EXISTS ({records})"


_LASTS: Final = " ".join(f"WHEN '{word(rule)}' THEN {_lasts_for_any(rule)}" for rule in OF_RECORDS)
_OPEN: Final = f"""
  SELECT id, rule, subject, told_at, reminders, CASE rule {_LASTS} END AS lasts
  FROM alerts WHERE closed_at IS NULL ORDER BY checked_at LIMIT ?
"""
_CLOSE: Final = """
  UPDATE alerts SET closed_at = ?2
  WHERE closed_at IS NULL AND id IN (SELECT value FROM json_each(?1))
"""
_REMIND: Final = """
  UPDATE alerts SET told_at = ?2, reminders = reminders + 1
  WHERE closed_at IS NULL
    AND (id, reminders + 1) IN (SELECT value ->> '$[0]', value ->> '$[1]' FROM json_each(?1))
"""
_CHECKED: Final = "UPDATE alerts SET checked_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))"
# Only of what came about: a racing tick may have been first, under the same id.
_TELL_CLOSED: Final = _NOTICE_OF.format(
    suffix="'_recovered'",
    what="'recovered'",
    those="alerts.id = c.value WHERE alerts.closed_at IS NOT NULL",
)
_TELL_AGAIN: Final = _NOTICE_OF.format(
    suffix="'_reminder_' || alerts.reminders",
    what="'reminder'",
    those=(
        "alerts.id = c.value ->> '$[0]' AND alerts.reminders = c.value ->> '$[1]' "
        "WHERE alerts.closed_at IS NULL"
    ),
)


async def _look_after(platform: Platform, conditions: Collection[tuple[str, str]]) -> None:
    """Close the alerts whose cause is gone, and tell again of those that last. `conditions` hold
    now.
    """
    now = platform.clock.now()
    tell = _tells(platform)
    rows = await platform.database.all(statement(_OPEN, [_ALERTS_BATCH]))
    if not rows:
        return
    lasting = [row for row in rows if _lasts(row, conditions)]
    ended: list[Json] = [text(row, "id") for row in rows if row not in lasting]
    again_after = timedelta(hours=platform.settings.of(AlertSettings).reminder_hours)
    due: list[Json] = [
        [text(row, "id"), integer(row, "reminders") + 1]
        for row in lasting
        if from_text(text(row, "told_at")) <= now - again_after
    ]
    updates: tuple[tuple[LiteralString, list[Json], bool], ...] = (
        (_CHECKED, [text(row, "id") for row in lasting], True),
        (_CLOSE, ended, bool(ended)),
        (_REMIND, due, bool(due)),
        (_TELL_CLOSED, ended, tell and bool(ended)),
        (_TELL_AGAIN, due, tell and bool(due)),
    )
    await platform.database.batch(
        [
            statement(sql, [dump([*rows]), to_text(now)], EVERYBODY)
            for sql, rows, is_wanted in updates
            if is_wanted
        ]
    )


def _lasts(row: Row, conditions: Collection[tuple[str, str]]) -> bool:
    if row["lasts"] is None:
        return (text(row, "rule"), text(row, "subject")) in conditions
    return row["lasts"] == 1


# A tick sends so many; where the receiver does not answer, one.
_NOTICES_BATCH: Final = 20
_LEASE: Final = timedelta(minutes=5)
# Seconds until the next attempt, after the first, second, … failed one; the cron makes minutes of
# them.
RETRY_AFTER_SECONDS: Final = (60, 300, 1800, 7200, 18000, 36000, 36000)

_PART: Final = "observability: notices"
# In order for each alert: nobody hears that something is over before it began.
_DUE: Final = f"""
  SELECT n.id, s.failures AS setbacks
      FROM alert_notices n {JOIN.format(part=f"'{_PART}'", subject="n.id")}
  WHERE n.state = 'pending' AND n.next_attempt_at <= ?1 AND (n.lease_until IS NULL
      OR n.lease_until <= ?1)
    AND {IS_DUE} AND NOT EXISTS (SELECT 1 FROM alert_notices e
                    WHERE e.alert_id = n.alert_id AND e.state = 'pending' AND e.id <> n.id
                      AND (e.created_at < n.created_at OR (e.created_at = n.created_at
                          AND e.what = 'opened')))
  ORDER BY {IN_TURN}, n.next_attempt_at LIMIT ?2
"""
_CLAIM: Final = """
  UPDATE alert_notices SET attempts = attempts + 1, lease_until = ?3
  WHERE id = ?1 AND state = 'pending' AND next_attempt_at <= ?2 AND (lease_until IS NULL
      OR lease_until <= ?2)
  RETURNING attempts
"""
_NOTICE: Final = """
  SELECT n.what, n.count, n.sentence, n.created_at, a.id, a.rule, a.subject, a.account_id, a.run_id,
    a.opened_at,
         a.closed_at
  FROM alert_notices n JOIN alerts a ON a.id = n.alert_id WHERE n.id = ?
"""
_SETTLE: Final = """
  UPDATE alert_notices
  SET state = ?2, settled_at = ?3, last_error = ?4, lease_until = NULL, next_attempt_at = NULL
  WHERE id = ?1 AND state = 'pending'
"""
_POSTPONE: Final = """
  UPDATE alert_notices SET next_attempt_at = ?2, last_error = ?3, lease_until = NULL
  WHERE id = ?1 AND state = 'pending'
"""


async def tell_operators(platform: Platform) -> None:
    """Send what is due, where operators have a webhook. A receiver that fails is left alone until
    the next tick.
    """
    if not _tells(platform):
        return
    answers = True

    async def tell_one(row: Row) -> None:
        nonlocal answers
        answers = answers and await _tell_one(platform, text(row, "id"))

    due = await platform.database.all(
        statement(_DUE, [to_text(platform.clock.now()), _NOTICES_BATCH])
    )
    await each_row(platform, _PART, rows=due, subject="id", do=tell_one)


async def _tell_one(platform: Platform, notice_id: str) -> bool:
    """Send one notice, unless somebody else has it; False where it was not taken."""
    now = platform.clock.now()
    claim = statement(_CLAIM, [notice_id, to_text(now), to_text(now + _LEASE)])
    claimed, [notice] = await platform.database.batch([claim, statement(_NOTICE, [notice_id])])
    if not claimed:
        return True
    attempts = integer(claimed[0], "attempts")
    settings = platform.settings.of(AlertSettings)
    payload = dump(payload_of(notice, settings.public_url, binding_of(platform.shard)))
    secrets = [settings.webhook_secret]
    message = Message(notice_id, payload, now)
    error = (
        await post_signed(platform.http, settings.webhook_url, secrets=secrets, message=message)
    ).error
    at = to_text(platform.clock.now())
    if error is None:
        await platform.database.batch([statement(_SETTLE, [notice_id, "delivered", at, None])])
        return True
    if attempts > len(RETRY_AFTER_SECONDS):
        await platform.database.batch([statement(_SETTLE, [notice_id, "given_up", at, error])])
        log.error("alert.given_up", alert=notice_id, attempt=attempts, error=error)
        return False
    until = now + timedelta(seconds=RETRY_AFTER_SECONDS[attempts - 1])
    await platform.database.batch([statement(_POSTPONE, [notice_id, to_text(until), error])])
    log.warning("alert.not_delivered", alert=notice_id, attempt=attempts, error=error)
    return False


def payload_of(notice: Row, public_url: str, binding: str) -> JsonObject:
    """Make the payload for the operators' webhook: ids, the rule, a sentence, for how many, a link,
    and the binding of the database that raised it. Every attempt sends the same.
    """
    run_id = optional_text(notice, "run_id")
    what = text(notice, "what")
    return {
        "type": f"alert.{what}",
        "timestamp": text(notice, "created_at"),
        "data": {
            "alertId": text(notice, "id"),
            "rule": text(notice, "rule"),
            "subject": text(notice, "subject"),
            "sentence": text(notice, "sentence"),
            "count": integer(notice, "count"),
            "accountId": optional_text(notice, "account_id"),
            "runId": run_id,
            "openedAt": text(notice, "opened_at"),
            "closedAt": optional_text(notice, "closed_at") if what == "recovered" else None,
            "link": link_to(run_id, public_url),
            "database": binding,
        },
    }


def link_to(run_id: str | None, public_url: str) -> str | None:
    """The page of the run; without PUBLIC_URL it is relative to where Tillroll runs."""
    if run_id is None:
        return None
    return f"{public_url}/runs/{run_id}"


def raised_by(platform: Platform, events: Sequence[Event]) -> list[Statement]:
    """The statements that raise what the events are a cause for; they go into the batch that counts
    the events.
    """
    return _raise(platform, causes_of(events))


async def watch(platform: Platform) -> None:
    """Raise what holds, and look after what is open."""
    conditions = await conditions_now(platform)
    if conditions:
        await platform.database.batch(_raise(platform, conditions))
    await _look_after(platform, {(cause.rule.value, cause.subject) for cause in conditions})


def _tells(platform: Platform) -> bool:
    return bool(platform.settings.of(AlertSettings).webhook_url)


class Alert(Model):
    """`sentence` says what holds now, or held last. `count` says for how many records the cause has
    come about so far, or, of `archive_failing` and `payments_disagree`, how many files or payouts
    are wrong now; `account_id` and `run_id` are the first one's.
    `closed_at` is null while the cause lasts for any; `told_at` is when it was last told of.
    `database` is where it was raised; a cause that is no account's is that database's alone.
    """

    id: str
    database: str
    rule: str
    subject: str
    sentence: str
    count: int
    account_id: str | None
    run_id: str | None
    link: str | None
    opened_at: str
    told_at: str
    reminders: int
    closed_at: str | None


_LISTED: Final = "SELECT * FROM alerts WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
_LISTED_OPEN: Final = (
    "SELECT * FROM alerts WHERE id < ?1 AND closed_at IS NULL ORDER BY id DESC LIMIT ?2"
)


async def list_alerts(platform: Platform, before: str, limit: int, *, is_open: bool) -> list[Alert]:
    """The alerts of all accounts of the database, newest first; `is_open`: only those whose cause
    lasts."""
    public_url = platform.settings.of(AlertSettings).public_url
    query = statement(_LISTED_OPEN if is_open else _LISTED, [before, limit])
    return [
        of_row(
            Alert,
            row,
            link=link_to(optional_text(row, "run_id"), public_url),
            database=binding_of(platform.shard),
        )
        for row in await platform.database.all(query)
    ]

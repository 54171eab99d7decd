"""Telling the operator's webhook: signed, claimed by a lease, tried on a schedule, never under two ids."""

from datetime import timedelta
from typing import Final

from tillroll.durable.operating.webhooks.posting import post_signed
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.observability.settings import AlertSettings
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.services import Platform

# A tick sends so many; where the receiver does not answer, one.
_BATCH: Final = 20
_LEASE: Final = timedelta(minutes=5)
# Seconds until the next attempt, after the first, second, … failed one; the cron makes minutes of them.
RETRY_AFTER_SECONDS: Final = (60, 300, 1800, 7200, 18000, 36000, 36000)

_PART: Final = "observability: notices"
# In order for each alert: nobody hears that something is over before it began.
_DUE: Final = f"""
  SELECT n.id, s.failures AS setbacks FROM alert_notices n {JOIN.format(part=f"'{_PART}'", subject="n.id")}
  WHERE n.state = 'pending' AND n.next_attempt_at <= ?1 AND (n.lease_until IS NULL OR n.lease_until <= ?1)
    AND {IS_DUE} AND NOT EXISTS (SELECT 1 FROM alert_notices e
                    WHERE e.alert_id = n.alert_id AND e.state = 'pending' AND e.id <> n.id
                      AND (e.created_at < n.created_at OR (e.created_at = n.created_at AND e.what = 'opened')))
  ORDER BY {IN_TURN}, n.next_attempt_at LIMIT ?2
"""  # noqa: S608 - constants
_CLAIM: Final = """
  UPDATE alert_notices SET attempts = attempts + 1, lease_until = ?3
  WHERE id = ?1 AND state = 'pending' AND next_attempt_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
  RETURNING attempts
"""
_NOTICE: Final = """
  SELECT n.what, n.count, n.sentence, n.created_at, a.id, a.rule, a.subject, a.account_id, a.run_id, a.opened_at,
         a.closed_at
  FROM alert_notices n JOIN alerts a ON a.id = n.alert_id WHERE n.id = ?
"""
_SETTLE: Final = """
  UPDATE alert_notices SET state = ?2, settled_at = ?3, last_error = ?4, lease_until = NULL, next_attempt_at = NULL
  WHERE id = ?1 AND state = 'pending'
"""
_POSTPONE: Final = """
  UPDATE alert_notices SET next_attempt_at = ?2, last_error = ?3, lease_until = NULL WHERE id = ?1 AND state = 'pending'
"""


async def tell(platform: Platform) -> None:
    """Send what is due. A receiver that fails is left alone until the next tick."""
    answers = True

    async def tell_one(row: Row) -> None:
        nonlocal answers
        answers = answers and await _tell_one(platform, text(row, "id"))

    due = await platform.database.all(statement(_DUE, to_text(platform.clock.now()), _BATCH))
    await each_row(platform, _PART, due, "id", tell_one)


async def _tell_one(platform: Platform, notice_id: str) -> bool:
    """Send one notice, unless somebody else has it; False where it was not taken."""
    now = platform.clock.now()
    claim = statement(_CLAIM, notice_id, to_text(now), to_text(now + _LEASE))
    claimed, [notice] = await platform.database.batch([claim, statement(_NOTICE, notice_id)])
    if not claimed:
        return True
    attempts, settings = integer(claimed[0], "attempts"), platform.settings.of(AlertSettings)
    payload = dump(payload_of(notice, settings.public_url))
    secrets = [settings.webhook_secret]
    error = (await post_signed(platform.http, settings.webhook_url, secrets, notice_id, payload, now)).error
    at = to_text(platform.clock.now())
    if error is None:
        await platform.database.batch([statement(_SETTLE, notice_id, "delivered", at, None)])
        return True
    if attempts > len(RETRY_AFTER_SECONDS):
        await platform.database.batch([statement(_SETTLE, notice_id, "given_up", at, error)])
        log.error("alert.given_up", alert=notice_id, attempt=attempts, error=error)
        return False
    until = now + timedelta(seconds=RETRY_AFTER_SECONDS[attempts - 1])
    await platform.database.batch([statement(_POSTPONE, notice_id, to_text(until), error)])
    log.warning("alert.not_delivered", alert=notice_id, attempt=attempts, error=error)
    return False


def payload_of(notice: Row, public_url: str) -> JsonObject:
    """What is told: ids, the rule, a sentence, for how many, and a link. The same at every attempt."""
    run_id, what = optional_text(notice, "run_id"), text(notice, "what")
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
        },
    }


def link_to(run_id: str | None, public_url: str) -> str | None:
    """The page of the run; without PUBLIC_URL it is relative to where Tillroll runs."""
    return None if run_id is None else f"{public_url}/runs/{run_id}"

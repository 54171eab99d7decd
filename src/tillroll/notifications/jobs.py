"""Jobs of notices: people are notified of what the audit says, and notices end after a year."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.mail.workflow import KIND as MAIL
from tillroll.notifications import topics
from tillroll.notifications.channels import CHANNELS, Channel
from tillroll.notifications.push import sending
from tillroll.notifications.service import Subject, notify
from tillroll_durable.jobs.job import Job, ago, any_of
from tillroll_durable.jobs.scans import Followed, try_again, work_off
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    digits,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Kept
from tillroll_durable.registry import Registry

JOB: Final = "notices"
_CURSOR: Final = "told events"
# Events a page, most of which tell nobody anything; and pages a tick.
_EVENTS: Final = 1000
_PAGES: Final = 50
# Events that one batch tells of, by up to three statements each.
_TOLD_AT_ONCE: Final = 10

_NEWEST: Final = """
  SELECT c.position, (SELECT MAX(id) FROM audit_events) AS newest FROM reconciler_cursors c
  WHERE c.name = ?
"""
# `person` is whose affair a run is: who began it, by themselves, a token or a mail.
_TELLING: Final = f"""
  SELECT e.id, e.stream, e.account_id, e.action, e.outcome, e.actor, e.detail, r.id AS run_id,
    r.kind, r.status,
    (SELECT CASE
       WHEN b.actor LIKE 'user:%' THEN substr(b.actor, 6)
       WHEN b.actor LIKE 'token:%' THEN (SELECT user_id FROM tokens WHERE id = substr(b.actor, 7))
       WHEN b.actor LIKE 'mail:%' THEN (SELECT user_id FROM received_mail
         WHERE id = substr(b.actor, 6))
     END FROM audit_events b WHERE b.stream = r.id AND b.seq = 1) AS person
  FROM audit_events e LEFT JOIN runs r ON r.id = e.stream
  WHERE e.id > CAST(?1 AS INTEGER) AND e.id <= CAST(?2 AS INTEGER)
    AND e.action IN ('review.requested', 'review.decided', 'review.escalated', 'step.failed',
        'run.escalated',
      'delivery.given_up')
  ORDER BY e.id LIMIT {digits(_TOLD_AT_ONCE)}
"""


async def notify_of_events(platform: Platform) -> None:
    """Notify people of what is new in the audit."""

    def told(events: Sequence[Row]) -> list[Statement]:
        now = to_text(platform.clock.now())
        return [each for event in events for each in _told_of(event, now)]

    async def event_of(id_: int) -> Sequence[Row]:
        return await platform.database.all(statement(_TELLING, [id_ - 1, id_]))

    followed = Followed(JOB, _CURSOR, told)
    for _ in platform.turn.take(range(_PAGES)):
        row = await platform.database.first(statement(_NEWEST, [_CURSOR]))
        if row is None or row["newest"] is None:
            break
        position = int(text(row, "position"))
        newest = integer(row, "newest")
        until = min(newest, position + _EVENTS)
        if until <= position:
            break
        events = await platform.database.all(statement(_TELLING, [position, until]))
        if len(events) == _TOLD_AT_ONCE:
            until = integer(events[-1], "id")
        if not await work_off(platform, followed, position=position, rows=events, until=until):
            break
    await try_again(platform, followed, event_of)


def _told_of(event: Row, now: str) -> list[Statement]:
    """What one event tells; nothing of a run that has gone on meanwhile."""
    account_id = text(event, "account_id")
    occasion = str(integer(event, "id"))
    run_id = optional_text(event, "run_id")
    person = optional_text(event, "person")
    subject = Subject(run_id or text(event, "stream"), run_id, occasion=occasion)
    detail = load_object(text(event, "detail"))
    match event["action"], event["status"]:
        case "review.requested", "needs_review":
            return notify(
                account_id, topics.REVIEW_REQUESTED, subject=subject, now=now, person=person
            )
        case "review.decided", _ if event["outcome"] == "reject":
            return notify(
                account_id,
                topics.RUN_REJECTED,
                subject=subject,
                now=now,
                person=person,
                by=text(event, "actor"),
            )
        case "step.failed", "failed":
            # That mail does not go out is no reason to send more of it.
            if event["kind"] == MAIL:
                topic = topics.MAIL_FAILED
            else:
                topic = topics.RUN_FAILED
            return notify(account_id, topic, subject=subject, now=now, person=person)
        case ("run.escalated", "processing" | "needs_review" | "failed") | (
            "review.escalated",
            "needs_review",
        ):
            return notify(account_id, topics.RUN_ESCALATED, subject=subject, now=now, person=person)
        case "delivery.given_up", _:
            of_event = Subject(str(detail.get("event", subject.id)), run_id, occasion=occasion)
            return notify(account_id, topics.DELIVERY_GIVEN_UP, subject=of_event, now=now)
        case _:
            return []


KEPT: Final = timedelta(days=365)
_AT_ONCE: Final = 500

_OLD: Final = "SELECT id FROM notifications WHERE created_at < ?1 ORDER BY created_at LIMIT ?2"


async def sweep_notices(platform: Platform) -> None:
    """Delete some of the notices that are older than KEPT, with the marks of those who were
    told.
    """
    bounds = (to_text(platform.clock.now() - KEPT), _AT_ONCE)
    pushed, _, deleted = await platform.database.batch(
        [
            sending.delete_old(platform.clock.now()),
            statement(
                f"DELETE FROM notification_recipients WHERE notification_id IN ({_OLD})",
                [*bounds],
                account=EVERYBODY,
            ),
            statement(
                f"DELETE FROM notifications WHERE id IN ({_OLD}) RETURNING id",
                [*bounds],
                account=EVERYBODY,
            ),
        ]
    )
    platform.turn.has_more(where=_AT_ONCE in {len(pushed), len(deleted)})


def notification_jobs(registry: Registry) -> tuple[Job, ...]:
    def job_of(channel: Channel) -> Job:
        async def send(platform: Platform) -> None:
            await channel.send(platform, registry)

        return Job(channel.name, send, channel.queries, due_in=channel.due_in)

    old = any_of(f"notifications WHERE created_at < {ago(KEPT)}", sending.OLD)
    sweep = Job("old notices", sweep_notices, share=5, period=timedelta(minutes=10), due_in=old)
    return (Job(JOB, notify_of_events, 30), *map(job_of, CHANNELS), sweep)


RETENTION: Final = (
    Kept("notices, read or not", "{}", period=KEPT, sweep=sweep_notices),
    Kept("that a browser was sent a notice", "{}", period=sending.KEPT, sweep=sweep_notices),
)

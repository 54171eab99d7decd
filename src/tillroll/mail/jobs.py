"""Jobs of mail: the deletion of mail that is old."""

from datetime import timedelta
from typing import Final

from tillroll.mail.workflow import KIND, STALE_AFTER
from tillroll_durable.jobs.job import Job, ago, any_of
from tillroll_durable.platform.bindings.database import EVERYBODY, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Kept

MESSAGES_KEPT: Final = timedelta(days=365)
UNCONFIRMED_KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 500

# A mail whose run has not ended may still be sent, or retried.
_MESSAGES: Final = """
  DELETE FROM messages WHERE id IN (
    SELECT m.id FROM messages m WHERE m.created_at < ?1 AND NOT EXISTS (
      SELECT 1 FROM runs r
      WHERE r.account_id = m.account_id AND r.kind = ?2 AND r.begin_key = m.id
        AND r.status NOT IN ('complete', 'rejected', 'cancelled')
    ) ORDER BY m.created_at LIMIT ?3
  ) RETURNING id
"""
# What became of a run's mail is asked while the run goes on. Two questions, since no index leads to
# both with an OR.
_OUTSIDE: Final = """
  DELETE FROM outside_messages WHERE id IN (
    SELECT m.id FROM outside_messages m WHERE m.created_at < ?1 AND NOT EXISTS (
      SELECT 1 FROM runs r
      WHERE r.id = m.run_id AND r.status NOT IN ('complete', 'rejected', 'cancelled')
    ) AND NOT EXISTS (
      SELECT 1 FROM runs r WHERE r.account_id = m.account_id AND r.kind = ?2 AND r.subject = m.id
        AND r.status NOT IN ('complete', 'rejected', 'cancelled')
    ) ORDER BY m.created_at LIMIT ?3
  ) RETURNING id
"""
# What was written for somebody outside, and is not sent any more: its run has ended, or was never
# begun.
_UNSENT: Final = """
  UPDATE outside_messages SET mail = NULL, code = NULL
  WHERE mail IS NOT NULL AND created_at < ?1 AND NOT EXISTS (
    SELECT 1 FROM runs r WHERE r.account_id = outside_messages.account_id AND r.kind = ?2
      AND r.subject = outside_messages.id AND r.status NOT IN ('complete', 'rejected', 'cancelled')
  )
"""
_UNCONFIRMED: Final = """
  UPDATE mail_addresses SET pending = NULL, code_hash = NULL, code_expires_at = NULL
  WHERE pending IS NOT NULL AND code_expires_at < ?1
"""


async def forget_old_mail(platform: Platform) -> None:
    """Delete old mails, texts that are not sent any more, and addresses that nobody confirmed."""
    now = platform.clock.now()
    messages, _, outside, _ = await platform.database.batch(
        [
            statement(_MESSAGES, [to_text(now - MESSAGES_KEPT), KIND, _AT_ONCE], EVERYBODY),
            statement(_UNSENT, [to_text(now - STALE_AFTER), KIND], EVERYBODY),
            statement(_OUTSIDE, [to_text(now - MESSAGES_KEPT), KIND, _AT_ONCE], EVERYBODY),
            statement(_UNCONFIRMED, [to_text(now - UNCONFIRMED_KEPT)]),
        ]
    )
    platform.turn.has_more(where=_AT_ONCE in {len(messages), len(outside)})


_DUE_IN: Final = any_of(
    f"messages WHERE created_at < {ago(MESSAGES_KEPT)}",
    f"outside_messages WHERE created_at < {ago(MESSAGES_KEPT)}",
    f"outside_messages WHERE mail IS NOT NULL AND created_at < {ago(STALE_AFTER)}",
    f"mail_addresses WHERE pending IS NOT NULL AND code_expires_at < {ago(UNCONFIRMED_KEPT)}",
)
JOBS: Final = (
    Job("old mail", forget_old_mail, share=6, period=timedelta(minutes=10), due_in=_DUE_IN),
)


_UNPROVEN: Final = "a mail address that nobody confirmed"
_SENT: Final = "that a mail was sent, when and to whom, where its run has ended"
RETENTION: Final = (
    Kept("the text of a mail, the code of its link", "until it is sent, a day at most", "its run"),
    Kept(_UNPROVEN, "{} after its link ended", period=UNCONFIRMED_KEPT, sweep=forget_old_mail),
    Kept(_SENT, "{}", period=MESSAGES_KEPT, sweep=forget_old_mail),
    Kept(
        "hashes of addresses that mail came back from",
        "for good, so that nothing is sent there again",
        "nobody",
    ),
)

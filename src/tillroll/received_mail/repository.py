"""Rows of received mail and what was in it: stored once, claimed, settled once, and deleted a while
later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tillroll.received_mail.attachments import Attachment
from tillroll.received_mail.cron import FORGETTING, KEPT
from tillroll.received_mail.models import MailState, Outcome
from tillroll_durable import Statement, statement
from tillroll_durable.jobs.inbox import Inbox
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import EVERYBODY, Database, Row, of_row, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, RUN, Emptied, Gone, Kept, Stays, Table
from tillroll_durable.sight import IS_SEEN, Sight

MOST_ATTEMPTS: Final = 8
INBOX: Final = Inbox(
    "received_mail", "received_mail", nudge_by="receivedMailId", again=(2, 2, 5, 15, 60)
)


@dataclass(frozen=True)
class StoredMail:
    """A row of `received_mail`; `attempt` counts from 1, the present one included."""

    id: str
    account_id: str
    sender: str
    subject: str
    user_id: str
    is_authenticated: bool
    is_automatic: bool
    object_key: str
    received_at: str
    attempt: int


@dataclass(frozen=True)
class Known:
    """A mail that was stored before; `why` where it was refused."""

    id: str
    state: str
    why: str | None


async def find_known(
    database: Database, address_id: str, message_id: str, digest: str
) -> Known | None:
    """The mail with this identity that was stored before."""
    query = (
        "SELECT id, state, why FROM received_mail WHERE address_id = ? AND message_id = ? "
        "AND digest = ?"
    )
    row = await database.first(statement(query, [address_id, message_id, digest]))
    if row is None:
        return None
    return of_row(Known, row)


async def claim(database: Database, mail_id: str, now: datetime) -> StoredMail | None:
    """Count an attempt at a mail that is to be worked off; None where it is not. Two may have it at
    once: what they do is once.
    """
    count = f"""
      UPDATE received_mail SET attempts = attempts + 1, next_attempt_at = {INBOX.next_attempt(now)}
      WHERE id = ? AND state = 'stored'
    """
    read = "SELECT *, attempts AS attempt FROM received_mail WHERE id = ? AND state = 'stored'"
    # Whose it is comes with its row. A row that moves refuses to be written.
    turn = statement(count, [mail_id], account=EVERYBODY)
    _, rows = await database.batch([turn, statement(read, [mail_id])])
    if rows:
        return of_row(StoredMail, rows[0])
    return None


def keep_attachment(
    mail_id: str,
    position: int,
    attachment: Attachment,
    outcome: Outcome,
    why: str | None = None,
    receipt_id: str | None = None,
    run_id: str | None = None,
) -> Statement:
    """What became of an attachment: the first that is written stands."""
    return statement(
        """
        INSERT INTO received_papers (
          mail_id, position, found, name, size, outcome, why, receipt_id, run_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mail_id, position) DO NOTHING
        """,
        [
            mail_id,
            position,
            attachment.found.value,
            attachment.name,
            attachment.size,
            outcome,
            why,
            receipt_id,
            run_id,
        ],
    )


def keep_unoffered(mail_id: str, position: int, attachment: Attachment) -> Statement:
    """Keep an attachment that is no receipt."""
    outcome = "refused" if attachment.is_refused else "left_out"
    return keep_attachment(
        mail_id, position, attachment=attachment, outcome=outcome, why=attachment.why
    )


def attachments_of(mail_id: str, sight: Sight) -> Statement:
    """The query for what was in a mail, and what became of each: of a receipt that is not seen,
    that it is known.
    """
    is_seen = IS_SEEN.format(person="receipts.person", only="?2")
    query = f"""
      SELECT papers.mail_id, papers.position, papers.found, papers.name, papers.size,
        papers.outcome, papers.why,
        iif({is_seen}, papers.receipt_id, NULL) AS receipt_id,
        iif({is_seen}, papers.run_id, NULL) AS run_id
      FROM received_papers AS papers LEFT JOIN receipts ON receipts.id = papers.receipt_id
      WHERE papers.mail_id = ?1 ORDER BY papers.position
    """
    return statement(query, [mail_id, sight.only])


def settle(
    account_id: str,
    mail_id: str,
    state: MailState,
    now: str,
    why: str | None = None,
    answer_id: str | None = None,
) -> Statement:
    query = """
      UPDATE received_mail SET state = ?2, settled_at = ?3, why = ?4, answer_id = ?5
      WHERE id = ?1 AND state = 'stored'
    """
    return statement(query, [mail_id, state, now, why, answer_id], account=account_id)


_MOST_A_TICK: Final = 50
_OLD: Final = f"""
  SELECT m.id, m.account_id, m.object_key, s.failures AS setbacks FROM received_mail m
  {JOIN.format(part=f"'{FORGETTING}'", subject="m.id")}
  WHERE m.deleted_at IS NULL AND m.settled_at < ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, m.settled_at LIMIT CAST(?3 AS INTEGER)
"""


async def forget_raw_mail(platform: Platform) -> int:
    """Delete the oldest raw mail whose time is over; how many. The object goes first, so that a row
    that says so is right.
    """
    now = platform.clock.now()

    async def forget(row: Row) -> None:
        await platform.objects.delete(text(row, "object_key"))
        deleted = statement(
            "UPDATE received_mail SET deleted_at = ? WHERE id = ?",
            [to_text(now), text(row, "id")],
            account=text(row, "account_id"),
        )
        await platform.database.batch([deleted])

    rows = await platform.database.all(
        statement(_OLD, [to_text(now), to_text(now - KEPT), _MOST_A_TICK])
    )
    return await each_row(platform, FORGETTING, rows=rows, subject="id", do=forget)


_THEIR_MAIL = "SELECT id FROM received_mail WHERE account_id = ?1 AND user_id = ?2"
TABLES: Final = (
    Table(
        "received_papers",
        Gone("mail_id IN (SELECT id FROM received_mail WHERE account_id = ?1)"),
        subject=Emptied(
            "name = NULL, receipt_id = NULL, run_id = NULL", f"receipt_id = ?2 OR run_id IN ({RUN})"
        ),
        person=Emptied("name = NULL", f"name IS NOT NULL AND mail_id IN ({_THEIR_MAIL})"),
        person_gets=f"mail_id IN ({_THEIR_MAIL})",
    ),
    Table(
        "received_mail",
        Gone(ACCOUNT),
        subject=Stays(
            "it may have brought others; the mail as it came is deleted thirty days after it was "
            "worked off"
        ),
        person=Emptied(
            "sender = '', subject = ''",
            "account_id = ?1 AND user_id = ?2 AND (sender <> '' OR subject <> '')",
        ),
        person_gets=f"id IN ({_THEIR_MAIL})",
    ),
    Table("receipt_addresses", Gone(ACCOUNT)),
    Table("mail_intakes", Gone(ACCOUNT)),
    Table(
        "allowed_senders",
        Gone(ACCOUNT),
        person=Gone("account_id = ?1 AND user_id = ?2"),
        person_gets="account_id = ?1 AND user_id = ?2",
    ),
)


RETENTION: Final = (
    Kept(
        "mail that brought receipts, as it came",
        "{} after it was worked off",
        period=KEPT,
        sweep=forget_raw_mail,
    ),
)

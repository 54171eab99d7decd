"""Received mail for people: listed, shown, worked off again where it failed."""

from dataclasses import dataclass
from typing import Final

from tillroll.durable import Actor, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.mailed_in.accepting import nudge
from tillroll.mailed_in.rows import papers_of
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

_COUNTS: Final = """
  m.*, u.name AS user_name,
  (SELECT COUNT(*) FROM received_papers p WHERE p.mail_id = m.id AND p.outcome IN ('taken', 'known')) AS taken,
  (SELECT COUNT(*) FROM received_papers p WHERE p.mail_id = m.id AND p.outcome = 'refused') AS refused
"""


class NoSuchMail(LookupError):
    """The account has received no mail of this id."""


class NotReplayable(Exception):
    """Only what failed is worked off again; the message is the mail's state."""


@dataclass(frozen=True)
class ShownMail:
    """A row of `received_mail` and those of its papers."""

    row: Row
    papers: list[Row]


async def list_mail(platform: Platform, account_id: str, state: str | None, behind: str, most: int) -> list[Row]:
    """The account's mail behind an id, newest first; in a state, where one is given."""
    chosen, values = (" AND m.state = ?", (state,)) if state is not None else ("", ())
    sql = f"""
      SELECT {_COUNTS} FROM received_mail m JOIN users u ON u.id = m.user_id
      WHERE m.account_id = ? AND m.id < ?{chosen} ORDER BY m.id DESC LIMIT ?
    """  # noqa: S608 - constants
    return await platform.database.all(statement(sql, account_id, behind, *values, most))


async def show_mail(platform: Platform, account_id: str, mail_id: str) -> ShownMail:
    """Raises NoSuchMail."""
    sql = f"SELECT {_COUNTS} FROM received_mail m JOIN users u ON u.id = m.user_id WHERE m.id = ? AND m.account_id = ?"  # noqa: S608 - names and constants of ours
    rows, papers = await platform.database.batch([statement(sql, mail_id, account_id), papers_of(mail_id)])
    if not rows:
        raise NoSuchMail(mail_id)
    return ShownMail(rows[0], papers)


async def replay_mail(platform: Platform, actor: Actor, mail_id: str) -> ShownMail:
    """Have a mail that failed worked off again: what of it was taken is not taken twice.

    Raises:
        NoSuchMail, NotReplayable: see there.
    """
    now = to_text(platform.clock.now())
    again = statement(
        """
        UPDATE received_mail SET state = 'stored', attempts = 1, why = NULL, settled_at = NULL, next_attempt_at = ?3
        WHERE id = ?1 AND account_id = ?2 AND state = 'failed' AND deleted_at IS NULL
        """,
        mail_id,
        actor.account_id,
        now,
    )
    event = event_of_account(
        actor.account_id, "mail.replayed", new_id("aud"), actor=actor.name, at=now, detail={"mail": mail_id}
    )
    try:
        await platform.database.batch([again, append_if_changed(event)])
    except ConstraintFailed as error:
        shown = await show_mail(platform, actor.account_id, mail_id)
        raise NotReplayable(text(shown.row, "state")) from error
    await nudge(platform, mail_id)
    return await show_mail(platform, actor.account_id, mail_id)

"""The mails of a claim, and what became of each: rows of `outside_messages` with their runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from tillroll.durable import statement
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN
from tillroll.platform.bindings.database import Database, Row, optional_integer, optional_text, text
from tillroll.workflows.claim import contract
from tillroll.workflows.mail.contract import KIND as MAIL_KIND

Purpose = Literal["issued", "reminder", "second_reminder", "thanks"]
Became = Literal["waiting", "sent", "bounced", "complained", "unsent"]

TELLING_MAILED: Final = "claims by mail"
# What is told: a mail that is retried and sent after all is told anew.
_LOOK: Final = "m.id || ' ' || b.generation || ' ' || COALESCE(m.provider_id, '')"
_OF: Final = f"""
  SELECT m.*, s.id AS sender_id, s.status, s.generation FROM outside_messages m
  LEFT JOIN runs s ON s.account_id = m.account_id AND s.kind = '{MAIL_KIND}' AND s.subject = m.id
  WHERE m.run_id = ?1
"""  # noqa: S608 - a constant
# Claims that wait for the mail that sends them, of which it is known what became.
_OVER: Final = f"""
  SELECT m.*, b.id AS sender_id, b.status, b.generation, {_LOOK} AS look, s.failures AS setbacks
  FROM runs w
  JOIN outside_messages m ON m.run_id = w.id AND m.purpose = 'issued'
  JOIN runs b ON b.account_id = m.account_id AND b.kind = '{MAIL_KIND}' AND b.subject = m.id
  {JOIN.format(part=f"'{TELLING_MAILED}'", subject=_LOOK)}
  WHERE w.kind = '{contract.KIND}' AND w.status = 'processing'
    AND w.state = '{contract.MAILING.name}'
    AND (m.provider_id IS NOT NULL OR b.status NOT IN ('processing', 'needs_review'))
    AND {IS_DUE} ORDER BY {IN_TURN}, w.updated_at LIMIT 50
"""  # noqa: S608 - names of the contract


@dataclass(frozen=True)
class ClaimMail:
    """A mail of a claim. `sender_id` is the run that sends it, `run_generation` tells its retries apart: None and 0
    before there is one."""

    id: str
    claim_id: str
    purpose: Purpose
    provider_id: str | None
    became: Became
    sender_id: str | None
    run_generation: int
    created_at: str
    sent_at: str | None

    @property
    def arrives(self) -> bool:
        """It was sent, and did not come back: so will the next one."""
        return self.became == "sent"


async def find_claim_mail(database: Database, run_id: str, purpose: Purpose) -> ClaimMail | None:
    row = await database.first(statement(f"{_OF} AND m.purpose = ?2", run_id, purpose))
    return None if row is None else mail_of_row(row)


async def list_claim_mails(database: Database, run_id: str) -> list[ClaimMail]:
    """Those that were written, the oldest first."""
    return [mail_of_row(row) for row in await database.all(statement(f"{_OF} ORDER BY m.created_at, m.id", run_id))]


async def find_mails_over(database: Database, now: str) -> Sequence[Row]:
    """The mails that claims wait for, and that were sent, or will not be by themselves; see `mail_of_row`."""
    return await database.all(statement(_OVER, now))


def mail_of_row(row: Row) -> ClaimMail:
    return ClaimMail(
        id=text(row, "id"),
        claim_id=text(row, "run_id"),
        purpose=cast("Purpose", text(row, "purpose")),  # a claim writes no other
        provider_id=optional_text(row, "provider_id"),
        became=_became(row),
        sender_id=optional_text(row, "sender_id"),
        run_generation=optional_integer(row, "generation") or 0,
        created_at=text(row, "created_at"),
        sent_at=optional_text(row, "sent_at"),
    )


def _became(row: Row) -> Became:
    if row["complained_at"] is not None:
        return "complained"
    if row["bounced_at"] is not None:
        return "bounced"
    if row["provider_id"] is not None:
        return "sent"
    return "unsent" if row["status"] in {"failed", "rejected", "cancelled"} else "waiting"

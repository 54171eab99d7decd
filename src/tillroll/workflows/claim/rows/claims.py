"""A claim as it is kept, and what changes it: an event under the next version, with what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tillroll.claims.standing import Standing
from tillroll.durable import Statement, statement
from tillroll.platform.bindings.database import Database, Row, integer, optional_integer, optional_text, text


@dataclass(frozen=True)
class NewClaim:
    """What is asked for. `asked_by` is whoever asks, as the audit names them."""

    account_id: str
    currency: str
    payer_kind: str
    payer_name: str
    sent_by: str
    terms_days: int
    asked_by: str
    payer_mail: str | None = None


@dataclass(frozen=True)
class Claim:
    """
    Attributes:
        run_id: its run's id, which is its own.
        sent_by: hand, webhook or mail; mail goes to `payer_mail`.
        number: as people read it, such as 2026-0007; None before it is issued.
        version: counts what happened to it.
        told: the version that its run was told of.
        items: how many expenses were claimed.
    """

    run_id: str
    account_id: str
    payer_kind: str
    payer_name: str
    sent_by: str
    terms_days: int
    asked_by: str
    created_at: str
    number: str | None
    issued_on: date | None
    version: int
    told: int
    items: int
    standing: Standing
    payer_mail: str | None = None

    @property
    def now(self) -> Literal["open", "disputed", "closed"]:
        """Where it stands, as its run is told."""
        return "closed" if self.standing.is_closed else "disputed" if self.standing.is_disputed else "open"


@dataclass(frozen=True)
class Event:
    """What happened to a claim. `key` is unique in it; amounts are minor units of `currency`. A numbered event is given
    the next number of its account and year. `version` is its place among what happened, once it is kept;
    `reverses` that of the payment that it takes back."""

    kind: str
    key: str
    actor: str
    at: str
    currency: str | None = None
    amount: int | None = None
    applied: int | None = None
    day: date | None = None
    said: str | None = None
    number: str | None = None
    is_numbered: bool = False
    version: int | None = None
    reverses: int | None = None


def insert_claim(new: NewClaim, run_id: str, now: str) -> Statement:
    return statement(
        """
        INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, terms_days, asked_by,
                            created_at, payer_mail)
        VALUES (?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?)
        """,
        run_id,
        new.account_id,
        new.currency,
        new.payer_kind,
        new.payer_name,
        new.sent_by,
        new.terms_days,
        new.asked_by,
        now,
        new.payer_mail,
    )


def withdraw_draft(run_id: str) -> Statement:
    """Of a run that ended before anything was claimed."""
    return statement("UPDATE claims SET is_withdrawn = 1 WHERE run_id = ? AND version = 0", run_id)


async def load_claim(database: Database, run_id: str, account_id: str | None = None) -> Claim | None:
    """The claim; None where there is none, or it is not the account's that is named."""
    row = await database.first(
        statement("SELECT * FROM claims WHERE run_id = ?1 AND (?2 IS NULL OR account_id = ?2)", run_id, account_id)
    )
    return None if row is None else claim_of(row)


def move(claim: Claim, after: Standing, event: Event, *, is_own: bool) -> list[Statement]:
    """What writes a change, for a batch, which fails where the claim is at another version than it was read. Of what
    `is_own`, the run's, the run is not told."""
    insert = statement(
        f"""
        INSERT INTO claim_events (run_id, version, account_id, kind, key, currency, amount, applied, day, said, actor,
                                  at, year, number, reverses)
        VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4, ?5, ?6, CAST(?7 AS INTEGER), CAST(?8 AS INTEGER), ?9, ?10, ?11, ?12,
                {_NUMBER_OF_NOTE}, CAST(?14 AS INTEGER))
        """,  # noqa: S608 - a constant
        claim.run_id,
        claim.version + 1,
        claim.account_id,
        event.kind,
        event.key,
        event.currency,
        event.amount,
        event.applied,
        None if event.day is None else event.day.isoformat(),
        event.said,
        event.actor,
        event.at,
        event.at[:4] if event.is_numbered else None,
        event.reverses,
    )
    update = statement(
        """
        UPDATE claims SET version = version + 1, claimed = CAST(?2 AS INTEGER), applied = CAST(?3 AS INTEGER),
          credited = CAST(?4 AS INTEGER), is_disputed = ?5, is_withdrawn = ?6, due_on = ?7,
          written_off = CAST(?9 AS INTEGER),
          told = CASE WHEN ?8 = 1 AND told = version THEN version + 1 ELSE told END
        WHERE run_id = ?1
        """,
        claim.run_id,
        after.claimed,
        after.applied,
        after.credited,
        int(after.is_disputed),
        int(after.is_withdrawn),
        None if after.due_on is None else after.due_on.isoformat(),
        int(is_own),
        after.written_off,
    )
    return [insert, update]


_KEPT: Final = """
  SELECT COALESCE(SUM(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0) AS kept FROM claim_events
  WHERE run_id = ? AND currency = ? AND kind IN ('payment', 'reversed', 'refunded')
"""
_NUMBER_OF_NOTE: Final = """
  CAST(?13 AS INTEGER), CASE WHEN ?13 IS NOT NULL THEN
    (SELECT COALESCE(MAX(number), 0) + 1 FROM claim_events WHERE account_id = ?3 AND year = CAST(?13 AS INTEGER)) END
"""


def give_number(claim: Claim, issued_on: date) -> Statement:
    """The next number of the account and the year: in the batch that issues, so that none is left out."""
    return statement(
        """
        UPDATE claims SET issued_on = ?3, year = CAST(?2 AS INTEGER), number = (
          SELECT COALESCE(MAX(other.number), 0) + 1 FROM claims AS other
          WHERE other.account_id = claims.account_id AND other.year = CAST(?2 AS INTEGER))
        WHERE run_id = ?1 AND number IS NULL
        """,
        claim.run_id,
        issued_on.year,
        issued_on.isoformat(),
    )


def note_told(run_id: str, version: int) -> Statement:
    """That the run was told of a version."""
    return statement("UPDATE claims SET told = MAX(told, CAST(?2 AS INTEGER)) WHERE run_id = ?1", run_id, version)


async def find_event(database: Database, run_id: str, key: str) -> Event | None:
    row = await database.first(statement("SELECT * FROM claim_events WHERE run_id = ? AND key = ?", run_id, key))
    return None if row is None else event_of(row)


async def load_event(database: Database, run_id: str, version: int, account_id: str) -> Event | None:
    """What happened under a version."""
    query = "SELECT * FROM claim_events WHERE run_id = ? AND version = CAST(? AS INTEGER) AND account_id = ?"
    row = await database.first(statement(query, run_id, version, account_id))
    return None if row is None else event_of(row)


async def load_kept(database: Database, run_id: str, currency: str) -> int:
    """What came of a currency, in minor units, without what was taken back or sent back."""
    row = await database.first(statement(_KEPT, run_id, currency))
    return 0 if row is None else integer(row, "kept")


async def load_owed_back(database: Database, claim: Claim, currency: str) -> int:
    """What came of a currency and belongs to no claim; below zero where more was sent back than came."""
    is_its_own = currency == claim.standing.currency
    return await load_kept(database, claim.run_id, currency) - (claim.standing.applied if is_its_own else 0)


async def find_newest(database: Database, run_id: str, kind: str) -> Event | None:
    """What happened last of a kind."""
    query = "SELECT * FROM claim_events WHERE run_id = ? AND kind = ? ORDER BY version DESC LIMIT 1"
    row = await database.first(statement(query, run_id, kind))
    return None if row is None else event_of(row)


async def list_events(database: Database, run_id: str) -> Sequence[Event]:
    """What happened to a claim, in its order."""
    rows = await database.all(statement("SELECT * FROM claim_events WHERE run_id = ? ORDER BY version", run_id))
    return [event_of(row) for row in rows]


def event_of(row: Row) -> Event:
    return Event(
        kind=text(row, "kind"),
        key=text(row, "key"),
        actor=text(row, "actor"),
        at=text(row, "at"),
        currency=optional_text(row, "currency"),
        amount=optional_integer(row, "amount"),
        applied=optional_integer(row, "applied"),
        day=_day(row, "day"),
        said=optional_text(row, "said"),
        number=_number(row, "CN-"),
        version=integer(row, "version"),
        reverses=optional_integer(row, "reverses"),
    )


def claim_of(row: Row) -> Claim:
    """The claim of a row of `claims`."""
    return Claim(
        run_id=text(row, "run_id"),
        account_id=text(row, "account_id"),
        payer_kind=text(row, "payer_kind"),
        payer_name=text(row, "payer_name"),
        sent_by=text(row, "sent_by"),
        terms_days=integer(row, "terms_days"),
        asked_by=text(row, "asked_by"),
        created_at=text(row, "created_at"),
        number=_number(row),
        issued_on=_day(row, "issued_on"),
        version=integer(row, "version"),
        told=integer(row, "told"),
        items=integer(row, "items"),
        standing=Standing(
            currency=text(row, "currency"),
            claimed=integer(row, "claimed"),
            applied=integer(row, "applied"),
            credited=integer(row, "credited"),
            due_on=_day(row, "due_on"),
            is_disputed=row["is_disputed"] == 1,
            is_withdrawn=row["is_withdrawn"] == 1,
            written_off=integer(row, "written_off"),
        ),
        payer_mail=optional_text(row, "payer_mail"),
    )


def _day(row: Row, column: str) -> date | None:
    written = optional_text(row, column)
    return None if written is None else date.fromisoformat(written)


def _number(row: Row, series: str = "") -> str | None:
    year, number = optional_integer(row, "year"), optional_integer(row, "number")
    return None if year is None or number is None else f"{series}{year}-{number:04}"

"""Rows of claims: the claims, what is in them, what happened to them, their files and their
links."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.claims.contract import ClaimParams
from tillroll.claims.cron import NOTIFYING
from tillroll.claims.models import (
    Audited,
    Claim,
    ClaimEvent,
    ClaimItem,
    ClaimSummary,
    Outstanding,
)
from tillroll.claims.naming import NUMBER
from tillroll.claims.rules import Standing
from tillroll.secret_links import LINKS, LinkTable
from tillroll_durable import Statement, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    insert_row,
    integer,
    of_row,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.tables import ACCOUNT, Gone, Shut, Table

CLAIM_LINKS: Final = LinkTable(
    name="claim_links",
    column="run_id",
    thing="claim",
    created=Audited.LINK_CREATED,
    revoked=Audited.LINK_REVOKED,
    id_prefix="cln",
    marked="clk_",
)
BOOKED_LINKS: Final = LINKS.fill((CLAIM_LINKS, Permission.BOOK))

_CLAIM: Final = f"""
  claims.run_id, claims.account_id, claims.currency, claims.payer_kind, claims.client_id,
  claims.payer_name, claims.language, claims.payer_mail,
  claims.sent_by, claims.terms_days, claims.has_invoice, claims.tax, claims.asked_by,
  claims.created_at, claims.version,
  claims.told, claims.issued_on,
  claims.due_on, claims.claimed, claims.applied, claims.credited, claims.written_off,
  claims.is_disputed,
  claims.is_withdrawn,
  CASE WHEN claims.number IS NOT NULL THEN {NUMBER.format(claims="claims")} END AS number
"""
# As `Standing.state` calls it.
_STATE: Final = """
  CASE WHEN is_withdrawn = 1 THEN 'withdrawn' WHEN due_on IS NULL THEN 'draft'
    WHEN credited = claimed THEN 'credited'
    WHEN claimed = credited + applied + written_off THEN CASE
      WHEN written_off > 0 THEN 'written_off' ELSE 'paid' END
    WHEN is_disputed = 1 THEN 'disputed' WHEN due_on < ?5 THEN 'overdue'
      WHEN applied > 0 THEN 'part_paid'
    ELSE 'issued' END
"""
_SUMMARY: Final = f"""
  SELECT {_CLAIM}, claims.run_id AS id, runs.state AS run_state, claims.claimed AS total,
    claims.applied AS paid,
    claims.claimed - claims.credited - claims.applied - claims.written_off AS open,
    claims.items AS expenses
  FROM claims JOIN runs ON runs.id = claims.run_id
"""
_OUTSTANDING: Final = """
  SELECT currency, COUNT(*) AS claims, SUM(claimed - credited - applied - written_off) AS open,
    SUM(due_on < ?2) AS overdue_claims,
    SUM(iif(due_on < ?2, claimed - credited - applied - written_off, 0)) AS overdue
  FROM claims WHERE account_id = ?1 AND is_withdrawn = 0 AND due_on IS NOT NULL
    AND claimed > credited + applied + written_off
  GROUP BY currency ORDER BY claims DESC, currency
"""
_EVENT: Final = """
  SELECT version, reverses, kind, currency, amount, applied, day, said, actor, at, key,
    CASE WHEN number IS NOT NULL THEN printf('CN-%d-%04d', year, number) END AS number
  FROM claim_events WHERE run_id = ?1
"""


def insert_claim(
    account_id: str, params: ClaimParams, language: str | None, asked_by: str, run_id: str, now: str
) -> Statement:
    return insert_row(
        "claims",
        {
            "run_id": run_id,
            "account_id": account_id,
            "currency": params.currency,
            "payer_kind": params.payer_kind,
            "client_id": params.client_id if params.payer_kind == "customer" else None,
            "payer_name": params.payer_name,
            "language": language,
            "sent_by": params.sent_by,
            "terms_days": params.terms_days,
            "has_invoice": int(params.invoice is not None),
            "asked_by": asked_by,
            "created_at": now,
            "payer_mail": params.payer_mail,
        },
    )


def withdraw_draft(run_id: str) -> Statement:
    """Withdraw a draft whose run ended before the claim was issued."""
    return statement(
        "UPDATE claims SET is_withdrawn = 1 WHERE run_id = ? AND version = 0", [run_id]
    )


async def load_claim(
    database: Database, run_id: str, account_id: str | None = None
) -> Claim | None:
    """The claim; None where there is none, or it is not the account's that is named."""
    query = f"""
      SELECT {_CLAIM},
        (SELECT country FROM clients WHERE clients.id = claims.client_id) AS client_country,
        (SELECT country FROM company_profiles AS own
         WHERE own.account_id = claims.account_id) AS company_country
      FROM claims WHERE run_id = ?1 AND (?2 IS NULL OR account_id = ?2)
    """
    row = await database.first(statement(query, [run_id, account_id]))
    if row is None:
        return None
    return of_row(Claim, row, standing=of_row(Standing, row))


async def find_summary(database: Database, account_id: str, run_id: str) -> Row | None:
    """The row of a claim for `summary_of`."""
    query = f"{_SUMMARY} WHERE claims.run_id = ? AND claims.account_id = ?"
    return await database.first(statement(query, [run_id, account_id]))


async def outstanding(database: Database, account_id: str, today: date) -> list[Outstanding]:
    """What payers still owe, by currency: of most claims first."""
    return [
        of_row(Outstanding, row)
        for row in await database.all(statement(_OUTSTANDING, [account_id, today.isoformat()]))
    ]


async def list_claims(
    database: Database, account_id: str, cursor: str, limit: int, state: str | None, today: date
) -> list[ClaimSummary]:
    """The newest first, behind the id `cursor`; of one state today, or all."""
    query = f"""
      {_SUMMARY} WHERE claims.account_id = ?1 AND claims.run_id < ?2
        AND (?4 IS NULL OR ?4 = {_STATE})
      ORDER BY claims.run_id DESC LIMIT ?3
    """
    rows = await database.all(
        statement(query, [account_id, cursor, limit, state, today.isoformat()])
    )
    return [of_row(ClaimSummary, row, state=state_of(row, today)) for row in rows]


def state_of(row: Row, today: date) -> str:
    """What the claim of a row is called on a day."""
    return of_row(Standing, row).state(today).value


def move(
    claim: Claim, after: Standing, event: ClaimEvent, *, is_own: bool, is_numbered: bool
) -> list[Statement]:
    """What writes a change, for a batch, which fails where the claim is at another version than it
    was read. Of what `is_own`, the run's, the run is not notified. What `is_numbered` gets the next
    number of its account and year."""
    insert = statement(
        """
        INSERT INTO claim_events (
          run_id, version, account_id, kind, key, currency, amount, applied, day, said, actor, at,
          year, number, reverses)
        VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4, ?5, ?6, CAST(?7 AS INTEGER), CAST(?8 AS INTEGER),
          ?9, ?10, ?11, ?12,
                CAST(?13 AS INTEGER), CASE WHEN ?13 IS NOT NULL THEN 1 + MAX(
                  (SELECT COALESCE(MAX(number), 0) FROM claim_events
                   WHERE account_id = ?3 AND year = CAST(?13 AS INTEGER)),
                  (SELECT COALESCE(MAX(number), 0) FROM claim_number_floors
                   WHERE account_id = ?3 AND year = CAST(?13 AS INTEGER)
                     AND series = 'credit_note')) END,
                CAST(?14 AS INTEGER))
        """,
        [
            claim.run_id,
            claim.version + 1,
            claim.account_id,
            event.kind,
            event.key,
            event.currency,
            event.amount,
            event.applied,
            event.day,
            event.said,
            event.actor,
            event.at,
            event.at[:4] if is_numbered else None,
            event.reverses,
        ],
    )
    update = statement(
        """
        UPDATE claims SET version = version + 1, claimed = CAST(?2 AS INTEGER),
          applied = CAST(?3 AS INTEGER),
          credited = CAST(?4 AS INTEGER), is_disputed = ?5, is_withdrawn = ?6, due_on = ?7,
          written_off = CAST(?9 AS INTEGER), tax = CAST(?11 AS INTEGER),
          told = CASE WHEN ?8 = 1 AND told = version THEN version + 1 ELSE told END
        WHERE run_id = ?1 AND version = ?10
        """,
        [
            claim.run_id,
            after.claimed,
            after.applied,
            after.credited,
            int(after.is_disputed),
            int(after.is_withdrawn),
            None if after.due_on is None else after.due_on.isoformat(),
            int(is_own),
            after.written_off,
            claim.version,
            after.tax,
        ],
    )
    return [insert, *must_hit(update)]


def give_number(claim: Claim, issued_on: date) -> Statement:
    """The next number of the account and the year: in the batch that issues, so that none is left
    out. What was given out in a place whose backup was restored here is a floor."""
    query = """
      UPDATE claims SET issued_on = ?3, year = CAST(?2 AS INTEGER), number = 1 + MAX(
        (SELECT COALESCE(MAX(other.number), 0) FROM claims AS other
        WHERE other.account_id = claims.account_id AND other.has_invoice = claims.has_invoice
          AND other.year = CAST(?2 AS INTEGER)),
        (SELECT COALESCE(MAX(f.number), 0) FROM claim_number_floors f
        WHERE f.account_id = claims.account_id AND f.year = CAST(?2 AS INTEGER)
          AND f.series = iif(claims.has_invoice, 'invoice', 'claim')))
      WHERE run_id = ?1 AND number IS NULL
    """
    return statement(query, [claim.run_id, issued_on.year, issued_on.isoformat()])


def raise_floor(account_id: str, series: str, year: int, number: int) -> Statement:
    """Have the numbers of a series begin behind one that was given out elsewhere. `series` is
    `claim`, `invoice` or `credit_note`."""
    query = """
      INSERT INTO claim_number_floors (account_id, series, year, number)
      VALUES (?1, ?2, CAST(?3 AS INTEGER), CAST(?4 AS INTEGER))
      ON CONFLICT (account_id, series, year)
      DO UPDATE SET number = MAX(number, excluded.number)
    """
    return statement(query, [account_id, series, year, number])


LARGEST_NUMBERS: Final = """
  SELECT account_id, iif(has_invoice, 'invoice', 'claim') AS series, year, MAX(number) AS number
  FROM claims WHERE number IS NOT NULL GROUP BY 1, 2, 3
  UNION ALL
  SELECT account_id, 'credit_note', year, MAX(number) FROM claim_events
  WHERE number IS NOT NULL GROUP BY account_id, year
"""
"""SQL: the largest number of each series of each account and year."""


def require_applied(claim: Claim, key: str) -> Statement:
    """The guard that the ledger has not refused the fact."""
    applied = """
      EXISTS (
        SELECT 1 FROM ledger_transactions
        WHERE account_id = ?1 AND id = ?2 AND outcome = 'applied')
    """
    return must_hold(applied, claim.account_id, key)


# The part of the job that notifies runs of their claims' changes.


async def find_unnotified(database: Database, now: str) -> list[Row]:
    """Find claims whose runs were not notified of a change: `run_id`."""
    query = f"""
      SELECT run_id, s.failures AS setbacks
      FROM claims {JOIN.format(part=f"'{NOTIFYING}'", subject="claims.run_id")}
      WHERE told < version AND {IS_DUE} ORDER BY {IN_TURN}, run_id LIMIT 50
    """
    return await database.all(statement(query, [now]))


def note_notified(run_id: str, version: int, account_id: str) -> Statement:
    """Record that the run was notified of a version."""
    return statement(
        "UPDATE claims SET told = MAX(told, CAST(?2 AS INTEGER)) WHERE run_id = ?1",
        [run_id, version],
        account=account_id,
    )


async def find_event(database: Database, run_id: str, key: str) -> ClaimEvent | None:
    return _event(await database.first(statement(f"{_EVENT} AND key = ?2", [run_id, key])))


async def load_event(
    database: Database, run_id: str, version: int, account_id: str
) -> ClaimEvent | None:
    """Load the event of a version."""
    query = f"{_EVENT} AND version = CAST(?2 AS INTEGER) AND account_id = ?3"
    return _event(await database.first(statement(query, [run_id, version, account_id])))


async def find_newest(database: Database, run_id: str, kind: str) -> ClaimEvent | None:
    """Find the newest event of a kind."""
    query = f"{_EVENT} AND kind = ?2 ORDER BY version DESC LIMIT 1"
    return _event(await database.first(statement(query, [run_id, kind])))


def _event(row: Row | None) -> ClaimEvent | None:
    if row is None:
        return None
    return of_row(ClaimEvent, row)


async def list_events(database: Database, run_id: str) -> list[ClaimEvent]:
    """List the events of a claim, in their order."""
    return [
        of_row(ClaimEvent, row)
        for row in await database.all(statement(f"{_EVENT} ORDER BY version", [run_id]))
    ]


async def count_payments(database: Database, run_id: str) -> int:
    query = "SELECT COUNT(*) AS n FROM claim_events WHERE run_id = ? AND kind = 'payment'"
    [row] = await database.all(statement(query, [run_id]))
    return integer(row, "n")


async def load_kept(database: Database, run_id: str, currency: str) -> int:
    """Load what came of a currency, in minor units, without what was taken back or sent back."""
    query = """
      SELECT COALESCE(SUM(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0) AS kept
      FROM claim_events
      WHERE run_id = ? AND currency = ? AND kind IN ('payment', 'reversed', 'refunded')
    """
    [row] = await database.all(statement(query, [run_id, currency]))
    return integer(row, "kept")


async def load_owed_back(database: Database, claim: Claim, currency: str) -> int:
    """Load what came of a currency and belongs to no claim; below zero where more was sent back
    than came.
    """
    is_its_own = currency == claim.standing.currency
    return await load_kept(database, claim.run_id, currency) - (
        claim.standing.applied if is_its_own else 0
    )


def let_go(claim: Claim, now: str, expense_ids: Sequence[str] | None = None) -> Statement:
    """Let expenses be claimed again by the claim's next event; None: all that are in it."""
    query = """
      UPDATE claim_items SET released_at = ?2, released_in = CAST(?3 AS INTEGER)
      WHERE run_id = ?1 AND released_at IS NULL
        AND (?4 IS NULL OR expense_id IN (SELECT value FROM json_each(?4)))
    """
    return statement(query, [claim.run_id, now, claim.version + 1, ids_as_json(expense_ids)])


async def list_items(database: Database, run_id: str) -> list[ClaimItem]:
    """The expenses of a claim, in its order."""
    query = """
      SELECT claim_items.expense_id, claim_items.amount, claim_items.tax, claim_items.released_in,
        claim_items.place, claims.currency, expenses.total_minor AS spent,
        expenses.currency AS spent_currency, expenses.merchant, expenses.date, expenses.category,
        claim_items.released_at IS NOT NULL AS is_released,
        expenses.version IS NOT claim_items.expense_version AS has_changed,
        COALESCE(receipts.media_type LIKE 'image/%', 0) AS is_pictured,
        COALESCE(receipts.media_type = 'application/pdf', 0) AS is_pdf
      FROM claim_items JOIN claims ON claims.run_id = claim_items.run_id
      LEFT JOIN expenses ON expenses.id = claim_items.expense_id
      LEFT JOIN receipts ON receipts.id = expenses.receipt_id
      WHERE claim_items.run_id = ? ORDER BY claim_items.place
    """
    rows = await database.all(statement(query, [run_id]))
    return [of_row(ClaimItem, row) for row in rows]


async def find_document(database: Database, run_id: str, place: int, media_type: str) -> str | None:
    """Where the document behind the expense at a place, counted from 1, lies, if it is of a media
    type: `image/%` or one; None where it has none."""
    query = """
      SELECT receipts.object_key FROM claim_items
      JOIN expenses ON expenses.id = claim_items.expense_id
      JOIN receipts ON receipts.id = expenses.receipt_id
      WHERE claim_items.run_id = ? AND claim_items.place = CAST(? AS INTEGER)
        AND receipts.media_type LIKE ?
    """
    row = await database.first(statement(query, [run_id, place, media_type]))
    if row is None:
        return None
    return text(row, "object_key")


def ids_as_json(values: Sequence[str] | None) -> str | None:
    """A list for `json_each`; None stands for all."""
    if values is None:
        return None
    return dump([*values])


TABLES: Final = (
    Table("claim_events", Gone(ACCOUNT), key="run_id, version"),
    Table(
        "claim_links",
        Gone(ACCOUNT),
        shut=Shut("revoked_at = COALESCE(revoked_at, ?1)"),
        without=frozenset({"hash"}),
    ),
    Table(
        "claim_note_files",
        Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"),
        key="run_id, version, name",
    ),
    Table(
        "claim_files",
        Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"),
        key="run_id, name",
    ),
    Table(
        "claim_items",
        Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)"),
        key="run_id, expense_id",
    ),
    Table("claims", Gone(ACCOUNT)),
    Table("claim_number_floors", Gone(ACCOUNT), key="account_id, series, year"),
)

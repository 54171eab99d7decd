"""Rows of payouts, payees, batches and limits, and what became of a payout, in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from tillroll.expenses.duplicates.doubted_payments import IN_DOUBT
from tillroll.payouts.bank_files.instructions import WAITING
from tillroll.payouts.contract import CAME_BACK, PAID, PAY, REVERSED, UNCOVERED, PayoutParams
from tillroll.payouts.models import (
    BY_FILE,
    BY_PROVIDER,
    AlikePayout,
    CoveredExpense,
    OutcomeSum,
    Payee,
    Payout,
    PayoutBatch,
)
from tillroll.payouts.owed.covers import take_covers
from tillroll.payouts.payments import Seen
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import AuditEvent
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_text,
    text,
    word,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.naming import names_alike
from tillroll_durable.platform.tables import ACCOUNT, SECRETS, Gone, Table
from tillroll_durable.runs import Run

# The provider's id of the payment of the run `r`.
PAID_AS: Final = f"""
  (SELECT i.external_id FROM effect_intents i
    WHERE i.run_id = r.id AND i.outcome = 'done' AND i.step = '{word(PAY.name)}')
"""
_PAYOUTS: Final = f"""
  SELECT p.*, e.name AS payee_name, e.recipient, e.method, e.paid_by, e.person AS payee_person,
    e.archived_at AS payee_archived_at, r.state,
    -COALESCE((SELECT SUM(b.settles) FROM bank_pairs b
      WHERE b.account_id = p.account_id AND b.document_id = p.run_id
        AND b.counts = 1), 0) AS amount_left,
    r.status, r.failure_class, {PAID_AS} AS paid_as,
    i.id IS NOT NULL AND {WAITING} AS waits_for_file,
    i.file_id AS payment_file_id, CASE WHEN {IN_DOUBT} THEN i.in_doubt END AS payment_doubt,
    CASE WHEN {IN_DOUBT} THEN i.in_doubt_reason END AS payment_doubt_reason
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
  LEFT JOIN payment_instructions i ON i.run_id = p.run_id
"""
_PAYEES: Final = f"""
  SELECT id, name, paid_by, CASE paid_by WHEN '{BY_PROVIDER}' THEN recipient END AS recipient,
    CASE paid_by WHEN '{BY_PROVIDER}' THEN method END AS method,
    CASE paid_by WHEN '{BY_FILE}' THEN method END AS iban, bic, person, created_at, archived_at
  FROM payees WHERE account_id = ?1
"""
OUTCOMES: Final = ("paid", "refused", "returned", "stopped", "unknown", "open")
"""Paid; refused, and nothing moved; returned later; stopped by a person; unknown, which needs one;
open, which goes on."""
# A payout that failed but `reversed` waits for a person. What was heard behind the end is in the
# books by then. One that is debited behind its end is on its way: who reported that it was paid has
# taken that back.
OUTCOME: Final = f"""
  CASE WHEN r.failure_class = 'rollback_failed' THEN 'unknown'
    WHEN r.status IN ('processing', 'needs_review') THEN 'open'
    WHEN p.delivered_by IS NOT NULL THEN 'paid'
    WHEN p.debited_by IS NOT NULL AND r.status = 'complete' THEN 'unknown'
    WHEN r.state IN ('{word(PAID.name)}', '{word(CAME_BACK.name)}') THEN 'returned'
    WHEN r.state = '{word(REVERSED.name)}' OR r.status = 'rejected' THEN 'refused'
    WHEN r.status = 'cancelled' THEN 'stopped' ELSE 'unknown' END
"""


def event_of(actor: Actor, action: Action, key: str, now: str, detail: JsonObject) -> AuditEvent:
    """What an actor has done, for the audit; `key` tells it from others of the action."""
    return actor.event(action, f"{action}:{key}", at=now, detail=detail)


async def load_payout(
    database: Database, run_id: str, account_id: str | None = None
) -> Payout | None:
    """A payout, only of the account where one is given."""
    query = f"{_PAYOUTS} WHERE p.run_id = ?1 AND (?2 IS NULL OR p.account_id = ?2)"
    row = await database.first(statement(query, [run_id, account_id]))
    if row is None:
        return None
    return payout_of(row)


async def rows_of_payouts(database: Database, run_ids: Sequence[str]) -> dict[str, Row]:
    """Load rows for `payout_of`, by id. It reads each by itself, so an unreadable row stops no
    other.
    """
    query = f"{_PAYOUTS} WHERE p.run_id IN (SELECT value FROM json_each(?))"
    return {
        text(row, "run_id"): row for row in await database.all(statement(query, [dump([*run_ids])]))
    }


async def payout_called(database: Database, account_id: str, label: str) -> str:
    """The id of the payout whose payment the provider calls so. A label that no payout has as a
    name is an id itself: payments were called by ids before they had names."""
    query = "SELECT run_id FROM payouts WHERE payment_name = ? AND account_id = ?"
    row = await database.first(statement(query, [label, account_id]))
    if row is None:
        return label
    return text(row, "run_id")


async def list_payouts(
    database: Database,
    account_id: str,
    state: str | None,
    batch_id: str | None,
    cursor: str,
    limit: int,
) -> list[Payout]:
    """The newest first, after the id `cursor`; of one batch, where that is given."""
    query = f"""
      {_PAYOUTS} WHERE p.account_id = ?1 AND p.run_id < ?2 AND (?3 IS NULL OR r.state = ?3)
        AND (?5 IS NULL OR p.batch_id = ?5)
      ORDER BY p.run_id DESC LIMIT ?4
    """
    rows = await database.all(statement(query, [account_id, cursor, state, limit, batch_id]))
    return [payout_of(row) for row in rows]


def payout_of(row: Row) -> Payout:
    """The payout in a row of `rows_of_payouts`."""
    heard_of = optional_text(row, "payment_id")
    return of_row(
        Payout,
        row,
        id=text(row, "run_id"),
        payment_id=optional_text(row, "paid_as"),
        heard_of=heard_of,
    )


_NOTE_REFUSED: Final = """
  UPDATE payouts SET refused_at = ?2, refusal = ?3 WHERE run_id = ?1 AND refused_at IS NULL
"""
# The step names what the provider answered; the run may stand still for something else since, or
# no more. A payout that a person stopped was refused by nobody.
_NOTE_REFUSED_PAYMENT: Final = """
  UPDATE payouts SET refused_at = ?2, refusal = COALESCE(
    (SELECT error_summary FROM run_steps WHERE run_id = ?1 AND step = ?4),
    (SELECT error_summary FROM runs WHERE id = ?1))
  WHERE run_id = ?1 AND refused_at IS NULL AND EXISTS (
    SELECT 1 FROM effect_intents WHERE idempotency_key = ?3 AND outcome = 'refused'
  )
"""


def note_uncovered(run_id: str, now: str) -> Statement:
    """Note that the company's account did not hold enough."""
    return statement(_NOTE_REFUSED, [run_id, now, UNCOVERED.name])


def note_refused(run: Run, now: str) -> Sequence[Statement]:
    """Note, at the end of a payout, that the provider refused its payment, if it did."""
    return [statement(_NOTE_REFUSED_PAYMENT, [run.id, now, PAY.key_for(run.id), PAY.name])]


def insert_payout(
    actor: Actor, params: PayoutParams, run_id: str, payment_name: str, now: str
) -> Statement:
    """Keep what is to be paid; it changes no row where the account has no such payee (any more)."""
    return statement(
        """
        INSERT INTO payouts (
          run_id, account_id, payee_id, currency, amount, reference, asked_by, created_at, paid_on,
          payment_name)
        SELECT ?1, ?2, id, ?4, CAST(?5 AS INTEGER), ?6, ?7, ?8, ?9, ?10 FROM payees
        WHERE id = ?3 AND account_id = ?2 AND archived_at IS NULL
        """,
        [
            run_id,
            actor.account_id,
            params.payee_id,
            params.currency,
            params.amount,
            params.reference,
            actor.name,
            now,
            _day(params),
            payment_name,
        ],
    )


def _day(params: PayoutParams) -> str | None:
    if params.paid_on is None:
        return None
    return params.paid_on.isoformat()


def insert_payout_of(
    batch_id: str, place: int, params: PayoutParams, run_id: str, now: str
) -> Sequence[Statement]:
    """Keep a payout of a batch beside its run, which was asked for with the batch. A payee who was
    archived since is not paid, which its run says; without a batch or a payee there is NULL where
    none may be, and nothing is begun."""
    return [
        take_covers(batch_id, place, run_id),
        statement(
            """
            INSERT INTO payouts
              (run_id, account_id, payee_id, currency, amount, reference, asked_by, created_at,
                batch_id, paid_on, payment_name)
            SELECT ?1, b.account_id, e.id, ?4, CAST(?5 AS INTEGER), ?6, b.asked_by, ?7, b.run_id,
              ?8, b.payment_name || ':' || CAST(?9 AS INTEGER)
            FROM (SELECT ?2 AS id) asked LEFT JOIN payout_batches b ON b.run_id = asked.id
            LEFT JOIN payees e ON e.account_id = b.account_id AND e.id = ?3
            """,
            [
                run_id,
                batch_id,
                params.payee_id,
                params.currency,
                params.amount,
                params.reference,
                now,
                _day(params),
                place,
            ],
        ),
    ]


def note_seen(payout: Payout, report: Seen, now: str) -> Statement:
    """What was heard of the payment. It returns a row where nothing else was heard since the payout
    was read."""
    query = """
      UPDATE payouts SET payment_id = ?2, payment_status = ?3, payment_reason = ?4, looked_at = ?5,
        heard = heard + (payment_status IS NOT ?3)
      WHERE run_id = ?1 AND heard = CAST(?6 AS INTEGER)
      RETURNING run_id
    """
    values = (payout.id, report.id, report.status.value, report.reason, now, payout.heard)
    return statement(query, [*values], account=payout.account_id)


def note_looked(run_id: str, now: str, account_id: str) -> Statement:
    query = "UPDATE payouts SET looked_at = ?2 WHERE run_id = ?1"
    return statement(query, [run_id, now], account=account_id)


async def covered_by(database: Database, run_id: str) -> list[CoveredExpense]:
    """The expenses that a payout pays back, or was to; the oldest first."""
    query = """
      SELECT x.*, e.merchant, e.date FROM payout_expenses x
      LEFT JOIN expenses e ON e.id = x.expense_id AND e.account_id = x.account_id
      WHERE x.run_id = ? ORDER BY e.date, x.expense_id
    """
    return [of_row(CoveredExpense, row) for row in await database.all(statement(query, [run_id]))]


_WITHIN: Final = timedelta(days=30)
# Only what was paid, or may be yet. What came back after it was paid is with the company: it is
# rightly asked for anew.
_ALIKE: Final = f"""
  SELECT DISTINCT p.run_id AS id, p.payee_id, e.name AS payee_name, p.currency, p.amount,
    p.reference, r.state,
    p.batch_id, p.created_at
  FROM json_each(?2) line
  JOIN payees asked ON asked.id = json_extract(line.value, '$[0]') AND asked.account_id = ?1
  JOIN payees e ON e.account_id = ?1 AND (e.paid_to = asked.paid_to OR e.person = asked.person)
  JOIN payouts p ON p.payee_id = e.id AND p.currency = json_extract(line.value, '$[1]')
    AND p.amount = json_extract(line.value, '$[2]')
  JOIN runs r ON r.id = p.run_id
  WHERE p.account_id = ?1 AND p.created_at BETWEEN ?3 AND ?4 AND p.run_id <> ?5
    AND COALESCE(p.batch_id, '') <> ?6
    AND {OUTCOME} IN ('paid', 'open', 'unknown')
  ORDER BY p.run_id DESC LIMIT 50
"""
_NONE: Final = "-"


async def find_alike(
    database: Database,
    account_id: str,
    lines: Iterable[tuple[str, str, int]],
    at: datetime,
    *,
    run_id: str | None = None,
    batch_id: str | None = None,
) -> list[AlikePayout]:
    """Payouts like one of `lines` (payee, currency, minor units) that are live or paid within
    thirty days of `at`, the newest first, at most fifty; without the run and what is in the
    batch."""
    pairs = dump([[*line] for line in {*lines}])
    days = (to_text(at - _WITHIN), to_text(at + _WITHIN))
    rows = await database.all(
        statement(_ALIKE, [account_id, pairs, *days, run_id or _NONE, batch_id or _NONE])
    )
    return [of_row(AlikePayout, row) for row in rows]


async def load_payee(database: Database, account_id: str, payee_id: str) -> Payee | None:
    row = await database.first(statement(f"{_PAYEES} AND id = ?2", [account_id, payee_id]))
    if row is None:
        return None
    alike = await _alike(database, account_id)
    return of_row(Payee, row, alike=alike.get(payee_id, []))


async def _alike(database: Database, account_id: str) -> dict[str, list[str]]:
    """As `names_alike`, of the payees that may be paid. Those of one person are one."""
    query = """
      SELECT id, name, person FROM payees WHERE account_id = ? AND archived_at IS NULL ORDER BY id
    """
    rows = await database.all(statement(query, [account_id]))
    people = {text(row, "id"): optional_text(row, "person") or text(row, "id") for row in rows}
    alike = names_alike({text(row, "id"): text(row, "name") for row in rows})
    return {
        id_: [other for other in others if people[other] != people[id_]]
        for id_, others in alike.items()
    }


async def names_of_the_paid(database: Database, account_id: str) -> list[str]:
    """The names of the payees that may be paid, and of the people of the account."""
    query = """
      SELECT name FROM payees WHERE account_id = ?1 AND archived_at IS NULL
      UNION SELECT name FROM users WHERE account_id = ?1 AND removed_at IS NULL ORDER BY 1
    """
    return [text(row, "name") for row in await database.all(statement(query, [account_id]))]


async def list_payees(database: Database, account_id: str, cursor: str, limit: int) -> list[Payee]:
    """The newest first, archived ones among them, after the id `cursor`."""
    query = f"{_PAYEES} AND id < ?2 ORDER BY id DESC LIMIT ?3"
    alike = await _alike(database, account_id)
    return [
        of_row(Payee, row, alike=alike.get(text(row, "id"), []))
        for row in await database.all(statement(query, [account_id, cursor, limit]))
    ]


async def list_batches(
    database: Database, account_id: str, cursor: str = "~", limit: int = 1, id_: str | None = None
) -> list[PayoutBatch]:
    """The account's batches, the newest first; with an id, that one."""
    query = """
      SELECT b.*, b.run_id AS id, r.state, r.status FROM payout_batches b
      JOIN runs r ON r.id = b.run_id
      WHERE b.account_id = ?1 AND b.run_id < ?2 AND (?3 IS NULL OR b.run_id = ?3)
      ORDER BY b.run_id DESC LIMIT ?4
    """
    rows = await database.all(statement(query, [account_id, cursor, id_, limit]))
    return [of_row(PayoutBatch, row) for row in rows]


async def sums_of(database: Database, batch_id: str) -> list[OutcomeSum]:
    """What became of the payouts that were begun, by currency and outcome."""
    query = f"""
      SELECT p.currency, {OUTCOME} AS outcome, COUNT(*) AS count, SUM(p.amount) AS amount
      FROM payouts p JOIN runs r ON r.id = p.run_id WHERE p.batch_id = ?1
      GROUP BY p.currency, outcome ORDER BY p.currency, outcome
    """
    return [of_row(OutcomeSum, row) for row in await database.all(statement(query, [batch_id]))]


async def lines_of(database: Database, batch_id: str) -> list[tuple[str, str, int]]:
    """Payee, currency and minor units of its payouts, begun or not."""
    query = """
      SELECT json_extract(line.value, '$.payee_id') AS payee_id,
        json_extract(line.value, '$.currency') AS currency,
        json_extract(line.value, '$.amount') AS amount
      FROM runs, json_each(runs.params, '$.payouts') line WHERE runs.id = ?
    """
    rows = await database.all(statement(query, [batch_id]))
    return [(text(row, "payee_id"), text(row, "currency"), integer(row, "amount")) for row in rows]


TABLES: Final = (
    Table("payment_instructions", Gone(ACCOUNT)),
    Table("payout_outcomes", Gone(ACCOUNT), key="run_id, number"),
    Table("payment_recovered", Gone(ACCOUNT), key="run_id"),
    Table("payment_files", Gone(ACCOUNT), encrypted="content"),
    Table("payouts", Gone(ACCOUNT)),
    Table("strange_payments", Gone(ACCOUNT), key="payment_id"),
    Table("payout_batches", Gone(ACCOUNT)),
    Table(
        "payout_expenses",
        Gone(ACCOUNT),
        key="asked_in, expense_id",
        person_gets="account_id = ?1 AND person = ?2",
    ),
    Table(
        "payees",
        Gone(ACCOUNT),
        person_gets="account_id = ?1 AND person = ?2",
        without=frozenset({"paid_to"}),
        encrypted="iban",
    ),
    Table("payee_keys", Gone("id = ?1"), key="id", withheld=SECRETS),
    Table("payout_limits", Gone(ACCOUNT), key="account_id, currency"),
    Table("payout_changes", Gone(ACCOUNT)),
)

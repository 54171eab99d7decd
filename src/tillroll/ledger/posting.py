"""Applies transactions: one D1 batch, three answers.

The decision is one statement: whether the id is new, what is open, what is available, the clock.
Nothing is read before it that could change. The entries are made by the database's triggers.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final

from tillroll.ledger.cron import EXPIRING
from tillroll.ledger.lookups import Books, queries_of, stored
from tillroll.ledger.models import Audited
from tillroll.ledger.rules import Known, Refusal, Resolved, resolve
from tillroll.ledger.transfers import EXPIRED, Transaction, Void, expiry_id, single
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import AuditEvent, append_outcome
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together, setting_aside
from tillroll_durable.platform import log, refusals
from tillroll_durable.platform.bindings.database import (
    LARGEST_INTEGER,
    ConstraintFailed,
    Database,
    Row,
    digits,
    of_row,
    text,
    word,
)
from tillroll_durable.platform.clock import Clock, to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform

NOW: Final = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""The database's clock, as `to_text` writes it."""

# What an account's sums were last; zeros before its first entry.
_LAST: Final = """
  SELECT account.normal_side,
         COALESCE(last.debits_posted, 0) AS debits_posted, COALESCE(last.credits_posted,
             0) AS credits_posted,
         COALESCE(last.debits_pending, 0) AS debits_pending, COALESCE(last.credits_pending,
             0) AS credits_pending
  FROM ledger_accounts account
  LEFT JOIN ledger_entries last ON last.account_id = account.account_id
    AND last.ledger_account_id = account.id
    AND last.seq = (SELECT MAX(seq) FROM ledger_entries
                    WHERE account_id = account.account_id AND ledger_account_id = account.id)
  WHERE account.account_id = ?1 AND account.id = asked.target
"""
# What pending transfers hold whose time has passed: it is available, whether or not they were
# cleared away yet.
_PASSED_CREDITS: Final = """
  (SELECT COALESCE(SUM(pending), 0) FROM ledger_open
   WHERE account_id = ?1 AND credit_id = asked.target AND expires_at <= moment.at)
"""
_PASSED_DEBITS: Final = _PASSED_CREDITS.replace("credit_id", "debit_id")

_IS_APPLIED: Final = """
  EXISTS (SELECT 1 FROM ledger_transfers named
          JOIN ledger_transactions whole ON whole.account_id = named.account_id
            AND whole.id = named.transaction_id
          WHERE named.account_id = ?1 AND named.id = asked.target AND whole.outcome = 'applied')
"""
_IS_OPEN: Final = (
    "EXISTS (SELECT 1 FROM ledger_open WHERE account_id = ?1 AND transfer_id = asked.target)"
)
_HAS_PASSED: Final = """
  EXISTS (SELECT 1 FROM ledger_open
          WHERE account_id = ?1 AND transfer_id = asked.target AND expires_at <= moment.at)
"""
_IS_REVERSED: Final = """
  EXISTS (SELECT 1 FROM ledger_transfers reversing
          JOIN ledger_transactions whole
            ON whole.account_id = reversing.account_id AND whole.id = reversing.transaction_id
          WHERE reversing.account_id = ?1 AND reversing.reverses_id = asked.target
            AND whole.outcome = 'applied')
"""
_AVAILABLE: Final = f"""
  (SELECT CASE normal_side
            WHEN 'debit' THEN debits_posted - credits_posted - credits_pending + {_PASSED_CREDITS}
            ELSE credits_posted - debits_posted - debits_pending + {_PASSED_DEBITS} END
   FROM ({_LAST}))
"""
_LARGEST_SUM: Final = (
    f"(SELECT MAX(debits_posted + debits_pending, credits_posted + credits_pending) FROM ({_LAST}))"
)

_LARGEST: Final = digits(LARGEST_INTEGER)
_TOO_LARGE: Final = word(Refusal.TOTAL_TOO_LARGE)
_FAILED: Final = f"""
  CASE asked.kind
    WHEN 'refused' THEN asked.reason
    WHEN 'limit' THEN CASE WHEN {_AVAILABLE} < asked.least THEN '{word(Refusal.INSUFFICIENT)}' END
    WHEN 'fits' THEN CASE
        WHEN {_LARGEST_SUM} > {_LARGEST} - asked.least THEN '{_TOO_LARGE}' END
    WHEN 'open' THEN CASE WHEN NOT {_IS_APPLIED} THEN '{word(Refusal.PENDING_NOT_FOUND)}'
                          WHEN NOT {_IS_OPEN} THEN '{word(Refusal.PENDING_RESOLVED)}'
                          WHEN {_HAS_PASSED} THEN '{word(Refusal.PENDING_EXPIRED)}' END
    WHEN 'due' THEN CASE WHEN NOT {_IS_OPEN} THEN '{word(Refusal.PENDING_RESOLVED)}'
                         WHEN NOT {_HAS_PASSED} THEN '{word(Refusal.PENDING_NOT_DUE)}' END
    WHEN 'reversible' THEN CASE WHEN NOT {_IS_APPLIED} THEN '{word(Refusal.ORIGINAL_NOT_FOUND)}'
                                WHEN {_IS_REVERSED} THEN '{word(Refusal.ALREADY_REVERSED)}' END
  END
"""

_DECIDE: Final = f"""
  INSERT INTO ledger_transactions (
    account_id, id, body, digest, outcome, reason, refused_position, actor, at)
  WITH moment AS (
    SELECT MAX({NOW}, COALESCE((SELECT at FROM ledger_transactions WHERE account_id = ?1
                                ORDER BY number DESC LIMIT 1), '')) AS at
  ),
  asked AS (
    SELECT key AS place, json_extract(value, '$.position') AS position,
      json_extract(value, '$.check') AS kind,
           json_extract(value, '$.reason') AS reason, json_extract(value, '$.target') AS target,
           json_extract(value, '$.least') AS least
    FROM json_each(?6)
  ),
  failed AS (
    SELECT position, reason FROM (SELECT asked.place, asked.position, {_FAILED} AS reason
        FROM asked, moment)
    WHERE reason IS NOT NULL ORDER BY place LIMIT 1
  )
  SELECT ?1, ?2, ?3, ?4, CASE WHEN failed.reason IS NULL THEN 'applied' ELSE 'refused' END,
    failed.reason,
         failed.position, ?5, moment.at
  FROM moment LEFT JOIN failed
  WHERE NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE account_id = ?1 AND id = ?2)
  RETURNING id, outcome, reason, refused_position, at
"""

# Where the id was there before, so were its transfers.
_TRANSFERS: Final = """
  INSERT INTO ledger_transfers (
    account_id, id, transaction_id, position, kind, debit_id, credit_id, currency, posted, pending,
    pending_id, reverses_id, expires_at, rate, rate_source, reference, day, at)
  SELECT ?1, json_extract(value, '$.id'), ?2, json_extract(value, '$.position'),
    json_extract(value, '$.kind'),
         json_extract(value, '$.debit'), json_extract(value, '$.credit'), json_extract(value,
             '$.currency'),
         json_extract(value, '$.posted'), json_extract(value, '$.pending'), json_extract(value,
             '$.pending_id'),
         json_extract(value, '$.reverses_id'),
         strftime('%Y-%m-%dT%H:%M:%fZ', whole.at, (json_extract(value,
             '$.timeout_ms') / 1000.0) || ' seconds'),
         json_extract(value, '$.rate'), json_extract(value, '$.rate_source'), json_extract(value,
             '$.reference'), json_extract(value, '$.day'),
         whole.at
  FROM ledger_transactions whole JOIN json_each(?3)
  WHERE whole.account_id = ?1 AND whole.id = ?2
    AND NOT EXISTS (SELECT 1 FROM ledger_transfers WHERE account_id = ?1 AND transaction_id = ?2)
  ORDER BY key
"""

_OUTCOME: Final = """
  SELECT CASE outcome WHEN 'applied' THEN outcome ELSE outcome || ': ' || reason END AS outcome
  FROM ledger_transactions WHERE account_id = ?4 AND id = ?1
"""

# The batch fails (NULL in a NOT NULL column) where an id stands for another body.
_SAME_BODY: Final = """
  INSERT INTO ledger_transactions (account_id, id, body, digest, outcome, actor, at)
  SELECT whole.account_id, NULL, whole.body, whole.digest, whole.outcome, whole.actor, whole.at
  FROM json_each(?2) asked
  CROSS JOIN ledger_transactions whole ON whole.account_id = ?1 AND whole.id = asked.key
  WHERE whole.digest <> asked.value
"""


def _write(
    account_id: str, actor: str, now: str, transaction: Transaction, resolved: Resolved
) -> list[Statement]:
    """Write a transaction by three statements, where its id is new. The first returns a row only
    then.
    """
    checks: list[Json] = [*resolved.checks]
    lines: list[Json] = [line.row(position) for position, line in enumerate(resolved.lines)]
    body = transaction.body()
    digest = transaction.digest()
    return [
        statement(_DECIDE, [account_id, transaction.id, body, digest, actor, dump(checks)]),
        statement(_TRANSFERS, [account_id, transaction.id, dump(lines)]),
        _audited(account_id, actor, now=now, transaction=transaction, resolved=resolved),
    ]


def _audited(
    account_id: str, actor: str, now: str, transaction: Transaction, resolved: Resolved
) -> Statement:
    """The audit events of each possible outcome, of which the database takes its own."""
    transfers: list[Json] = [line.id for line in resolved.lines]
    detail: JsonObject = {
        "transaction": transaction.id,
        "transfers": transfers,
        "body": transaction.digest(),
    }
    events = [
        AuditEvent(
            stream=f"account:{account_id}",
            event_key=f"ledger:{account_id}:{transaction.id}",
            account_id=account_id,
            actor=actor,
            action=Audited.TRANSACTION,
            outcome=outcome,
            at=now,
            detail=detail,
        )
        for outcome in _outcomes(resolved)
    ]
    return append_outcome(events, _OUTCOME, transaction.id)


# What each check can find.
_FINDS: Final = {
    "limit": (Refusal.INSUFFICIENT,),
    "fits": (Refusal.TOTAL_TOO_LARGE,),
    "open": (Refusal.PENDING_NOT_FOUND, Refusal.PENDING_RESOLVED, Refusal.PENDING_EXPIRED),
    "due": (Refusal.PENDING_RESOLVED, Refusal.PENDING_NOT_DUE),
    "reversible": (Refusal.ORIGINAL_NOT_FOUND, Refusal.ALREADY_REVERSED),
}


def _outcomes(resolved: Resolved) -> Sequence[str]:
    reasons: dict[str, None] = {}
    for check in resolved.checks:
        results = (check["reason"],) if check["check"] == "refused" else _FINDS[str(check["check"])]
        reasons |= dict.fromkeys(map(str, results))
    return ["applied", *(f"refused: {reason}" for reason in reasons)]


MOST_AT_ONCE: Final = 100
"""Transactions in one batch: three statements each, of the thousand that D1 takes an invocation."""


class Answer(StrEnum):
    """What becomes of a transaction that is asked for. A repetition of a refused one is refused."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Posted:
    """A transaction that was decided, by the database's clock. `refused_position` is the transfer
    to blame, from 0.
    """

    id: str
    answer: Answer
    refusal: Refusal | None
    refused_position: int | None
    at: str
    is_new: bool


class AnotherBody(refusals.Refusal):
    """The id of the transaction, or of one of its transfers, stands for something else. Nothing was
    written.
    """

    kind = refusals.Kind("transfer-conflict", 409, "The id stands for another transfer")
    explanation = (
        "Use an id of its own for what is new; `GET /api/ledger/transfers/{id}` has the other."
    )


async def post(database: Database, clock: Clock, by: Actor, transaction: Transaction) -> Posted:
    """Apply a transaction, or say what became of it before. Raises AnotherBody: an id stands for
    something else.
    """
    [posted] = await post_all(database, clock, by=by, transactions=[transaction])
    return posted


async def post_all(
    database: Database, clock: Clock, by: Actor, transactions: Sequence[Transaction]
) -> list[Posted]:
    """Apply up to MOST_AT_ONCE transactions in their order, in one batch; one that is refused does
    not hinder others. Raises AnotherBody: an id stands for something else, and nothing of all was
    written.
    """
    if len(transactions) > MOST_AT_ONCE or len({each.id for each in transactions}) < len(
        transactions
    ):
        raise ValueError(f"Give at most {MOST_AT_ONCE} transactions, each under an id of its own")
    pairs = [(by.account_id, each) for each in transactions]
    return await _post(
        database,
        clock,
        by=by,
        transactions=transactions,
        books=Books(*await database.batch(queries_of(pairs))),
    )


async def _post(
    database: Database, clock: Clock, by: Actor, transactions: Sequence[Transaction], books: Books
) -> list[Posted]:
    try:
        answers = await database.batch(
            _written(clock, by, transactions=transactions, state=books.known(by.account_id))
        )
    except ConstraintFailed as error:
        ids = ", ".join(each.id for each in transactions[:3])
        raise AnotherBody(f"an id of {ids} stands for another transfer") from error
    # The first of three statements returns a row where it decided.
    decided = dict(zip((each.id for each in transactions), answers[:-1:3], strict=True))
    # To a request that resumes, it says no more than that it did: see `LostRow`.
    rows = {id_: row for id_, answer in decided.items() for row in answer if "id" in row}
    others = [(by.account_id, id_) for id_ in decided if id_ not in rows]
    stored_rows = await database.all(stored(others)) if others else []
    rows |= {text(row, "id"): row for row in stored_rows}
    return [_posted(rows[id_], is_new=bool(answer)) for id_, answer in decided.items()]


def _written(
    clock: Clock, by: Actor, transactions: Sequence[Transaction], state: Known
) -> list[Statement]:
    """Write the transactions, for a batch, which fails where an id stands for another body."""
    now = to_text(clock.now())
    written = [
        _write(by.account_id, by.name, now=now, transaction=each, resolved=resolve(each, state))
        for each in transactions
    ]
    digests: JsonObject = {each.id: each.digest() for each in transactions}
    return [*chain.from_iterable(written), statement(_SAME_BODY, [by.account_id, dump(digests)])]


def _posted(row: Row, *, is_new: bool = False) -> Posted:
    if row["reason"] is None:
        refusal = None
    else:
        refusal = Refusal(text(row, "reason"))
    first = Answer.APPLIED if is_new else Answer.DUPLICATE
    return of_row(
        Posted,
        row,
        refusal=refusal,
        answer=first if refusal is None else Answer.REFUSED,
        is_new=is_new,
    )


@dataclass(frozen=True)
class Fact:
    """What became of a transaction that was appended before (`existing`); else the statements that
    append it.
    """

    existing: Posted | None
    statements: Sequence[Statement]


async def append_fact(
    database: Database, clock: Clock, by: Actor, transaction: Transaction
) -> Fact:
    """Append a transaction once, by its id. Raises AnotherBody: the id stands for another one."""
    append = await append_facts(database, clock, [(by, transaction)])
    return append(by, transaction)


async def append_facts(
    database: Database, clock: Clock, requests: Sequence[tuple[Actor, Transaction]]
) -> Callable[[Actor, Transaction], Fact]:
    """Do as `append_fact` does for several accounts, whose books are read at once. The function it
    returns gives the fact of each.
    """
    requested = [(by.account_id, transaction) for by, transaction in requests]
    existing, *records = await database.batch(
        [stored((account_id, each.id) for account_id, each in requested), *queries_of(requested)]
    )
    before = {(text(row, "account_id"), text(row, "id")): row for row in existing}
    books = Books(*records)

    def append(by: Actor, transaction: Transaction) -> Fact:
        row = before.get((by.account_id, transaction.id))
        if row is None:
            return Fact(
                None,
                _written(clock, by, transactions=[transaction], state=books.known(by.account_id)),
            )
        if text(row, "digest") != transaction.digest():
            raise AnotherBody(transaction.id)
        return Fact(_posted(row), [])

    return append


async def find_fact(database: Database, account_id: str, id_: str) -> Posted | None:
    """Find what became of a transaction that was appended; None where it was not."""
    row = await database.first(stored([(account_id, id_)]))
    if row is None:
        return None
    return _posted(row)


_MOST_EXPIRED: Final = 50
"""Each minute, of all books."""
_TOGETHER: Final = 10
"""In one batch, of one account's books."""

# `was_refused`: its expiry was decided by a clock that had gone back meanwhile, and that id is used
# up.
_SETBACKS: Final = JOIN.format(
    part=f"'{EXPIRING}'", subject="due.account_id || ' ' || due.transfer_id"
)
_DUE: Final = f"""
  SELECT due.account_id, due.transfer_id, due.account_id || ' ' || due.transfer_id AS name,
    s.failures AS setbacks,
  EXISTS (
    SELECT 1 FROM ledger_transactions AS said
    WHERE said.account_id = due.account_id AND said.id = due.transfer_id || '{EXPIRED}'
  ) AS was_refused
  FROM ledger_open AS due {_SETBACKS}
  WHERE due.expires_at <= {NOW} AND {IS_DUE}
  ORDER BY {IN_TURN}, due.expires_at, due.account_id, due.transfer_id LIMIT ?2
"""


async def expire_due(platform: Platform) -> int:
    """Append the expiry of pending transfers whose time has passed; how many there were. Each
    resolves once.
    """
    rows = await platform.database.all(
        statement(_DUE, [to_text(platform.clock.now()), _MOST_EXPIRED])
    )
    if not rows:
        return 0
    minute = f"{int(platform.clock.now().timestamp()) // 60}"
    expiries = {text(row, "name"): _expiry(row, minute) for row in rows}
    named = [(text(row, "account_id"), expiries[text(row, "name")]) for row in rows]
    books = Books(*await platform.database.batch(queries_of(named)))
    refused = defaultdict[str, list[str]](list)

    async def expire(some: Sequence[Row]) -> None:
        """Raises whatever the books say of one of them; nothing was written."""
        account_id = text(some[0], "account_id")
        transactions = [expiries[text(row, "name")] for row in some]
        by = Actor(account_id, "system:ledger")
        for row, each in zip(
            some,
            await _post(
                platform.database, platform.clock, by=by, transactions=transactions, books=books
            ),
            strict=True,
        ):
            if each.refusal not in {None, Refusal.PENDING_RESOLVED}:
                log.error(
                    "ledger.not_expired",
                    account=account_id,
                    subject=each.id,
                    reason=str(each.refusal),
                )
                refused[str(each.refusal)].append(text(row, "name"))

    await each_together(platform, EXPIRING, groups=_by_account(rows), subject="name", do=expire)
    now = to_text(platform.clock.now())
    if refused:
        await platform.database.batch(
            [setting_aside(EXPIRING, names, why=why, now=now) for why, names in refused.items()]
        )
    return len(rows)


def _expiry(row: Row, minute: str) -> Transaction:
    pending = text(row, "transfer_id")
    return single(
        Void(
            expiry_id(f"{pending}:{minute}" if row["was_refused"] else pending),
            pending,
            is_expiry=True,
        )
    )


def _by_account(rows: Sequence[Row]) -> list[list[Row]]:
    """Group rows by account, at most so many in a group."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(text(row, "account_id"), []).append(row)
    return [
        group[at : at + _TOGETHER]
        for group in groups.values()
        for at in range(0, len(group), _TOGETHER)
    ]

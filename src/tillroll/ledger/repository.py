"""Reads and makes the ledger's accounts, and reads balances, statements and transfers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, LiteralString

from tillroll.ledger import models
from tillroll.ledger.models import (
    Audited,
    Balance,
    LedgerAccount,
    LedgerEntry,
    LedgerTransfer,
    TrialTotal,
)
from tillroll.ledger.posting import NOW
from tillroll.ledger.transfers import Sums, digest_of
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Value,
    digits,
    insert_row,
    of_row,
    place,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Emptied, Kept, Stays, Table

_ACCOUNTS: Final = """
  SELECT id, name, currency, normal_side, least_available FROM ledger_accounts WHERE account_id = ?1
"""


class AnotherAccount(Refusal):
    """The id, which is the message, stands for an account of another currency, side or limit."""

    kind = Kind("ledger-account-conflict", 409, "The id stands for another account of the ledger")
    explanation = "Accounts do not change: use another id for another currency, side or limit."


async def create(
    platform: Platform, actor: Actor, account: LedgerAccount
) -> tuple[LedgerAccount, bool]:
    """Make an account, and say whether it is new. Raises AnotherAccount: the id stands for one of
    another body.
    """
    try:
        await platform.database.batch(insert_account(actor, account, to_text(platform.clock.now())))
    except ConstraintFailed:
        stored = await find(platform.database, actor.account_id, account.id)
        if stored is None:
            raise
        if stored.body() != account.body():
            raise AnotherAccount(account.id) from None
        return stored, False
    return account, True


def insert_account(actor: Actor, account: LedgerAccount, now: str) -> list[Statement]:
    """Make an account, in a batch, which fails where there is one of the id."""
    columns: dict[str, Value] = {
        "account_id": actor.account_id,
        "created_by": actor.name,
        "created_at": now,
    }
    key = f"ledger-account:{actor.account_id}:{account.id}"
    detail: JsonObject = {"ledgerAccount": account.id, "digest": digest_of(dump(account.body()))}
    insert = insert_row("ledger_accounts", {**account.model_dump(mode="json"), **columns})
    return [insert, append_if_changed(actor.event(Audited.ACCOUNT, key, at=now, detail=detail))]


async def find_or_create(platform: Platform, actor: Actor, account: LedgerAccount) -> LedgerAccount:
    """The account under the id, whatever its body; made where there is none.
    Raises AnotherAccount.
    """
    stored = await find(platform.database, actor.account_id, account.id)
    if stored is None:
        return (await create(platform, actor, account))[0]
    return stored


async def existing(database: Database, account_id: str, ids: Iterable[str]) -> set[str]:
    """Which of these ids are accounts."""
    query = (
        "SELECT id FROM ledger_accounts WHERE account_id = ? AND id IN "
        "(SELECT value FROM json_each(?))"
    )
    return {
        text(row, "id") for row in await database.all(statement(query, [account_id, dump([*ids])]))
    }


async def find(database: Database, account_id: str, id_: str) -> LedgerAccount | None:
    row = await database.first(statement(f"{_ACCOUNTS} AND id = ?2", [account_id, id_]))
    if row is None:
        return None
    return of_row(LedgerAccount, row)


async def list_accounts(
    database: Database, account_id: str, cursor: str, limit: int
) -> list[LedgerAccount]:
    """The accounts by id, after `cursor`."""
    query = f"{_ACCOUNTS} AND id > ?2 ORDER BY id LIMIT ?3"
    return [
        of_row(LedgerAccount, row)
        for row in await database.all(statement(query, [account_id, cursor, limit]))
    ]


# An account's last entry before a time (?2); the index by time finds it at once.
_LAST: Final = """
  (SELECT seq FROM ledger_entries
   WHERE account_id = account.account_id AND ledger_account_id = account.id AND at < moment.at
   ORDER BY at DESC, seq DESC LIMIT 1)
"""
# What was pending then although its time had passed: it is open still, or was resolved after that
# moment. So neither what is resolved nor what never ends is looked through.
_PASSED: Final = """
  (SELECT COALESCE(SUM(held.pending), 0) FROM ledger_open open
   JOIN ledger_transfers held ON held.account_id = open.account_id AND held.id = open.transfer_id
   WHERE open.account_id = account.account_id AND open.{side}_id = account.id
     AND open.expires_at < moment.at
     AND held.at < moment.at)
  + (SELECT COALESCE(SUM(held.pending), 0) FROM ledger_transfers resolving
     JOIN ledger_transactions done
       ON done.account_id = resolving.account_id AND done.id = resolving.transaction_id
       AND done.outcome = 'applied'
     JOIN ledger_transfers held ON held.account_id = resolving.account_id
       AND held.id = resolving.pending_id
     WHERE resolving.account_id = account.account_id AND resolving.{side}_id = account.id
       AND resolving.pending_id IS NOT NULL AND resolving.at >= moment.at
       AND held.expires_at < moment.at AND held.at < moment.at)
"""
# The first moment at which nothing is written yet. The times of transactions never go back, the
# database's clock may.
_NEXT: Final = f"""
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', MAX({NOW}, COALESCE(
    (SELECT at FROM ledger_transactions WHERE account_id = ?1 ORDER BY number DESC LIMIT 1), '')),
    '+0.001 seconds') AS next
"""
_SUMS: Final = f"""
  SELECT account.id, account.name, account.currency, account.normal_side, account.least_available,
    moment.at,
         COALESCE(last.debits_posted, 0) AS debits_posted, COALESCE(last.credits_posted,
             0) AS credits_posted,
         COALESCE(last.debits_pending, 0) - ({_PASSED.format(side="debit")}) AS debits_pending,
         COALESCE(last.credits_pending, 0) - ({_PASSED.format(side="credit")}) AS credits_pending
  FROM (SELECT COALESCE(MIN(?2, next), next) AS at FROM ({_NEXT})) moment
  JOIN ledger_accounts account ON account.account_id = ?1
  LEFT JOIN ledger_entries last ON last.account_id = account.account_id
    AND last.ledger_account_id = account.id
    AND last.seq = {_LAST}
"""
_OF_CURRENCY: Final = "(?{0} IS NULL OR account.currency = ?{0})"


async def balance_at(
    database: Database, account_id: str, id_: str, before: str | None
) -> Balance | None:
    """An account's sums before a time, else by now; None where there is no such account."""
    row = await database.first(
        statement(f"{_SUMS} WHERE account.id = ?3", [account_id, before, id_])
    )
    if row is None:
        return None
    return _balance(row)


async def balances_at(
    database: Database,
    account_id: str,
    before: str | None,
    cursor: str,
    limit: int,
    currency: str | None = None,
) -> list[Balance]:
    """The balances of all accounts, or of those of a currency, by id, after `cursor`."""
    query = (
        f"{_SUMS} WHERE account.id > ?3 AND {_OF_CURRENCY.format('5')} ORDER BY account.id LIMIT ?4"
    )
    rows = await database.all(statement(query, [account_id, before, cursor, limit, currency]))
    return [_balance(row) for row in rows]


async def totals_at(
    database: Database, account_id: str, before: str | None, currency: str | None = None
) -> list[TrialTotal]:
    """What all accounts sum up to, by currency; or those of one."""
    query = f"""
      SELECT *, (debits_posted, debits_pending) = (credits_posted, credits_pending) AS is_balanced
      FROM (
        SELECT currency, SUM(debits_posted) AS debits_posted, SUM(credits_posted) AS credits_posted,
          SUM(debits_pending) AS debits_pending, SUM(credits_pending) AS credits_pending
        FROM ({_SUMS} WHERE {_OF_CURRENCY.format("3")}) GROUP BY currency
      ) ORDER BY currency
    """
    return [
        of_row(TrialTotal, row)
        for row in await database.all(statement(query, [account_id, before, currency]))
    ]


async def statement_of(
    database: Database,
    account_id: str,
    id_: str,
    since: str | None,
    until: str | None,
    cursor: int,
    limit: int,
) -> models.AccountStatement | None:
    """Up to `limit` entries of [since, until), after the number `cursor`; None where there is no
    such account.
    """
    closing = await balance_at(database, account_id, id_=id_, before=until)
    if closing is None:
        return None
    if since is None:
        opening = None
    else:
        opening = await balance_at(database, account_id, id_=id_, before=since)
    rows = await database.all(
        statement(
            """
            SELECT entry.seq, entry.at, transfer.day, entry.transfer_id AS "transfer",
              transfer.transaction_id AS "transaction",
              transfer.kind,
              CASE entry.side WHEN 'debit' THEN transfer.credit_id ELSE transfer.debit_id END
                AS other_account, entry.side,
              CASE entry.side WHEN ?7 THEN entry.posted ELSE -entry.posted END AS amount,
              CASE entry.side WHEN ?7 THEN entry.pending ELSE -entry.pending END AS pending,
              CASE ?7 WHEN 'debit' THEN entry.debits_posted - entry.credits_posted
                ELSE entry.credits_posted - entry.debits_posted END AS balance, transfer.reference
            FROM ledger_entries entry
            JOIN ledger_transfers transfer
              ON transfer.account_id = entry.account_id AND transfer.id = entry.transfer_id
            WHERE entry.account_id = ?1 AND entry.ledger_account_id = ?2 AND entry.seq > ?3
              AND entry.at >= ?4 AND entry.at < ?5
            ORDER BY entry.seq LIMIT ?6
            """,
            [account_id, id_, cursor, since or "", closing.at, limit, closing.normal_side.value],
        )
    )
    return models.AccountStatement(
        account=LedgerAccount(
            **{name: getattr(closing, name) for name in LedgerAccount.model_fields}
        ),
        since=since,
        until=closing.at,
        opening=0 if opening is None else opening.posted,
        closing=closing.posted,
        items=[of_row(LedgerEntry, row) for row in rows],
        next_cursor=None,
    )


def _balance(row: Row) -> Balance:
    sums = of_row(Sums, row)
    side = of_row(LedgerAccount, row).normal_side
    return of_row(
        Balance,
        row,
        posted=sums.posted(side),
        pending=sums.pending(side),
        available=sums.available(side),
    )


_TRANSFERS_BY: Final = """
  SELECT transfer.number, transfer.id, transfer.transaction_id AS "transaction", transfer.kind,
    transfer.debit_id AS debit, transfer.credit_id AS credit, transfer.currency, transfer.posted,
    transfer.pending,
    transfer.pending_id AS pending_transfer, transfer.reverses_id AS reverses, transfer.expires_at,
    transfer.rate,
    transfer.rate_source, transfer.reference, transfer.day, transfer.at, whole.outcome,
    whole.reason, whole.actor
  FROM ledger_transfers transfer {}
  JOIN ledger_transactions whole
    ON whole.account_id = transfer.account_id AND whole.id = transfer.transaction_id
  WHERE transfer.account_id = ?1
"""
_TRANSFERS: Final = _TRANSFERS_BY.format("")


async def find_transfer(database: Database, account_id: str, id_: str) -> LedgerTransfer | None:
    row = await database.first(statement(f"{_TRANSFERS} AND transfer.id = ?2", [account_id, id_]))
    if row is None:
        return None
    return of_row(LedgerTransfer, row)


async def transfers_of(
    database: Database, account_id: str, transaction_id: str
) -> list[LedgerTransfer]:
    """The transfers of a transaction, in their order."""
    query = f"{_TRANSFERS} AND transfer.transaction_id = ?2 ORDER BY transfer.position"
    return [
        of_row(LedgerTransfer, row)
        for row in await database.all(statement(query, [account_id, transaction_id]))
    ]


async def list_transfers(
    database: Database,
    account_id: str,
    equal: dict[str, str | None],
    before: int | None,
    limit: int,
) -> list[LedgerTransfer]:
    """The newest first, before a number. `equal` may have `transaction`, `outcome`, and `account`
    for either side.
    """
    conditions: dict[str, LiteralString] = {
        "transaction": "transfer.transaction_id = ?{0}",
        "outcome": "whole.outcome = ?{0}",
        "account": "(transfer.debit_id = ?{0} OR transfer.credit_id = ?{0})",
    }
    values: list[Value] = [account_id, limit]
    query: LiteralString = _TRANSFERS
    for name, value in equal.items():
        if value is not None:
            values.append(value)
            query += f" AND {conditions[name].format(digits(len(values)))}"
    if before is not None:
        values.append(before)
        query += f" AND transfer.number < {place(len(values))}"
    rows = await database.all(
        statement(f"{query} ORDER BY transfer.number DESC LIMIT ?2", [*values])
    )
    return [of_row(LedgerTransfer, row) for row in rows]


async def list_facts(
    database: Database,
    account_id: str,
    *,
    kind: models.Kind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[LedgerTransfer]:
    """The transfers that were applied, in the order in which they were, from `since` on and before
    `until`. The next page is `after` the last one's `number`. The times of an account's books never
    go back, so none comes in between.
    """
    values: list[Value] = [account_id, after, "" if since is None else to_text(since)]
    # D1 has no statistics: of the two, the planner may take that which reads all kinds.
    if kind is None:
        index = "ledger_transfers_by_time"
    else:
        index = "ledger_transfers_by_kind"
    query: LiteralString = f"{_TRANSFERS_BY.format(f'INDEXED BY {index}')} {_APPLIED_AFTER}"
    conditions: tuple[tuple[LiteralString, str | None], ...] = (
        ("transfer.at < ?{}", None if until is None else to_text(until)),
        ("transfer.kind = ?{}", kind),
    )
    for condition, value in conditions:
        if value is not None:
            values.append(value)
            query += f" AND {condition.format(digits(len(values)))}"
    values.append(limit)
    rows = await database.all(
        statement(
            f"{query} ORDER BY transfer.at, transfer.number LIMIT {place(len(values))}", [*values]
        )
    )
    return [of_row(LedgerTransfer, row) for row in rows]


# The index is searched from the time of the page before on; of those with that time, the number
# says which are left.
_APPLIED_AFTER: Final = """
  AND whole.outcome = 'applied' AND transfer.number > ?2 AND transfer.at >= MAX(
    ?3, COALESCE((SELECT at FROM ledger_transfers WHERE number = ?2 AND account_id = ?1), ''))
"""
_UNCHANGED = Stays(
    "a fact of the ledger is never changed: it has ids, amounts, days and a reference, as law asks "
    "of books"
)
TABLES: Final = (
    Table(
        "ledger_accounts",
        Emptied("name = id", "account_id = ?1 AND name <> id"),
        key="account_id, id",
        account_gets=ACCOUNT,
    ),
    Table("ledger_transactions", _UNCHANGED, account_gets=ACCOUNT),
    Table("ledger_transfers", _UNCHANGED, account_gets=ACCOUNT),
    Table(
        "ledger_entries", _UNCHANGED, key="account_id, ledger_account_id, seq", account_gets=ACCOUNT
    ),
    Table("ledger_open", _UNCHANGED, key="account_id, transfer_id", account_gets=ACCOUNT),
)
RETENTION: Final = (Kept("the ledger's facts", "for good: they are never changed", "nobody"),)

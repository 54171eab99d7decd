"""Rows of the ledger's accounts: made once by their id, found and listed."""

from typing import Final

from tillroll.durable.record.audit import append, event_of_account
from tillroll.ledger.transfers import Account, digest_of
from tillroll.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    of_row,
    statement,
)
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.platform.services import Platform

COLUMNS: Final = "id, name, currency, normal_side, least_available, created_at"


class AnotherAccount(Exception):
    """The id stands for an account of another currency, side or limit."""


async def create(platform: Platform, account_id: str, actor: str, account: Account) -> tuple[Account, bool]:
    """Make an account, and say whether it is new. One of the same id and body is the one there is, under its name.

    Raises:
        AnotherAccount: the id stands for another one.
    """
    try:
        await platform.database.batch(creating(account_id, actor, account, to_text(platform.clock.now())))
    except ConstraintFailed:
        there = await find(platform.database, account_id, account.id)
        if there is None:
            raise
        if there.body() != account.body():
            raise AnotherAccount(account.id) from None
        return there, False
    return account, True


def creating(account_id: str, actor: str, account: Account, now: str) -> list[Statement]:
    """What makes an account, for a batch, which fails where there is one of the id."""
    insert = statement(
        """
        INSERT INTO ledger_accounts
          (account_id, id, name, currency, normal_side, least_available, created_by, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        account_id,
        account.id,
        account.name,
        account.currency,
        account.normal_side.value,
        account.least_available,
        actor,
        now,
    )
    event = event_of_account(
        account_id,
        "ledger.account",
        f"ledger-account:{account_id}:{account.id}",
        actor=actor,
        at=now,
        detail={"ledgerAccount": account.id, "digest": digest_of(dump(account.body()))},
    )
    return [insert, append(event)]


async def find_or_create(platform: Platform, account_id: str, actor: str, account: Account) -> Account:
    """The account that stands under the id, whatever its body; where there is none, it is made.

    Raises:
        AnotherAccount: somebody has made another one meanwhile.
    """
    there = await find(platform.database, account_id, account.id)
    if there is None:
        there, _ = await create(platform, account_id, actor, account)
    return there


async def find(database: Database, account_id: str, id_: str) -> Account | None:
    """The account, or None."""
    row = await database.first(
        statement(f"SELECT {COLUMNS} FROM ledger_accounts WHERE account_id = ? AND id = ?", account_id, id_)  # noqa: S608
    )
    return None if row is None else account_of(row)


def listed(account_id: str, behind: str | None, wanted: int) -> Statement:
    """The accounts by id, behind one."""
    return statement(
        f"SELECT {COLUMNS} FROM ledger_accounts WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
        account_id,
        behind or "",
        wanted,
    )


def account_of(row: Row) -> Account:
    """The account of a row with COLUMNS."""
    return of_row(Account, row)

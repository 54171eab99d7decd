"""Reads what transactions name, of the books of several accounts at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.rules import Known, Line, named
from tillroll.ledger.transfers import Transaction
from tillroll_durable.platform.bindings.database import Row, Statement, of_row, statement, text
from tillroll_durable.platform.json import dump

# What is asked for are pairs of an account and an id.
_NAMED_TRANSFERS: Final = """
  SELECT t.account_id, t.id, t.kind, t.debit_id AS debit, t.credit_id AS credit, t.currency,
    t.posted, t.pending,
    t.pending_id, t.reverses_id, NULL AS timeout_ms, t.rate, t.rate_source, t.reference, t.day
  FROM json_each(?1) asked
  CROSS JOIN ledger_transfers t ON t.account_id = asked.value ->> 0 AND t.id = asked.value ->> 1
"""
_NAMED_ACCOUNTS: Final = """
  WITH earlier AS (
    SELECT t.account_id, t.debit_id, t.credit_id FROM json_each(?2) asked
    CROSS JOIN ledger_transfers t ON t.account_id = asked.value ->> 0 AND t.id = asked.value ->> 1
  ),
  named (account_id, id) AS (
    SELECT value ->> 0, value ->> 1 FROM json_each(?1)
    UNION SELECT account_id, debit_id FROM earlier UNION SELECT account_id, credit_id FROM earlier
  )
  SELECT a.account_id, a.id, a.name, a.currency, a.normal_side, a.least_available
  FROM named CROSS JOIN ledger_accounts a ON a.account_id = named.account_id AND a.id = named.id
"""
_STORED: Final = """
  SELECT w.account_id, w.id, w.digest, w.outcome, w.reason, w.refused_position, w.at
  FROM json_each(?1) asked
  CROSS JOIN ledger_transactions w ON w.account_id = asked.value ->> 0 AND w.id = asked.value ->> 1
"""


def queries_of(requests: Iterable[tuple[str, Transaction]]) -> list[Statement]:
    """The queries for what transactions of accounts name, whose answers are `Books`."""
    accounts = set[tuple[str, str]]()
    transfers = set[tuple[str, str]]()
    for account_id, transaction in requests:
        of_accounts, of_transfers = named([transaction])
        accounts |= {(account_id, each) for each in of_accounts}
        transfers |= {(account_id, each) for each in of_transfers}
    earlier = _pairs(transfers)
    return [
        statement(_NAMED_TRANSFERS, [earlier]),
        statement(_NAMED_ACCOUNTS, [_pairs(accounts), earlier]),
    ]


def stored(keys: Iterable[tuple[str, str]]) -> Statement:
    """The query for transactions, as pairs of an account and an id."""
    return statement(_STORED, [_pairs(keys)])


def _pairs(keys: Iterable[tuple[str, str]]) -> str:
    return dump([[*each] for each in sorted(keys)])


@dataclass(frozen=True)
class Books:
    """Rows of what is there in the books of some accounts."""

    transfers: Sequence[Row]
    accounts: Sequence[Row]

    def known(self, account_id: str) -> Known:
        """What is known of the books of one."""
        own = [row for row in self.accounts if row["account_id"] == account_id]
        lines = [row for row in self.transfers if row["account_id"] == account_id]
        return Known(
            {text(row, "id"): of_row(LedgerAccount, row) for row in own},
            {text(row, "id"): of_row(Line, row) for row in lines},
        )

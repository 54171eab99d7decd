"""The books gone through by a plain model: what the transfers say, summed up in Python and compared
with every row.
"""

from collections import defaultdict

from tests.ledger.books import TriedBooks
from tillroll_durable.platform.bindings.database import Row, integer, text

_SUMS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")


async def journal(books: TriedBooks) -> list[Row]:
    """All entries in the order of their transfers."""
    return await books.rows(
        """
        SELECT entry.*, transfer.number FROM ledger_entries entry
        JOIN ledger_transfers transfer ON transfer.account_id = entry.account_id
            AND transfer.id = entry.transfer_id
        WHERE entry.account_id = ?1 ORDER BY transfer.number, entry.side DESC
        """
    )


async def check_books(books: TriedBooks) -> int:
    """Assert that entries, running sums and what is open follow from the transfers of applied
    transactions, that debits are credits per currency behind each of them, and that no limit was
    ever passed. How many transfers there are.
    """
    applied = await books.rows(
        """
        SELECT transfer.* FROM ledger_transfers transfer
        JOIN ledger_transactions whole
          ON whole.account_id = transfer.account_id AND whole.id = transfer.transaction_id
        WHERE transfer.account_id = ?1 AND whole.outcome = 'applied' ORDER BY transfer.number
        """
    )
    expected: list[tuple[object, ...]] = []
    sums: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))
    by_currency: defaultdict[tuple[str, str], int] = defaultdict(int)
    seqs: defaultdict[str, int] = defaultdict(int)
    still_open: dict[str, int] = {}
    for row in applied:
        moved, held = integer(row, "posted"), integer(row, "pending")
        for side in ("debit", "credit"):
            account = text(row, f"{side}_id")
            seqs[account] += 1
            sums[account][f"{side}s_posted"] += moved
            sums[account][f"{side}s_pending"] += held
            by_currency[text(row, "currency"), side] += moved
            running = tuple(sums[account][each] for each in _SUMS)
            expected.append(
                (
                    account,
                    seqs[account],
                    text(row, "id"),
                    side,
                    moved,
                    held,
                    *running,
                    text(row, "at"),
                )
            )
        assert (
            by_currency[text(row, "currency"), "debit"]
            == by_currency[text(row, "currency"), "credit"]
        )
        if row["kind"] == "pending":
            still_open[text(row, "id")] = held
        elif row["pending_id"] is not None:
            assert still_open.pop(text(row, "pending_id")) == -held, (
                "a pending transfer was resolved twice"
            )
    columns = ("ledger_account_id", "seq", "transfer_id", "side", "posted", "pending", *_SUMS, "at")
    found = [tuple(row[each] for each in columns) for row in await journal(books)]
    assert sorted(map(str, found)) == sorted(map(str, expected))
    opened = await books.rows("SELECT transfer_id, pending FROM ledger_open WHERE account_id = ?1")
    assert {text(row, "transfer_id"): integer(row, "pending") for row in opened} == still_open
    return len(applied)

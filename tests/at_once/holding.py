"""What must hold of money, whatever was asked for at once. Counted from rows, by SQL of its own."""

from typing import Final

from tests.support.matched import Rows, check_books
from tillroll_durable.platform.bindings.database import integer, text

_COVERED: Final = """
  SELECT e.id, e.total_minor AS total,
    (SELECT COUNT(*) FROM claim_items i WHERE i.expense_id = e.id
        AND i.released_at IS NULL) AS claims,
    (SELECT COALESCE(SUM(x.of_amount), 0) FROM payout_expenses x
     WHERE x.expense_id = e.id AND x.released_at IS NULL) AS covered,
    (SELECT COALESCE(-SUM(p.settles), 0) FROM bank_pairs p
     WHERE p.document_id = e.id AND p.counts = 1) AS banked,
    (SELECT COUNT(*) FROM bank_pairs p JOIN bank_entries n ON n.id = p.entry_id
     WHERE p.document_id = e.id AND p.counts = 1 AND n.doubt IS NOT NULL) AS doubts,
    (SELECT MAX(CAST(ROUND(json_extract(v.old, '$') * 100) AS INTEGER))
     FROM expense_changes h
     JOIN expense_change_values v ON v.change_id = h.id AND v.field = 'total'
     WHERE h.expense_id = e.id AND h.at >= (
       SELECT MIN(x.created_at) FROM payout_expenses x
       WHERE x.expense_id = e.id AND x.released_at IS NULL
     )) AS total_before
  FROM expenses e
"""
_PAID: Final = """
  SELECT p.run_id, p.amount, p.currency, p.payment_status, p.settled_as, r.status,
    r.failure_class,
    (SELECT COALESCE(SUM(x.amount), 0) FROM payout_expenses x WHERE x.run_id = p.run_id) AS parts,
    (SELECT COALESCE(SUM(iif(t.credit_id LIKE 'payouts:company%', t.posted, 0)
        - iif(t.debit_id LIKE 'payouts:company%', t.posted, 0)), 0)
     FROM ledger_transfers t
     WHERE t.account_id = p.account_id AND t.transaction_id LIKE p.run_id || '%') AS net
  FROM payouts p JOIN runs r ON r.id = p.run_id
"""
# Who acts: a person, or a token, behind which a person is.
_ACTING: Final = """
  (SELECT 'user:' || id AS actor, id AS user_id FROM users
   UNION ALL SELECT 'token:' || id, user_id FROM tokens)
"""
# A person decides on a payout by itself, or on the whole batch that it was asked for with. A
# decision counts where its person may approve, and is another than who asked.
_WITHOUT_A_SECOND_PERSON: Final = f"""
  SELECT p.run_id FROM payouts p
  JOIN payout_limits l ON l.account_id = p.account_id AND l.currency = p.currency
  JOIN payees y ON y.id = p.payee_id AND y.paid_by = 'file'
  WHERE l.above < p.amount AND l.changed_at < p.created_at AND p.payment_status IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM reviews v
      JOIN review_decisions d ON d.review_id = v.id
      JOIN {_ACTING} AS decider ON decider.actor = d.actor
      JOIN {_ACTING} AS asker ON asker.actor = p.asked_by
      JOIN user_roles role ON role.user_id = decider.user_id
      WHERE v.run_id IN (p.run_id, p.batch_id) AND d.decision = 'approve'
        AND decider.user_id <> asker.user_id AND role.role IN ('owner', 'approver')
    )
"""
_ENDED: Final = {"complete", "cancelled", "failed", "rejected"}


async def check_money(rows_of: Rows) -> None:
    """Raises AssertionError: money was booked, owed or paid otherwise than was decided."""
    await check_books(rows_of)
    await _nothing_is_owed_twice(rows_of)
    await _nothing_is_paid_beyond_itself(rows_of)
    await _nothing_is_done_twice(rows_of)
    await check_second_persons(rows_of)


async def _nothing_is_owed_twice(rows_of: Rows) -> None:
    for row in await rows_of(_COVERED):
        expense = text(row, "id")
        claims = integer(row, "claims")
        assert claims <= 1, f"{expense} is in {claims} claims"
        if integer(row, "doubts"):
            continue  # it was changed after it was paid, which the entry says
        total = integer(row, "total")
        if row["total_before"] is not None:
            # It was corrected after it was paid back: what was paid too much stays owed by the
            # person (docs/payouts.md). The plays are in currencies of two decimals.
            total = max(total, integer(row, "total_before"))
        paid = integer(row, "covered") + integer(row, "banked")
        assert paid <= max(total, 0), f"{paid} is paid of {expense}, which comes to {total}"


async def _nothing_is_paid_beyond_itself(rows_of: Rows) -> None:
    for row in await rows_of(_PAID):
        payout = text(row, "run_id")
        amount = integer(row, "amount")
        parts = integer(row, "parts")
        assert parts in {0, amount}, f"{payout} pays {amount}, and its expenses come to {parts}"
        net = integer(row, "net")
        assert 0 <= net <= amount, f"the books have {net} given for {payout}, which pays {amount}"
        if row["status"] not in _ENDED:
            continue
        if row["payment_status"] == "posted":
            assert net == amount, f"{payout} was paid, and the books have {net} of {amount}"
        # Where it could not be called back, a person is called: their retry books what came of it.
        is_called = row["failure_class"] == "rollback_failed"
        if row["payment_status"] in {"returned", "failed", "canceled"} and not is_called:
            assert net == 0, f"{payout} came back, and the books have {net} given"


async def _nothing_is_done_twice(rows_of: Rows) -> None:
    undone = await rows_of("SELECT id FROM bank_effects WHERE done_at IS NULL")
    assert not undone, f"claims or payouts were not told: {undone[:3]}"
    twice = await rows_of(
        "SELECT run_id FROM payment_instructions GROUP BY run_id HAVING COUNT(*) > 1"
    )
    assert not twice, f"a payout is in two files: {twice}"
    above = await rows_of(
        "SELECT run_id FROM claims WHERE claimed - credited - applied - written_off < 0"
    )
    assert not above, f"more was paid than claimed: {above}"


async def check_second_persons(rows_of: Rows) -> None:
    """Raises AssertionError: a payout above its limit was paid, and no second person approved it,
    or the batch that it is of.
    """
    alone = await rows_of(_WITHOUT_A_SECOND_PERSON)
    assert not alone, f"a payout above the limit was paid, and no second person decided: {alone}"

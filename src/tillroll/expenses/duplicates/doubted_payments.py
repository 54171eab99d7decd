"""Expenses that an earlier payout may have paid after all: its file was refused, and accepted, or
refused as a copy. They wait until a person has said what the bank did."""

from typing import Final

IN_DOUBT: Final = "(i.in_doubt IS NOT NULL AND i.status IN ('processing', i.in_doubt_status))"
"""SQL: a person is asked what the bank did with an instruction `i` of a payout."""
DOUBTED_PAYOUT: Final = f"""
  (SELECT x.run_id FROM payout_expenses x JOIN payment_instructions i ON i.run_id = x.run_id
   WHERE x.expense_id = {{expenses}}.id AND x.account_id = {{expenses}}.account_id
     AND x.released_at IS NOT NULL AND {IN_DOUBT}
   ORDER BY x.run_id DESC LIMIT 1)
"""
"""SQL: the payout which came to nothing, and may have paid an expense of `{expenses}` all the
same."""


def explain_doubt(name: str, payout_id: str) -> str:
    """Say why an expense is not paid back, in a sentence for people. `name`: what it is called."""
    return (
        f"{name}: the bank's answers leave open whether {payout_id} has paid it. Say under Payouts "
        "what the bank did."
    )

"""Payouts of which the nightly audit found that the books do not say what the provider has."""

from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.services import Platform


def first_disagreeing(_: Platform) -> Statement:
    """The query for the first of each account, with how many there are."""
    return statement(
        "SELECT account_id, MIN(run_id) AS run_id, disagrees, count(*) AS payouts FROM payouts "
        "WHERE disagrees IS NOT NULL GROUP BY account_id"
    )

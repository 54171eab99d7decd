"""Payouts of which the nightly audit found that the books do not say what the provider or the bank has."""

from typing import Final

from tillroll.observability.alerts.rules import Cause, Rule
from tillroll.observability.alerts.watched import Watched
from tillroll.platform.bindings.database import Row, Statement, integer, statement, text
from tillroll.platform.services import Platform


def _disagreeing(_: Platform) -> Statement:
    """The first of each account, with how many there are."""
    return statement(
        "SELECT account_id, MIN(run_id) AS run_id, disagrees, count(*) AS payouts FROM payouts "
        "WHERE disagrees IS NOT NULL GROUP BY account_id"
    )


def _cause_of(row: Row, _day: str) -> Cause:
    sentence = f"A payout's books are not as they must be: {text(row, 'disagrees')}."
    account_id, run_id = text(row, "account_id"), text(row, "run_id")
    return Cause(Rule.PAYMENTS_DISAGREE, account_id, sentence, account_id, run_id, count=integer(row, "payouts"))


DISAGREEING_PAYMENTS: Final = Watched(_disagreeing, _cause_of)

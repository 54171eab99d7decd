"""Payouts whose books do not say what the provider has."""

from typing import Final

from tillroll.observability.alerts.rules import Cause, Rule
from tillroll.observability.alerts.watched import Watched
from tillroll.payments.disagreeing import first_disagreeing
from tillroll.platform.bindings.database import Row, integer, text


def _disagrees(row: Row, _day: str) -> Cause:
    sentence = f"A payout's books and the provider disagree: {text(row, 'disagrees')}."
    account_id, run_id = text(row, "account_id"), text(row, "run_id")
    return Cause(Rule.PAYMENTS_DISAGREE, account_id, sentence, account_id, run_id, count=integer(row, "payouts"))


DISAGREEING_PAYMENTS: Final = Watched(first_disagreeing, _disagrees)

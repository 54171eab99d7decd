"""Budgets for models that are spent."""

from typing import Final

from tillroll.ai.budget import accounts_held_back
from tillroll.observability.alerts.rules import Cause, Rule
from tillroll.observability.alerts.watched import Watched
from tillroll.platform.bindings.database import Row, text


def _budget_spent(row: Row, day: str) -> Cause:
    account_id = text(row, "account_id")
    sentence = f"An account's budget for models is spent for {day} (UTC): its runs wait for a person."
    return Cause(Rule.AI_BUDGET, f"{account_id}:{day}", sentence, account_id)


SPENT_BUDGETS: Final = Watched(accounts_held_back, _budget_spent)

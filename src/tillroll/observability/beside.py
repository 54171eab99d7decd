"""What receipts and payouts add to what is observed: calls to models, and conditions of alerts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tillroll.observability.alert_rules import Cause, Rule, Watched
from tillroll.observability.openmetrics import Family, Sample, gauge
from tillroll_durable.ai.budgets import accounts_held_back
from tillroll_durable.ai.calls import OFFERED
from tillroll_durable.explanation.spans import Item, KeptBeside
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    integer,
    of_row,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

_OUTCOMES: Final = ("completed", "failed", "refused", "rolled_back", "unpriced")
_TODAY: Final = """
  SELECT model, sum(completed) AS completed, sum(failed) AS failed, sum(refused) AS refused,
         sum(rolled_back) AS rolled_back, sum(unpriced) AS unpriced,
         sum(cost_micro_usd) AS cost_micro_usd
  FROM ai_daily WHERE day = ? GROUP BY model ORDER BY model
"""


async def spending(platform: Platform) -> list[Family]:
    """Calls and money of the current day (UTC): both begin at 0 each midnight."""
    rows = await platform.database.all(statement(_TODAY, [to_text(platform.clock.now())[:10]]))
    calls = (sample for row in rows for sample in _calls(row))
    cost = [
        Sample(integer(row, "cost_micro_usd") / 1e6, {"model": text(row, "model")}) for row in rows
    ]
    return [
        gauge(
            "tillroll_ai_calls_today",
            "Calls to models since midnight UTC; unpriced are in the others too.",
            calls,
        ),
        gauge("tillroll_ai_cost_today_dollars", "What is known of their cost in US dollars.", cost),
    ]


def _calls(row: Row) -> Iterator[Sample]:
    model = text(row, "model")
    return (Sample(integer(row, name), {"model": model, "outcome": name}) for name in _OUTCOMES)


def _call(row: Row) -> Item:
    """A row of `ai_calls`."""
    began = text(row, "created_at")
    ended = optional_text(row, "ended_at")
    if row["state"] == OFFERED:
        ended = began  # it took no time
    return of_row(
        Item,
        row,
        kind="ai_call",
        name=text(row, "model"),
        generation=optional_integer(row, "generation") or 1,
        started_at=began,
        ended_at=ended,
        outcome=text(row, "state"),
        actor=None,
        until=None,
        detail={
            "call": text(row, "id"),
            "purpose": text(row, "purpose"),
            "inputTokens": optional_integer(row, "input_tokens"),
            "outputTokens": optional_integer(row, "output_tokens"),
            "costMicroUsd": optional_integer(row, "cost_micro_usd"),
        },
    )


CALLS_TO_MODELS: Final = KeptBeside(
    "SELECT * FROM ai_calls WHERE run_id = ? ORDER BY created_at, id", _call
)


def _budget_spent(row: Row, day: str) -> Cause:
    account_id = text(row, "account_id")
    sentence = (
        f"An account's budget for models is spent for {day} (UTC): its runs wait for a person."
    )
    return Cause(Rule.AI_BUDGET, f"{account_id}:{day}", sentence=sentence, account_id=account_id)


SPENT_BUDGETS: Final = Watched(accounts_held_back, _budget_spent)


_MODELS_WITHIN: Final = timedelta(hours=1)
_FEWEST_CALLS: Final = 5
# The newest calls of the hour that are looked at.
_MOST_CALLS: Final = 500
_FAILING_MODELS: Final = """
  SELECT model, count(*) AS calls
  FROM (SELECT model, state, reason FROM ai_calls
        WHERE created_at > ?1 AND state IN ('completed', 'failed')
        ORDER BY created_at DESC, id DESC LIMIT ?2)
  GROUP BY model
  HAVING count(*) >= ?3 AND sum(state = 'completed' AND reason IS NULL) = 0
"""


def _failing_models(platform: Platform) -> Statement:
    """Models that gave no answer of use to any call within an hour."""
    since = to_text(platform.clock.now() - _MODELS_WITHIN)
    values = (since, _MOST_CALLS, _FEWEST_CALLS)
    return statement(_FAILING_MODELS, [*values])


def _cause_of_model(row: Row, _day: str) -> Cause:
    model = text(row, "model")
    calls = integer(row, "calls")
    sentence = (
        f"The model {model} gave no answer of use within an hour, asked {calls} times. "
        "What it was to read goes on without it, or waits."
    )
    return Cause(Rule.MODEL_FAILING, model, sentence)


FAILING_MODELS: Final = Watched(_failing_models, _cause_of_model)


def _disagreeing(_: Platform) -> Statement:
    """The first of each account, with how many there are."""
    return statement(
        "SELECT account_id, MIN(run_id) AS run_id, disagrees, count(*) AS payouts FROM payouts "
        "WHERE disagrees IS NOT NULL GROUP BY account_id"
    )


def _cause_of(row: Row, _day: str) -> Cause:
    sentence = f"A payout's books are not as they must be: {text(row, 'disagrees')}."
    account_id = text(row, "account_id")
    run_id = text(row, "run_id")
    return Cause(
        Rule.PAYMENTS_DISAGREE,
        account_id,
        sentence=sentence,
        account_id=account_id,
        run_id=run_id,
        count=integer(row, "payouts"),
    )


_MOST_STRANGE: Final = 20


def _strange(_: Platform) -> Statement:
    """Payments at the provider that no payout here asked for, the first ones."""
    query = """
      SELECT account_id, payment_id FROM strange_payments
      WHERE NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payment_name = strange_payments.name)
      ORDER BY seen_at, payment_id LIMIT ?
    """
    return statement(query, [_MOST_STRANGE])


def _cause_of_strange(row: Row, _day: str) -> Cause:
    account_id = text(row, "account_id")
    payment_id = text(row, "payment_id")
    sentence = (
        f"The provider has the payment {payment_id} of a payout that is not here. Ask for that "
        "payout again under its Idempotency-Key: nothing is paid twice, and the books have it."
    )
    return Cause(Rule.PAYMENTS_DISAGREE, payment_id, sentence, account_id=account_id)


STRANGE_PAYMENTS: Final = Watched(_strange, _cause_of_strange)
DISAGREEING_PAYMENTS: Final = Watched(_disagreeing, _cause_of)


_REFUSED_FOR: Final = timedelta(days=1)


def _refused(platform: Platform) -> Statement:
    """Lasts a day: then it is in the list of payouts, and nobody is called for it any more."""
    query = """
      SELECT account_id, currency, refusal, min(run_id) AS run_id, count(*) AS payouts
      FROM payouts WHERE refused_at > ?1 GROUP BY account_id, currency, refusal
    """
    return statement(query, [to_text(platform.clock.now() - _REFUSED_FOR)])


def _cause_of_refused(row: Row, _day: str) -> Cause:
    refusal = text(row, "refusal")
    account_id = text(row, "account_id")
    why = refusal
    if refusal == "uncovered":
        why = "the company's account in the ledger does not hold enough"
    count = integer(row, "payouts")
    subject = f"{account_id}:{text(row, 'currency')}:{refusal}"
    sentence = f"A payout came to nothing, and its payee was not paid: {why}."
    return Cause(
        Rule.PAYOUT_REFUSED,
        subject,
        sentence,
        account_id=account_id,
        run_id=text(row, "run_id"),
        count=count,
    )


REFUSED_PAYOUTS: Final = Watched(_refused, _cause_of_refused)


def _disagreeing_banks(_: Platform) -> Statement:
    """The first bank account of each account, with how many there are."""
    return statement(
        "SELECT account_id, MIN(id) AS id, disagrees, count(*) AS bank_accounts FROM bank_accounts "
        "WHERE disagrees IS NOT NULL GROUP BY account_id"
    )


def _cause_of_bank(row: Row, _day: str) -> Cause:
    account_id = text(row, "account_id")
    sentence = f"A bank account's books are not as they must be: {text(row, 'disagrees')}."
    count = integer(row, "bank_accounts")
    return Cause(Rule.BANK_DISAGREES, account_id, sentence, account_id=account_id, count=count)


DISAGREEING_BANKS: Final = Watched(_disagreeing_banks, _cause_of_bank)


def _disagreeing_views(_: Platform) -> Statement:
    """Each account whose views differed when they were compared last."""
    return statement(
        "SELECT account_id, disagrees FROM compared_views WHERE disagrees IS NOT NULL "
        "ORDER BY account_id"
    )


def _cause_of_views(row: Row, _day: str) -> Cause:
    account_id = text(row, "account_id")
    sentence = f"Views of an account show different figures: {text(row, 'disagrees')}."
    return Cause(Rule.VIEWS_DISAGREE, account_id, sentence, account_id=account_id)


DISAGREEING_VIEWS: Final = Watched(_disagreeing_views, _cause_of_views)

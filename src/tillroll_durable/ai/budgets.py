"""What an account may spend on models a day."""

from dataclasses import dataclass

from tillroll_durable.ai.calls import AI_BUDGET, OFFERED
from tillroll_durable.ai.costs import CostSettings
from tillroll_durable.audit import append_if_changed, event_of_account, values_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Statement,
    digits,
    integer,
    optional_integer,
    statement,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.services import Platform

_BEYOND_ANY_BUDGET = 10**15
"""Micro-US-dollars. A call whose price is unknown fits into none."""


class Audited(Action):
    AI_BUDGET_SET = "account.ai_budget_set", "the account's daily budget for models was set"


@dataclass(frozen=True)
class Budget:
    """Whole micro-US-dollars. `own` is what the account's owner set, None where the deployment's
    setting holds; `daily` is what holds, None for no budget; `counted` is what counts against it
    today, with what is set aside.
    """

    own: int | None
    daily: int | None
    counted: int

    @property
    def is_spent(self) -> bool:
        return self.daily is not None and self.counted >= self.daily


async def budget_of(platform: Platform, account_id: str) -> Budget:
    """Load what an account may spend on models today (UTC), in millionths of a dollar."""
    sql = """
      SELECT (SELECT daily_micro_usd FROM ai_budgets WHERE account_id = ?1) AS own,
             (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
              WHERE account_id = ?1 AND day = ?2) AS counted
    """
    row = await platform.database.first(
        statement(sql, [account_id, to_text(platform.clock.now())[:10]])
    )
    if row is None:
        raise LookupError("a SELECT without a table has one row")
    own = optional_integer(row, "own")
    return Budget(
        own,
        platform.settings.of(CostSettings).daily_budget if own is None else own,
        integer(row, "counted"),
    )


def accounts_held_back(platform: Platform) -> Statement:
    """The accounts whose budget refused a call today and, as it stands now, would refuse it again:
    `account_id`.
    """
    sql = f"""
      SELECT d.account_id FROM ai_daily d LEFT JOIN ai_budgets b ON b.account_id = d.account_id
      WHERE d.day = ?1
      GROUP BY d.account_id
      HAVING SUM(d.refused) > 0 AND COALESCE(b.daily_micro_usd, ?2) < SUM(d.counted_micro_usd) + (
        SELECT MAX(COALESCE(c.reserved_micro_usd, {digits(_BEYOND_ANY_BUDGET)})) FROM ai_calls c
        WHERE c.account_id = d.account_id AND c.state = '{OFFERED}' AND c.state <> 'completed'
          AND c.reason = '{AI_BUDGET}' AND c.created_at >= ?1
      )
    """
    return statement(
        sql, [to_text(platform.clock.now())[:10], platform.settings.of(CostSettings).daily_budget]
    )


async def set_budget(
    platform: Platform, account_id: str, micro_usd: int | None, actor: str
) -> None:
    """Choose the account's own daily budget in micro-US-dollars, or None for what the deployment's
    settings say.
    """
    own = (await budget_of(platform, account_id)).own
    if own == micro_usd:
        return
    changed = values_changed({"dailyMicroUsd": own}, {"dailyMicroUsd": micro_usd})
    event = event_of_account(
        account_id,
        Audited.AI_BUDGET_SET,
        f"{Audited.AI_BUDGET_SET}:{new_id('set')}",
        actor=actor,
        at=to_text(platform.clock.now()),
        detail={"dailyMicroUsd": micro_usd, **changed},
    )
    await platform.database.batch([_write(account_id, micro_usd), append_if_changed(event)])


def _write(account_id: str, micro_usd: int | None) -> Statement:
    if micro_usd is None:
        return statement("DELETE FROM ai_budgets WHERE account_id = ?", [account_id])
    sql = """
      INSERT INTO ai_budgets (account_id, daily_micro_usd) VALUES (?1, CAST(?2 AS INTEGER))
      ON CONFLICT (account_id) DO UPDATE SET daily_micro_usd = excluded.daily_micro_usd
    """
    return statement(sql, [account_id, micro_usd])

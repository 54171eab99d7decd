"""What an account may spend on models a day (UTC). Past it, runs ask a person."""

from dataclasses import dataclass

from tillroll.ai.calls import AI_BUDGET, OFFERED
from tillroll.ai.settings import AiSettings
from tillroll.durable.record.account_settings import Setting, change_setting
from tillroll.platform.bindings.database import Statement, integer, optional_integer, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_BEYOND_ANY_BUDGET = 10**15
"""Micro-US-dollars. A call whose price is unknown fits into none."""
AUDITED = {"account.ai_budget_set": "the account's daily budget for models was set"}
_DAILY = Setting("ai_daily_budget_micro_usd", "account.ai_budget_set", "dailyMicroUsd")


@dataclass(frozen=True)
class Budget:
    """Whole micro-US-dollars. `own` is what the account's owner set, None where the deployment's setting holds; `daily`
    is what holds, None for no budget; `counted` is what counts against it today, with what is set aside."""

    own: int | None
    daily: int | None
    counted: int

    @property
    def is_spent(self) -> bool:
        return self.daily is not None and self.counted >= self.daily


async def budget_of(platform: Platform, account_id: str) -> Budget:
    row = await platform.database.first(
        statement(
            """
            SELECT (SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?1) AS own,
                   (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                    WHERE account_id = ?1 AND day = ?2) AS counted
            """,
            account_id,
            to_text(platform.clock.now())[:10],
        )
    )
    if row is None:
        raise LookupError("a SELECT without a table has one row")
    own = optional_integer(row, "own")
    return Budget(own, platform.settings.of(AiSettings).daily_budget if own is None else own, integer(row, "counted"))


def accounts_held_back(platform: Platform) -> Statement:
    """The accounts whose budget refused a call today and, as it stands now, would refuse it again: `account_id`."""
    return statement(
        f"""
        SELECT d.account_id FROM ai_daily d JOIN accounts a ON a.id = d.account_id
        WHERE d.day = ?1
        GROUP BY d.account_id
        HAVING SUM(d.refused) > 0 AND COALESCE(a.ai_daily_budget_micro_usd, ?2) < SUM(d.counted_micro_usd) + (
          SELECT MAX(COALESCE(c.reserved_micro_usd, {_BEYOND_ANY_BUDGET})) FROM ai_calls c
          WHERE c.account_id = d.account_id AND c.state = '{OFFERED}' AND c.state <> 'completed'
            AND c.reason = '{AI_BUDGET}' AND c.created_at >= ?1
        )
        """,  # noqa: S608 - constants; the index of these calls has the second condition on the state
        to_text(platform.clock.now())[:10],
        platform.settings.of(AiSettings).daily_budget,
    )


async def set_budget(platform: Platform, account_id: str, micro_usd: int | None, actor: str) -> None:
    """Choose the account's own daily budget in micro-US-dollars, or None for what the deployment's settings say."""
    await change_setting(platform, account_id, _DAILY, micro_usd, actor)

"""Accounts of a chart of accounts, for categories that have none yet."""

from typing import Final

from tillroll.expenses.events import Audited
from tillroll.expenses.sorting.categories import event_of_categories
from tillroll.expenses.sorting.starters import STARTERS, Chart, Language
from tillroll_durable import statement
from tillroll_durable.audit import append_where
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

# Of each chart the account of "other costs", and that of what is owed to sellers where no account
# of each seller is kept ("Verbindlichkeiten aus Lieferungen und Leistungen ohne Kontokorrent").
_COMMON_ACCOUNTS: Final = {Chart.SKR03: ("4980", "1610"), Chart.SKR04: ("6850", "3310")}


class AccountsGiven(Model):
    """How many categories got an account, and the chart's accounts that no category has: of all
    other categories, and the one that is credited.
    """

    changed: int
    other_account: str
    contra_account: str


async def give_accounts(
    platform: Platform, account_id: str, chart: Chart, actor: str
) -> AccountsGiven:
    """Give each category of a set the account that the chart has for it, where it has none, or the
    one that the other chart has for it. Any other account stays, and the same again changes
    nothing.
    """
    now = to_text(platform.clock.now())
    listed = dump(
        [
            {
                "starter": each.key,
                "code": each.ledger_code(chart),
                "others": [each.ledger_code(other) for other in Chart if other is not chart],
                "name": each.name(language),
            }
            for each in STARTERS
            for language in Language
        ]
    )
    update = """
      UPDATE categories SET ledger_code = (
        SELECT d.value ->> 'code' FROM json_each(?2) d
        WHERE d.value ->> 'starter' = categories.starter OR d.value ->> 'name' = categories.name
        ORDER BY d.value ->> 'starter' = categories.starter DESC LIMIT 1
      )
      WHERE account_id = ?1 AND state <> 'merged' AND EXISTS (
        SELECT 1 FROM json_each(?2) d
        WHERE (d.value ->> 'starter' = categories.starter OR d.value ->> 'name' = categories.name)
          AND (categories.ledger_code IS NULL OR categories.ledger_code <> d.value ->> 'code'
            AND categories.ledger_code IN (SELECT o.value FROM json_each(d.value -> 'others') o))
      )
      RETURNING id
    """
    event = event_of_categories(
        account_id, Audited.CATEGORY_ACCOUNTS_GIVEN, ids=[chart.value], actor=actor, now=now
    )
    changed, *_ = await platform.database.batch(
        [
            statement(update, [account_id, listed]),
            append_where(event, "changes() > 0 AND ?11 <> ''", chart.value),
        ]
    )
    other, contra = _COMMON_ACCOUNTS[chart]
    return AccountsGiven(changed=len(changed), other_account=other, contra_account=contra)

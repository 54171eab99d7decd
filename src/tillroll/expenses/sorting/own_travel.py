"""The first categories of one who works alone: travel is the owner's, not that of employees."""

from tillroll.expenses.events import Audited
from tillroll.expenses.sorting.categories import event_of_categories
from tillroll.expenses.sorting.starters import OWN_TRAVEL, STARTERS
from tillroll_durable import Actor, statement
from tillroll_durable.audit import append_where
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform


async def take_own_travel(platform: Platform, actor: Actor) -> int:
    """Make categories of employees' travel those of the owner's. An account of a chart that such a
    category has already becomes the owner's; one that somebody gave it stays. Return how many these
    were; the same again changes nothing.
    """
    by_key = {each.key: each for each in STARTERS}
    listed = dump(
        [
            {
                "starter": employees,
                "own": own,
                "skr03": by_key[employees].skr03,
                "skr04": by_key[employees].skr04,
                "own_skr03": by_key[own].skr03,
                "own_skr04": by_key[own].skr04,
            }
            for employees, own in OWN_TRAVEL.items()
        ]
    )
    update = """
      UPDATE categories SET starter = d.own, ledger_code = CASE ledger_code
          WHEN d.skr03 THEN d.own_skr03 WHEN d.skr04 THEN d.own_skr04 ELSE ledger_code END
      FROM (
        SELECT value ->> 'starter' AS starter, value ->> 'own' AS own,
          value ->> 'skr03' AS skr03, value ->> 'skr04' AS skr04,
          value ->> 'own_skr03' AS own_skr03, value ->> 'own_skr04' AS own_skr04
        FROM json_each(?2)) d
      WHERE categories.account_id = ?1 AND categories.starter = d.starter
        AND categories.state <> 'merged'
        AND NOT EXISTS (
          SELECT 1 FROM categories other
          WHERE other.account_id = ?1 AND (other.starter = d.own OR (
            other.starter < d.starter AND other.state <> 'merged' AND EXISTS (
              SELECT 1 FROM json_each(?2)
              WHERE value ->> 'own' = d.own AND value ->> 'starter' = other.starter))))
      RETURNING id
    """
    event = event_of_categories(
        actor.account_id,
        Audited.CATEGORY_ACCOUNTS_GIVEN,
        ids=["own_travel"],
        actor=actor.name,
        now=to_text(platform.clock.now()),
    )
    changed, _ = await platform.database.batch(
        [
            statement(update, [actor.account_id, listed]),
            append_where(event, "changes() > 0 AND ?11 <> ''", "own_travel"),
        ]
    )
    return len(changed)

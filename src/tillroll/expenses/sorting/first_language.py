"""The names of an account's first categories, in the language of its country."""

from tillroll.expenses.events import Audited
from tillroll.expenses.sorting.categories import event_of_categories
from tillroll.expenses.sorting.category_names import own_names
from tillroll.expenses.sorting.starters import STARTERS, Language
from tillroll_durable import Actor, statement
from tillroll_durable.audit import append_where
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform


async def name_first_categories(platform: Platform, actor: Actor, language: Language) -> int:
    """Name each category of a set in a language, where it has the set's name in another one and no
    expense has it yet. Return how many these were; the same again changes nothing.
    """
    # The database knows the case of ASCII alone.
    names = await own_names(platform.database, actor.account_id)
    listed = dump(
        [
            {"starter": each.key, "old": each.name(other), "new": each.name(language)}
            for each in STARTERS
            for other in Language
            if each.name(other) != each.name(language)
            and fold_name(each.name(language)) not in names
        ]
    )
    rename = """
      UPDATE categories SET name = d.new FROM (
        SELECT value ->> 'starter' AS starter, value ->> 'old' AS old, value ->> 'new' AS new
        FROM json_each(?2)) d
      WHERE categories.account_id = ?1 AND categories.state = 'active'
        AND categories.starter = d.starter AND categories.name = d.old
        AND NOT EXISTS (
          SELECT 1 FROM expenses e WHERE e.account_id = ?1 AND e.category = categories.name)
        AND NOT EXISTS (
          SELECT 1 FROM expense_parts p JOIN expenses e ON e.id = p.expense_id
          WHERE e.account_id = ?1 AND p.category = categories.name)
        AND NOT EXISTS (
          SELECT 1 FROM category_names n WHERE n.account_id = ?1 AND n.name = d.new)
      RETURNING id
    """
    # The name before stays one of the category's own, as after any renaming.
    keep = """
      INSERT INTO category_names (account_id, name, category_id)
      SELECT account_id, name, id FROM categories
      WHERE account_id = ?1 AND starter IS NOT NULL AND state = 'active'
      ON CONFLICT (account_id, name) DO NOTHING
    """
    event = event_of_categories(
        actor.account_id,
        Audited.CATEGORIES_NAMED,
        ids=[language.value],
        actor=actor.name,
        now=to_text(platform.clock.now()),
    )
    renamed, *_ = await platform.database.batch(
        [
            statement(rename, [actor.account_id, listed]),
            append_where(event, "changes() > 0 AND ?11 <> ''", language.value),
            statement(keep, [actor.account_id]),
        ]
    )
    return len(renamed)

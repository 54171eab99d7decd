"""Taking over a starter set: what has its name already stays as it is, so that doing it again adds nothing."""

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import append
from tillroll.expenses.sorting.categories.rows import event_of_categories
from tillroll.expenses.sorting.categories.starters import Chart, Language, StarterSet, starters
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform


async def take_over(
    platform: Platform, account_id: str, chosen: StarterSet, language: Language, chart: Chart, actor: str
) -> int:
    """Add the set's categories that the account has not by name, in one batch; return how many these were."""
    batch = taking_over(platform, account_id, chosen, language, chart, actor)
    added, *_ = await platform.database.batch(batch)
    return len(added)


def taking_over(
    platform: Platform, account_id: str, chosen: StarterSet, language: Language, chart: Chart, actor: str
) -> list[Statement]:
    """The same as statements; the first gives a row for each category that it adds."""
    listed: list[Json] = [
        {"id": new_id("cat"), "name": each.name(language), "code": each.ledger_code(chart), "starter": each.key}
        for each in starters(chosen)
    ]
    now = to_text(platform.clock.now())
    unknown = "NOT EXISTS (SELECT 1 FROM category_names n WHERE n.account_id = ?1 AND n.name = d.value ->> 'name')"
    insert = f"""
      INSERT INTO categories (id, account_id, name, ledger_code, starter, created_at, created_by)
      SELECT d.value ->> 'id', ?1, d.value ->> 'name', d.value ->> 'code', d.value ->> 'starter', ?3, ?4
      FROM json_each(?2) d WHERE {unknown} RETURNING id
    """  # noqa: S608 - a constant above
    name = """
      INSERT INTO category_names (account_id, name, category_id)
      SELECT account_id, name, id FROM categories
      WHERE account_id = ?1 AND id IN (SELECT value ->> 'id' FROM json_each(?2))
    """
    return [
        statement(insert, account_id, dump(listed), now, actor),
        statement(name, account_id, dump(listed)),
        append(event_of_categories(account_id, "category.set_taken", [chosen.value], actor, now)),
    ]

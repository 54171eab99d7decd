"""Acts that sort what a list has chosen: another category, tags that come and go."""

from typing import Final, cast

from tillroll.durable import statement
from tillroll.expenses.bulk.choosing import closed_of, page
from tillroll.expenses.sorting.acts.plan import APPROVED, Act, Change, Judged, LeftOut, Plan
from tillroll.expenses.values.texts import MOST_TAGS
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import Json, JsonObject, load

CATEGORY: Final = "category"
TAGS: Final = "tags"


async def known_as(database: Database, account_id: str, category: str) -> str:
    """The category's own name, where the one given is one that leads to it; else the name as it was given."""
    row = await database.first(
        statement(
            """
            SELECT categories.name FROM category_names AS names JOIN categories ON categories.id = names.category_id
            WHERE names.account_id = ? AND names.name = ?
            """,
            account_id,
            category,
        )
    )
    return category if row is None else text(row, "name")


def _locked(row: Row) -> LeftOut | None:
    status = text(row, "status")
    if status == "approved":
        return LeftOut(APPROVED)
    return LeftOut("It is voided.") if status == "voided" else closed_of(row)


def _category(act: Act, row: Row) -> Judged:
    wanted, has = cast("str | None", act.asked["category"]), optional_text(row, "category")
    if integer(row, "is_split") == 1:
        return LeftOut("It is split: give its parts their categories by themselves.")
    if has == wanted:
        return None
    before: JsonObject = {"category": has, "category_by": optional_text(row, "category_by")}
    return _locked(row) or Change(
        before, {"category": wanted, "category_by": None if wanted is None else act.created_by}
    )


def _tags(act: Act, row: Row) -> Judged:
    """Tags are compared whatever their case, as where one is typed."""
    has = {str(tag).casefold(): str(tag) for tag in cast("list[Json]", load(text(row, "tags")))}
    added = [tag for tag in _listed(act, "add") if tag.casefold() not in has]
    taken = [has[tag.casefold()] for tag in _listed(act, "remove") if tag.casefold() in has]
    if not added and not taken:
        return None
    if len(has) + len(added) - len(taken) > MOST_TAGS:
        return LeftOut(f"It would have more than {MOST_TAGS} tags.")
    after: JsonObject = {}
    if added:
        after["tags"] = [*added]
    if taken:
        after["untag"] = [*taken]
    return _locked(row) or Change({name: [] for name in after}, after)


def _listed(act: Act, name: str) -> list[str]:
    listed = act.asked.get(name)
    return [str(each) for each in listed] if isinstance(listed, list) else []


PLANS: Final = {CATEGORY: Plan(page, _category), TAGS: Plan(page, _tags)}

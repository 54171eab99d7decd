"""The expenses that an act chooses, by their ids or a filter."""

from typing import Final, LiteralString, cast

from tillroll.expenses.repository import SELECT_DETAILS
from tillroll.expenses.search.conditions import Condition, conditions_of
from tillroll.expenses.search.filters import Filter, FilterQuery, as_parameters, read_filter
from tillroll.expenses.sorting.act import Act
from tillroll.expenses.sorting.locked import lock_columns
from tillroll_durable import Statement, statement
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.sight import Sight

# Behind an id, so that an expense which the act itself takes out of the filter moves no other out
# of its page.

_QUERY: Final = SELECT_DETAILS.replace(
    "SELECT expenses.*,", f"SELECT expenses.*, {lock_columns('expenses')},", 1
)


def page(act: Act, limit: int) -> Statement:
    """The expenses behind the act's cursor, with all that is shown of one and `closed`, its closed
    period.
    """
    conditions: list[LiteralString] = ["expenses.account_id = ?", "expenses.id > ?"]
    values = [act.account_id, act.cursor]
    if "ids" in act.asked:
        narrowed, only = act.sight.narrowing("expenses.person")
        conditions[-1] = f"{conditions[-1]}{narrowed}"
        values += only
        conditions.append("expenses.id IN (SELECT value FROM json_each(?))")
        values.append(dump(act.asked["ids"]))
    else:
        parameters = cast("JsonObject", act.asked["filter"])
        selections = _selections(
            act.sight,
            read_filter(FilterQuery.of(as_parameters(parameters))),
            str(act.asked["until"]),
        )
        conditions.extend(condition for condition, _ in selections)
        values += [value for _, each in selections for value in each]
    query = f"{_QUERY} WHERE {' AND '.join(conditions)} ORDER BY expenses.id LIMIT ?"
    return statement(query, [*values, limit])


def _selections(sight: Sight, chosen: Filter, until: str) -> list[Condition]:
    selections: list[Condition] = [("expenses.created_at <= ?", [until])]
    if chosen.first_day is not None:
        selections.append(("expenses.date >= ?", [chosen.first_day.isoformat()]))
    if chosen.last_day is not None:
        selections.append(("expenses.date <= ?", [chosen.last_day.isoformat()]))
    if not chosen.statuses:
        selections.append(("expenses.status <> 'voided'", []))
    return [*selections, *conditions_of(sight, chosen)]

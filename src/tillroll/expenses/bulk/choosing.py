"""Which expenses an act on a list's choice is about, a page at a time, in the order of their ids.

Behind an id, so that an expense which the act itself takes out of the filter moves no other out of its page.
"""

from typing import Final, cast

from tillroll.durable import Statement, statement
from tillroll.expenses.finding.conditions import conditions_of
from tillroll.expenses.finding.filters import Asked, Filter, as_parameters, read_filter
from tillroll.expenses.record.rows import SELECT_DETAILS
from tillroll.expenses.sorting.acts.plan import Act, LeftOut
from tillroll.platform.bindings.database import Row, Value, optional_text
from tillroll.platform.json import Json, JsonObject, dump

# What a closed period holds is corrected one by one, where a person sees what the next export will say of it.
CLOSED: Final = """
  (SELECT first_day || '/' || last_day FROM closed_periods AS period
   WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
     AND expenses.date BETWEEN period.first_day AND period.last_day) AS closed
"""
_QUERY: Final = SELECT_DETAILS.replace("SELECT expenses.*,", f"SELECT expenses.*, {CLOSED},", 1)


def chosen_asked(ids: list[str] | None, chosen: Filter | None, now: str) -> JsonObject:
    """What an act is asked for: these expenses, or all that the filter finds of those that are there `now`."""
    named: list[Json] = [*(ids or [])]
    return {"ids": named} if chosen is None else {"filter": chosen.as_asked(), "until": now}


def page(act: Act, limit: int) -> Statement:
    """The expenses behind the act's cursor, with all that is shown of one and `closed`, its closed period."""
    conditions, values = ["expenses.account_id = ?", "expenses.id > ?"], [act.account_id, act.cursor]
    if "ids" in act.asked:
        conditions.append("expenses.id IN (SELECT value FROM json_each(?))")
        values.append(dump(act.asked["ids"]))
    else:
        asked = cast("JsonObject", act.asked["filter"])
        found = _found(act.account_id, read_filter(_sent(asked)), str(act.asked["until"]))
        conditions += [condition for condition, _ in found]
        values += [value for _, each in found for value in each]
    query = f"{_QUERY} WHERE {' AND '.join(conditions)} ORDER BY expenses.id LIMIT ?"
    return statement(query, *values, limit)


def _sent(asked: JsonObject) -> Asked:
    given = as_parameters(asked)
    return Asked({name: each if isinstance(each, list) else [each] for name, each in given.items()})


def _found(account_id: str, chosen: Filter, until: str) -> list[tuple[str, list[Value]]]:
    found: list[tuple[str, list[Value]]] = [("expenses.created_at <= ?", [until])]
    if chosen.first_day is not None:
        found.append(("expenses.date >= ?", [chosen.first_day.isoformat()]))
    if chosen.last_day is not None:
        found.append(("expenses.date <= ?", [chosen.last_day.isoformat()]))
    if not chosen.statuses:
        found.append(("expenses.status <> 'voided'", []))
    return [*found, *conditions_of(account_id, chosen)]


def closed_of(row: Row) -> LeftOut | None:
    """Why an expense of a closed period is left as it is."""
    closed = optional_text(row, "closed")
    if closed is None:
        return None
    first, last = closed.split("/")
    return LeftOut(f"It is in a closed period ({first} to {last}): change it by itself, or open the period again.")

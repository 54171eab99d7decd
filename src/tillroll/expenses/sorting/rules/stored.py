"""Rules as JSON: in their rows, in acts that apply them, and in what a reading was given."""

from typing import Any

from tillroll.expenses.sorting.rules.rule import Conditions, Gives, Rule
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.json import Json, JsonObject, load_object


def conditions_json(conditions: Conditions) -> JsonObject:
    given: JsonObject = {**vars(conditions), "words": [*conditions.words]}
    return {name: value for name, value in given.items() if value not in (None, [])}


def gives_json(gives: Gives) -> JsonObject:
    given: JsonObject = {**vars(gives), "tags": [*gives.tags]}
    return {name: value for name, value in given.items() if value not in (None, [])}


def conditions_of(stored: JsonObject) -> Conditions:
    return Conditions(**_with_tuple(stored, "words"))


def gives_of(stored: JsonObject) -> Gives:
    return Gives(**_with_tuple(stored, "tags"))


def rule_json(rule: Rule) -> JsonObject:
    return {"id": rule.id, "conditions": conditions_json(rule.conditions), "gives": gives_json(rule.gives)}


def rule_of(stored: Json) -> Rule:
    """What `rule_json` made.

    Raises:
        TypeError: it did not.
    """
    match stored:
        case {"id": str(rule_id), "conditions": dict() as conditions, "gives": dict() as gives}:
            return Rule(rule_id, conditions_of(conditions), gives_of(gives))
        case _:
            raise TypeError("this is no rule")


def rule_of_row(row: Row) -> Rule:
    """A row of category_rules."""
    conditions, gives = load_object(text(row, "conditions")), load_object(text(row, "gives"))
    return Rule(text(row, "id"), conditions_of(conditions), gives_of(gives))


def _with_tuple(stored: JsonObject, name: str) -> dict[str, Any]:
    listed = stored.get(name, [])
    return {**stored, name: tuple(listed) if isinstance(listed, list) else ()}

"""What law does not let deduct, whatever a receipt says: by country and kind of cost. Pure.

Sources, looked up in November 2026:
- Ireland: Value-Added Tax Consolidation Act 2010, section 60 (2) (a), with the Revenue
  Commissioners' note for guidance on it: food, drink, accommodation but for a qualifying
  conference, other personal services, entertainment, motor vehicles (section 62 lets a part), and
  petrol. Diesel is deductible: Minister for Finance, Dáil Éireann, 9 July 2019, question 183.
- Germany: UStG section 15 (1a) with EStG section 4 (5) sentence 1 nos. 1 to 4 and 7. Gifts are not
  deductible where one recipient, who is no employee, gets more than 50 EUR a year; until 2023,
  35 EUR. Entertainment that is appropriate and proven is deductible wholly.
- Austria: UStG 1994 section 12 (2) no. 2 (b) with (2a): passenger cars, estate cars and motor
  cycles, with what they need, but for those without emissions, driving schools, taxis and cars for
  sale. (a), with EStG 1988 section 20 (1) no. 3: entertainment that does not serve advertising.
- United Kingdom: Value Added Tax (Input Tax) Order 1992, article 5, with the amendment of 2011
  (S.I. 2011/1071) and VAT Notice 700/65: business entertainment, but for employees and overseas
  customers. The meals of employees on journeys are none. Article 7, of cars, is not in this table.

Where a category says it all, the tax is not deducted. Where it does not, a person is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.tax.open_reasons import OpenReason
from tillroll_documents.reading.text.folding import fold


class Law(StrEnum):
    """Why tax is not deductible, for sure."""

    IE_FOOD = "ie_food"
    IE_ENTERTAINMENT = "ie_entertainment"


LAW_SAYS: Final[Mapping[Law, str]] = {
    Law.IE_FOOD: (
        "Tax on food and drink is not deductible in Ireland"
        " (section 60 (2) (a) of the VAT Consolidation Act 2010)."
    ),
    Law.IE_ENTERTAINMENT: (
        "Tax on entertainment is not deductible in Ireland"
        " (section 60 (2) (a) of the VAT Consolidation Act 2010)."
    ),
}


class Cost(StrEnum):
    """Kinds of costs that some law names."""

    MEALS = "meals"
    FOOD = "food"
    """Meals, or what a shop sells on."""
    ENTERTAINMENT = "entertainment"
    LODGING = "lodging"
    TRAVEL = "travel"
    """Fares, lodging or meals."""
    FUEL = "fuel"
    VEHICLE = "vehicle"
    REPAIRS = "repairs"
    GIFTS = "gifts"
    UNSORTED = "unsorted"
    """No category says what it is."""


STARTERS_OF: Final[Mapping[Cost, tuple[str, ...]]] = {
    Cost.MEALS: ("meals", "subsistence", "subsistence_staff"),
    Cost.ENTERTAINMENT: ("entertaining",),
    Cost.LODGING: ("lodging", "lodging_staff"),
    Cost.TRAVEL: ("travel", "travel_staff"),
    Cost.FUEL: ("fuel",),
    Cost.VEHICLE: ("vehicle",),
    Cost.REPAIRS: ("vehicle_repairs",),
    Cost.GIFTS: ("gifts",),
}
"""The categories of starter sets that are of a kind."""
_NAMES: Final[Mapping[Cost, tuple[str, ...]]] = {
    Cost.MEALS: ("Meals", "Restaurant", "Restaurants", "Subsistence", "Verpflegung"),
    Cost.FOOD: ("Food", "Food and drink", "Groceries", "Catering", "Lebensmittel"),
    Cost.ENTERTAINMENT: (
        *("Entertaining", "Entertainment", "Hospitality", "Bewirtung", "Bewirtungskosten"),
    ),
    Cost.LODGING: ("Accommodation", "Lodging", "Hotel", "Hotels", "Übernachtung"),
    Cost.TRAVEL: ("Travel", "Reisekosten"),
    Cost.FUEL: ("Fuel", "Petrol", "Gas", "Kraftstoff", "Treibstoff", "Benzin"),
    Cost.VEHICLE: ("Vehicle", "Vehicles", "Car", "Cars", "Kfz", "Fahrzeug", "Auto"),
    Cost.GIFTS: ("Gifts", "Geschenke", "Kundengeschenke"),
}
"""Names that people give their own categories."""


@dataclass(frozen=True)
class Category:
    """A category of the account. `starter` is which of a set it was, None for an own one."""

    name: str
    starter: str | None = None


@dataclass(frozen=True)
class Rule:
    """What law says of a kind of cost: it is not deductible, or why a person is asked. `likely` is
    how much most of such tax is deducted, in percent.
    """

    answer: Law | OpenReason
    likely: int = 0


_IE_CAR: Final = Rule(OpenReason.IE_FUEL)
_IE_MIXED: Final = Rule(OpenReason.IE_TRAVEL)
_AT_CAR: Final = Rule(OpenReason.AT_CAR)
_PARTLY: Final = Rule(OpenReason.PARTLY_BY_LAW)

RULES: Final[Mapping[str, Mapping[Cost, Rule]]] = {
    "IE": {
        Cost.MEALS: Rule(Law.IE_FOOD),
        Cost.ENTERTAINMENT: Rule(Law.IE_ENTERTAINMENT),
        Cost.LODGING: Rule(OpenReason.IE_LODGING),
        Cost.FUEL: _IE_CAR,
        Cost.VEHICLE: _IE_CAR,
        Cost.TRAVEL: _IE_MIXED,
        Cost.FOOD: _IE_MIXED,
        Cost.UNSORTED: Rule(OpenReason.IE_NO_CATEGORY, likely=100),
    },
    "DE": {Cost.GIFTS: Rule(OpenReason.DE_GIFTS, likely=100)},
    "AT": {
        Cost.FUEL: _AT_CAR,
        Cost.VEHICLE: _AT_CAR,
        Cost.REPAIRS: _AT_CAR,
        Cost.ENTERTAINMENT: Rule(OpenReason.AT_ENTERTAINMENT),
    },
    "GB": {Cost.ENTERTAINMENT: Rule(OpenReason.GB_ENTERTAINMENT)},
}
"""By country (ISO 3166); what is not here is deducted as the document says."""

ASKS_FOR_CATEGORY: Final = frozenset({OpenReason.IE_TRAVEL, OpenReason.IE_NO_CATEGORY})
"""Reasons that nothing speaks for one way of."""
QUESTIONS: Final = frozenset(
    rule.answer
    for rules in (*RULES.values(), {Cost.UNSORTED: _PARTLY})
    for rule in rules.values()
    if isinstance(rule.answer, OpenReason)
)
"""Reasons for which a person says how much of the tax is deducted."""

_COST_OF_STARTER: Final = {key: cost for cost, keys in STARTERS_OF.items() for key in keys}
_COST_OF_NAME: Final = {fold(name): cost for cost, names in _NAMES.items() for name in names}


def law_of(country: str | None, categories: Sequence[Category | None]) -> Rule | None:
    """What the law of a country says of an expense in these categories, of its parts where it is
    split; None for one without. None where law says nothing.
    """
    if country not in RULES:
        return None
    rules = [_rule_of(country, each) for each in categories]
    matches = [rule for rule in rules if rule is not None]
    questions = [rule for rule in matches if isinstance(rule.answer, OpenReason)]
    if questions:
        return questions[0]
    if matches and len(matches) < len(rules):
        return _PARTLY
    return next(iter(matches), None)


def _rule_of(country: str, category: Category | None) -> Rule | None:
    cost = _cost_of(category)
    if cost is None:
        return None
    return RULES[country].get(cost)


def _cost_of(category: Category | None) -> Cost | None:
    """The kind of cost of a category; None where no law names it."""
    if category is None:
        return Cost.UNSORTED
    if category.starter in _COST_OF_STARTER:
        return _COST_OF_STARTER[category.starter]
    return _COST_OF_NAME.get(fold(category.name))

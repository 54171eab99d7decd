"""What is claimed for a journey: the parts of a request that its worth follows from, and the worth."""

from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from pydantic import Field, StringConstraints

from tillroll.api.problems import invalid_values
from tillroll.platform.shape import Asked, WrittenDay, WrittenTime
from tillroll.receipts.amounts.money import Money
from tillroll.travel.amounts import Claim, ClaimLine, NoClaim
from tillroll.travel.mileage import Journey, mileage
from tillroll.travel.per_diem import Absence, per_diem

Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Distance = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]


class Driven(Asked):
    """A distance in one's own vehicle; `km` or `miles`, as the country's rate has it. `miles_before` are the business
    miles earlier in the tax year, where the rate depends on them."""

    date: WrittenDay
    km: Distance | None = None
    miles: Distance | None = None
    miles_before: Distance | None = None
    vehicle: Literal["car", "motorcycle"] = "car"
    country: Country


class MealsGiven(Asked):
    date: WrittenDay
    meals: Annotated[list[Literal["breakfast", "lunch", "dinner"]], Field(min_length=1, max_length=3)]


class Away(Asked):
    """An absence on business, from `left` to `returned`: local times without a zone. `meals` are those that somebody
    else provided. `overnight` is false where a journey over midnight had no night in lodgings."""

    country: Country
    left: WrittenTime
    returned: WrittenTime
    meals: Annotated[list[MealsGiven], Field(default_factory=list[MealsGiven], max_length=100)]
    overnight: Annotated[bool, Field(strict=True)] = True


def worth_of_drive(asked: Driven) -> Claim:
    """Raises Problem: 422, what is missing for a claim, or why there is none."""
    if (asked.km is None) == (asked.miles is None):
        raise invalid_values([("km", "Give the distance once: in `km` or in `miles`.")])
    distance, unit = Decimal(asked.km or asked.miles or 0), "km" if asked.km else "mile"
    if not distance:
        raise invalid_values([("km" if asked.km else "miles", "Give the distance that was driven, more than 0.")])
    before = None if asked.miles_before is None else Decimal(asked.miles_before)
    try:
        return mileage(Journey(asked.country, asked.vehicle, asked.date, distance, unit, before))
    except NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused


def worth_of_absence(asked: Away) -> Claim:
    """Raises Problem: 422, what is missing for a claim, or why there is none."""
    for name, moment in (("left", asked.left), ("returned", asked.returned)):
        if moment.tzinfo is not None:
            raise invalid_values([(name, "Give the local time without a zone, such as 2026-03-01T07:30.")])
    if len({each.date for each in asked.meals}) < len(asked.meals):
        raise invalid_values([("meals", "Name each day once, with all of its meals.")])
    meals = {each.date: frozenset[str](each.meals) for each in asked.meals}
    try:
        return per_diem(Absence(asked.country, asked.left, asked.returned, meals, asked.overnight))
    except NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused


class LineValues(TypedDict):
    description: str
    quantity: str
    unit_price: str
    amount: str


def values_of(line: ClaimLine, currency: str) -> LineValues:
    """A line as the API has it: numbers as decimal strings."""
    return {
        "description": line.description,
        "quantity": f"{line.quantity.normalize():f}",
        "unit_price": f"{line.unit_price:f}",
        "amount": Money(line.amount_minor, currency).to_decimal_string(),
    }

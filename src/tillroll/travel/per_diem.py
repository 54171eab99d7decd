"""What meals on a journey are worth, a day at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tillroll.travel.amounts import Claim, ClaimLine, NoClaim, to_minor
from tillroll.travel.per_diem_rates import PER_DIEM_RATES, PerDiemRate

# § 9 Abs. 4a Satz 6 EStG: nothing after three months at one place.
LONGEST: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Absence:
    """From leaving home to coming back, in local time. `meals` are those that were provided, by day. Without a night
    in lodgings it is one claim, whose hours may lie on two days."""

    country: str
    left: datetime
    returned: datetime
    meals: Mapping[date, frozenset[str]] = field(default_factory=dict[date, frozenset[str]])
    stays_overnight: bool = True


def per_diem(absence: Absence, rates: Sequence[PerDiemRate] = PER_DIEM_RATES) -> Claim:
    """The claim for an absence, a line for each day. A meal that was provided takes off its share of a full day, and
    never more than the day is worth.

    Raises:
        NoClaim: no rate is known for one of its days, or nothing is due for so short an absence.
    """
    _check(absence)
    days = _days(absence)
    priced = [(day, what, is_full, _rate_of(absence.country, day, rates)) for day, what, is_full in days]
    hours = absence.returned - absence.left
    if len(days) == 1 and hours <= timedelta(hours=priced[0][3].hours):
        least = priced[0][3].hours
        raise NoClaim("returned", f"Nothing is due for up to {least} hours away without a night in lodgings.")
    lines = tuple(_line(absence, *each) for each in priced)
    if not any(line.amount_minor for line in lines):
        raise NoClaim("meals", "The meals that were provided leave nothing to claim.")
    bases = dict.fromkeys(_basis(rate) for *_, rate in priced)
    return Claim(priced[0][3].currency, lines, tuple(bases))


def _check(absence: Absence) -> None:
    if absence.returned <= absence.left:
        raise NoClaim("returned", "The return lies before the departure: correct one of the two.")
    if absence.returned - absence.left > LONGEST:
        raise NoClaim("returned", "After three months at one place nothing more is due: claim the first three months.")
    if not absence.stays_overnight and absence.returned - absence.left > timedelta(hours=24):
        raise NoClaim("overnight", "More than 24 hours away have a night: say so, or correct the times.")
    for day in absence.meals:
        if not absence.left.date() <= day <= absence.returned.date():
            raise NoClaim("meals", f"{day.isoformat()} is no day of this journey: take its meals out.")


def _days(absence: Absence) -> list[tuple[date, str, bool]]:
    """Each day that something is due for, what it is called, and whether it is a full one."""
    first, last = absence.left.date(), absence.returned.date()
    if first == last:
        return [(first, "a day away", False)]
    if not absence.stays_overnight:
        midnight = datetime.combine(last, datetime.min.time())
        longer = first if midnight - absence.left > absence.returned - midnight else last
        return [(longer, "away without a night in lodgings", False)]
    between = [first + timedelta(days=count) for count in range(1, (last - first).days)]
    return [(first, "departure", False), *((day, "24 hours", True) for day in between), (last, "return", False)]


def _rate_of(country: str, day: date, rates: Sequence[PerDiemRate]) -> PerDiemRate:
    of_country = [rate for rate in rates if rate.country == country]
    if not of_country:
        known = ", ".join(sorted({rate.country for rate in rates}))
        raise NoClaim("country", f"No per diem is known for {country}; there are rates for {known}.")
    for rate in of_country:
        if rate.first <= day <= rate.last:
            return rate
    raise NoClaim(
        "left",
        f"No per diem of {country} is known for {day.isoformat()}. Claim it by a voucher with the amount, or once the "
        "rate is known.",
    )


def _line(absence: Absence, day: date, what: str, is_full: bool, rate: PerDiemRate) -> ClaimLine:
    provided = _provided(absence, day)
    share = sum((rate.meals[meal] for meal in provided), Decimal(0))
    worth = rate.full if is_full else rate.part
    due = max(worth - share * rate.full, Decimal(0))
    meals = f", {' and '.join(provided)} provided" if provided else ""
    amount = to_minor(due, rate.currency)
    return ClaimLine(f"{day.isoformat()}: {what}{meals}", Decimal(1), due, amount)


def _provided(absence: Absence, day: date) -> list[str]:
    """The meals of a day; of an absence over midnight that counts as one day, those of both."""
    is_one_day = not absence.stays_overnight
    of_days = absence.meals.values() if is_one_day else [absence.meals.get(day, frozenset[str]())]
    return sorted({meal for meals in of_days for meal in meals})


def _basis(rate: PerDiemRate) -> str:
    days = f"{rate.first.isoformat()} to {rate.last.isoformat()}"
    shares = ", ".join(f"{meal} {share:.0%}" for meal, share in rate.meals.items())
    return (
        f"{rate.part} {rate.currency} and {rate.full} {rate.currency} a day, less {shares} of {rate.full} for meals "
        f"provided ({rate.source}; {days})"
    )

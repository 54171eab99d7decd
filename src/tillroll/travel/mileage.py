"""What a journey in one's own vehicle is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.travel.amounts import Claim, ClaimLine, NoClaim, to_minor
from tillroll.travel.mileage_rates import MILEAGE_RATES, MileageRate

# The fields that a distance is given in, by its unit.
_FIELDS: Final = {"km": "km", "mile": "miles"}


@dataclass(frozen=True, slots=True)
class Journey:
    """`distance` in `unit` (km or mile). `before` are the units that were driven on business earlier in the year of
    tax, None where that is not said."""

    country: str
    vehicle: str
    day: date
    distance: Decimal
    unit: str
    before: Decimal | None = None


def mileage(journey: Journey, rates: Sequence[MileageRate] = MILEAGE_RATES) -> Claim:
    """The claim for a journey, in one line, or in two where it crosses the year's limit.

    Raises:
        NoClaim: no rate is known for it, or something is missing to apply it.
    """
    rate = _rate_of(journey, rates)
    if rate.unit != journey.unit:
        wanted = _FIELDS[rate.unit]
        raise NoClaim(wanted, f"Give the distance in `{wanted}`: the rate of {rate.country} is for each {rate.unit}.")
    below, beyond = _parts(journey, rate)
    parts = [(below, rate.rate)] if rate.beyond is None else [(below, rate.rate), (beyond, rate.beyond)]
    lines = tuple(
        ClaimLine(
            f"{distance.normalize():f} {rate.unit} by {rate.vehicle}",
            distance,
            price,
            to_minor(distance * price, rate.currency),
        )
        for distance, price in parts
        if distance
    )
    if not any(line.amount_minor for line in lines):
        raise NoClaim(_FIELDS[rate.unit], "So short a distance is worth nothing: give what was driven.")
    return Claim(rate.currency, lines, (_basis(rate),))


def _rate_of(journey: Journey, rates: Sequence[MileageRate]) -> MileageRate:
    of_country = [rate for rate in rates if rate.country == journey.country]
    if not of_country:
        known = ", ".join(sorted({rate.country for rate in rates}))
        raise NoClaim("country", f"No mileage rate is known for {journey.country}; there are rates for {known}.")
    of_vehicle = [rate for rate in of_country if rate.vehicle == journey.vehicle]
    if not of_vehicle:
        known = ", ".join(sorted({rate.vehicle for rate in of_country}))
        raise NoClaim(
            "vehicle", f"No rate is known for this vehicle in {journey.country}; there are rates for {known}."
        )
    for rate in of_vehicle:
        if rate.first <= journey.day <= rate.last:
            return rate
    raise NoClaim(
        "date",
        f"No mileage rate of {journey.country} for a {journey.vehicle} is known for {journey.day.isoformat()}. Claim "
        "it by a voucher with the amount, or once the rate is known.",
    )


def _parts(journey: Journey, rate: MileageRate) -> tuple[Decimal, Decimal]:
    """The units up to the year's limit, and those beyond it."""
    if rate.limit is None:
        return journey.distance, Decimal(0)
    if journey.before is None:
        raise NoClaim(
            "milesBefore",
            f"Give the miles that you drove on business earlier in this tax year, 0 for none: beyond {rate.limit} the "
            "rate is another.",
        )
    below = min(journey.distance, max(rate.limit - journey.before, Decimal(0)))
    return below, journey.distance - below


def _basis(rate: MileageRate) -> str:
    days = f"{rate.first.isoformat()} to {rate.last.isoformat()}"
    price = f"{rate.rate} {rate.currency}/{rate.unit}"
    if rate.limit is not None:
        price += f" up to {rate.limit} a tax year, then {rate.beyond}"
    return f"{price} ({rate.source}; {days})"

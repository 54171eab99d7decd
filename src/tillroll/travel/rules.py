"""What a journey is worth: in one's own vehicle, and in meals, a day at a time, at dated rates by
law. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from tillroll_documents.money import minor_digits

# A rate that is not known for a day is not here: a journey of that day is refused, never reckoned
# at another day's rate.


@dataclass(frozen=True, slots=True)
class MileageRate:
    """`rate` of `currency` for a `unit` (km or mile) from `first` to `last`, inclusive; `beyond`
    for units above `limit` in a tax year, null where there is none. Amounts are decimal
    strings."""

    country: str
    vehicle: str
    first: date
    last: date
    unit: str
    currency: str
    rate: Decimal
    limit: Decimal | None
    beyond: Decimal | None
    source: str


_GERMANY: Final = "§ 9 Abs. 1 Satz 3 Nr. 4a EStG, § 5 Abs. 2 BRKG"
_UNITED_KINGDOM: Final = "HMRC, approved mileage allowance payments, ITEPA 2003 s. 230"
_RAISED: Final = f"{_UNITED_KINGDOM}, as raised from 6 April 2026"
_LIMIT: Final = Decimal(10_000)
_BEYOND: Final = Decimal("0.25")
# Austria: at most so many kilometres in a calendar year, by section 2 of the
# Kilometergeldverordnung; of bicycles 1,500 until 2024. The rates of 2025 stand in BGBl. I
# 144/2024, those since 1 July 2025 in BGBl. I 26/2025.
_AUSTRIA: Final = "§ 10 RGV, § 26 Z 4 EStG"
_AUSTRIA_2025: Final = "§ 10 RGV as of BGBl. I 144/2024, KmGV"
_AUSTRIA_JULY: Final = "§ 10 RGV as of BGBl. I 26/2025, KmGV"
_BY_ENGINE: Final = Decimal(30_000)
_NOTHING: Final = Decimal(0)
# Switzerland: the highest rate that cantons take as proven, by the ordinance of the Federal
# Department of Finance; 0.75 by its change as of 1 January 2026.
_SWITZERLAND: Final = "Berufskostenverordnung EFD (SR 642.118.1), annex"


def _rates(
    country: str,
    *,
    unit: str,
    currency: str,
    rows: Sequence[tuple[str, date, date, str, str]],
    limits: Mapping[str, Decimal] | None = None,
    beyond: Decimal | None = None,
) -> Iterator[MileageRate]:
    """The rates of a country from rows of vehicle, first day, last day, rate and source. `limits`
    are by vehicle."""
    for vehicle, first, last, rate, source in rows:
        limit = (limits or {}).get(vehicle)
        over: Decimal | None = None
        if limit is not None:
            over = beyond
        yield MileageRate(
            country=country,
            vehicle=vehicle,
            first=first,
            last=last,
            unit=unit,
            currency=currency,
            rate=Decimal(rate),
            limit=limit,
            beyond=over,
            source=source,
        )


MILEAGE_RATES: Final = (
    *_rates(
        "DE",
        unit="km",
        currency="EUR",
        rows=(
            ("car", date(2024, 1, 1), date(2026, 12, 31), "0.30", _GERMANY),
            ("motorcycle", date(2024, 1, 1), date(2026, 12, 31), "0.20", _GERMANY),
        ),
    ),
    *_rates(
        "AT",
        unit="km",
        currency="EUR",
        rows=(
            ("car", date(2024, 1, 1), date(2024, 12, 31), "0.42", _AUSTRIA),
            ("car", date(2025, 1, 1), date(2026, 12, 31), "0.50", _AUSTRIA_2025),
            ("motorcycle", date(2024, 1, 1), date(2024, 12, 31), "0.24", _AUSTRIA),
            ("motorcycle", date(2025, 1, 1), date(2025, 6, 30), "0.50", _AUSTRIA_2025),
            ("motorcycle", date(2025, 7, 1), date(2026, 12, 31), "0.25", _AUSTRIA_JULY),
        ),
        limits={"car": _BY_ENGINE, "motorcycle": _BY_ENGINE},
        beyond=_NOTHING,
    ),
    *_rates(
        "AT",
        unit="km",
        currency="EUR",
        rows=(("bicycle", date(2024, 1, 1), date(2024, 12, 31), "0.38", _AUSTRIA),),
        limits={"bicycle": Decimal(1_500)},
        beyond=_NOTHING,
    ),
    *_rates(
        "AT",
        unit="km",
        currency="EUR",
        rows=(
            ("bicycle", date(2025, 1, 1), date(2025, 6, 30), "0.50", _AUSTRIA_2025),
            ("bicycle", date(2025, 7, 1), date(2026, 12, 31), "0.25", _AUSTRIA_JULY),
        ),
        limits={"bicycle": Decimal(3_000)},
        beyond=_NOTHING,
    ),
    *_rates(
        "CH",
        unit="km",
        currency="CHF",
        rows=(
            ("car", date(2024, 1, 1), date(2025, 12, 31), "0.70", _SWITZERLAND),
            ("car", date(2026, 1, 1), date(2026, 12, 31), "0.75", _SWITZERLAND),
        ),
    ),
    # A change in the middle of 2026 is reported (Announcement 2026-11) and was not found in a
    # second place: the rate that was announced for the whole year is believed for its first half
    # only.
    *_rates(
        "US",
        unit="mile",
        currency="USD",
        rows=(
            ("car", date(2024, 1, 1), date(2024, 12, 31), "0.67", "IRS Notice 2024-08"),
            ("car", date(2025, 1, 1), date(2025, 12, 31), "0.70", "IRS Notice 2025-5"),
            ("car", date(2026, 1, 1), date(2026, 6, 30), "0.725", "IRS Notice 2026-10"),
        ),
    ),
    # Years of tax begin on 6 April. Whether the rates of motorcycles and bicycles rose in 2026 with
    # that of cars was not found: they end before.
    *_rates(
        "GB",
        unit="mile",
        currency="GBP",
        rows=(
            ("car", date(2023, 4, 6), date(2026, 4, 5), "0.45", _UNITED_KINGDOM),
            ("car", date(2026, 4, 6), date(2027, 4, 5), "0.55", _RAISED),
            ("motorcycle", date(2023, 4, 6), date(2026, 4, 5), "0.24", _UNITED_KINGDOM),
            ("bicycle", date(2023, 4, 6), date(2026, 4, 5), "0.20", _UNITED_KINGDOM),
        ),
        limits={"car": _LIMIT},
        beyond=_BEYOND,
    ),
)


@dataclass(frozen=True, slots=True)
class PerDiemRate:
    """For days from `first` to `last`, inclusive: `full` of `currency` for 24 hours away, `part`
    for the days of arrival and departure, and for a day of more than `hours` without a night
    away. `meals` are what each meal that was provided takes off. Amounts are decimal strings."""

    country: str
    first: date
    last: date
    currency: str
    full: Decimal
    part: Decimal
    hours: int
    meals: dict[str, Decimal]
    source: str


PER_DIEM_RATES: Final = (
    PerDiemRate(
        "DE",
        date(2024, 1, 1),
        last=date(2026, 12, 31),
        currency="EUR",
        full=Decimal(28),
        part=Decimal(14),
        hours=8,
        # 20, 40 and 40 % of a full day.
        meals={"breakfast": Decimal("5.60"), "lunch": Decimal("11.20"), "dinner": Decimal("11.20")},
        source="§ 9 Abs. 4a EStG; BMF of 25 November 2020, IV C 5 - S 2353/19/10011",
    ),
)

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


class NoClaim(ValueError):
    """Nothing can be claimed as it was asked. `field` is what to correct; the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A part of a claim: `quantity` units (kilometres, miles, days) at `unit_price`; the amount
    in minor units."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be claimed, in minor units of `currency` (ISO 4217), and the rates that it stands
    on, each with its source."""

    currency: str
    lines: tuple[ClaimLine, ...]
    bases: tuple[str, ...]

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount, rounded once, half to even, as money is everywhere here."""
    return int(_EXACT.scaleb(amount, minor_digits(currency)).to_integral_value(ROUND_HALF_EVEN))


# The fields that a distance is given in, by its unit.
_FIELDS: Final = {"km": "km", "mile": "miles"}
_BEFORE: Final = {"km": "kmBefore", "mile": "milesBefore"}


@dataclass(frozen=True, slots=True)
class Journey:
    """`distance` in `unit` (km or mile). `before` was driven on business earlier in the year of
    tax; None: not said."""

    country: str
    vehicle: str
    day: date
    distance: Decimal
    unit: str
    before: Decimal | None = None


def mileage(journey: Journey, rates: Sequence[MileageRate] = MILEAGE_RATES) -> Claim:
    """The claim for a journey, in one line, or in two where it crosses the year's limit.
    Raises NoClaim."""
    rate = _mileage_rate(journey, rates)
    if rate.unit != journey.unit:
        field = _FIELDS[rate.unit]
        raise NoClaim(
            field,
            f"Give the distance in `{field}`: the rate of {rate.country} is for each {rate.unit}.",
        )
    below, beyond = _parts(journey, rate)
    if rate.beyond is None:
        parts = [(below, rate.rate)]
    else:
        parts = [(below, rate.rate), (beyond, rate.beyond)]
    lines = tuple(
        ClaimLine(
            f"{distance.normalize():f} {rate.unit} by {rate.vehicle}",
            distance,
            unit_price=price,
            amount_minor=to_minor(distance * price, rate.currency),
        )
        for distance, price in parts
        if distance and price
    )
    if not lines:
        raise NoClaim(
            _BEFORE[rate.unit],
            f"Beyond {rate.limit} {rate.unit} a tax year nothing is due for a {rate.vehicle}.",
        )
    if not any(line.amount_minor for line in lines):
        raise NoClaim(
            _FIELDS[rate.unit], "So short a distance is worth nothing: give what was driven."
        )
    return Claim(rate.currency, lines, (_mileage_basis(rate),))


def _mileage_rate(journey: Journey, rates: Sequence[MileageRate]) -> MileageRate:
    of_country = [rate for rate in rates if rate.country == journey.country]
    if not of_country:
        names = ", ".join(sorted({rate.country for rate in rates}))
        raise NoClaim(
            "country",
            f"No mileage rate is known for {journey.country}; there are rates for {names}.",
        )
    of_vehicle = [rate for rate in of_country if rate.vehicle == journey.vehicle]
    if not of_vehicle:
        names = ", ".join(sorted({rate.vehicle for rate in of_country}))
        raise NoClaim(
            "vehicle",
            f"No rate is known for this vehicle in {journey.country}; there are rates for {names}.",
        )
    for rate in of_vehicle:
        if rate.first <= journey.day <= rate.last:
            return rate
    raise NoClaim(
        "date",
        f"No mileage rate of {journey.country} for a {journey.vehicle} is known for "
        f"{journey.day.isoformat()}. Claim it by a voucher with the amount, or once the "
        "rate is known.",
    )


def _parts(journey: Journey, rate: MileageRate) -> tuple[Decimal, Decimal]:
    """The units up to the year's limit, and those beyond it."""
    if rate.limit is None:
        return journey.distance, Decimal(0)
    if journey.before is None:
        if rate.unit == "km":
            sentence = (
                "Give the kilometres that you drove on business earlier in this tax year, 0 for "
                f"none: beyond {rate.limit} the rate is another."
            )
        else:
            sentence = (
                "Give the miles that you drove on business earlier in this tax year, 0 for none: "
                f"beyond {rate.limit} the rate is another."
            )
        raise NoClaim(_BEFORE[rate.unit], sentence)
    below = min(journey.distance, max(rate.limit - journey.before, Decimal(0)))
    return below, journey.distance - below


def _mileage_basis(rate: MileageRate) -> str:
    days = f"{rate.first.isoformat()} to {rate.last.isoformat()}"
    price = f"{rate.rate} {rate.currency}/{rate.unit}"
    if rate.limit is not None:
        price += f" up to {rate.limit} a tax year, then {rate.beyond}"
    return f"{price} ({rate.source}; {days})"


# § 9 Abs. 4a Satz 6 EStG: nothing after three months at one place.
LONGEST: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Absence:
    """From leaving home to coming back, in local time; without a night in lodgings it is one
    claim. `meals` were provided."""

    country: str
    left: datetime
    returned: datetime
    meals: Mapping[date, frozenset[str]] = field(default_factory=dict[date, frozenset[str]])
    stays_overnight: bool = True


def per_diem(absence: Absence, rates: Sequence[PerDiemRate] = PER_DIEM_RATES) -> Claim:
    """The claim for an absence, a line for each day, of which a meal that was provided takes off
    its share. Raises NoClaim."""
    _check(absence)
    days = _days(absence)
    priced = [
        (day, what, is_full, _per_diem_rate(absence.country, day, rates))
        for day, what, is_full in days
    ]
    hours = absence.returned - absence.left
    if len(days) == 1 and hours <= timedelta(hours=priced[0][3].hours):
        least = priced[0][3].hours
        raise NoClaim(
            "returned", f"Nothing is due for up to {least} hours away without a night in lodgings."
        )
    lines = tuple(_line(absence, *each) for each in priced)
    if not any(line.amount_minor for line in lines):
        raise NoClaim("meals", "The meals that were provided leave nothing to claim.")
    bases = dict.fromkeys(_per_diem_basis(rate) for *_, rate in priced)
    return Claim(priced[0][3].currency, lines, tuple(bases))


def _check(absence: Absence) -> None:
    if absence.returned <= absence.left:
        raise NoClaim("returned", "The return lies before the departure: correct one of the two.")
    if absence.returned - absence.left > LONGEST:
        raise NoClaim(
            "returned",
            "After three months at one place nothing more is due: claim the first three months.",
        )
    if not absence.stays_overnight and absence.returned - absence.left > timedelta(hours=24):
        raise NoClaim(
            "overnight", "More than 24 hours away have a night: say so, or correct the times."
        )
    for day in absence.meals:
        if not absence.left.date() <= day <= absence.returned.date():
            raise NoClaim(
                "meals", f"{day.isoformat()} is no day of this journey: take its meals out."
            )


def _days(absence: Absence) -> list[tuple[date, str, bool]]:
    """Each day that something is due for, what it is called, and whether it is a full one."""
    first = absence.left.date()
    last = absence.returned.date()
    if first == last:
        return [(first, "a day away", False)]
    if not absence.stays_overnight:
        midnight = datetime.combine(last, datetime.min.time())
        if midnight - absence.left > absence.returned - midnight:
            longer = first
        else:
            longer = last
        return [(longer, "away without a night in lodgings", False)]
    between = [first + timedelta(days=count) for count in range(1, (last - first).days)]
    return [
        (first, "departure", False),
        *((day, "24 hours", True) for day in between),
        (last, "return", False),
    ]


def _per_diem_rate(country: str, day: date, rates: Sequence[PerDiemRate]) -> PerDiemRate:
    of_country = [rate for rate in rates if rate.country == country]
    if not of_country:
        countries = ", ".join(sorted({rate.country for rate in rates}))
        raise NoClaim(
            "country", f"No per diem is known for {country}; there are rates for {countries}."
        )
    for rate in of_country:
        if rate.first <= day <= rate.last:
            return rate
    raise NoClaim(
        "left",
        f"No per diem of {country} is known for {day.isoformat()}. Claim it by a voucher with the "
        "amount, or once the rate is known.",
    )


def _line(absence: Absence, day: date, what: str, is_full: bool, rate: PerDiemRate) -> ClaimLine:
    # Of an absence over midnight that counts as one day, the meals of both.
    if absence.stays_overnight:
        of_days = [absence.meals.get(day, frozenset[str]())]
    else:
        of_days = absence.meals.values()
    provided = sorted({meal for meals in of_days for meal in meals})
    worth = rate.full if is_full else rate.part
    due = max(worth - sum((rate.meals[meal] for meal in provided), Decimal(0)), Decimal(0))
    meals = f", {' and '.join(provided)} provided" if provided else ""
    return ClaimLine(
        f"{day.isoformat()}: {what}{meals}",
        Decimal(1),
        unit_price=due,
        amount_minor=to_minor(due, rate.currency),
    )


def _per_diem_basis(rate: PerDiemRate) -> str:
    days = f"{rate.first.isoformat()} to {rate.last.isoformat()}"
    shares = ", ".join(f"{meal} {amount / rate.full:.0%}" for meal, amount in rate.meals.items())
    return (
        f"{rate.part} {rate.currency} and {rate.full} {rate.currency} a day, less {shares} of "
        f"{rate.full} for meals provided ({rate.source}; {days})"
    )

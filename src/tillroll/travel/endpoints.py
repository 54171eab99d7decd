"""Routes of journeys: the rates, previews of what one is worth, and claims."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.problems import invalid_values
from tillroll.platform.models import Model, RequestBody, WrittenDay, WrittenTime
from tillroll.reading.money import Money
from tillroll.reading.voucher import Origin, Voucher, VoucherItem
from tillroll.receipts.endpoints import SAME_AGAIN, Key, Line, Place, checked, one_line, take
from tillroll.receipts.service import TakenReceipt
from tillroll.travel.rates import MILEAGE_RATES, PER_DIEM_RATES
from tillroll.travel.rules import Absence, Claim, ClaimLine, Journey, NoClaim, mileage, per_diem

Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Distance = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]


class Driven(RequestBody):
    """A distance in one's own vehicle; `km` or `miles`, as the country's rate has it. `miles_before` are the business
    miles earlier in the tax year, where the rate depends on them."""

    date: WrittenDay
    km: Distance | None = None
    miles: Distance | None = None
    miles_before: Distance | None = None
    vehicle: Literal["car", "motorcycle"] = "car"
    country: Country


class MealsGiven(RequestBody):
    date: WrittenDay
    meals: Annotated[list[Literal["breakfast", "lunch", "dinner"]], Field(min_length=1, max_length=3)]


class Away(RequestBody):
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


router = APIRouter(tags=["vouchers"])


class MileageRateShape(Model):
    """`rate` of `currency` for a `unit` (km or mile) from `first` to `last`, inclusive; `beyond` for units above
    `limit` in a tax year, null where there is none. Amounts are decimal strings."""

    country: str
    vehicle: str
    first: datetime.date
    last: datetime.date
    unit: str
    currency: str
    rate: str
    limit: str | None
    beyond: str | None
    source: str


class PerDiemRateShape(Model):
    """For days from `first` to `last`, inclusive: `full` of `currency` for 24 hours away, `part` for the days of
    arrival and departure, and for a day of more than `hours` without a night away. `meals` are what each meal that was
    provided takes off. Amounts are decimal strings."""

    country: str
    first: datetime.date
    last: datetime.date
    currency: str
    full: str
    part: str
    hours: int
    meals: dict[str, str]
    source: str


class TravelRates(Model):
    mileage: list[MileageRateShape]
    per_diem: list[PerDiemRateShape]


class ClaimLineShape(Model):
    description: str
    quantity: str
    unit_price: str
    amount: str


class ClaimShape(Model):
    """What may be claimed: the lines, and the rates that they stand on, each with its source and its days."""

    total: str
    currency: str
    lines: list[ClaimLineShape]
    bases: list[str]


@router.get("/api/travel-rates", openapi_extra=needs(Permission.READ))
async def list_rates(_: Caller) -> TravelRates:
    """Every rate that a journey may be claimed at."""
    return TravelRates(
        mileage=[
            MileageRateShape(
                country=rate.country,
                vehicle=rate.vehicle,
                first=rate.first,
                last=rate.last,
                unit=rate.unit,
                currency=rate.currency,
                rate=str(rate.rate),
                limit=None if rate.limit is None else str(rate.limit),
                beyond=None if rate.beyond is None else str(rate.beyond),
                source=rate.source,
            )
            for rate in MILEAGE_RATES
        ],
        per_diem=[
            PerDiemRateShape(
                country=rate.country,
                first=rate.first,
                last=rate.last,
                currency=rate.currency,
                full=str(rate.full),
                part=str(rate.part),
                hours=rate.hours,
                meals={meal: f"{share * rate.full:.2f}" for meal, share in rate.meals.items()},
                source=rate.source,
            )
            for rate in PER_DIEM_RATES
        ],
    )


@router.post("/api/mileage/preview", openapi_extra=needs(Permission.SUBMIT))
async def preview_drive(_: Caller, asked: Driven) -> ClaimShape:
    """What a journey would be worth. Nothing is stored."""
    return _shape(worth_of_drive(asked))


@router.post("/api/per-diem/preview", openapi_extra=needs(Permission.SUBMIT))
async def preview_absence(_: Caller, asked: Away) -> ClaimShape:
    """What an absence would be worth. Nothing is stored."""
    return _shape(worth_of_absence(asked))


def _shape(claim: Claim) -> ClaimShape:
    return ClaimShape(
        total=Money(claim.total_minor, claim.currency).to_decimal_string(),
        currency=claim.currency,
        lines=[ClaimLineShape(**values_of(line, claim.currency)) for line in claim.lines],
        bases=list(claim.bases),
    )


_NO_PAPER = "a flat rate by law; there is no receipt for it"


class MileageRequest(Driven):
    """A journey in one's own vehicle, with where it led and what for."""

    key: Key = None
    from_: Annotated[Place, Field(alias="from")]
    to: Place
    purpose: Line
    category: str | None = None


class PerDiemRequest(Away):
    """An absence, with what it was for."""

    key: Key = None
    purpose: Line
    category: str | None = None


@router.post("/api/mileage", status_code=202, responses=SAME_AGAIN, openapi_extra=needs(Permission.SUBMIT))
async def drive(
    response: Response, platform: PlatformHere, registry: Deployed, principal: Caller, asked: MileageRequest
) -> TakenReceipt:
    """Claim a journey at the rate of its day. Sent again, it is the same."""
    claim = worth_of_drive(asked)
    start, end = one_line(asked.from_), one_line(asked.to)
    facts = [("From", start), ("To", end), ("Country", asked.country), ("Purpose", one_line(asked.purpose))]
    if asked.miles_before is not None:
        facts.append(("Miles earlier in the tax year", f"{Decimal(asked.miles_before).normalize():f}"))
    voucher = Voucher(
        origin=Origin.MILEAGE,
        by=principal.user_id,
        key=asked.key,
        merchant=f"Mileage {start} - {end}",
        date=asked.date,
        category=one_line(asked.category or "") or None,
        facts=tuple(facts),
        **_claimed(claim, one_line(asked.purpose)),
    )
    return await take(platform, registry, principal, response, checked(voucher))


@router.post("/api/per-diem", status_code=202, responses=SAME_AGAIN, openapi_extra=needs(Permission.SUBMIT))
async def stay_away(
    response: Response, platform: PlatformHere, registry: Deployed, principal: Caller, asked: PerDiemRequest
) -> TakenReceipt:
    """Claim meals of a journey, a day at a time. It counts on the day of return. Sent again, it is the same."""
    claim = worth_of_absence(asked)
    left, returned = (moment.isoformat(" ", "minutes") for moment in (asked.left, asked.returned))
    voucher = Voucher(
        origin=Origin.PER_DIEM,
        by=principal.user_id,
        key=asked.key,
        merchant=f"Per diem {asked.country} from {left}",
        date=asked.returned.date(),
        category=one_line(asked.category or "") or None,
        facts=(
            ("Left", left),
            ("Returned", returned),
            ("Country", asked.country),
            ("Purpose", one_line(asked.purpose)),
        ),
        **_claimed(claim, one_line(asked.purpose)),
    )
    return await take(platform, registry, principal, response, checked(voucher))


class _Claimed(TypedDict):
    total: str
    currency: str
    reason: str
    note: str
    items: tuple[VoucherItem, ...]
    bases: tuple[str, ...]


def _claimed(claim: Claim, purpose: str) -> _Claimed:
    """What a claim gives its statement."""
    return {
        "total": Money(claim.total_minor, claim.currency).to_decimal_string(),
        "currency": claim.currency,
        "reason": _NO_PAPER,
        "note": purpose,
        "items": tuple(VoucherItem(**values_of(line, claim.currency)) for line in claim.lines),
        "bases": claim.bases,
    }

"""GET /api/travel-rates and the previews of mileage and per diem: what a journey is worth, before it is claimed."""

import datetime

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking
from tillroll.api.needs import needs
from tillroll.api.vouchers.claims import Away, Driven, values_of, worth_of_absence, worth_of_drive
from tillroll.platform.shape import Shape
from tillroll.receipts.amounts.money import Money
from tillroll.travel.amounts import Claim
from tillroll.travel.mileage_rates import MILEAGE_RATES
from tillroll.travel.per_diem_rates import PER_DIEM_RATES

router = APIRouter(tags=["vouchers"])


class MileageRateShape(Shape):
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


class PerDiemRateShape(Shape):
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


class TravelRatesShape(Shape):
    mileage: list[MileageRateShape]
    per_diem: list[PerDiemRateShape]


class ClaimLineShape(Shape):
    description: str
    quantity: str
    unit_price: str
    amount: str


class ClaimShape(Shape):
    """What may be claimed: the lines, and the rates that they stand on, each with its source and its days."""

    total: str
    currency: str
    lines: list[ClaimLineShape]
    bases: list[str]


@router.get("/api/travel-rates", openapi_extra=needs(Permission.READ))
async def list_rates(_: Asking) -> TravelRatesShape:
    """Every rate that a journey may be claimed at."""
    return TravelRatesShape(
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
async def preview_drive(_: Asking, asked: Driven) -> ClaimShape:
    """What a journey would be worth. Nothing is stored."""
    return _shape(worth_of_drive(asked))


@router.post("/api/per-diem/preview", openapi_extra=needs(Permission.SUBMIT))
async def preview_absence(_: Asking, asked: Away) -> ClaimShape:
    """What an absence would be worth. Nothing is stored."""
    return _shape(worth_of_absence(asked))


def _shape(claim: Claim) -> ClaimShape:
    return ClaimShape(
        total=Money(claim.total_minor, claim.currency).to_decimal_string(),
        currency=claim.currency,
        lines=[ClaimLineShape(**values_of(line, claim.currency)) for line in claim.lines],
        bases=list(claim.bases),
    )

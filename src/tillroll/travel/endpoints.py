"""Routes of journeys: the rates, previews of what one is worth, and claims."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field, StringConstraints

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.problems import invalid_values
from tillroll.api.routing import Router
from tillroll.receipts.endpoints import SAME_AGAIN, Key, Line, Place, checked, one_line, take
from tillroll.receipts.service import TakenReceipt
from tillroll.travel import rules
from tillroll_documents.money import Money
from tillroll_documents.reading.voucher import Origin, Voucher, VoucherItem
from tillroll_durable.platform.models import Model, RequestBody, WrittenDay, WrittenTime

Country = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")
]
Distance = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]


class Driven(RequestBody):
    """A distance in one's own vehicle; `km` or `miles`, as the country's rate has it. `km_before`
    or `miles_before` were driven on business earlier in the tax year, where the rate depends on it.
    """

    date: WrittenDay
    km: Distance | None = None
    miles: Distance | None = None
    km_before: Distance | None = None
    miles_before: Distance | None = None
    vehicle: Literal["car", "motorcycle", "bicycle"] = "car"
    country: Country


class MealsGiven(RequestBody):
    date: WrittenDay
    meals: Annotated[
        list[Literal["breakfast", "lunch", "dinner"]], Field(min_length=1, max_length=3)
    ]


class Away(RequestBody):
    """An absence on business, from `left` to `returned`: local times without a zone. `meals` are
    those that somebody else provided. `overnight` is false where a journey over midnight had no
    night in lodgings.
    """

    country: Country
    left: WrittenTime
    returned: WrittenTime
    meals: Annotated[list[MealsGiven], Field(default_factory=list[MealsGiven], max_length=100)]
    overnight: Annotated[bool, Field(strict=True)] = True


def worth_of_drive(body: Driven) -> rules.Claim:
    """Raises Problem: 422, what is missing for a claim, or why there is none."""
    if (body.km is None) == (body.miles is None):
        raise invalid_values([("km", "Give the distance once: in `km` or in `miles`.")])
    distance = Decimal(body.km or body.miles or 0)
    unit = "km" if body.km else "mile"
    if not distance:
        raise invalid_values(
            [("km" if body.km else "miles", "Give the distance that was driven, more than 0.")]
        )
    before = _before(body)
    try:
        return rules.mileage(
            rules.Journey(
                body.country,
                body.vehicle,
                day=body.date,
                distance=distance,
                unit=unit,
                before=before,
            )
        )
    except rules.NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused


def _before(body: Driven) -> Decimal | None:
    """What was driven earlier in the tax year, in the unit of the distance. Raises Problem."""
    name = "kmBefore"
    driven = body.km_before
    other = body.miles_before
    if body.km is None:
        name = "milesBefore"
        driven = body.miles_before
        other = body.km_before
    if other is not None:
        raise invalid_values([(name, "Give what was driven earlier in the unit of the distance.")])
    if driven is None:
        return None
    return Decimal(driven)


def worth_of_absence(body: Away) -> rules.Claim:
    """Raises Problem: 422, what is missing for a claim, or why there is none."""
    for name, moment in (("left", body.left), ("returned", body.returned)):
        if moment.tzinfo is not None:
            raise invalid_values(
                [(name, "Give the local time without a zone, such as 2026-03-01T07:30.")]
            )
    if len({each.date for each in body.meals}) < len(body.meals):
        raise invalid_values([("meals", "Name each day once, with all of its meals.")])
    meals = {each.date: frozenset[str](each.meals) for each in body.meals}
    try:
        return rules.per_diem(
            rules.Absence(
                body.country,
                body.left,
                returned=body.returned,
                meals=meals,
                stays_overnight=body.overnight,
            )
        )
    except rules.NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused


router = Router(tags=["vouchers"])


class TravelRates(Model):
    mileage: list[rules.MileageRate]
    per_diem: list[rules.PerDiemRate]


class TravelClaimLine(Model):
    description: str
    quantity: str
    unit_price: str
    amount: str


class TravelClaim(Model):
    """What may be claimed: the lines, and the rates that they stand on, each with its source and
    its days.
    """

    total: str
    currency: str
    lines: tuple[TravelClaimLine, ...]
    bases: tuple[str, ...]


def _in_decimals(claim: rules.Claim) -> TravelClaim:
    def amount(minor: int) -> str:
        return Money(minor, claim.currency).to_decimal_string()

    lines = tuple(
        TravelClaimLine(
            description=line.description,
            quantity=f"{line.quantity.normalize():f}",
            unit_price=f"{line.unit_price:f}",
            amount=amount(line.amount_minor),
        )
        for line in claim.lines
    )
    return TravelClaim(
        total=amount(claim.total_minor), currency=claim.currency, lines=lines, bases=claim.bases
    )


@router.get("/api/travel-rates", openapi_extra=needs(Permission.OWN))
async def list_travel_rates(_: Caller) -> TravelRates:
    """Every rate that a journey may be claimed at."""
    return TravelRates(mileage=list(rules.MILEAGE_RATES), per_diem=list(rules.PER_DIEM_RATES))


@router.post("/api/mileage/preview", openapi_extra=needs(Permission.SUBMIT))
async def preview_mileage(_: Caller, body: Driven) -> TravelClaim:
    """Preview what a journey would be worth. Nothing is stored."""
    return _in_decimals(worth_of_drive(body))


@router.post("/api/per-diem/preview", openapi_extra=needs(Permission.SUBMIT))
async def preview_per_diem(_: Caller, body: Away) -> TravelClaim:
    """Preview what an absence would be worth. Nothing is stored."""
    return _in_decimals(worth_of_absence(body))


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


@router.post(
    "/api/mileage", status_code=202, responses=SAME_AGAIN, openapi_extra=needs(Permission.SUBMIT)
)
async def state_mileage(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: MileageRequest,
) -> TakenReceipt:
    """Claim a journey at the rate of its day. Sent again, it is the same."""
    claim = worth_of_drive(body)
    start = one_line(body.from_)
    end = one_line(body.to)
    facts = [
        ("From", start),
        ("To", end),
        ("Country", body.country),
        ("Purpose", one_line(body.purpose)),
    ]
    if body.miles_before is not None:
        facts.append(
            ("Miles earlier in the tax year", f"{Decimal(body.miles_before).normalize():f}")
        )
    if body.km_before is not None:
        facts.append(
            ("Kilometres earlier in the tax year", f"{Decimal(body.km_before).normalize():f}")
        )
    merchant = f"Mileage {start} - {end}"
    voucher = _voucher(
        claim,
        body,
        origin=Origin.MILEAGE,
        user_id=principal.user_id,
        merchant=merchant,
        day=body.date,
        facts=facts,
    )
    return await take(
        platform, registry, principal=principal, response=response, voucher=checked(voucher)
    )


@router.post(
    "/api/per-diem", status_code=202, responses=SAME_AGAIN, openapi_extra=needs(Permission.SUBMIT)
)
async def state_per_diem(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: PerDiemRequest,
) -> TakenReceipt:
    """Claim meals of a journey, a day at a time. It counts on the day of return. Sent again, it is
    the same.
    """
    claim = worth_of_absence(body)
    departed, returned = (moment.isoformat(" ", "minutes") for moment in (body.left, body.returned))
    purpose = one_line(body.purpose)
    facts = [
        ("Left", departed),
        ("Returned", returned),
        ("Country", body.country),
        ("Purpose", purpose),
    ]
    merchant = f"Per diem {body.country} from {departed}"
    day = body.returned.date()
    voucher = _voucher(
        claim,
        body,
        origin=Origin.PER_DIEM,
        user_id=principal.user_id,
        merchant=merchant,
        day=day,
        facts=facts,
    )
    return await take(
        platform, registry, principal=principal, response=response, voucher=checked(voucher)
    )


def _voucher(
    claim: rules.Claim,
    body: MileageRequest | PerDiemRequest,
    origin: Origin,
    user_id: str,
    merchant: str,
    day: datetime.date,
    facts: list[tuple[str, str]],
) -> Voucher:
    claimed = _in_decimals(claim)
    return Voucher(
        origin=origin,
        by=user_id,
        key=body.key,
        merchant=merchant,
        date=day,
        category=one_line(body.category or "") or None,
        facts=tuple(facts),
        total=claimed.total,
        currency=claimed.currency,
        reason="a flat rate by law; there is no receipt for it",
        note=one_line(body.purpose),
        items=tuple(VoucherItem(**line.model_dump()) for line in claimed.lines),
        bases=claimed.bases,
    )

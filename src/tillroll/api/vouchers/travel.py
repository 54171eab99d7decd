"""POST /api/mileage and /api/per-diem: claims for journeys, at rates with their source."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.problems import invalid_values
from tillroll.api.vouchers.answering import Key, Line, Place, TakenShape, checked, one_line, take
from tillroll.platform.shape import Asked
from tillroll.receipts.amounts.money import Money
from tillroll.receipts.voucher import Origin, Voucher, VoucherItem
from tillroll.travel.amounts import Claim, NoClaim
from tillroll.travel.mileage import Journey, mileage
from tillroll.travel.per_diem import Absence, per_diem

router = APIRouter(tags=["vouchers"])

Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
Distance = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]
_NO_PAPER = "a flat rate by law; there is no receipt for it"


class MileageRequest(Asked):
    """A journey in one's own vehicle; `km` or `miles`, as the country's rate has it. `miles_before` are the business
    miles earlier in the tax year, where the rate depends on them."""

    key: Key = None
    date: datetime.date
    from_: Annotated[Place, Field(alias="from")]
    to: Place
    km: Distance | None = None
    miles: Distance | None = None
    miles_before: Distance | None = None
    vehicle: Literal["car", "motorcycle"] = "car"
    purpose: Line
    country: Country
    category: str | None = None


class MealsGiven(Asked):
    date: datetime.date
    meals: Annotated[list[Literal["breakfast", "lunch", "dinner"]], Field(min_length=1, max_length=3)]


class PerDiemRequest(Asked):
    """An absence on business, from `left` to `returned`: local times without a zone. `meals` are those that somebody
    else provided. `overnight` is false where a journey over midnight had no night in lodgings."""

    key: Key = None
    country: Country
    left: datetime.datetime
    returned: datetime.datetime
    meals: Annotated[list[MealsGiven], Field(default_factory=list[MealsGiven], max_length=100)]
    overnight: Annotated[bool, Field(strict=True)] = True
    purpose: Line
    category: str | None = None


@router.post("/api/mileage", status_code=202)
async def drive(
    response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, asked: MileageRequest
) -> TakenShape:
    """Claim a journey at the rate of its day. Sent again, it is the same."""
    if (asked.km is None) == (asked.miles is None):
        raise invalid_values([("km", "Give the distance once: in `km` or in `miles`.")])
    distance, unit = Decimal(asked.km or asked.miles or 0), "km" if asked.km else "mile"
    if not distance:
        raise invalid_values([("km" if asked.km else "miles", "Give the distance that was driven, more than 0.")])
    before = None if asked.miles_before is None else Decimal(asked.miles_before)
    try:
        claim = mileage(Journey(asked.country, asked.vehicle, asked.date, distance, unit, before))
    except NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused
    start, end = one_line(asked.from_), one_line(asked.to)
    facts = [("From", start), ("To", end), ("Country", asked.country), ("Purpose", one_line(asked.purpose))]
    if before is not None:
        facts.append(("Miles earlier in the tax year", f"{before.normalize():f}"))
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


@router.post("/api/per-diem", status_code=202)
async def stay_away(
    response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, asked: PerDiemRequest
) -> TakenShape:
    """Claim meals of a journey, a day at a time. It counts on the day of return. Sent again, it is the same."""
    for name, moment in (("left", asked.left), ("returned", asked.returned)):
        if moment.tzinfo is not None:
            raise invalid_values([(name, "Give the local time without a zone, such as 2026-03-01T07:30.")])
    if len({each.date for each in asked.meals}) < len(asked.meals):
        raise invalid_values([("meals", "Name each day once, with all of its meals.")])
    meals = {each.date: frozenset[str](each.meals) for each in asked.meals}
    try:
        claim = per_diem(Absence(asked.country, asked.left, asked.returned, meals, asked.overnight))
    except NoClaim as refused:
        raise invalid_values([(refused.field, str(refused))]) from refused
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
        "items": tuple(
            VoucherItem(
                description=line.description,
                quantity=f"{line.quantity.normalize():f}",
                unit_price=f"{line.unit_price:f}",
                amount=Money(line.amount_minor, claim.currency).to_decimal_string(),
            )
            for line in claim.lines
        ),
        "bases": claim.bases,
    }

"""POST /api/mileage and /api/per-diem: claims for journeys, at rates with their source."""

from decimal import Decimal
from typing import Annotated, TypedDict

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.vouchers.answering import SAME_AGAIN, Key, Line, Place, TakenShape, checked, one_line, take
from tillroll.api.vouchers.claims import Away, Driven, values_of, worth_of_absence, worth_of_drive
from tillroll.receipts.amounts.money import Money
from tillroll.receipts.voucher import Origin, Voucher, VoucherItem
from tillroll.travel.amounts import Claim

router = APIRouter(tags=["vouchers"])

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
    response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, asked: MileageRequest
) -> TakenShape:
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
    response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, asked: PerDiemRequest
) -> TakenShape:
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

"""Routes of what the account has used of its quotas."""

from typing import Literal

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.platform.clock import to_text
from tillroll.platform.models import Model
from tillroll.quotas.usage import UNITS, Unit, Use, usage_of

router = APIRouter(tags=["account"])


class QuotaShape(Model):
    """`used` of `limit`, in `unit`; `limit` is null where there is none. What is counted a month begins anew at
    `resets_at`; storage, where that is null, is given back by what is deleted."""

    quota: Literal["uploads", "storage", "ai_calls"]
    unit: Unit
    used: int
    limit: int | None
    resets_at: str | None


class UsageShape(Model):
    items: list[QuotaShape]


@router.get("/api/account/usage", openapi_extra=needs(Permission.READ))
async def show_usage(platform: PlatformHere, principal: Caller) -> UsageShape:
    """What the account has used of its quotas: documents handed in and calls to models this month (UTC), and the bytes
    of all its documents. Whoever runs the deployment sets the limits."""
    usage = await usage_of(platform, principal.account_id)
    return UsageShape(items=[_shape(use) for use in usage])


def _shape(use: Use) -> QuotaShape:
    return QuotaShape(
        quota=use.quota.value,
        unit=UNITS[use.quota],
        used=use.used,
        limit=use.limit,
        resets_at=None if use.resets_at is None else to_text(use.resets_at),
    )

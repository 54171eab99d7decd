"""Routes of what the account has used of its quotas."""

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.quotas.usage import QuotaUse, usage_of
from tillroll_durable.platform.models import Items

router = Router(tags=["account"])


@router.get("/api/account/usage", openapi_extra=needs(Permission.READ))
async def show_account_usage(platform: PlatformHere, principal: Caller) -> Items[QuotaUse]:
    """Show what the account has used of its quotas: documents handed in and calls to models this
    month (UTC), and the bytes of all its documents. The operator sets the limits.
    """
    return Items(items=[*await usage_of(platform, principal.account_id)])

"""Routes of the company's profile."""

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.company import service
from tillroll.company.models import CompanyProfile, CompanyRequest
from tillroll.conversion.expenses import adopt_base_currency

router = Router(tags=["account"])


@router.get("/api/company", openapi_extra=needs(Permission.READ))
async def show_company(platform: PlatformHere, principal: Caller) -> CompanyProfile:
    """The company: what claims, invoices and payment files say of it."""
    return await service.load_profile(platform.database, principal.account_id)


@router.patch("/api/company", openapi_extra=needs(Permission.ADMINISTER))
async def change_company(
    platform: PlatformHere,
    principal: Caller,
    change: CompanyRequest,
) -> CompanyProfile:
    """Change the company's profile. What was issued before stays as it is.

    Where no base currency was chosen, the country's own becomes it."""
    changes = {name: getattr(change, name) for name in change.model_fields_set}
    profile = await service.change_profile(platform, principal.as_actor, changes)
    if change.country is not None:
        await adopt_base_currency(platform, principal.as_actor, change.country)
    return profile


@router.delete("/api/company/logo", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def remove_company_logo(platform: PlatformHere, principal: Caller) -> None:
    """Remove the logo."""
    await service.remove_logo(platform, principal.as_actor)

"""Routes of the companies of one person."""

from fastapi import Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, SignInCounted, needs
from tillroll.api.routing import Router
from tillroll.identity import models
from tillroll.identity.companies import service
from tillroll.identity.session_endpoints import session_of, set_session

router = Router()


@router.get("/api/companies", tags=["session"], openapi_extra=needs(Permission.SIGNED_IN))
async def list_companies(platform: PlatformHere, principal: Caller) -> models.Companies:
    """The companies of the caller: accounts in which they have the same confirmed mail address.
    Where `lacks` says something, the present one alone is named.
    """
    return await service.companies_of(platform, principal)


@router.post(
    "/api/companies/{company_id}/switch",
    tags=["session"],
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def switch_company(
    request: Request,
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    _: SignInCounted,
    company_id: str,
) -> models.Session:
    """Go on in another company of the caller, in this browser: its cookie is of a session there,
    and the one before has ended. It is no fresher than that was. The present company changes
    nothing.
    """
    is_secure = request.url.scheme == "https"
    switched = await service.switch(
        platform,
        principal,
        company_id,
        agent=request.headers.get("user-agent") or "",
        is_secure=is_secure,
    )
    if switched.token is not None:
        set_session(response, switched.token, is_secure=is_secure)
    return await session_of(switched.platform, switched.principal)

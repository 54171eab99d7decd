"""What FastAPI's handlers are given: the platform, and who is asking."""

from typing import Annotated, cast

from fastapi import Depends, Request

from tillroll.access.permissions import Permission
from tillroll.api.door.access import Principal, authenticate
from tillroll.api.door.admission import PRINCIPAL
from tillroll.api.door.request_log import ACCOUNT
from tillroll.api.needs import needed_by
from tillroll.durable.registry import Registry
from tillroll.inbound.effects import Inbound
from tillroll.platform.services import Platform


async def get_platform(request: Request) -> Platform:
    """The platform stands in the ASGI scope, where entry.py puts it for every request."""
    return cast("Platform", request.scope["env"])


PlatformHere = Annotated[Platform, Depends(get_platform)]


async def get_principal(request: Request, platform: PlatformHere) -> Principal:
    """Whoever sends a body is known before it is read; anybody else is looked up here."""
    known: Principal | None = request.scope.get(PRINCIPAL)
    principal = known or await authenticate(platform, request.method, request.headers.get)
    request.scope[PRINCIPAL] = principal
    request.scope[ACCOUNT] = principal.account_id
    return principal


async def check_permission(request: Request, platform: PlatformHere) -> None:
    """The first dependency of every route: whoever asks has the permission that the route's definition names.

    Raises:
        Problem: 401, 403, 409 as `authenticate`.
    """
    needed = needed_by(request.scope["route"])
    if needed is not Permission.OPEN:
        (await get_principal(request, platform)).require(needed)


async def get_registry(request: Request) -> Registry:
    """The workflows that the application was made for."""
    return cast("Registry", request.app.state.registry)


async def get_inbound(request: Request) -> Inbound:
    """What events of other systems can be mapped to."""
    return cast("Inbound", request.app.state.inbound)


InboundHere = Annotated[Inbound, Depends(get_inbound)]
Deployed = Annotated[Registry, Depends(get_registry)]
Asking = Annotated[Principal, Depends(get_principal)]

"""Who may: each route's definition says which permission it needs, and one that does not say so is not deployed.

The declaration stands in the route's `openapi_extra`, and so in the API's description too, as `x-permission`.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.routing import APIRoute

from tillroll.access.permissions import Permission

PERMISSION: Final = "x-permission"


class UndeclaredRouteError(Exception):
    """A route does not say who may ask it."""


def needs(permission: Permission) -> dict[str, Any]:
    """For the definition of a route: `@router.get(…, openapi_extra=needs(READ))`."""
    return {PERMISSION: permission.value}


def needed_by(route: APIRoute) -> Permission:
    """What a route's definition says.

    Raises:
        UndeclaredRouteError: it says nothing.
    """
    return declared_in(route.openapi_extra or {}, "/".join(sorted(route.methods or ())), route.path)


def declared_in(description: Mapping[str, Any], method: str, path: str) -> Permission:
    """What the description of a route says, in OpenAPI.

    Raises:
        UndeclaredRouteError: it says nothing.
    """
    if PERMISSION not in description:
        raise UndeclaredRouteError(
            f"{method} {path} does not say who may ask it. Add `openapi_extra=needs(Permission.READ)` to its "
            "definition, or another permission of tillroll.access.permissions; `needs` is in tillroll.api.needs."
        )
    return Permission(description[PERMISSION])

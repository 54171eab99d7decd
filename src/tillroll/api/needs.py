"""Who may: each route's definition says which permission it needs, and one that does not say so is not deployed.

The declaration stands in the route's `openapi_extra`, and so in the API's description too, as `x-permission`.
"""

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
    declared = route.openapi_extra or {}
    if PERMISSION not in declared:
        raise UndeclaredRouteError(
            f"{'/'.join(sorted(route.methods or ()))} {route.path} does not say who may ask it. Add "
            "`openapi_extra=needs(Permission.READ)` to its definition, or another permission of "
            "tillroll.access.permissions; `needs` is in tillroll.api.needs."
        )
    return Permission(declared[PERMISSION])

"""The table of who may do what, in docs/security.md, made from the permissions, the roles and the
routes.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from cli.pages.made_part import with_part
from tillroll.access.permissions import OWN_AFFAIRS, SCOPES, Permission
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import PERMISSION

_BEGIN: Final = "<!-- who may: made by `make docs` -->\n"
_END: Final = "<!-- end of who may -->\n"
_WHO: Final = {
    Permission.DEPLOYMENT: "the people that `operator grant` named",
    **dict.fromkeys(OWN_AFFAIRS, "everybody, for themselves"),
    Permission.OPEN: "anybody",
}


def with_who_may(page: str, document: Mapping[str, Any]) -> str:
    """The page with its table made anew, with the routes of the OpenAPI document.

    Raises:
        ValueError: the page has no place for it.
    """
    return with_part(page, _BEGIN, _table(document), _END)


def _table(document: Mapping[str, Any]) -> str:
    lines = [
        "| permission | allows to | roles | scope of a token | routes |",
        "| --- | --- | --- | --- | --- |",
    ]
    routes = _routes(document)
    for permission in Permission:
        roles = [role.value for role in Role if permission in GRANTS[role]]
        who = _WHO.get(permission) or ", ".join(roles)
        scope = "yes" if permission in SCOPES else "no"
        asked = "<br>".join(f"`{route}`" for route in routes[permission])
        lines.append(f"| `{permission}` | {permission.says} | {who} | {scope} | {asked} |")
    return "\n".join(lines) + "\n"


def _routes(document: Mapping[str, Any]) -> dict[Permission, list[str]]:
    found: dict[Permission, list[str]] = {permission: [] for permission in Permission}
    paths = cast("dict[str, dict[str, Any]]", document["paths"])
    for path, operations in paths.items():
        for method, operation in operations.items():
            found[Permission(operation[PERMISSION])].append(
                f"{method.upper()} {path.removeprefix('/api')}"
            )
    return {
        permission: sorted(routes, key=lambda route: route.split(" ")[::-1])
        for permission, routes in found.items()
    }

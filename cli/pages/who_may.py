"""The table of who may do what, in docs/security.md, made from the permissions, the roles, the routes and the kinds."""

from collections.abc import Mapping
from typing import Any, Final, cast

from cli.pages.made_part import with_part
from tillroll.access.permissions import OWN_AFFAIRS, SCOPES, Permission
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import PERMISSION
from tillroll.workflows.registry import REGISTRY

_BEGIN: Final = "<!-- who may: made by `make docs` -->\n"
_END: Final = "<!-- end of who may -->\n"
_WHO: Final = {
    Permission.DEPLOYMENT: "whoever `operator grant` named",
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
    lines = ["| permission | allows to | roles | scope of a token | routes |", "| --- | --- | --- | --- | --- |"]
    routes = _routes(document)
    for permission in Permission:
        roles = [role.value for role in Role if permission in GRANTS[role]]
        who = _WHO.get(permission) or ", ".join(roles)
        scope = "yes" if permission in SCOPES else "no"
        asked = "<br>".join(f"`{route}`" for route in routes[permission])
        lines.append(f"| `{permission}` | {permission.says} | {who} | {scope} | {asked} |")
    lines += ["", "| kind | begin it by name | decide what it asks | retry or end it | signals |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for kind, workflow in sorted(REGISTRY.newest.items()):
        allowed = workflow.allowed
        assert allowed is not None  # noqa: S101 - the application is not made otherwise
        signals = ", ".join(f"`{name}`: `{needed}`" for name, needed in sorted(allowed.signals.items())) or "none"
        trigger = f"`{allowed.trigger}`" if allowed.trigger else f"nobody; {workflow.begun_by or 'other runs begin it'}"
        lines.append(f"| `{kind}` | {trigger} | `{allowed.decide}` | `{allowed.operate}` | {signals} |")
    return "\n".join(lines) + "\n"


def _routes(document: Mapping[str, Any]) -> dict[Permission, list[str]]:
    found: dict[Permission, list[str]] = {permission: [] for permission in Permission}
    paths = cast("dict[str, dict[str, Any]]", document["paths"])
    for path, operations in paths.items():
        for method, operation in operations.items():
            found[Permission(operation[PERMISSION])].append(f"{method.upper()} {path.removeprefix('/api')}")
    return {
        permission: sorted(routes, key=lambda route: route.split(" ")[::-1]) for permission, routes in found.items()
    }

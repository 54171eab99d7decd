"""docs/audit.md: every action of the audit, module by module."""

from collections.abc import Iterator, Mapping
from typing import cast

from cli.operations import operators
from tillroll.app import MODULES

_HEADER = """# The audit's actions

What `GET /api/audit` and a run's timeline can name as an action, by the module that writes it. Made from the code by
`make docs`; tests hold that nothing else is written. Each event has an actor, a time and an outcome beside its action
([api.md](api.md)); events are sealed ([decision 13](decisions/0013-sealed-audit.md)).
"""


def vocabulary() -> dict[str, str]:
    """Every action, and what it says.

    Raises:
        ValueError: two modules write the same action.
    """
    found: dict[str, str] = {}
    for _, actions in _by_module():
        if both := found.keys() & actions.keys():
            raise ValueError(f"two modules write the action {min(both)!r}: name one of them differently")
        found |= actions
    return found


def audit_page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEADER]
    for name, actions in _by_module():
        rows = "".join(f"| `{action}` | {says} |\n" for action, says in actions.items())
        parts.append(f"\n## {name}\n\n| action | says |\n| --- | --- |\n{rows}")
    return "".join(parts)


def _by_module() -> Iterator[tuple[str, Mapping[str, str]]]:
    for module in sorted(MODULES, key=lambda module: module.name):
        for place in module.audited:
            yield module.name.replace("_", " ").capitalize(), cast("Mapping[str, str]", module.load(place))
    yield "Operators", operators.AUDITED

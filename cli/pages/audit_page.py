"""docs/audit.md: every action of the audit, module by module."""

from collections.abc import Iterator
from typing import cast

from cli.operations import operators
from tillroll.app import MODULES
from tillroll.module import Module
from tillroll_durable.platform.actions import Action

_HEADER = """# The audit's actions

What `GET /api/audit` and a run's timeline can name as an action, by the module that writes it. Made
from the code by `make docs`; tests hold that nothing else is written. Each event has an actor, a
time and an outcome beside its action ([api.md](api.md)); events are sealed ([decision
13](decisions/0013-sealed-audit.md)).

People read it in words: Audit on the page, or `GET /api/audit/entries`, search by person, thing,
action and day. The sentence of an action is what stands here, up to its first semicolon or colon.
An expense's page leads to its story, from upload to books (`GET /api/audit/expenses/{expense_id}`).
"Verify now", or `tillroll seals --verify`, checks every seal with the events that it covers. An
auditor begins at the audit.
"""


def audit_page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEADER]
    for name, actions in vocabularies():
        rows = "".join(f"| `{action}` | {action.says} |\n" for action in actions)
        parts.append(f"\n## {name}\n\n| action | says |\n| --- | --- |\n{rows}")
    return "".join(parts)


def vocabularies() -> Iterator[tuple[str, type[Action]]]:
    """The actions of each module, by the module's name as people read it."""
    for module in sorted(MODULES, key=_title):
        for place in module.audited:
            yield _title(module), cast("type[Action]", module.load(place))
    yield "Operators", operators.Audited


def _title(module: Module) -> str:
    return module.name.removeprefix("tillroll_").replace("_", " ").capitalize()

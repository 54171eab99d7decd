"""The audit has one vocabulary: what is written is declared by its room, and what is declared is written and told."""

import ast
from collections.abc import Iterator
from pathlib import Path

from cli.pages.audit_page import audit_page, vocabulary
from cli.pages.docs import AUDIT_PAGE
from tests.rules.sources import files, nodes

# Whoever makes an event of an action that it is given: the position of the action, or its name.
_MAKERS: dict[str, int | str] = {
    "event_of_run": 1,
    "event_of_account": 1,
    "event": 0,
    "AuditEvent": "action",
    "Setting": 1,
    "commit_once": 4,
    "_once": 3,
    "_Handover": 0,
    "take_out": 2,
    "_do": 2,
    "_told": 2,
    "_of_source": 3,
}
# Actions that are put together, by how that stands in the code.
_PUT_TOGETHER = {
    "f'archive.{what}'": {"archive.begun", "archive.verified", "archive.taken", "archive.restored"},
    "f'delivery.{outcome}'": {"delivery.delivered", "delivery.given_up"},
    "f'claim.{event.kind}'": {
        *("claim.issued", "claim.presented", "claim.payment", "claim.credited", "claim.withdrawn", "claim.disputed"),
        *("claim.resolved", "claim.said_paid", "claim.reminder", "claim.second_reminder", "claim.escalation"),
        *("claim.reversed", "claim.written_off", "claim.refunded"),
    },
    "f'review.{what}'": {"review.reminded", "review.escalated"},
    "f'expense.{change.kind}'": {
        *("expense.edited", "expense.sent_back", "expense.confirmed"),
        *("expense.voided", "expense.restored", "expense.undone"),
    },
}


def _sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in (*files("src/tillroll", ".py"), *files("cli", ".py")):
        if path.stem not in {"audited", "audit_page"}:
            yield from ((path, node) for node in nodes(path))


def _actions() -> Iterator[tuple[Path, ast.expr]]:
    """What stands for an action where an event is made."""
    for path, node in _sources():
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = _MAKERS.get(name)
        if isinstance(place, int) and len(node.args) > place:
            yield path, node.args[place]
        yield from ((path, each.value) for each in node.keywords if each.arg == "action" and place == "action")


def test_what_is_written_is_declared() -> None:
    found = [*_actions()]
    assert len(found) > 30, "the test no longer finds where events are made"
    for path, action in found:
        if isinstance(action, ast.JoinedStr):
            assert ast.unparse(action) in _PUT_TOGETHER, f"{path.name}: say which actions {ast.unparse(action)} makes"
        written = [each.value for each in ast.walk(action) if isinstance(each, ast.Constant)]
        if not isinstance(action, ast.JoinedStr):
            assert {*written} <= vocabulary().keys(), f"{path.name} writes {written}: declare it in its room's AUDITED"


def test_what_is_declared_is_written() -> None:
    texts = {node.value for _, node in _sources() if isinstance(node, ast.Constant)}.union(*_PUT_TOGETHER.values())
    assert vocabulary().keys() <= texts, f"nobody writes {vocabulary().keys() - texts}"


def test_the_page_is_made_from_it() -> None:
    assert AUDIT_PAGE.read_text(encoding="utf-8") == audit_page(), "run `make docs` and commit the page"

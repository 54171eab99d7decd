"""A batch whose guard hits no row fails: guards have one form, and events stand behind them."""

import ast
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from local.places import MIGRATIONS, ROOT
from tests.rules.sources import files, nodes

SOURCES: Final = ROOT / "src"

# What builds guards of `changes()`.
GUARDS: Final = {
    "expenses/sorting/chart_accounts.py",  # an event, where any of many rows was changed
    "expenses/sorting/first_language.py",  # the same
    "expenses/sorting/own_travel.py",  # the same
    "tillroll_durable/platform/bindings/guards.py",
    "tillroll_durable/idempotency/journal.py",  # it counts the rows of a statement for who resumes
    "tillroll_durable/_record/late.py",  # an event, where nobody knew of the effect
    "tillroll_durable/audit.py",
    "tillroll_durable/outbox.py",
}

# Where an event is appended without a look at the statement before it, how often, and why.
UNGUARDED: Final[Mapping[str, tuple[int, str]]] = {
    "bank/decisions/booking.py": (2, "many events, behind `must_hit`"),
    "bank/mending.py": (1, "behind `must_hold`"),
    "bank/service.py": (1, "behind the guard of the run that is undone"),
    "books/syncs/decisions.py": (1, "it tells what was asked for, of however many"),
    "claims/postings.py": (1, "behind `must_hit`"),
    "clients/service.py": (1, "behind `must_hit`, or an insert"),
    "tillroll_durable/_execution/reviews.py": (2, "its key is the guard"),
    "tillroll_durable/_operations/instances.py": (1, "it tells of the engine, not of a row"),
    "tillroll_durable/decisions.py": (1, "it tells of no row: somebody was refused"),
    "bank/chasing/asking.py": (1, "behind `must_hit`"),
    "expenses/duplicates/pairs.py": (1, "behind `must_hold`"),
    "expenses/approval/queue.py": (1, "it tells of no row, and its key is the guard"),
    "expenses/changing.py": (1, "behind `must_hit`"),
    "expenses/service.py": (1, "of a person who has seen a value"),
    "expenses/sorting/categories.py": (1, "it tells what was asked for, of however many"),
    "expenses/sorting/merchants.py": (1, "behind `must_hit`"),
    "expenses/sorting/rules.py": (1, "behind `must_hit`"),
    "exports/service.py": (1, "it stands alone: a file was fetched"),
    "identity/passkeys.py": (1, "it stands alone: a passkey was refused"),
    "identity/people.py": (1, "behind the guarded end of all sessions"),
    "identity/refusals.py": (1, "it tells of no row, and its key is the guard"),
    "identity/sessions.py": (2, "behind the code, which was claimed by its row"),
    "mail/service.py": (1, "behind the run of the mail"),
    "onboarding/billing.py": (1, "it stands alone, and its key is the guard"),
    "payouts/bank_files/service.py": (1, "behind `must_hit` of each answer"),
    "payouts/postings.py": (1, "it tells of no row, and its key is the guard"),
    "payouts/bank_files/recovered_files.py": (1, "alone"),
    "privacy/service.py": (1, "it stands alone: a file was fetched"),
    "receipts/pieces/remaking.py": (1, "behind the guarded decision"),
    "received_mail/intake.py": (1, "behind an upsert; the list is replaced as a whole"),
    "tax/decisions.py": (1, "many events, behind an upsert of each"),
}


def test_only_guards_ask_for_changes() -> None:
    asking = {_name(path) for path in _paths() for sql in _sql(path) if "changes()" in sql}
    assert asking == GUARDS, (
        "build the guard with must_hit, or put append_if_changed behind the change"
    )


def test_no_update_is_a_guard_by_the_null_that_it_puts() -> None:
    """Where it finds no row, it puts none, and the batch goes through."""
    wrong: list[str] = []
    for path in _paths():
        for sql in _sql(path):
            wrong += [f"{_name(path)}: {column}" for column in _puts_null(sql)]
    assert wrong == [], "put the condition into WHERE, and use must_hit; or use must_hold"


def test_an_event_is_appended_behind_a_guard() -> None:
    counted = Counter(_name(path) for path in _paths() for _ in _appends(path))
    allowed = {name: count for name, (count, _) in UNGUARDED.items()}
    assert counted == allowed, (
        "use append_if_changed or guarded_batch; else say here why there is no guard"
    )


def test_a_null_by_an_update_is_found() -> None:
    broken = (
        "UPDATE bank_matches SET state = 'x', kind = CASE state WHEN 'y' THEN '' END WHERE id = ?"
    )
    assert [*_puts_null(broken)] == ["bank_matches.kind"]
    nested = "CASE WHEN EXISTS (SELECT 1) THEN NULL ELSE CASE 1 WHEN 1 THEN 2 END END"
    update = "UPDATE bank_matches SET kind = "
    assert [*_puts_null(update + nested)] == ["bank_matches.kind"]
    assert [*_puts_null((update + nested).replace("kind", "said"))] == []
    assert [*_puts_null(update + "NULL WHERE id = ?")] == ["bank_matches.kind"]
    whole = "CASE state WHEN 'y' THEN '' ELSE kind END"
    assert [*_puts_null(update + whole)] == []


@cache
def _paths() -> tuple[Path, ...]:
    return files("src", ".py")


def _name(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix().removeprefix("tillroll/")


def _sql(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.JoinedStr):
            yield "".join(map(_text, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _text(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return " hole "


def _appends(path: Path) -> Iterator[ast.Call]:
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "tillroll_durable.audit"
        and any(each.name == "append" for each in node.names)
        for node in nodes(path)
    )
    for node in nodes(path):
        if not imported or not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "append":
            yield node


_UPDATE: Final = re.compile(r"\bUPDATE\s+(\w+)\b(.*)", re.DOTALL)
_ASSIGNED: Final = re.compile(r"\b(\w+)\s*=\s*CASE\b")
_NULL: Final = re.compile(r"\b(\w+)\s*=\s*NULL\b")
_WORD: Final = re.compile(r"\b(CASE|END|ELSE|THEN|NULL)\b")


def _puts_null(sql: str) -> Iterator[str]:
    """The columns that take no NULL, and into which an UPDATE may put one by a CASE."""
    found = _UPDATE.search(sql)
    if found is None or "ON CONFLICT" in sql:
        return
    table, rest = found.groups()
    for assigned in _NULL.finditer(rest):
        if assigned[1] in _not_null().get(table, set()):
            yield f"{table}.{assigned[1]}"
    for assigned in _ASSIGNED.finditer(rest):
        if assigned[1] in _not_null().get(table, set()) and _may_be_null(rest[assigned.end() :]):
            yield f"{table}.{assigned[1]}"


def _may_be_null(rest: str) -> bool:
    """Whether a CASE, whose first word is read, has no ELSE or gives NULL."""
    depth, has_else, before = 1, False, ""
    for word in _WORD.finditer(rest):
        match word[1]:
            case "CASE":
                depth += 1
            case "END":
                depth -= 1
            case "ELSE" if depth == 1:
                has_else = True
            case "NULL" if depth == 1 and before in {"THEN", "ELSE"}:
                return True
            case _:
                pass
        before = word[1]
        if depth == 0:
            break
    return not has_else


@cache
def _not_null() -> Mapping[str, set[str]]:
    connection = sqlite3.connect(":memory:")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        connection.executescript(path.read_text(encoding="utf-8"))
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = [name for (name,) in listed]
    found: dict[str, set[str]] = {}
    for table in tables:
        query = f"SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\""
        columns = connection.execute(query)
        found[table] = {name for (name,) in columns}
    connection.close()
    return found

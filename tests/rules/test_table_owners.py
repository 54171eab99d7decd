"""A table is written by its owner alone: the module whose TABLES declare it.

The SQL of all sources is read: constants and f-strings, and the names that are given to
`insert_row`. Where a table's name is a value, the modules declare which tables those are, and the
declarations are read instead.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from local.places import MIGRATIONS, ROOT
from local.schema import core_migrations
from tests.rules.sources import files, nodes, tables
from tillroll.app import MODULES
from tillroll.archiving import ARCHIVED
from tillroll.module import Module
from tillroll.secret_links import LINKS

SOURCES: Final = ROOT / "src"
CORE: Final = "tillroll_durable"

# The core's schema says what an application's table of accounts has. The core reads no other table
# of the application.
ACCOUNTS: Final = "accounts"

# Triggers that write a table of another owner than the table they are on: by both owners.
FOREIGN_TRIGGERS: Final = {
    ("receipts", "tillroll_durable"): {
        "receipts_of_persons_in_new_runs",
        "receipts_of_persons_in_runs",
    },
    ("receipts", "quotas"): {"receipts_given_back", "receipts_resized", "receipts_used"},
    ("expenses", "receipts"): {"expenses_of_other_persons", "expenses_of_persons"},
    ("tillroll_durable", "payouts"): {"payout_expenses_by_batch", "payout_expenses_by_run"},
    ("tillroll_durable", "expenses"): {"duplicate_words_of_reviews"},
    ("expenses", "bank"): {
        "bank_entries_doubted",
        "bank_matching_by_expense",
        "bank_matching_by_new_expense",
    },
    ("claims", "bank"): {"bank_matching_by_claim"},
    ("payouts", "bank"): {"bank_matching_by_payout"},
    ("expenses", "books"): {"books_expense_added", "books_expense_changed"},
    ("claims", "books"): {"books_claim_changed", "books_credit_note_added"},
    ("exports", "books"): {"books_period_reopened"},
    ("tax", "expenses"): {"expense_tax_added", "expense_tax_changed", "expense_tax_removed"},
    ("clients", "expenses"): {"clients_renamed", "projects_renamed"},
}

# Where the name of the table that is written is a value, and who says which tables those are. The
# tests below read what is declared; without a declaration, the file's own texts name the tables.
BY_VALUE: Final = {
    "tillroll/expenses/writes.py": "its own texts",
    "tillroll/mail/repository.py": "its own texts",
    "tillroll/mail/service.py": "its own texts",
    "tillroll/notifications/push/devices.py": "its own texts",
    "tillroll/privacy/erasure/workflow.py": "`tables` of all modules",
    "tillroll/privacy/repository.py": "`tables` of all modules",
    "tillroll/secret_links.py": "the hook `links`",
    "tillroll/moving/copying.py": "`taken_along`, of `tables` of all modules",
    "tillroll/moving/freezing.py": "the same; triggers",
    "tillroll/moving/workflow.py": "the same; those that somebody comes in by",
    "tillroll_durable/jobs/inbox.py": "each `Inbox`",
    "tillroll_durable/archive/archiving.py": "the hook `archived`",
    "tillroll_durable/archive/unarchiving.py": "the hook `archived`",
    "tillroll_durable/platform/bindings/database.py": "each `insert_row`",
    "tillroll_durable/platform/kept_secrets.py": "`secrets` of all modules",
}

_HOLE: Final = "{}"
_TABLE: Final = re.compile(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", re.MULTILINE)
_TRIGGER: Final = re.compile(
    r"^CREATE TRIGGER (\w+)\s.*?\bON (\w+).*?\bBEGIN\b(.*?)\bEND;$", re.DOTALL | re.MULTILINE
)
_WRITE: Final = re.compile(
    r"\b(?:(?:INSERT|REPLACE)(?:\s+OR\s+[A-Z]+)?\s+INTO|DELETE\s+FROM|UPDATE(?:\s+OR\s+[A-Z]+)?)"
    r"(?:\s+(\w+|\{)|\s*$)"
)
_NAMED: Final = r"\w+(?:\s+(?:AS\s+)?\w+)?"
_READ: Final = re.compile(rf"\b(?:FROM|JOIN)\s+({_NAMED}(?:\s*,\s*{_NAMED})*)")


def test_each_table_has_one_owner() -> None:
    declared = [table for module in MODULES for table in _tables_of(module)]
    assert sorted(declared) == sorted(tables()), "declare it once, in TABLES of one module"


def test_a_table_is_written_by_its_owner_alone() -> None:
    owners = _owners()
    foreign = {
        table: writers - {owners[table]}
        for table, writers in _writers().items()
        if writers - {owners[table]}
    }
    assert foreign == {}, "ask the owner for a statement, or move the table's declaration"


def test_each_table_is_written() -> None:
    """So the reader of statements finds them. Triggers write some tables, and files by value."""
    migrations = _migrations()
    by_trigger = {name for name in _WRITE.findall(migrations) if name in tables()}
    by_value = {
        each.value
        for name, who in BY_VALUE.items()
        if who == "its own texts"
        for each in nodes(SOURCES / name)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    links = {table.name for table, _ in LINKS.answers()}
    assert tables() - _writers().keys() - by_trigger - by_value - links == set()


def test_the_core_reads_only_its_own_tables_and_accounts() -> None:
    owners = _owners()
    read = {
        table
        for path in files("src", ".py")
        if module_of(path) == CORE
        for sql in _texts(nodes(path))
        for table in tables_read(sql)
        if table in owners and owners[table] != CORE
    }
    assert read == {ACCOUNTS}, "the core must not know a table of the product"


def test_a_trigger_writes_no_table_of_another_owner() -> None:
    owners = _owners()
    foreign: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, table, body in triggers(_migrations()):
        for written in {*_WRITE.findall(body)} & owners.keys():
            if owners[written] != owners[table]:
                foreign[owners[table], owners[written]].add(name)
    assert foreign == FOREIGN_TRIGGERS, "ask the owner for a statement; take out what is gone"


def test_triggers_are_found_with_what_they_write() -> None:
    declared = len(re.findall(r"^CREATE TRIGGER ", _migrations(), re.MULTILINE))
    assert len([*triggers(_migrations())]) == declared > 0
    [(name, table, body)] = triggers(
        "CREATE TRIGGER one AFTER UPDATE OF a, b ON c WHEN NEW.a > 1\nBEGIN\n"
        "  UPDATE d SET e = 1;\nEND;\n"
    )
    assert (name, table, _WRITE.findall(body)) == ("one", "c", ["d"])


def test_migrations_have_the_schema_of_the_core() -> None:
    copies = {
        name: (MIGRATIONS / name).read_text(encoding="utf-8")
        for name in core_migrations()
        if (MIGRATIONS / name).exists()
    }
    assert copies == core_migrations(), "change src/tillroll_durable/schema, then `make docs`"


def test_the_schema_of_the_core_has_its_tables_and_no_others() -> None:
    schema = "\n".join(core_migrations().values())
    owned = {table for table, owner in _owners().items() if owner == CORE}
    assert {*_TABLE.findall(schema)} == owned


def test_the_schema_of_the_core_refers_to_accounts_and_to_itself() -> None:
    schema = "\n".join(core_migrations().values())
    named = {*re.findall(r"\bREFERENCES (\w+)", schema), *tables_read(schema)}
    named |= {name for name in _WRITE.findall(schema) if name}
    assert named & tables() <= {ACCOUNTS, *_TABLE.findall(schema)}


def test_where_a_table_is_a_value_is_listed() -> None:
    found = {
        path.relative_to(SOURCES).as_posix()
        for path in files("src", ".py")
        if _HOLE in tables_written(nodes(path))
    }
    assert found == {*BY_VALUE}, "name the table, or say here which declaration names it"


def test_a_file_that_writes_by_value_names_only_its_own_tables() -> None:
    owners = _owners()
    foreign = {
        (name, each.value)
        for name, who in BY_VALUE.items()
        if who == "its own texts"
        for each in nodes(SOURCES / name)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        if owners.get(each.value, module_of(SOURCES / name)) != module_of(SOURCES / name)
    }
    assert foreign == set()


def test_declared_secrets_and_links_are_of_their_owner() -> None:
    owners = _owners()
    for module in MODULES:
        for place in module.secrets:
            for secret in cast("Iterable[Any]", module.load(place)):
                assert owners[secret.table] == module.name, secret.sort
        for fill in module.fills:
            if fill.hook == LINKS.name:
                table, _ = cast("tuple[Any, object]", module.load(fill.place))
                assert owners[table.name] == module.name
            if fill.hook == ARCHIVED.name:
                archived = cast("Any", module.load(fill.place))
                assert owners[archived.name] == module.name


def test_an_inbox_is_of_the_owner_of_its_table() -> None:
    owners = _owners()
    tables: list[str] = []
    for path in files("src", ".py"):
        for table in _first_arguments(nodes(path), "Inbox"):
            assert owners[table] == module_of(path)
            tables.append(table)
    assert tables


def test_all_ways_to_write_are_found() -> None:
    source = '''
"INSERT INTO a (x) VALUES (?)"
f"UPDATE b SET x = {value}"
f"""
  DELETE FROM c WHERE x IN (SELECT x FROM d, e AS f JOIN g ON 1)
"""
insert_row("h", values)
"INSERT OR IGNORE INTO i SELECT 1"
f"UPDATE {table} SET x = 1"
'''
    tree = [*ast.walk(ast.parse(source))]
    assert tables_written(tree) == {*"abchi", _HOLE}
    assert tables_written([*ast.walk(ast.parse("'UPDATE ' + table"))]) == {_HOLE}
    assert tables_written([*ast.walk(ast.parse("insert_row(table, {})"))]) == {_HOLE}
    read = {table for sql in _texts(tree) for table in tables_read(sql)}
    assert read == {*"cdeg"}


def module_of(path: Path) -> str:
    """The module that a source is of: a folder or file of `tillroll`, or a package beside it."""
    parts = path.relative_to(SOURCES).with_suffix("").parts
    if parts[0] == "tillroll":
        return parts[1]
    return parts[0]


def tables_written(tree: Iterable[ast.AST]) -> set[str]:
    """The tables that its SQL writes; `{}` where the name is a value."""
    written: set[str] = set()
    tree = [*tree]
    for sql in _texts(tree):
        for name in _WRITE.findall(sql):
            written.add(_HOLE if name in {"", "{"} else name)
    return written | {*_first_arguments(tree, "insert_row")}


def tables_read(sql: str) -> Iterator[str]:
    for listed in _READ.findall(sql):
        for part in listed.split(","):
            yield part.split()[0]


def triggers(sql: str) -> Iterator[tuple[str, str, str]]:
    """The name of each trigger, the table that it is on, and what it does."""
    yield from _TRIGGER.findall(sql)


def _first_arguments(tree: Iterable[ast.AST], function: str) -> Iterator[str]:
    for node in tree:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id != function or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        else:
            yield _HOLE


def _texts(tree: Iterable[ast.AST]) -> Iterator[str]:
    """The constants and f-strings. What an f-string puts in is `{}`."""
    for node in tree:
        if isinstance(node, ast.JoinedStr):
            yield "".join(_part(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return _HOLE


@cache
def _migrations() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(MIGRATIONS.glob("*.sql")))


def _tables_of(module: Module) -> Iterator[str]:
    for place in module.tables:
        for table in cast("Iterable[Any]", module.load(place)):
            yield table.name


@cache
def _owners() -> Mapping[str, str]:
    return {table: module.name for module in MODULES for table in _tables_of(module)}


@cache
def _writers() -> Mapping[str, set[str]]:
    """The modules that write a table."""
    writers: defaultdict[str, set[str]] = defaultdict(set)
    for path in files("src", ".py"):
        for table in tables_written(nodes(path)) & tables():
            writers[table].add(module_of(path))
    return writers

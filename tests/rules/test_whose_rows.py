"""A batch says whose rows it writes: the code that runs one names the account.

A statement says it by a column `account_id`, or is given its account. A helper that only makes
statements may leave it to others in the same batch, such as the batch's event.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from cli.pages.account_tables import account_tables_modules
from local.places import ROOT
from tests.rules.sources import files, text
from tillroll.workflows.account_tables import TABLES_OF_ACCOUNTS
from tillroll_durable.platform.bindings.whose_rows import write_of

_SOURCES: Final = ROOT / "src"

# What writes rows of whichever accounts are in the database, and why it can name none.
OF_EVERYBODY: Final[Mapping[str, str]] = {
    "tillroll/agreement/repository.py": "accounts of the next events of the audit",
    "tillroll/bank/sources/repository.py": "a turn: whose fetch it is comes with its row",
    "tillroll/expenses/conversions.py": "what waits for the rates of a day",
    "tillroll/expenses/search/words.py": "words of what waits for them",
    "tillroll/identity/refusal_rows.py": "a sweep by age",
    "tillroll/inbound/events.py": "a turn: whose event it is comes with its row",
    "tillroll/mail/jobs.py": "sweeps by age",
    "tillroll/moving/copying.py": "an account that moves: no rows of it are written otherwise",
    "tillroll/moving/workflow.py": "the same",
    "tillroll/notifications/jobs.py": "a sweep by age",
    "tillroll/observability/alert_rounds.py": "alerts of all accounts, in one round",
    "tillroll/onboarding/billing.py": "what was undone, before it had an account",
    "tillroll/received_mail/repository.py": "a turn: whose mail it is comes with its row",
    "tillroll_durable/_record/changes.py": "who makes an instance need not know whose run it is",
    "tillroll_durable/ai/ledger.py": "a sweep by age",
    "tillroll_durable/archive/archiving.py": "a sweep by age",
    "tillroll_durable/archive/checks.py": "files of whichever accounts",
    "tillroll_durable/archive/files.py": "a range of the audit has events of all accounts",
    "tillroll_durable/idempotency/keys.py": "a sweep by age",
    "tillroll_durable/outbox.py": "a turn: whose event it is comes with its row",
    "tillroll_durable/platform/kept_secrets.py": "a key is renewed for all",
    "tillroll_durable/schedules/overlap.py": "a schedule of all accounts",
    "tillroll_durable/schedules/rows.py": "the same",
    "tillroll_durable/webhooks/endpoint_rows.py": "a sweep by age",
}
_DEFINED_IN: Final = {
    "tillroll_durable/platform/bindings/database.py",
    "tillroll_durable/platform/bindings/whose_rows.py",
}
_HOLE: Final = "{}"
_MAKERS: Final = {"statement", "Statement"}
_RUNNERS: Final = {"batch", "first", "all"}
# What makes a statement of an event or of a run, which names the account.
_NAMERS: Final = {
    "append",
    "append_if_changed",
    "append_outcome",
    "append_where",
    "event_of_account",
    "event_of_run",
    "guarded_batch",
    "RunChange",
}
# A name that many functions have says nothing of which one is called.
_MOST_OF_A_NAME: Final = 4
_Texts = Mapping[str, list[str]]


@dataclass
class _Function:
    """What a function does: the tables of accounts that its statements write, whether one of them
    names an account, whom it calls, and whether it runs any."""

    place: str
    tables: set[str] = field(default_factory=set[str])
    names_account: bool = False
    calls: set[str] = field(default_factory=set[str])
    runs: bool = False


def _texts_of(node: ast.expr, constants: _Texts) -> list[str]:
    """The texts that an expression may be, with a hole for each value in them."""
    match node:
        case ast.Constant(value=str(constant)):
            return [constant]
        case ast.JoinedStr(values=parts):
            pieces = [each.value if isinstance(each, ast.Constant) else _HOLE for each in parts]
            return ["".join(str(each) for each in pieces)]
        case ast.Name(id=name):
            return list(constants.get(name, []))
        case ast.IfExp(body=body, orelse=other):
            return _texts_of(body, constants) + _texts_of(other, constants)
        case _:
            return []


def _constants_of(nodes: Iterator[ast.AST], known: _Texts) -> dict[str, list[str]]:
    constants = {name: [*texts] for name, texts in known.items()}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                texts = _texts_of(value, constants)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                texts = _texts_of(value, constants)
            case _:
                continue
        if texts:
            constants[name] = texts
    return constants


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _note(function: _Function, call: ast.Call, constants: _Texts) -> None:
    name = _called(call)
    if name in _RUNNERS:
        function.runs = True
    elif name == "insert_row":
        function.names_account |= "account_id" in ast.unparse(call)
    elif name not in _MAKERS:
        function.calls.add(name)
    elif call.args:
        has_account = len(call.args) > 2 or any(
            each.arg in {"account", "accounts"} for each in call.keywords
        )
        for sql in _texts_of(call.args[0], constants):
            write = write_of(sql)
            if write is None:
                continue
            if has_account or write.accounts:
                function.names_account = True
            else:
                function.tables |= write.tables & TABLES_OF_ACCOUNTS


def _functions_of(path: str, source: str) -> Iterator[tuple[str, _Function]]:
    tree = ast.parse(source)
    constants = _constants_of(iter(tree.body), {})
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        function = _Function(f"{path}: {node.name}")
        own = _constants_of(ast.walk(node), constants)
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                _note(function, each, own)
        yield node.name, function


def unnamed(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """The functions that run a write of a table of accounts without its account, with the
    tables."""
    functions: defaultdict[str, list[_Function]] = defaultdict(list)
    for path, source in sources.items():
        for name, function in _functions_of(path, source):
            functions[name].append(function)
    everything = [each for some in functions.values() for each in some]
    for function in everything:
        function.names_account |= bool(function.calls & _NAMERS)
    is_new = True
    while is_new:
        is_new = False
        for function in everything:
            for name in function.calls:
                if len(functions.get(name, ())) > _MOST_OF_A_NAME:
                    continue
                for other in functions.get(name, ()):
                    is_new |= _passes_on(other, function)
    return {
        each.place: sorted(each.tables)
        for each in everything
        if each.runs and each.tables and not each.names_account
    }


def _passes_on(maker: _Function, caller: _Function) -> bool:
    """Whether a caller gets anything new of a function that only makes statements."""
    if maker.runs:
        return False
    before = (caller.names_account, len(caller.tables))
    caller.names_account |= maker.names_account
    caller.tables |= maker.tables
    return before != (caller.names_account, len(caller.tables))


@cache
def _sources() -> Mapping[str, str]:
    return {_name(path): text(path) for path in files("src", ".py")}


def _name(path: Path) -> str:
    return path.relative_to(_SOURCES).as_posix()


# Reads of a table beside functions of the same names that write.
_READERS: Final = {
    "tillroll/payouts/bank_files/instructions.py: _by",
    "tillroll/payouts/bank_files/instructions.py: made",
    "tillroll/payouts/bank_files/instructions.py: seen_in",
}


def test_what_runs_a_batch_names_the_account() -> None:
    places = unnamed(_sources())
    assert places.keys() - _READERS == set(), "give the statement its account"


def test_what_names_no_account_is_in_the_list() -> None:
    naming_none = {path for path, source in _sources().items() if "EVERYBODY" in source}
    assert naming_none - _DEFINED_IN == OF_EVERYBODY.keys(), "name the account, or say why not"


def test_a_write_that_names_no_account_is_noticed() -> None:
    source = """
async def forget(database, client_id):
    await database.batch([_forgetting(client_id)])

def _forgetting(client_id):
    return statement("UPDATE clients SET name = '' WHERE id = ?", [client_id])

async def forget_well(database, account_id, client_id):
    query = "UPDATE clients SET name = '' WHERE id = ?"
    await database.first(statement(query, [client_id], account=account_id))

async def forget_and_tell(database, event, client_id):
    await database.batch([_forgetting(client_id), append_if_changed(event)])
"""
    assert unnamed({"planted.py": source}) == {"planted.py: forget": ["clients"]}


def test_the_tables_of_accounts_are_those_of_the_migrations() -> None:
    for path, source in account_tables_modules().items():
        assert path.read_text(encoding="utf-8") == source, "run `make docs`"


def test_no_code_takes_a_text_for_an_account_by_how_it_begins() -> None:
    guessing = {
        path
        for path, source in _sources().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.removeprefix("^").startswith("acc_")
    }
    # What an operator types is checked; an endpoint's id leaves the prefix out.
    assert guessing == {"tillroll/moving/contract.py", "tillroll_durable/webhooks/deliveries.py"}

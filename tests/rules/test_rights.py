"""Each act that says what became of money has known callers, and each of them asks for the right to
it.

A route asks by its permission. Any other caller names where the person behind it is asked. A new
caller is refused until it stands here.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tillroll.access.permissions import Permission

SRC: Final = Path("src")
ASKED_BY_ACT: Final = "the act asks the person it is given"
ASKED_TO_MATCH: Final = "deciding.check_right or automatic._may_book asked who accepted the match"
OWN: Final = "it takes back what the automation itself said, and asks nobody"
PAY: Final = Permission.PAY
BOOK: Final = Permission.BOOK
# By act, a function of a module: its callers, each with the permission of its route, or where the
# right is asked for.
CALLERS: Final[dict[str, dict[str, Permission | str]]] = {
    "payouts.by_hand:settle_by_hand": {"payouts.endpoints:settle_payout": Permission.OPERATE},
    "payouts.by_hand:correct_by_hand": {"payouts.endpoints:settle_payout": Permission.OPERATE},
    "payouts.by_hand:take_back": {
        "payouts.endpoints:undo_payout": PAY,
        "payouts.by_hand:correct_by_hand": ASKED_BY_ACT,
    },
    "payouts.by_hand:settle": {
        "payouts.by_hand:settle_by_hand": ASKED_BY_ACT,
        "payouts.bank_entries:_change_of_provider": ASKED_TO_MATCH,
    },
    "payouts.bank_files.service:record_outcome": {"payouts.endpoints:report_payment_outcomes": PAY},
    "payouts.bank_files.service:take_report": {"payouts.endpoints:import_payment_report": PAY},
    "payouts.bank_entries:follow_entries": {
        "bank.decisions.effects:_follow_payout": ASKED_TO_MATCH
    },
    "bank.decisions.booking:accept": {
        "bank.decisions.deciding:_accept": "decide and make_match ask before",
        "bank.decisions.automatic:book": "_bookable asks those who stand for it",
        "bank.decisions.automatic:_book": "_bookable asks before",
    },
    "bank.decisions.booking:undo": {
        "bank.decisions.deciding:_accept": "decide asks before, also for what is undone by it",
        "bank.decisions.deciding:undo_match": "check_may_undo asks",
        "bank.statements.undoing:take_back": "undo_import asked who has it undone",
        "bank.statements.undoing:undo_all": OWN,
    },
    "bank.statements.undoing:undo_all": {"bank.decisions.automatic:unbook": OWN},
    "bank.decisions.deciding:decide": {"bank.decisions.endpoints:decide_bank_match": BOOK},
    "bank.decisions.deciding:make_match": {"bank.decisions.endpoints:create_bank_match": BOOK},
    "bank.decisions.deciding:undo_match": {"bank.decisions.endpoints:undo_bank_match": BOOK},
    "bank.decisions.automatic:accept_certain": {
        "bank.decisions.endpoints:accept_certain_bank_matches": BOOK
    },
    "bank.service:undo_import": {"bank.endpoints:undo_bank_statement": BOOK},
    "claims.service:record_payment": {
        "claims.endpoints:record_claim_payment": BOOK,
        "bank.decisions.effects:_follow_claim": ASKED_TO_MATCH,
        "bank.decisions.effects:_keep_again": ASKED_TO_MATCH,
    },
    "claims.service:reverse_payment": {
        "claims.endpoints:reverse_claim_payment": BOOK,
        "bank.decisions.effects:_unpay_claim": ASKED_TO_MATCH,
        "bank.decisions.effects:_give_back": ASKED_TO_MATCH,
    },
    "claims.service:record_refund": {
        "claims.endpoints:refund_claim": BOOK,
        "bank.decisions.effects:_give_back": ASKED_TO_MATCH,
    },
    "claims.service:write_off_rest": {"claims.endpoints:write_off_claim": BOOK},
}
# Acts that hold the right themselves: by what they call for it.
ASKING: Final[dict[str, str]] = {
    "payouts.by_hand:settle_by_hand": "_check_operator",
    "payouts.by_hand:correct_by_hand": "_check_operator",
    "payouts.by_hand:take_back": "check_may_report",
    "payouts.bank_files.service:_apply": "check_may_report",
    "bank.decisions.deciding:decide": "check_right",
    "bank.decisions.deciding:make_match": "check_right",
    "bank.decisions.deciding:undo_match": "check_may_undo",
    "bank.decisions.automatic:_may_book": "check_right",
    "bank.decisions.automatic:_may_book_alone": "need_second",
    "bank.service:undo_import": "check_may_undo",
}

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SRC.glob("tillroll*/**/*.py")):
        name = ".".join(path.relative_to(SRC).with_suffix("").parts)
        yield name.removeprefix("tillroll."), ast.parse(path.read_text(encoding="utf-8"))


TREES: Final = dict(_trees())


def _functions(tree: ast.Module) -> Iterator[_Function]:
    """Those of a module, without such as stand in others."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _mentions(function: _Function) -> set[str]:
    """The names that a function uses, also those of modules with a dot."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add(f"{node.value.id}.{node.attr}")
    return names


def _imports(tree: ast.Module) -> dict[str, str]:
    """What a module imports of the product, by the name that it gives it."""
    imports: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for each in node.names:
                imports[each.asname or each.name] = f"{node.module}.{each.name}".removeprefix(
                    "tillroll."
                )
    return imports


MENTIONS: Final = {
    f"{module}:{function.name}": _mentions(function)
    for module, tree in TREES.items()
    for function in _functions(tree)
}
IMPORTS: Final = {module: _imports(tree) for module, tree in TREES.items()}


def _names_of(module: str, act: str) -> set[str]:
    """How a module calls an act: by its name, or by that of the module that has it."""
    owner, function = act.split(":")
    if module == owner:
        return {function}
    names = {name for name, source in IMPORTS[module].items() if source == f"{owner}.{function}"}
    return names | {
        f"{name}.{function}" for name, source in IMPORTS[module].items() if source == owner
    }


def _callers(act: str) -> set[str]:
    callers: set[str] = set()
    for caller, mentions in MENTIONS.items():
        module = caller.partition(":")[0]
        if caller != act and mentions & _names_of(module, act):
            callers.add(caller)
    return callers


def _function(name: str) -> _Function:
    module, function = name.split(":")
    return next(each for each in _functions(TREES[module]) if each.name == function)


@pytest.mark.parametrize("act", CALLERS)
def test_each_act_has_its_known_callers_and_no_other(act: str) -> None:
    assert _callers(act) == {*CALLERS[act]}


@pytest.mark.parametrize(
    ("caller", "permission"),
    sorted(
        {
            (caller, asked)
            for callers in CALLERS.values()
            for caller, asked in callers.items()
            if isinstance(asked, Permission)
        }
    ),
)
def test_each_route_to_an_act_asks_for_its_permission(caller: str, permission: Permission) -> None:
    decorators = [ast.unparse(each) for each in _function(caller).decorator_list]
    assert any(f"needs(Permission.{permission.name})" in each for each in decorators), decorators


@pytest.mark.parametrize("act", ASKING)
def test_each_use_case_asks_the_person_behind_it(act: str) -> None:
    assert ASKING[act] in MENTIONS[act]


def test_a_new_caller_is_found() -> None:
    planted = ast.parse("async def sneak(platform):\n    await follow_entries(platform)\n")
    [function] = _functions(planted)
    assert "follow_entries" in _mentions(function)

"""A job done row by row is no part of the request that begins it: it is done `without_journal`.

`each_row` bears whatever fails with one row, and goes on. Under the journal of a request's
Idempotency-Key that would be another order of writes, and the request could not be resumed.
"""

import ast
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import files, nodes

SOURCES: Final = ROOT / "src"
ROW_BY_ROW: Final = {
    ("tillroll_durable.jobs.scans", "each_row"),
    ("tillroll_durable.jobs.scans", "each_together"),
}
# What answers a request.
ENTRANCES: Final = ("endpoints.py", "native.py", "payer.py")

Place = tuple[str, str]
"""A module, and what it defines by name."""


@dataclass
class Definition:
    """A function or a class. `names` is all that its body refers to, outside `without_journal`."""

    names: set[Place] = field(default_factory=set[Place])


def _module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.AST) -> Mapping[str, Place]:
    """What a name of a module stands for; a module itself has no name in it."""
    found: dict[str, Place] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for each in node.names:
                found[each.asname or each.name] = (node.module, each.name)
    return found


def _is_without(node: ast.AST) -> str | None:
    """The name that `with without_journal(…) as name` gives the platform; None for what else."""
    if not isinstance(node, ast.With):
        return None
    [item, *_] = node.items
    call = item.context_expr
    is_named = isinstance(call, ast.Call) and ast.unparse(call.func) == "without_journal"
    if is_named and isinstance(item.optional_vars, ast.Name):
        return item.optional_vars.id
    return None


def _referred(body: ast.AST, direct: str | None = None) -> Iterator[str]:
    """The dotted names in a body, but for calls that are given the platform without a journal."""
    direct = _is_without(body) or direct
    if isinstance(body, ast.Call) and direct is not None:
        given = [*body.args, *(each.value for each in body.keywords)]
        if any(isinstance(each, ast.Name) and each.id == direct for each in given):
            for each in given:
                yield from _referred(each, direct)
            return
    if isinstance(body, ast.Name):
        yield body.id
    if isinstance(body, ast.Attribute):
        yield ast.unparse(body)
    for each in ast.iter_child_nodes(body):
        yield from _referred(each, direct)


def definitions(module: str, tree: ast.Module) -> Mapping[Place, Definition]:
    imported = _imported(tree)
    here = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    found: dict[Place, Definition] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        names: set[Place] = set()
        for name in _referred(node):
            first, _, rest = name.partition(".")
            if not rest and name in here:
                names.add((module, name))
            elif first in imported:
                of, imported_name = imported[first]
                names.add((of, imported_name))
                if rest:
                    names.add((f"{of}.{imported_name}", rest))
        found[module, node.name] = Definition(names)
    return found


@cache
def all_definitions() -> Mapping[Place, Definition]:
    found: dict[Place, Definition] = {}
    for path in files("src", ".py"):
        [tree, *_] = nodes(path)
        assert isinstance(tree, ast.Module)
        found |= definitions(_module_name(path), tree)
    return found


def ways(
    found: Mapping[Place, Definition], entrances: Sequence[Place]
) -> Mapping[Place, Sequence[Place]]:
    """From each entrance, a shortest way by which it comes to what is done row by row."""
    wrong: dict[Place, Sequence[Place]] = {}
    for entrance in entrances:
        before: dict[Place, Place | None] = {entrance: None}
        waiting = deque([entrance])
        while waiting:
            place = waiting.popleft()
            if place in ROW_BY_ROW:
                way = [place]
                while (last := before[way[0]]) is not None:
                    way.insert(0, last)
                wrong[entrance] = way
                break
            for each in sorted(found[place].names if place in found else ()):
                if each not in before:
                    before[each] = place
                    waiting.append(each)
    return wrong


def entrances_of(found: Mapping[Place, Definition]) -> Sequence[Place]:
    answering = {
        _module_name(path) for path in files("src", ".py") if path.name.endswith(ENTRANCES)
    }
    return [place for place in found if place[0] in answering]


def test_a_request_does_no_job_row_by_row_under_its_journal() -> None:
    found = all_definitions()
    entrances = entrances_of(found)
    assert len(entrances) > 300
    wrong = {" → ".join(name for _, name in way) for way in ways(found, entrances).values()}
    assert wrong == set(), "begin it `with without_journal(platform) as direct`, and give it that"


_PLANTED: Final = """
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.services import without_journal

async def work_off(platform):
    await _work_off(platform)

async def work_off_beside(platform):
    with without_journal(platform) as direct:
        await _work_off(direct)

async def work_off_beside_by_mistake(platform):
    with without_journal(platform) as direct:
        await _work_off(platform)

async def work_off_behind(platform):
    with without_journal(platform) as direct:
        await direct.database.all(QUERY)
    await partial(_work_off, platform)()

async def _work_off(platform):
    await each_row(platform, PART, rows=[], subject="id", do=_do)
"""


def _planted() -> Mapping[Place, Definition]:
    return definitions("planted", ast.parse(_PLANTED))


@pytest.mark.parametrize("name", ["work_off", "work_off_beside_by_mistake", "work_off_behind"])
def test_a_job_under_the_journal_is_found(name: str) -> None:
    [way] = ways(_planted(), [("planted", name)]).values()
    assert [each for _, each in way] == [name, "_work_off", "each_row"]


def test_a_job_beside_the_journal_is_let_pass() -> None:
    assert ways(_planted(), [("planted", "work_off_beside")]) == {}


def test_a_job_of_another_module_is_found() -> None:
    code = "from tillroll.claims import documents\n\ndef answer(p):\n    documents.write(p)\n"
    found = definitions("tillroll.claims.endpoints", ast.parse(code))
    [answer] = found.values()
    assert ("tillroll.claims.documents", "write") in answer.names

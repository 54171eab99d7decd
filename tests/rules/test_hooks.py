"""A module declares what it asks of others, and those that answer fill it: each hook has answers,
and each answer its hook.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

from local.places import ROOT
from tests.rules.sources import files, nodes, text
from tillroll.app import MODULES
from tillroll.module import Hook

_PACKAGE = ROOT / "src" / "tillroll"
_REGISTRY = re.compile(r"tillroll\.workflows(\.registry\b| import registry\b)")


def _declared() -> Iterator[tuple[str, str]]:
    """The file and the constant of each hook."""
    for path in files("src/tillroll", ".py"):
        for node in nodes(path):
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and isinstance(node.value, ast.Call)
                and ast.unparse(node.value.func).startswith("Hook[")
            ):
                name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
                yield name, node.target.id


def _hooks() -> list[Hook[object]]:
    return [getattr(import_module(file), constant) for file, constant in _declared()]


def test_each_hook_has_a_name_of_its_own_and_answers() -> None:
    names = [hook.name for hook in _hooks()]
    assert sorted(names) == sorted({fill.hook for module in MODULES for fill in module.fills})
    assert [hook.name for hook in _hooks() if not hook.answers()] == []


def test_the_name_of_a_hook_says_which_module_asks() -> None:
    asking = {
        file: getattr(import_module(file), constant).name.partition(".")[0]
        for file, constant in _declared()
    }
    assert len(asking) > 10
    assert asking == {file: file.split(".")[1] for file in asking}


def test_each_answer_is_listed() -> None:
    """What fills a hook without its line in the list is never asked."""
    filled = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files("src/tillroll", ".py")
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr == "fill"
        and isinstance(node.value, ast.Name)
        and node.value.id.isupper()
    ]
    listed = [fill for module in MODULES for fill in module.fills]
    assert len(filled) == len(listed), filled


def test_no_module_imports_the_registry_of_all() -> None:
    """It lists what stands above a module: a module asks for the kinds by `kinds()`."""
    importing = [
        str(path.relative_to(ROOT))
        for path in files("src/tillroll", ".py")
        if _REGISTRY.search(text(path))
    ]
    assert importing == []

"""What is private to a package stands in folders with an underscore, and nobody reaches into them.

import-linter holds the packages to it. It does not read the wiring, the command, local tools and
benchmarks, nor names that app.py has as text.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.places import ROOT
from tests.rules.sources import files, nodes, text

SOURCES = ROOT / "src"
# What app.py names of a package: its module, a colon, and the name.
_NAMED_PRIVATELY = re.compile(r'"(?:\w+\.)*_\w+(?:\.\w+)*:\w+"')
_OUTSIDE = ("src", "cli", "local", "bench", "docs")


def private_packages() -> list[str]:
    """The folders of src/ whose names begin with an underscore, as import-linter writes them."""
    folders = [path.parent for path in SOURCES.rglob("__init__.py")]
    return sorted(
        ".".join(folder.relative_to(SOURCES).parts)
        for folder in folders
        if folder.name.startswith("_")
    )


def _protected() -> Mapping[str, Any]:
    """What protects each of them: the contract's allowed importers."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return {
        module: contract["allowed_importers"]
        for contract in contracts
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }


def imported_names(parsed: Iterable[ast.AST]) -> Iterator[str]:
    """Each name that is imported, with the module that it is imported from."""
    for node in parsed:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def reaches_into(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_each_private_folder_is_in_a_contract() -> None:
    """Only the package that a private folder is part of may import it."""
    protected = _protected()
    assert private_packages() != []
    assert {package: protected.get(package) for package in private_packages()} == {
        package: [package.rpartition("._")[0]] for package in private_packages()
    }


def test_nobody_imports_past_a_surface() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for folder in _OUTSIDE
        for path in files(folder, ".py")
        for package in private_packages()
        if package.partition(".")[0] not in path.relative_to(ROOT).parts
        for name in imported_names(nodes(path))
        if reaches_into(name, package)
    ]
    assert found == []


def test_the_list_of_modules_names_nothing_private() -> None:
    assert _NAMED_PRIVATELY.findall(text(SOURCES / "tillroll" / "app.py")) == []
    assert _NAMED_PRIVATELY.search('"_operations.instances:JOBS"')


def test_an_import_past_the_surface_is_found() -> None:
    reaching = "from tillroll_durable import runs, _record\nimport tillroll_durable._record.changes"
    names = [*imported_names(ast.walk(ast.parse(reaching)))]
    assert [name for name in names if reaches_into(name, "tillroll_durable._record")] == [
        "tillroll_durable._record",
        "tillroll_durable._record.changes",
    ]

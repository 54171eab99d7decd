"""What runs, is operated or is given to authors knows no test of this project."""

import ast

import pytest

from tests.rules.sources import files, nodes

_OF_THE_PROJECT = {"bench", "cli", "local", "tests", "tillroll", "tillroll_documents"}


def _imported(folder: str) -> set[tuple[str, str]]:
    """Each file of a folder, and the packages that it imports wherever in it."""
    found: set[tuple[str, str]] = set()
    for path in files(folder, ".py"):
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.add((path.as_posix(), node.module.partition(".")[0]))
            elif isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
                found |= {(path.as_posix(), name) for name in names}
    return found


@pytest.mark.parametrize("folder", ["src", "cli", "local", "testing"])
def test_nothing_beside_the_tests_imports_them(folder: str) -> None:
    imported = _imported(folder)
    assert imported, "nothing was read"
    assert [path for path, package in imported if package == "tests"] == []


def test_what_proves_workflows_imports_the_core_alone() -> None:
    imported = _imported("testing")
    assert any(package == "tillroll_durable" for _, package in imported)
    assert [each for each in imported if each[1] in _OF_THE_PROJECT] == []

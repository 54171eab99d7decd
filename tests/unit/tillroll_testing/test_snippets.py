"""Each kind that the documentation shows is checked as a project of its own: what somebody copies
has no mistake that `tillroll check` tells.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.places import ROOT
from tillroll_testing.checking.determinism import faults_of

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def kinds() -> Iterator[tuple[str, str]]:
    """The snippets with a body and its workflow, by page and number."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if page.parent.name == "decisions":
            continue
        for number, snippet in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8"))):
            if "WorkflowRun" in snippet and _has_body(snippet):
                yield f"{page.relative_to(ROOT)} {number}", snippet


def _has_body(snippet: str) -> bool:
    """Whether it is whole, and has the function that its workflow executes, if it shows one."""
    try:
        tree = ast.parse(snippet)
    except SyntaxError:
        return False
    functions = {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Workflow"), args=[_, ast.Name(id=body), *_]):
                if body not in functions:
                    return False
            case ast.Call(func=ast.Name(id="Workflow")):
                return False
            case _:
                pass
    return bool(functions)


KINDS = dict(kinds())


def test_there_are_snippets() -> None:
    assert len(KINDS) >= 12, [*KINDS]


@pytest.mark.parametrize("place", KINDS)
def test_a_snippet_has_no_mistake(tmp_path: Path, place: str) -> None:
    package = tmp_path / "src" / "shown"
    package.mkdir(parents=True)
    (package / "workflow.py").write_text(KINDS[place], encoding="utf-8")
    assert [str(each) for each in faults_of(package, tmp_path)] == []

"""What authors import stands in `tillroll_durable`: documented, typed, and loaded only when it is
asked for.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tillroll_durable as durable
from local.places import ROOT

_SECTION = re.compile(r"^## What is imported$(.*?)^## ", re.DOTALL | re.MULTILINE)
_LOADED = "import sys; print(*sorted(name for name in sys.modules if name.startswith('tillroll')))"


def _typed() -> list[str]:
    """The names that the type checker is given."""
    tree = ast.parse(Path(str(durable.__file__)).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    return [
        alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def _loaded_by(line: str) -> set[str]:
    """The modules of ours that a fresh interpreter has loaded after a line."""
    command = [sys.executable, "-c", f"{line}\n{_LOADED}"]
    done = subprocess.run(command, cwd=ROOT / "src", check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_every_name_is_there_for_the_interpreter_and_the_type_checker() -> None:
    assert sorted(_typed()) == sorted(durable.__all__)
    assert [name for name in durable.__all__ if getattr(durable, name, None) is None] == []
    assert set(durable.__all__) <= set(dir(durable))


def test_the_names_are_those_that_are_documented() -> None:
    found = _SECTION.search((ROOT / "docs/writing-workflows.md").read_text(encoding="utf-8"))
    assert found
    rows = [line for line in found[1].splitlines() if line.startswith("| ")]
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(
        durable.__all__
    )


def test_a_name_that_is_none_of_them_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Wrokflow'"):
        _ = durable.Wrokflow


@pytest.mark.parametrize(
    "line",
    [
        "import tillroll_durable",
        "from tillroll_durable import Contract, NeedsReview, Params, Signal, Step, Timer",
        "from tillroll_durable import begin",
        "import tillroll_durable.errors",
    ],
)
def test_one_line_does_not_load_what_executes_runs(line: str) -> None:
    loaded = _loaded_by(line)
    assert "tillroll_durable" in loaded
    assert [
        name
        for name in loaded
        if name.startswith(("tillroll_durable._execution", "tillroll_durable._operations"))
    ] == []


def test_the_package_alone_loads_none_of_its_modules() -> None:
    assert _loaded_by("import tillroll_durable") == {"tillroll_durable"}

"""What a project's files say of files that it does not have goes with them."""

import pytest

from cli.making.projects.references import without_dead_references

_LISTED = '"""Wiring only.\n\nThe path:\n\n1. src/one.py: first.\n2. `run` below, src/two.py: then.\n"""\n'


@pytest.mark.parametrize(
    ("there", "left"),
    [
        pytest.param({"src/one.py", "src/two.py"}, _LISTED, id="all there"),
        pytest.param({"src/one.py"}, '"""Wiring only."""\n', id="one gone"),
    ],
)
def test_a_path_of_files_goes_whole(there: set[str], left: str) -> None:
    assert without_dead_references("src/entry.py", _LISTED, there.__contains__) == left

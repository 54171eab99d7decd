"""How the house is built: layers inside the core, and folders that can be taken in at a glance."""

import re
from graphlib import CycleError

import pytest

from cli.pages.docs import LAYERS_PAGE
from cli.pages.layers import CORE, MOST_LAYERS, imports_inside, layers, layers_page, wings
from local.places import ROOT

_DOZEN = 12
# A language is a file, and stands beside the others.
_MAY_HOLD_MORE = {"src/tillroll/receipts/languages"}


def test_the_imports_inside_the_core_form_few_layers() -> None:
    number = len(layers(imports_inside()))
    assert number <= MOST_LAYERS, "let the highest import from lower ones: `python -m cli.pages.layers` lists them"


def test_the_layers_page_is_made_from_the_imports() -> None:
    assert LAYERS_PAGE.read_text(encoding="utf-8") == layers_page(), "run `make docs` and commit the page"


def test_a_circle_is_found() -> None:
    with pytest.raises(CycleError):
        layers({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_a_module_stands_above_the_highest_that_it_imports() -> None:
    assert layers({"top": {"middle", "low"}, "middle": {"low"}, "low": set(), "other": set()}) == [
        ["low", "other"],
        ["middle"],
        ["top"],
    ]


def test_imports_for_the_type_checker_are_left_out() -> None:
    found = imports_inside()
    assert f"{CORE}.running.workflow_run" not in found[f"{CORE}.workflow"]
    assert f"{CORE}.workflow" in found[f"{CORE}.operating.dispatch"]
    assert "running" not in wings(found)["record"]


def test_no_folder_holds_more_than_a_dozen_files() -> None:
    folders = [ROOT / "src", *(path for path in (ROOT / "src").rglob("*") if path.is_dir())]
    counts = {
        folder.relative_to(ROOT).as_posix(): sum(path.is_file() and path.suffix != ".pyc" for path in folder.iterdir())
        for folder in folders
    }
    crowded = {folder: count for folder, count in counts.items() if count > _DOZEN and folder not in _MAY_HOLD_MORE}
    assert crowded == {}, "make a room for the files that belong together"


@pytest.mark.parametrize("room", ["approving", "expenses", "exports", "files", "ledger", "runs", "sorting"])
def test_http_only_translates(room: str) -> None:
    """What is written for a receipt, an expense or a run stands in a use case, which needs no HTTP."""
    writes = re.compile(r"\b(?:INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
    modules = sorted((ROOT / "src" / "tillroll" / "api" / room).glob("*.py"))
    assert modules
    assert [path.name for path in modules if writes.search(path.read_text(encoding="utf-8"))] == []

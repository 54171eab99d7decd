"""A project has the modules that are chosen, with all that they need, and nothing of others."""

import ast
from pathlib import Path

import pytest

from cli.making.listing import LIST, left, needs_of
from cli.making.plan import Refused
from cli.making.projects.modules import KERNEL, chosen_of
from cli.making.projects.tree import committed, tree_of
from cli.making.projects.writing import write_project
from cli.pages.module_map import modules_page
from local.places import ROOT
from tests.support.campaigns import some_of_campaign
from tillroll.app import MODULES

_NEEDS = needs_of((ROOT / LIST).read_text(encoding="utf-8"))
_IS_CLONE = (ROOT / ".git").exists()
pytestmark = pytest.mark.skipif(
    not _IS_CLONE, reason="a project is made of a clone: nothing else says what is in it"
)


def test_the_list_is_read_as_it_is() -> None:
    assert {name: tuple(needs) for name, needs in _NEEDS.items()} == {
        each.name: each.needs for each in MODULES
    }


def test_what_is_needed_comes_with_what_is_chosen() -> None:
    least = {*chosen_of([], _NEEDS)}
    assert {*KERNEL, "mail"} <= least
    assert not least & {"receipts", "expenses", "claims", "payouts"}
    assert {"payouts", "ledger", "stripe", *least} <= {*chosen_of(["payouts"], _NEEDS)}


@pytest.mark.campaign
@pytest.mark.parametrize(
    "names",
    some_of_campaign([["payouts"], [], ["webhooks"]]),
    ids=lambda names: "-".join(names) or "least",
)
def test_nothing_in_it_imports_what_it_does_not_have(names: list[str]) -> None:
    """Of the Worker and of the tests. A command of a module that is not there stays, and is not
    offered.
    """
    chosen = chosen_of(names, _NEEDS)
    with committed(ROOT) as sources:
        tree = tree_of(sources, "mine", chosen)
    absent = {*_NEEDS} - {*chosen}
    assert "tests/simulation/conftest.py" in tree, "what a new workflow is played with is left out"
    for path, content in tree.items():
        if path.endswith(".py") and path.startswith(("src/", "tests/unit/")):
            imported = {
                f"{node.module}.{alias.name}".removeprefix("tillroll.").split(".")[0]
                for node in ast.parse(content).body
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tillroll")
                for alias in node.names
            }
            assert not imported & absent, path
    sources = [
        path.removeprefix("src/").split("/")
        for path in tree
        if path.startswith("src/tillroll") and path.endswith(".py")
    ]
    assert {parts[parts[0] == "tillroll"].removesuffix(".py") for parts in sources} == {
        *chosen, "__init__", "app", "module", "workflows",
    }  # fmt: skip
    assert [*needs_of(tree[str(LIST)].decode())] == chosen
    for workflow in ("PayoutWorkflow", "PayoutBatchWorkflow"):
        is_there = "payouts" in names
        assert (f"class {workflow}(" in tree["src/entry.py"].decode()) is is_there
        assert (f'"class_name": "{workflow}"' in tree["wrangler.jsonc"].decode()) is is_there
    assert "class BulkOperationWorkflow(" in tree["src/entry.py"].decode()


def test_an_unknown_module_and_a_folder_that_is_not_empty_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no module telepathy\. Choose of: access"):
        write_project(ROOT, tmp_path / "mine", ["telepathy"])
    assert not (tmp_path / "mine").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(Refused, match="is not empty"):
        write_project(ROOT, tmp_path / "full", [])
    with pytest.raises(Refused, match="such as my-project"):
        write_project(ROOT, tmp_path / "My Project", [])


def test_the_page_of_modules_is_made_of_them() -> None:
    page = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    assert page == modules_page(MODULES)


@pytest.mark.whole
def test_a_list_of_some_modules_imports_what_they_use() -> None:
    text = (ROOT / LIST).read_text(encoding="utf-8")
    assert "from tillroll.module import Module\n" in left(text, {"tillroll_durable"})
    assert "from tillroll.module import Module, Routed\n" in left(
        text, {"tillroll_durable", "home"}
    )

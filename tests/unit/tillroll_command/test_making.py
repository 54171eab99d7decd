"""`tillroll init`, `new workflow` and `eject`: what is written, and what is refused."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import json5
import pytest

from local.places import ROOT
from tillroll_command import VERSION, pins
from tillroll_command.making import starting
from tillroll_command.making.adding import WorkflowRefused, add_workflow, with_workflow
from tillroll_command.making.ejecting import EjectRefused, eject
from tillroll_command.making.library import requirement
from tillroll_command.making.names import NameRefused, names_of
from tillroll_command.making.starting import (
    IN_THE_CORE,
    ProjectRefused,
    start_project,
    workflows_in,
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    start_project(tmp_path / "shop", "shop")
    return tmp_path / "shop"


def test_a_project_has_eleven_files(tmp_path: Path) -> None:
    written = start_project(tmp_path / "shop", "shop")
    there = [path for path in (tmp_path / "shop").rglob("*") if path.is_file()]
    assert len(written) == len(there) == 11
    schema = f"0001_tillroll_durable_{VERSION}.sql"
    lines = [path.read_text().count("\n") for path in there if path.name != schema]
    assert sum(lines) <= 260, "it is read before it is changed"


def test_a_project_names_the_wheel_where_it_lies(tmp_path: Path) -> None:
    wheel = tmp_path / "tillroll_durable-0.1.0-py3-none-any.whl"
    start_project(tmp_path / "shop", "shop", wheel=wheel)
    project = tomllib.loads((tmp_path / "shop" / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dependencies"] == [f"tillroll-durable @ {wheel.as_uri()}"]
    assert requirement() == f"tillroll-durable=={VERSION}", "here it is no installation"


def test_the_pins_are_those_that_this_project_is_tested_with(shop: Path) -> None:
    ours = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    theirs = json.loads((shop / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert theirs == {name: ours[name] for name in ("node", "pyodide", "wrangler")}
    deployed = json5.loads((ROOT / "wrangler.jsonc").read_text(encoding="utf-8"))
    assert deployed["compatibility_date"] == pins.COMPATIBILITY_DATE
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


@pytest.mark.parametrize("example", sorted(starting.examples()))
def test_a_project_like_an_example_speaks_of_it(tmp_path: Path, example: str) -> None:
    folder = tmp_path / "shop"
    written = start_project(folder, "shop", like=example)
    source = (folder / "src" / "shop" / f"{example}.py").read_text(encoding="utf-8")
    for name in ("README.md", "AGENTS.md"):
        text = (folder / name).read_text(encoding="utf-8")
        for path in re.findall(r"`((?:src|tests)/[\w/]+\.py)`", text):
            assert path in written, f"{name}: {path}"
        for kind in re.findall(r"tillroll (?:play|trigger) ([a-z-]+)", text):
            assert f'Contract("{kind}"' in " ".join(source.split()).replace("( ", "("), kind
    configuration = json5.loads((folder / "wrangler.jsonc").read_text(encoding="utf-8"))
    assert configuration["vars"] == {}


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectRefused, match="not empty"):
        start_project(tmp_path / "shop", "shop")
    assert [path.name for path in (tmp_path / "shop").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["Shop", "1shop", "", "a b", "shop-", "class", "entry", "x" * 41])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(NameRefused):
        names_of(name)


def test_an_unknown_module_or_example_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ProjectRefused, match="audit-log"):
        start_project(tmp_path / "shop", "shop", modules=["audit", "idempotency"])
    with pytest.raises(ProjectRefused, match="no example 'nothing'"):
        start_project(tmp_path / "shop", "shop", like="nothing")
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("module", IN_THE_CORE)
def test_each_part_of_the_core_has_an_example(tmp_path: Path, module: str) -> None:
    written = start_project(tmp_path / "shop", "shop", modules=[module])
    assert f"tests/test_{module.replace('-', '_')}.py" in written


def test_a_workflow_is_one_file_one_story_and_a_name_in_the_list(shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    written = add_workflow(shop, "shop", "bank-transfer")
    assert written == ["src/shop/bank_transfer.py", "tests/test_bank_transfer.py", "src/entry.py"]
    changed = {path for path in before if path.read_bytes() != before[path]}
    assert changed == {shop / "src" / "entry.py"}
    entry = (shop / "src" / "entry.py").read_text(encoding="utf-8")
    assert "from shop import order, bank_transfer\n" in entry
    assert "workflows=[order.ORDER, bank_transfer.BANK_TRANSFER]" in entry
    source = (shop / "src/shop/bank_transfer.py").read_text(encoding="utf-8")
    assert workflows_in(source) == ["BANK_TRANSFER"]
    with pytest.raises(WorkflowRefused, match="there already"):
        add_workflow(shop, "shop", "bank-transfer")


def test_a_list_over_several_lines_is_understood() -> None:
    entry = (
        "from shop import (\n    order,\n    ship,  # ü\n)\n"
        "app = Tillroll(\n    workflows=[\n        order.ORDER,\n        ship.SHIP,\n    ],\n)\n"
    )
    changed = with_workflow(entry, "shop", names_of("refund"))
    compile(changed, "entry.py", "exec")
    assert "ship, refund,  # ü" in changed
    assert "ship.SHIP, refund.REFUND," in changed
    with pytest.raises(WorkflowRefused, match="by hand"):
        with_workflow("app = Tillroll(workflows=KINDS)\n", "shop", names_of("refund"))


def test_a_module_is_copied_as_source_and_imported_from_there(shop: Path) -> None:
    route = shop / "src" / "shop" / "routes.py"
    route.write_text("from tillroll_durable.server.routing import Server\n", encoding="utf-8")
    written = eject(shop, "shop", "server")
    assert "src/shop/server/routing.py" in written
    assert route.read_text(encoding="utf-8") == "from shop.server.routing import Server\n"
    copies = "".join(path.read_text() for path in (shop / "src/shop/server").glob("*.py"))
    assert "shop.server." in copies
    assert re.search(r"tillroll_durable\.server\b", copies) is None
    with pytest.raises(EjectRefused, match="already"):
        eject(shop, "shop", "server")


@pytest.mark.parametrize("module", ["_record", "server._x", "nothing", "../x", ""])
def test_what_is_private_or_not_there_is_not_copied(shop: Path, module: str) -> None:
    with pytest.raises(EjectRefused):
        eject(shop, "shop", module)


def test_a_new_project_passes_its_tests_with_an_example_of_each_part(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop", modules=[*IN_THE_CORE])
    paths = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / "shop",
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Warning" not in done.stdout


def test_a_project_begins_as_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = tmp_path / "examples" / "lead-funnel"
    example.mkdir(parents=True)
    (example / "README.md").write_text("# Leads\n", encoding="utf-8")
    workflow = "LEAD = Workflow(\n)\nSCORE: object = Workflow()\n"
    (example / "workflow.py").write_text(workflow, encoding="utf-8")
    story = "from examples.lead_funnel.workflow import LEAD\n"
    (example / "story.py").write_text(story, encoding="utf-8")
    (example / "tables.sql").write_text("CREATE TABLE leads (id TEXT);\n", encoding="utf-8")
    monkeypatch.setattr(starting, "_examples_of_checkout", lambda: tmp_path / "examples")
    written = start_project(tmp_path / "crm", "crm", like="lead-funnel")
    assert len(written) == 12, "the example's page is beside the eleven"
    entry = (tmp_path / "crm/src/entry.py").read_text(encoding="utf-8")
    assert "from crm import lead_funnel\n" in entry
    assert "workflows=[lead_funnel.LEAD, lead_funnel.SCORE]" in entry
    test = (tmp_path / "crm/tests/test_lead_funnel.py").read_text(encoding="utf-8")
    assert test == "from crm.lead_funnel import LEAD\n"
    tables = (tmp_path / "crm/migrations/0002_tables.sql").read_text(encoding="utf-8")
    assert tables == "CREATE TABLE leads (id TEXT);\n"

"""Each planted mistake is found as the table of docs/testing-workflows.md says; the right workflows
are let pass.
"""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from local.places import ROOT
from tests.simulation.author.planted.bugs import BUGS, ORDER, RIGHT, Bug
from tests.simulation.author.planted.stories import STORIES
from tests.support.campaigns import IS_WHOLE, some_of_campaign
from tillroll_durable import ContractError
from tillroll_testing.checking.determinism import faults_of
from tillroll_testing.play.every_play import play_one, what_it_passes
from tillroll_testing.play.plays import KINDS, singles

_SEED: Final = 7
# As many as `tillroll play` makes in the seconds that it takes.
_PLAYS: Final = 100
_PAGE: Final = ROOT / "docs/testing-workflows.md"
_ROW: Final = re.compile(
    r"^\| (?P<name>.+?) \| (?P<before>.+?) \| (?P<now>.+?) \| (?P<told>.+?) \|$", re.MULTILINE
)
_SHOWN: Final = 110


@dataclass(frozen=True)
class Found:
    """What finds a mistake, and what is told first."""

    by: tuple[str, ...]
    told: str


@pytest.fixture(scope="module")
def types_say(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the type checker says first of each mistake, in one go; `make test` does not ask it."""
    if not IS_WHOLE:
        return {}
    folder = tmp_path_factory.mktemp("types")
    named = {f"mistake_{number}": bug for number, bug in enumerate((*RIGHT, *BUGS))}
    for name, bug in named.items():
        (folder / f"{name}.py").write_text(bug.text(), encoding="utf-8")
    options = {
        "include": ["."],
        "extraPaths": [str(ROOT / "src"), str(ROOT / "testing"), str(ROOT)],
        "venvPath": str(ROOT),
        "venv": ".venv",
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "reportMissingModuleSource": False,
        "reportUnusedImport": False,  # of what the mistake has left out
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(options), encoding="utf-8")
    node, pyright = ROOT / "node_modules/.bin/node", ROOT / "node_modules/pyright/index.js"
    command = [node, pyright, "-p", folder, "--outputjson"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    said: dict[str, str] = {}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        said.setdefault(named[Path(each["file"]).stem].name, each["message"].partition("\n")[0])
    return said


@pytest.fixture
def written(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A mistake as a workflow of its own; `load` it from there."""
    folder = tmp_path / "src/tillroll/workflows/planted"
    folder.mkdir(parents=True)
    (folder / "workflow.py").write_text(request.param.text(), encoding="utf-8")
    monkeypatch.delitem(sys.modules, _NAME, raising=False)
    yield folder
    sys.modules.pop(_NAME, None)


_NAME: Final = "tillroll.workflows.planted.workflow"


def load(folder: Path) -> ModuleType:
    """Raises ContractError: its declaration contradicts itself."""
    spec = importlib.util.spec_from_file_location(_NAME, folder / "workflow.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[_NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found_by_playing(bug: Bug, module: ModuleType) -> str | None:
    """What the first of some plays tells that breaks; their order is that of `tillroll play`."""
    stories = STORIES[bug.of](module)
    passed = what_it_passes(stories, _SEED)
    if not isinstance(passed, list):
        return passed.broken.says
    for each in singles(passed, _SEED)[:_PLAYS]:
        if broken := play_one(stories, each, _SEED):
            return broken.says
    return None


def found(bug: Bug, folder: Path, types: dict[str, str], *, is_played: bool) -> Found:
    said: dict[str, str] = {}
    if bug.name in types:
        said["types"] = types[bug.name]
    try:
        module = load(folder)
    except ContractError as error:
        return Found((*said, "declaration"), _shown(str(error)))
    if faults := faults_of(folder, folder.parents[3]):
        said["linter"] = faults[0].what
    if is_played and (broken := found_by_playing(bug, module)):
        said["play"] = broken
    told = said.get("linter") or said.get("play") or said.get("types") or ""
    return Found(tuple(said), _shown(told))


def _shown(told: str) -> str:
    """What is told, without what differs each time, and not all of it."""
    told = re.sub(
        r"^run run_\w+ stands still in \w+: |\brun_\w{26}:?| at workflow\.py:\d+", "", told
    )
    told = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", told).replace("|", "or")
    return told if len(told) <= _SHOWN else f"{told[: _SHOWN - 1].rpartition(' ')[0]} …"


def _rows() -> dict[str, re.Match[str]]:
    return {row["name"]: row for row in _ROW.finditer(_PAGE.read_text(encoding="utf-8"))}


def _tried() -> Sequence[Bug]:
    """All of them; in `make test` some of those for which no type checker has to be asked."""
    if IS_WHOLE:
        return BUGS
    rows = _rows()
    return some_of_campaign(
        [bug for bug in BUGS if bug.name in rows and "types" not in rows[bug.name]["now"]]
    )


def test_the_page_lists_every_mistake() -> None:
    assert [name for name in _rows() if name in {bug.name for bug in BUGS}] == [
        bug.name for bug in BUGS
    ]
    assert len(BUGS) >= 30


def _each(bugs: Sequence[Bug]) -> pytest.MarkDecorator:
    """A test for each, by its name, with its text as it is written."""
    return pytest.mark.parametrize(
        ("bug", "written"),
        [pytest.param(each, each, id=each.name) for each in bugs],
        indirect=["written"],
    )


@pytest.mark.campaign
@_each(_tried())
def test_a_planted_mistake_is_found_as_the_page_says(
    bug: Bug, written: Path, types_say: dict[str, str]
) -> None:
    row = _rows().get(bug.name)
    # What reading finds at once need not be played here.
    is_played = row is None or "play" in row["now"]
    now = found(bug, written, types_say, is_played=is_played)
    assert now.by, "nothing finds it"
    before = "?" if row is None else row["before"]
    wanted = f"| {bug.name} | {before} | {', '.join(now.by)} | {now.told} |"
    assert row is not None, f"the page lacks it: {wanted}"
    assert row[0] == wanted, "the page says otherwise: put this in"


@_each(RIGHT)
def test_a_right_workflow_is_let_pass(bug: Bug, written: Path, types_say: dict[str, str]) -> None:
    """Whatever the other side does; for all the rest its own tests play it."""
    assert found(bug, written, types_say, is_played=False) == Found((), "")
    stories = STORIES[bug.of](sys.modules[_NAME])
    passed = what_it_passes(stories, _SEED)
    assert isinstance(passed, list), passed
    of_others = [
        each
        for each in singles(passed, _SEED)
        if each.kind in {"refusals", "lost answers", "signals"}
    ]
    for each in of_others[:30]:
        assert play_one(stories, each, _SEED) is None, each.label


def test_few_plays_are_of_every_kind() -> None:
    """Each kind that there is has its share, and in it each thing."""
    passed = what_it_passes(STORIES[ORDER](sys.modules[ORDER]), _SEED)
    assert isinstance(passed, list)
    every = singles(passed, _SEED)
    few = every[: 6 * len(KINDS)]
    for kind in KINDS:
        played = [each for each in few if each.kind == kind]
        assert len(played) >= min(6, sum(each.kind == kind for each in every)), kind
        words = {each.between[0][0] for each in every if each.kind == kind}
        assert len({each.between[0][0] for each in played}) == min(len(words), len(played)), kind
    assert len(set(every)) == len(every)

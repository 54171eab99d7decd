"""What a new workflow may be called and made of, and where it is written.
tests/making/new_workflow.py checks and plays one.
"""

import ast
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.commands.operations.making import new_workflow
from cli.making.plan import Refused, planned
from cli.making.rendering import files_of
from cli.making.writing import remove, write
from local.places import ROOT
from tillroll_command.endings import Code
from tillroll_command.main import main

STEPS = "send:external, record:write"
EDITED = ("src/tillroll/app.py",)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a new workflow is written into: the files that name all workflows, and the number of the
    last migration.
    """
    for name in EDITED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/0007_last.sql").touch()
    return tmp_path


def texts_of(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }


def test_it_is_written_where_all_workflows_are_named_and_taken_back(project: Path) -> None:
    before = texts_of(project)
    asked: list[Sequence[str | Path]] = []
    steps = "fetch:read, charge:external+undo, send-letter:irreversible, record:write"
    plan = planned("weekly-count", steps, "confirm", has_table=True, cron="0 8 * * 1-5")

    def note(command: Sequence[str | Path], _: Path) -> None:
        asked.append(command)

    written = write(plan, project, note)
    made = texts_of(project)
    # What its tools make is left out here: the snapshot of the contract.
    snapshot = "tests/unit/tillroll_durable/contracts/weekly-count-v1.json"
    assert {name for name, text in made.items() if before.get(name) != text} == {*written} - {
        snapshot
    }
    assert [name for name in made if name.endswith(".py") and not ast.parse(made[name]).body] == []
    [modules] = (made[name] for name in EDITED)
    where = (
        'workflows=("workflow:WEEKLY_COUNT",), tables=("workflow:TABLES",), '
        'by_time=("weekly-count",)'
    )
    assert f'    Module("workflows.weekly_count", {where}),\n' in modules
    assert [command for command in asked if "cli.pages.of_workflows" in command] == [
        [".venv/bin/python", "-m", "cli.pages.of_workflows", "weekly-count"]
    ]
    remove("weekly-count", project, note)
    after = texts_of(project)
    assert after.keys() - before.keys() == {"migrations/0008_weekly_count_records.sql"}
    assert before.keys() <= after.keys()
    assert [after[name] for name in EDITED] == [before[name] for name in EDITED]


@pytest.mark.parametrize(
    ("kind", "steps", "signal", "says"),
    [
        ("Bank", STEPS, None, "small letters"),
        ("bank_transfer", STEPS, None, "small letters"),
        ("../bank", STEPS, None, "small letters"),
        ("b" * 41, STEPS, None, "1 to 40"),
        ("import", STEPS, None, "a word of Python's"),
        ("bank", "", None, "is no step"),
        ("bank", "send", None, "is no step"),
        ("bank", "send:external+do", None, r"charge:external\+undo with its rollback"),
        ("bank", "send:write+undo", None, "a write's rollback is a function of yours"),
        ("bank", "send:external+undo, undo-send:write", None, "'undo_send' would mean two things"),
        ("bank", "send:quickly", None, "read, write, external, irreversible"),
        ("bank", "send:external, send:write", None, "Two steps are called 'send'"),
        ("bank", "return:write", None, "cannot be called 'return'"),
        ("bank", "print:write", None, "cannot be called 'print'"),
        ("bank", "completed:write", None, "'completed' would mean two things"),
        ("bank", ", ".join(f"s{n}:write" for n in range(13)), None, "at most 12"),
        ("bank", STEPS, "Yes", "The signal cannot be called"),
        ("bank", STEPS, "record", "'RECORD' would mean two things"),
        ("record", STEPS, None, "'RECORD' would mean two things"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    kind: str, steps: str, signal: str | None, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        planned(kind, steps, signal, has_table=False)


def test_the_example_of_the_help_can_be_written(project: Path) -> None:
    says = new_workflow.__doc__ or ""
    example = shlex.split(says.rpartition("Such as `")[2].partition("`")[0])
    assert example[:3] == ["tillroll", "new", "workflow"]
    kind, option, steps = example[3:]
    assert option == "--steps"
    plan = planned(kind, steps, None, has_table=False)
    assert write(plan, project, lambda _command, _folder: None)


def test_three_steps_are_a_page() -> None:
    plan = planned(
        "nightly-close", "fetch:read, charge:external, record:write", None, has_table=False
    )
    text = files_of(plan)["src/tillroll/workflows/nightly_close/workflow.py"]
    # As many lines as a printed page has. What keeps a call from being done twice took five.
    assert len(text.splitlines()) <= 66


def test_a_table_needs_a_step_that_writes() -> None:
    with pytest.raises(Refused, match="such as record:write"):
        planned("bank", "send:external", None, has_table=True)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(Refused, match=r"is no time: .*day of the month"):
        planned("bank", STEPS, None, has_table=False, cron="at eight")


_PARTS = [("registry", "a part of the project"), ("stories", "a part of the project")]


def must_not_run(command: Sequence[str | Path], root: Path) -> None:
    raise AssertionError(f"{command} in {root}")


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("receipt", "already"),
        ("export", "already"),
        ("claim", "already"),
        ("payout-batch", "already"),
        ("approver", "something else in"),
        *_PARTS,
    ],
)
def test_a_taken_name_is_refused_and_nothing_is_written(kind: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        write(planned(kind, STEPS, None, has_table=False), ROOT, must_not_run)


@pytest.mark.parametrize("kind", ["receipt", "nobody"])
def test_only_what_was_written_so_is_taken_back(kind: str) -> None:
    with pytest.raises(Refused, match="nothing to take back"):
        remove(kind, ROOT, must_not_run)


def test_where_nothing_was_started_nothing_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["remove", "workflow", "nobody", "--local", "--state", str(tmp_path / "none"), "--yes"]
    assert main(asked) == Code.USAGE
    assert "nothing to take back" in capsys.readouterr().err

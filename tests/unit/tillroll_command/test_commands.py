"""The commands of an author, in a project, without what the product adds to them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.places import ROOT
from tillroll_command.endings import Code
from tillroll_command.faults import sentence_of
from tillroll_command.making.starting import examples, start_project
from tillroll_durable.errors import one_line

# As in an environment that has the library's wheel alone.
_ALONE = """
import sys
from tillroll_command import app
app.entry_points = lambda group: []
from tillroll_command.main import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "shop"
    start_project(folder, "shop")
    return folder


_DUMP = "from tillroll_durable.platform.json import dump\n"
_GIVES = 'CHARGE = Step("charge", Effect.EXTERNAL, gives=Charge)'


def run(folder: Path, *words: str, beside: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a folder, as it ended. What is `beside` can be imported too."""
    folders = [ROOT / "src", ROOT / "testing"]
    if beside is not None:
        folders.append(beside)
    paths = os.pathsep.join(str(each) for each in folders)
    return subprocess.run(
        [sys.executable, "-B", "-c", _ALONE, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def told(folder: Path, *words: str, beside: Path | None = None) -> tuple[int, dict[str, Any]]:
    """What a command answers as JSON, and its exit code."""
    done = run(folder, *words, "--json", beside=beside)
    assert done.stdout.startswith("{"), f"{done.stdout}{done.stderr}"
    return done.returncode, json.loads(done.stdout)


def _edit(file: Path, *edits: tuple[str, str]) -> None:
    """Replace texts that stand once in a file."""
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def test_a_new_project_has_no_mistake(shop: Path) -> None:
    assert told(shop / "src", "check") == (Code.DONE, {"kinds": ["order"], "found": []})
    assert told(shop, "migrate") == (Code.DONE, {"written": []})


def test_a_workflow_that_is_added_is_checked_and_played(shop: Path) -> None:
    _, made = told(shop, "new", "workflow", "bank-transfer")
    assert made["kind"] == "bank-transfer"
    assert told(shop, "check")[1]["kinds"] == ["bank-transfer", "order"]
    code, played = told(shop, "play", "bank-transfer", "--seconds", "1", "--seed", "7")
    assert (code, played["finding"]) == (Code.DONE, None)
    assert played["plays"] > 1


def test_a_charge_that_is_made_twice_is_found_and_told_with_its_command(tmp_path: Path) -> None:
    """The row is written by a statement of its own, beside the transaction that ends the step."""
    start_project(tmp_path / "shop", "shop")
    order = tmp_path / "shop" / "src" / "shop" / "order.py"
    source = order.read_text(encoding="utf-8")
    planted = source.replace(
        "    return Outcome(statements=[statement(insert, [context.run.id, article, charge])])",
        "    row = statement(insert, [context.run.id, article, charge])\n"
        "    await context.platform.database.batch([row])\n"
        "    return Outcome()",
    )
    assert planted != source
    order.write_text(planted, encoding="utf-8")
    code, played = told(tmp_path / "shop", "play", "order", "--all", "--seed", "7")
    assert code == Code.FAILED
    assert played["finding"]["repeat"].startswith("tillroll play order --seed 7")


def test_types_are_checked_where_pyright_is_installed(tmp_path: Path) -> None:
    """In its place stands a module that says what pyright would."""
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    wrong = {
        "file": str(folder / "src" / "shop" / "order.py"),
        "severity": "error",
        "message": '"none" is not\n  an "int"',
        "range": {"start": {"line": 4, "character": 0}},
    }
    says = json.dumps({"generalDiagnostics": [wrong]})
    beside = tmp_path / "installed"
    beside.mkdir()
    (beside / "pyright.py").write_text(f"print({says!r})\n", encoding="utf-8")
    code, found = told(folder, "check", "--types", beside=beside)
    assert (code, found["found"]) == (
        Code.FAILED,
        ['src/shop/order.py:5: "none" is not an "int"'],
    )
    assert "no pyright" in told(folder, "check", "--types")[1]["detail"]


def test_a_body_that_reads_the_clock_is_found(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    order = tmp_path / "shop" / "src" / "shop" / "order.py"
    source = order.read_text(encoding="utf-8")
    clock = "    import time\n    time.time()\n    url = run.platform"
    order.write_text(source.replace("    url = run.platform", clock), encoding="utf-8")
    code, found = told(tmp_path / "shop", "check")
    assert code == Code.FAILED
    assert any("order.py" in each and "clock" in each for each in found["found"])


_KEYLESS = """

def charging(url: str, total: int) -> ExternalCall[StepContext, Charge]:
    async def send(context: StepContext) -> Done[Charge]:
        answer = await context.platform.http.post(url, {}, dump({"amount": total}), 20)
        if not answer.is_success:
            raise HttpFailed(f"it answered {answer.status}")
        charge = Charge.model_validate_json(answer.body)
        return Done(charge.id, charge)

    return ExternalCall({"amount": total}, send)


ORDER = """


def test_a_call_that_can_happen_twice_is_told_by_check_play_and_test(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    _edit(
        folder / "src" / "shop" / "order.py",
        ("    Effect,\n", "    Done,\n    Effect,\n    ExternalCall,\n    HttpFailed,\n"),
        ("from tillroll_durable.platform.s", f"{_DUMP}from tillroll_durable.platform.s"),
        ('http.post(url, {"amount": price.total}, gives=Charge)', "charging(url, price.total)"),
        ('CHARGE = Step("charge", Effect.EXTERNAL)', _GIVES),
        ("\nORDER = ", _KEYLESS),
    )
    code, found = told(folder, "check")
    assert code == Code.FAILED
    [mistake] = found["found"]
    assert mistake.startswith("src/shop/order.py:91: this call has neither a key nor a look-up")
    code, played = told(folder, "play", "order", "--all", "--seed", "7")
    assert code == Code.FAILED
    assert "'charge' was done 2 times" in played["finding"]["says"]
    assert "order.py:" in played["undetermined"][0]
    tested = run(folder, "test", "--", "-x", "-k", "answer")
    assert tested.returncode == Code.FAILED
    assert "'charge' was done 2 times" in tested.stdout


def test_elsewhere_there_is_no_project(tmp_path: Path) -> None:
    code, problem = told(tmp_path, "check")
    assert code == Code.NOT_FOUND
    assert "tillroll init" in problem["detail"]


_ENTRY = "src/entry.py"
_ORDER = "src/shop/order.py"
_STORY = "tests/test_order.py"
_CONTRACT = "steps=(PRICE, CHARGE, RECORD))"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (_ENTRY, "shop import order", "shop import orders", "src/entry.py:3: ImportError"),
        (_ORDER, "    http,\n", "    htpp,\n", "src/shop/order.py:8: ImportError: cannot import"),
        (_ORDER, "PRICE = Step(", "PRICE == Step(", "NameError: name 'PRICE' is not defined"),
        (_ORDER, "class Charge(BaseModel):", "class Charge(BaseModel)", "order.py:45: this is no"),
        (_ORDER, "count: int = 1", "count: Missing = 1", "src/shop/order.py:38: NameError"),
        (_ORDER, _CONTRACT, "steps=(PRICE, PRICE))", "src/shop/order.py:"),
        (_STORY, "from shop.order", "from shop.ordre", "tests/test_order.py:4: ModuleNotFound"),
        ("pyproject.toml", "[tool.tillroll]", "[tool.tillroll", "pyproject.toml is no TOML"),
        ("pyproject.toml", 'package = "shop"', "", "has no `package`"),
    ],
)  # fmt: skip
def test_a_broken_project_is_told_in_a_sentence(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = run(folder, "check")
    assert done.returncode == Code.FAILED, done.stdout + done.stderr
    assert says in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_test_of_a_broken_project_ends_in_a_sentence(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    _edit(tmp_path / "shop" / _ORDER, ("    http,\n", "    htpp,\n"))
    done = run(tmp_path / "shop", "test")
    assert (done.returncode, done.stdout) == (Code.FAILED, "")
    assert done.stderr.startswith("src/shop/order.py:8: ImportError")


def test_an_error_is_shortened_as_a_record_shortens_it(tmp_path: Path) -> None:
    file = tmp_path / "src/order.py"
    says = "1 error for Order For further information visit https://errors.example/v/x " + "a" * 999
    code = compile(f"raise ValueError({says!r})", str(file), "exec")
    with pytest.raises(ValueError, match="1 error") as raised:
        exec(code, {})  # noqa: S102 - as the author's file is executed
    sentence = sentence_of(raised.value, tmp_path)
    assert sentence == f"src/order.py:1: ValueError: {one_line(says)}"
    assert "further information" not in str(sentence)


def test_a_fault_of_the_command_itself_keeps_its_traceback(tmp_path: Path) -> None:
    assert sentence_of(ValueError("ours"), tmp_path) is None


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (_ORDER, "    charge = await", "    return 'none'\n    charge = await", "recorded: []"),
    ],
)
def test_the_story_that_is_written_fails_with_its_workflow(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    _edit(folder / file, (old, new))
    code, played = told(folder, "play", "order", "--seconds", "1", "--seed", "7")
    assert code == Code.FAILED
    assert says in json.dumps(played)


@pytest.mark.parametrize("example", sorted(examples()))
def test_a_new_project_like_an_example_has_no_mistake(tmp_path: Path, example: str) -> None:
    """Each by itself: what another kind of the same project uses hides nothing."""
    folder = tmp_path / "bot"
    start_project(folder, "bot", like=example)
    code, answer = told(folder, "check")
    assert (code, answer["found"]) == (Code.DONE, [])
    assert answer["kinds"]

"""Bodies are read for what is not the same in each replay: all that there are, and planted ones."""

from pathlib import Path

import pytest

from cli.making.plan import planned
from cli.making.rendering import files_of
from local.places import ROOT
from tillroll.workflows.registry import REGISTRY
from tillroll_testing.checking.determinism import bodies_of, faults_of

WORKFLOWS = sorted(
    path.parent
    for path in (ROOT / "src").rglob("workflow.py")
    if path.parent.name != "tillroll_durable"
)


def test_each_kind_is_read() -> None:
    assert len(WORKFLOWS) == len(REGISTRY.newest)


@pytest.mark.parametrize("package", WORKFLOWS, ids=lambda path: path.name)
def test_every_body_is_deterministic(package: Path) -> None:
    assert [*bodies_of(package, ROOT / "src")], "no body was found to read"
    assert "\n".join(map(str, faults_of(package, ROOT))) == ""


@pytest.mark.parametrize("signal", [None, "confirm"])
def test_what_is_generated_is_deterministic(tmp_path: Path, signal: str | None) -> None:
    steps = "fetch:read, charge:external+undo, record:write"
    for name, text in files_of(
        planned("nightly-close", steps, signal, has_table=True, cron="0 8 * * *")
    ).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    package = tmp_path / "src/tillroll/workflows/nightly_close"
    assert len([*bodies_of(package, tmp_path / "src")]) == 1
    assert faults_of(package, tmp_path) == []


def test_a_method_of_what_is_made_right_there_is_found(tmp_path: Path) -> None:
    package = tmp_path / "src" / "book"
    package.mkdir(parents=True)
    text = (
        "class Book:\n    async def body(self, run):\n        return 1\n\n\nBOOK = "
        "Workflow(body=Book(1).body)\n"
    )
    (package / "workflow.py").write_text(text, encoding="utf-8")
    assert [function.name for _, function in bodies_of(package, tmp_path / "src")] == ["body"]
    (package / "workflow.py").write_text(text.replace("body=", "CONTRACT, "), encoding="utf-8")
    assert [function.name for _, function in bodies_of(package, tmp_path / "src")] == ["body"]
    (package / "workflow.py").write_text("BOOK = Workflow(body=made())\n", encoding="utf-8")
    with pytest.raises(LookupError, match="the body is not found"):
        list(bodies_of(package, tmp_path / "src"))


_WORKFLOW = """\
from tillroll.workflows.planted.body import planted_v1
PLANTED = Workflow(contract=CONTRACT, body=planted_v1)
"""
_BODY = """\
import asyncio, datetime as dt, logging, os, random, secrets, time, uuid
from datetime import date, datetime
import httpx
from tillroll_durable.platform.ids import new_id
from tillroll.workflows.planted import helping
_NAMES = frozenset({"a", "b"})
_LOGGER = logging.getLogger("planted")
_TYPED: Final = logging.getLogger("planted")


async def planted_v1(run: WorkflowRun[Params], extra: set[str] = ()) -> JsonObject:
    %s
    return {}


async def a_step(context):
    return Outcome(output=[time.time(), random.random(), uuid.uuid4().hex])
"""
_HELPING = """\
import time


def waited(since):
    return time.monotonic() - since
"""


def _faults(tmp_path: Path, line: str) -> list[str]:
    package = tmp_path / "src/tillroll/workflows/planted"
    package.mkdir(parents=True)
    (package / "workflow.py").write_text(_WORKFLOW, encoding="utf-8")
    (package / "body.py").write_text(_BODY % line.replace("\n", "\n    "), encoding="utf-8")
    (package / "helping.py").write_text(_HELPING, encoding="utf-8")
    return [str(each) for each in faults_of(package, tmp_path)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("now = time.time()", "`time.time` reads the clock: use `run.now()`"),
        ("now = datetime.now()", "`datetime.now` reads the clock"),
        ("now = dt.datetime.now(dt.UTC)", "`dt.datetime.now` reads the clock"),
        ("day = date.today()", "`date.today` reads the clock"),
        ("now = run.platform.clock.now()", "reads the clock: use `run.now()`"),
        ("x = random.choice([1, 2])", "`random.choice` draws by chance"),
        ("x = secrets.token_hex()", "`secrets.token_hex` draws by chance"),
        ("x = uuid.uuid4()", "`uuid.uuid4` draws by chance"),
        ("x = new_id('pay')", "`new_id` draws an id by chance"),
        ("x = os.environ['A']", "`os.environ` reads or writes outside of a step"),
        (
            "x = open('a').read()",
            "`open` reads or writes outside of a step: do it in a step's function",
        ),
        (
            "x = await httpx.AsyncClient().get('https://a.test')",
            "`httpx.AsyncClient` reads or writes outside",
        ),
        ("x = await run.platform.database.first(query)", "uses the platform outside of a step"),
        ("x = await load(run.platform)", "uses the platform outside of a step"),
        ("await asyncio.sleep(1)", "sleeps in memory, where a restart ends it: use `run.sleep`"),
        ("await other.thing()", "waits for `other.thing`, which is no verb of the run"),
        ("for name in {'a', 'b'}:\n    await run.step(A, a_step, name)", "goes through a set"),
        ("for name in _NAMES:\n    await run.step(A, a_step, name)", "goes through a set"),
        (
            "x = [name for name in extra]",
            "goes through a set, whose order differs from process to process",
        ),
        ("names = set(run.params.names)\nx = ', '.join(names)", "iterate over `sorted(…)` of it"),
        ("names = {1} | {2}\nx = list(names)", "goes through a set"),
        ("x = [*_NAMES]", "goes through a set"),
        ("x = extra.pop()", "takes one of a set"),
        ("x = hash(run.id)", "`hash` differs from process to process"),
        ("print('it begins')", "`print` says the same again in each replay: use `run.log`"),
        ("logging.info('it begins')", "`logging.info` says the same again in each replay"),
        ("_LOGGER.info('it begins')", "`_LOGGER.info` says the same again in each replay"),
        ("_TYPED.info('it begins')", "`_TYPED.info` says the same again in each replay"),
        ("global COUNT", "changes what outlives the run"),
        ("since = helping.waited(1.0)", "helping.py:5: `time.monotonic` reads the clock"),
    ],
)
def test_what_differs_in_each_replay_is_found(tmp_path: Path, line: str, says: str) -> None:
    found = _faults(tmp_path, line)
    assert any(says in each for each in found), found
    place = (
        "helping.py:5"
        if "helping" in line
        else f"body.py:{12 + (line.count(chr(10)) if 'names =' in line else 0)}"
    )
    assert any(f"src/tillroll/workflows/planted/{place}: " in each for each in found), found


@pytest.mark.parametrize(
    "line",
    [
        "x = await run.step(A, a_step)",
        "x = await asyncio.gather(run.step(A, a_step), run.step(B, a_step))",
        "for name in sorted(_NAMES):\n    await run.step(A, a_step, name)",
        "x = sorted(name for name in extra)",
        "x = 'a' in _NAMES and len(extra)",
        "x = {name.upper() for name in extra}",
        "hours = run.platform.settings.of(Hours).deadline",
        (
            "http = run.platform\nasync def send(c):\n    await http.http.get(time.time())\nawait "
            "run.call(A, send)"
        ),
        "await run.wait(S, within, see=lambda said: look(time.time()))",
        "day = date(2026, 1, 1)\nat = datetime.fromisoformat(run.params.at)",
        "id = run.id\nx = id",
        "x = uuid.uuid5(uuid.NAMESPACE_URL, run.id)",
        "x = os.path.join('a', 'b')",
        "now = time.time()  # replayed: only told to the log",
    ],
)
def test_what_is_the_same_each_time_is_let_pass(tmp_path: Path, line: str) -> None:
    assert _faults(tmp_path, line) == []

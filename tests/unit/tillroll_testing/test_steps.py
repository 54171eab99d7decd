"""What a step's function does beside its call or its batch is found by reading it."""

from pathlib import Path

import pytest

from tillroll_testing.checking.determinism import faults_of

_CODE = """\
from functools import partial
from urllib.parse import quote

from tillroll_durable import *
from shop.sending import send_all
from shop.steps import ELSEWHERE

READ = Step("read", Effect.READ)
WRITE = Step("write", Effect.WRITE)
CONTRACT = Contract("planted", 1, steps=(READ, WRITE))


def made(url):
    async def inner(context: StepContext) -> int:
        %(inner)s
        return 1
    return inner


async def helped(context: StepContext) -> None:
    %(helped)s


async def done(context: StepContext, number: int = 1) -> int:
    %(done)s
    return 1


async def planted_v1(run: WorkflowRun[NoParams]) -> int:
    %(body)s
    return 1


PLANTED = Workflow(CONTRACT, planted_v1)
"""
_SENDING = """\
async def send_all(context):
    http = context.platform.http
    await http.put("https://a.example", {}, "", 1)
"""
_POST = 'await context.platform.http.post("https://a.example", {}, "", 1)'
_BATCH = "await context.platform.database.batch([])"
_GET = 'await context.platform.http.get("https://a.example", 1, 1)'
_CALL = "run.call` with `http.post`"


def _faults(tmp_path: Path, **lines: str) -> list[str]:
    folder = tmp_path / "src" / "shop"
    folder.mkdir(parents=True)
    given = dict.fromkeys(("inner", "helped", "done", "body"), "pass") | lines
    (folder / "workflow.py").write_text(_CODE % given, encoding="utf-8")
    (folder / "sending.py").write_text(_SENDING, encoding="utf-8")
    (folder / "steps.py").write_text('ELSEWHERE = Step("e", Effect.EXTERNAL)\n', encoding="utf-8")
    return [str(each) for each in faults_of(folder, tmp_path) if "never begins" not in str(each)]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            {"done": _POST, "body": "await run.step(WRITE, done)"},
            "src/shop/workflow.py:25: the step `WRITE` sends a POST by itself, so it may happen",
        ),
        ({"done": _POST, "body": "await run.step(READ, partial(done, number=2))"}, _CALL),
        ({"done": _POST, "body": "await run.map(READ, done, [1], key=str)"}, _CALL),
        ({"inner": _POST, "body": "await run.step(READ, made('a'))"}, "workflow.py:15: the step"),
        (
            {
                "helped": f"platform = context.platform; {_POST.replace('context.', '')}",
                "done": "await helped(context)",
                "body": "await run.step(WRITE, done)",
            },
            "workflow.py:21: the step `WRITE` sends a POST",
        ),
        (
            {"done": "await send_all(context)", "body": "await run.step(READ, done)"},
            "src/shop/sending.py:3: the step `READ` sends a PUT",
        ),
        (
            {"done": _BATCH, "body": "await run.step(WRITE, done)"},
            "writes beside the batch that completes it: return `Outcome(statements=…)`",
        ),
        (
            {"done": _BATCH, "body": "await run.step(READ, done)"},
            "declare it `Effect.WRITE`, and return `Outcome(statements=…)`",
        ),
    ],
)
def test_what_a_step_does_beside_is_found(tmp_path: Path, lines: dict[str, str], says: str) -> None:
    [told] = _faults(tmp_path, **lines)
    assert says in told


@pytest.mark.parametrize(
    "lines",
    [
        {"done": _GET, "body": "await run.step(READ, done)"},
        {"done": "await helped(context)", "body": "await run.step(READ, done)"},
        # No step comes to it.
        {"helped": _POST, "body": "await run.step(READ, done)"},
        # `run.step` refuses it by itself.
        {"done": _POST, "body": "await run.step(ELSEWHERE, done)"},
        {"done": _POST, "body": "await run.map(of.UNKNOWN, done, [1], key=str)"},
        {"done": f"{_POST}  # replayed: it is a search", "body": "await run.step(READ, done)"},
    ],
)
def test_what_only_reads_is_let_pass(tmp_path: Path, lines: dict[str, str]) -> None:
    assert _faults(tmp_path, **lines) == []


@pytest.mark.parametrize(
    ("look_up", "is_told"),
    [
        ('http.LookUp(f"{url}?mail={quote(mail)}", at="items.0")', True),
        ('http.LookUp("https://a.example/all")', True),
        ('http.post(url, look_up=url + "/all")', True),
        ('http.LookUp(f"{url}?mail={quote(mail)}", at="items.0", by="mail")', False),
        ('http.LookUp(f"{url}/{{key}}")', False),
        ('path = "/{key}"; http.post(url, look_up=url + path)', False),
        ("http.post(url, look_up=url)", False),
    ],
)
def test_a_look_up_without_a_key_is_found(tmp_path: Path, look_up: str, is_told: bool) -> None:
    told = _faults(tmp_path, body=look_up)
    assert [("asks for no key: let `{key}` stand" in each) for each in told] == [True] * is_told


def test_an_impurity_in_a_helper_names_the_body_that_calls_it(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "shop"
    folder.mkdir(parents=True)
    (folder / "drawing.py").write_text(
        "import random\n\n\ndef draw():\n    return random.random()\n", encoding="utf-8"
    )
    (folder / "workflow.py").write_text(
        "from shop.drawing import draw\n\n\nasync def drawn_v1(run: WorkflowRun[NoParams]):\n"
        "    return draw()\n\n\nDRAWN = Workflow(CONTRACT, drawn_v1)\n",
        encoding="utf-8",
    )
    [told] = map(str, faults_of(folder, tmp_path))
    assert told == (
        "src/shop/drawing.py:5: `random.random` draws by chance, and the body `drawn_v1` calls "
        "this: let the body hand in what it drew by `run.random` or `run.uuid()`"
    )

"""What reading a workflow's code tells beside determinism: each mistake, and what looks like
one.
"""

from pathlib import Path

import pytest

from tillroll_testing.checking.determinism import faults_of

_CODE = """\
import contextlib
from collections import Counter
from tillroll_durable import *
A, B = Step("a", Effect.READ), Step("b", Effect.WRITE)
FIRST = Step("first", Effect.READ)
GO = Signal("go", Going)
NAMES = {"a": 1}
SEEN = {}
CONTRACT = Contract("planted", 1, steps=(FIRST,%s))


async def body(run: WorkflowRun[Params]) -> int:
    await run.step(FIRST, first)
    %s
    return 1


async def first(context: StepContext) -> Outcome:
    %s
    return Outcome()


PLANTED = Workflow(CONTRACT, body)
"""


def _told(tmp_path: Path, line: str, *, declared: str = "", in_step: str = "pass") -> list[str]:
    package = tmp_path / "src/tillroll/workflows/planted"
    package.mkdir(parents=True)
    text = _CODE % (declared, line.replace("\n", "\n    "), in_step.replace("\n", "\n    "))
    (package / "workflow.py").write_text(text, encoding="utf-8")
    return [str(each) for each in faults_of(package, tmp_path)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "try:\n    await run.step(A, first)\nexcept Exception:\n    pass",
            "catches `Exception` around what it awaits",
        ),
        (
            "try:\n    await run.step(A, first)\nexcept:\n    x = 1",
            "catches everything around what it awaits",
        ),
        (
            "try:\n    await run.wait(GO, 1)\nexcept (KeyError, RunCancelled):\n    return 2",
            "catches `RunCancelled`",
        ),
        (
            "with contextlib.suppress(RunFailed):\n    await run.step(A, first)",
            "suppresses `RunFailed`",
        ),
        ("run.step(A, first)", "does not await `run.step`, so it never begins: write `await`"),
        ("run.model(A, chat)", "does not await `run.model`, so it never begins: write `await`"),
        ("run.offer(SEARCH)", "does not await `run.offer`"),
        ("run.fail('it is too late')", "does not await `run.fail`"),
        ("while True:\n    await run.model(A, chat)", "loops without an end"),
        ("SEEN[run.id] = 1", "`SEEN` lasts only as long as its process"),
        (
            (
                "got = []\nasync def one(context: StepContext):\n    got.append(1)\nawait "
                "run.step(A, one)"
            ),
            "changes `got`",
        ),
        (
            "for n, each in enumerate(run.params.all):\n    await run.step(A, first, key=str(n))",
            "a key by position",
        ),
        (
            "await run.map(A, first, all, key=lambda each: str(all.index(each)))",
            "name it by its id",
        ),
        (
            "await run.map(A, first, all, key=str, may_fail='all')",
            "nobody looks at what each came to: look at the ends",
        ),
    ],
)
def test_a_mistake_of_the_body_is_told(tmp_path: Path, line: str, says: str) -> None:
    assert any(says in each for each in _told(tmp_path, line))


@pytest.mark.parametrize(
    "line",
    [
        "try:\n    await run.step(A, first)\nexcept ReviewNeeded:\n    pass",
        "try:\n    await run.step(A, first)\nexcept Exception:\n    x = 1\n    raise",
        "try:\n    x = int(run.params.amount)\nexcept Exception:\n    x = 0",
        "with contextlib.suppress(KeyError):\n    await run.step(A, first)",
        "x = await asyncio.gather(run.step(A, first), run.step(B, first))",
        "x = NAMES['a']",
        (
            "seen = []\nfor each in run.params.all:\n    seen.append(await run.step(A, first, "
            "each, key=each))"
        ),
        "got = []\ndef note(one):\n    got.append(one)\nnote(1)",
        (
            "async def one(context: StepContext):\n    got = []\n    got.append(1)\nawait "
            "run.step(A, one)"
        ),
        "for n in range(3):\n    await run.step(A, first, key=str(n))",
        "for n, each in enumerate(run.params.all):\n    await run.step(A, first, n, key=each.id)",
        "await run.map(A, first, all, key=str)",
        "await run.map(A, first, all, key=lambda each: str(each.index))",
        "await run.map(A, first, all, key=str, may_fail='some')",
        "ends = await run.map(A, first, all, key=str, may_fail='all')",
        "SEEN[run.id] = 1  # replayed: only told to the log",
    ],
)
def test_what_only_looks_like_one_is_let_pass(tmp_path: Path, line: str) -> None:
    assert _told(tmp_path, line) == []


def test_what_a_step_swallows_is_told(tmp_path: Path) -> None:
    swallows = "try:\n    await context.platform.http.get('a', 1, 1)\nexcept Exception:\n    pass"
    [told] = _told(tmp_path, "pass", in_step=swallows)
    assert "catches `Exception` around what it awaits, and goes on: catch what you expect" in told


@pytest.mark.parametrize("line", ["global COUNT\nCOUNT += 1", "SEEN['count'] += 1"])
def test_what_a_step_counts_in_memory_is_told(tmp_path: Path, line: str) -> None:
    [told] = _told(tmp_path, "pass", in_step=line)
    assert "which lasts only as long as its process: count in a row" in told


@pytest.mark.parametrize(
    "line", ["count = 0\ncount += 1", "SEEN[context.step] = 1", "found = {}\nfound['a'] += 1"]
)
def test_what_a_step_keeps_for_itself_is_let_pass(tmp_path: Path, line: str) -> None:
    assert _told(tmp_path, "pass", in_step=line) == []


def test_what_a_step_expects_may_be_caught(tmp_path: Path) -> None:
    expects = "try:\n    await context.platform.http.get('a', 1, 1)\nexcept HttpFailed:\n    pass"
    assert _told(tmp_path, "pass", in_step=expects) == []


def test_what_the_body_never_comes_to_is_told(tmp_path: Path) -> None:
    told = _told(tmp_path, "await run.step(A, first)", declared=" A, B), signals=(GO,")
    assert [each.partition(": ")[2].partition(":")[0] for each in told] == [
        "the body never begins `B`",
        "the body never waits for the signal `go`",
    ]


_CALL = "await run.call(A, ExternalCall({}, %s))"
_SEND = (
    "async def keyless(context: StepContext) -> Done:\n    return await sent(context)\n"
    "async def keyed(context: StepContext) -> Done:\n    return own(context.idempotency_key)\n"
    "async def through(context: StepContext) -> Done:\n    return await keyed(context)\n"
)


@pytest.mark.parametrize(
    "given",
    ["keyless", "send=keyless, reconcile=None", "partial(keyless, 1)", "lambda context: done()"],
)
def test_a_call_without_key_and_look_up_is_told(tmp_path: Path, given: str) -> None:
    told = _told(tmp_path, _SEND + _CALL % given)
    assert len(told) == 1
    assert "neither a key nor a look-up" in told[0]
    assert "workflow.py:20:" in told[0]


@pytest.mark.parametrize(
    "given",
    [
        "keyed",
        "through",
        "keyless, look_up",
        "send=keyless, reconcile=look_up",
        "elsewhere.send",
        "keyless, is_repeatable=True",
    ],
)
def test_a_call_with_a_key_or_a_look_up_is_let_pass(tmp_path: Path, given: str) -> None:
    assert _told(tmp_path, _SEND + _CALL % given) == []


def test_a_call_may_say_why_it_comes_twice(tmp_path: Path) -> None:
    said = _CALL % "keyless" + "  # may come twice: it is a message"
    assert _told(tmp_path, _SEND + said) == []


_MODEL = "class Kept(BaseModel):\n    %s\n"


@pytest.mark.parametrize(
    ("line", "in_step", "says"),
    [
        (_MODEL % "price: float", "pass", "`price` is money as a float"),
        (_MODEL % "total_fee: float | None = None", "pass", "`total_fee` is money"),
        (_MODEL % "access_token: str", "pass", "`access_token` is a secret"),
        ("pass", "import requests\nrequests.post(URL)", "asks past the platform"),
        ("pass", "import httpx\nhttpx.get(URL)", "`httpx.get` asks past the platform"),
        ("pass", "import time\ntime.sleep(3)", "`time.sleep` holds up"),
        ("while True:\n    await run.step(A, first)", "pass", "loops without an end"),
    ],
)
def test_what_is_kept_and_asked_for_otherwise_is_told(
    tmp_path: Path, line: str, in_step: str, says: str
) -> None:
    told = _told(tmp_path, line, in_step=in_step)
    assert any(says in each for each in told), told


@pytest.mark.parametrize(
    ("line", "in_step"),
    [
        (_MODEL % "price: int", "pass"),
        (_MODEL % "latitude: float", "pass"),
        (_MODEL % "secret_count: int", "pass"),
        ("while True:\n    if await run.step(A, first):\n        break", "pass"),
        ("pass", "await context.platform.http.get(URL, 1, 1)"),
    ],
)
def test_what_only_looks_so_is_let_pass(tmp_path: Path, line: str, in_step: str) -> None:
    assert _told(tmp_path, line, in_step=in_step) == []

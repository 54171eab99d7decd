"""A new project's workflow with one mistake each: `tillroll check`, or its declaration, names it.

Mistakes that only a play finds are planted elsewhere: `test_planted.py`, and
`tests/simulation/author/planted`.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from local.places import NODE, NODE_MODULES, ROOT
from tests.unit.tillroll_command.test_commands import told
from tillroll_command.making import starting
from tillroll_durable import ContractError
from tillroll_durable.platform.declaring import WrongDeclaration
from tillroll_testing.checking.determinism import faults_of


@dataclass(frozen=True)
class Mistake:
    """`right` stands in the workflow of a new project, and `wrong` in its place. `says` is a part
    of the sentence that its author is told.
    """

    name: str
    right: str
    wrong: str
    says: str


_BODY = "    url = run.platform.settings.of(PaymentSettings).url\n"
_READS = '    query = statement("SELECT price'
_RECORD = "    await run.step(RECORD, record, run.params.article, charge.id)\n"
_COUNT = "    count: int = 1\n"
_STEPS = "steps=(PRICE, CHARGE, RECORD)"
_DECLARED = 'CHARGE = Step("charge", Effect.EXTERNAL)\n'


def _in_body(name: str, lines: str, says: str) -> Mistake:
    return Mistake(name, _BODY, f"{_BODY}{lines}", says)


def _in_step(name: str, lines: str, says: str) -> Mistake:
    return Mistake(name, _READS, f"{lines}{_READS}", says)


FOUND_BY_CHECK = (
    _in_body(
        "the clock", "    import time\n    now = time.time()\n", "reads the clock: use `run.now()`"
    ),
    _in_body(
        "chance",
        "    import random\n    number = random.random()\n",
        "draws by chance: use `run.random`",
    ),
    _in_body("an id", "    import uuid\n    name = uuid.uuid4()\n", "or `run.uuid()`"),
    _in_body("the environment", "    import os\n    key = os.environ['KEY']\n", "os.environ"),
    _in_body("a hash", "    number = hash(run.id)\n", "differs from process to process"),
    _in_body("printing", "    print(run.id)\n", "print"),
    _in_body(
        "another wait",
        "    import asyncio\n    await asyncio.sleep(1)\n",
        "sleeps in memory, where a restart ends it",
    ),
    _in_body(
        "a loop without an end",
        "    while True:\n        await run.step(PRICE, find_price, 'a', 1)\n",
        "loops without an end",
    ),
    Mistake("a step that is not awaited", _RECORD, _RECORD.replace("await ", ""), "does not await"),
    Mistake(
        "an end that is caught",
        _RECORD,
        f"    try:\n    {_RECORD}    except Exception:\n        pass\n",
        "catches `Exception` around what it awaits",
    ),
    Mistake(
        "a key by position",
        _RECORD,
        "    for place, _ in enumerate([1, 2]):\n"
        "        await run.step(RECORD, record, 'a', charge.id, key=str(place))\n",
        "a key by position",
    ),
    Mistake("money as a float", _COUNT, f"{_COUNT}    amount: float = 0\n", "which rounds"),
    Mistake("a secret in params", _COUNT, f"{_COUNT}    api_key: str = ''\n", "is a secret"),
    _in_step(
        "a request past the platform",
        "    import httpx\n    httpx.get('https://example.com')\n",
        "asks past the platform",
    ),
    _in_step("a sleep in a step", "    import time\n    time.sleep(1)\n", "holds up every run"),
    Mistake(
        "a step that never begins",
        _STEPS,
        "steps=(PRICE, CHARGE, RECORD, LATER)",
        "the body never begins",
    ),
    Mistake(
        "a call with neither key nor look-up",
        "async def find_price(",
        "async def send(context: StepContext) -> object:\n"
        "    return await context.platform.http.post('https://a.example', {}, '', 20)\n\n\n"
        "CALL = ExternalCall({}, send=send)\n\n\nasync def find_price(",
        "neither a key nor a look-up",
    ),
)

REFUSED = (
    Mistake(
        "a rollback of what cannot be undone",
        _DECLARED,
        'CHARGE = Step("charge", Effect.IRREVERSIBLE, rollback_config=RollbackConfig())\n',
        "an irreversible effect cannot be rolled back",
    ),
    Mistake(
        "a rollback of a read",
        'PRICE = Step("price", Effect.READ, gives=Price)\n',
        'PRICE = Step("price", Effect.READ, gives=Price, rollback_config=RollbackConfig())\n',
        "a read changes nothing",
    ),
    Mistake(
        "a key that runs share by accident",
        _DECLARED,
        'CHARGE = Step("charge", Effect.EXTERNAL, idempotency_key="charge")\n',
        "its effect needs an idempotency key with {run_id}",
    ),
    Mistake(
        "a key with a brace left open",
        _DECLARED,
        'CHARGE = Step("charge", Effect.EXTERNAL, idempotency_key="{run_id")\n',
        "leaves a brace open",
    ),
    Mistake(
        "a name as no step has",
        _DECLARED,
        'CHARGE = Step("charge: it", Effect.EXTERNAL)\n',
        "give it a name without a bracket",
    ),
    Mistake(
        "no occurrence",
        _DECLARED,
        'CHARGE = Step("charge", Effect.EXTERNAL, at_most=0)\n',
        "let it have at least one occurrence",
    ),
    Mistake("a step twice", _STEPS, "steps=(PRICE, CHARGE, RECORD, PRICE)", "price"),
    Mistake(
        "a wrong type",
        _DECLARED,
        'CHARGE = Step("charge", Effect.EXTERNAL, timeout_seconds="60")\n',
        "timeout_seconds",
    ),
    Mistake(
        "a reason for a person whom nobody asks",
        _DECLARED,
        'CHARGE = Step("charge", Effect.EXTERNAL, reviews=("unsure",))\n',
        "review",
    ),
    Mistake(
        "a tool's permission that nobody is asked for",
        _DECLARED,
        f'{_DECLARED}TOOL = Tool(CHARGE, "Charge.", OrderParams, print, allowed_by="refunds")\n',
        "let it be `is_dangerous`",
    ),
    Mistake(
        "a bound of no argument",
        _DECLARED,
        f'{_DECLARED}TOOL = Tool(CHARGE, "Charge.", OrderParams, print, bound=Bound("x", 1))\n',
        "which is none of its arguments",
    ),
)


FOUND_BY_TYPES = (
    Mistake(
        "a wrong type handed to a step",
        "record, run.params.article, charge.id)",
        "record, run.params.article, charge)",
        'Argument of type "tuple[str, Charge]" cannot be assigned to parameter "inputs"',
    ),
    Mistake(
        "an input of a step left out",
        "find_price, run.params.article, run.params.count)",
        "find_price, run.params.article)",
        'Argument of type "tuple[str]" cannot be assigned to parameter "inputs"',
    ),
    Mistake(
        "a misspelt field of a typed answer",
        "price.total}",
        "price.totel}",
        'Cannot access attribute "totel" for class "Price"',
    ),
    Mistake(
        "another result than the kind declares",
        "    return charge.id\n",
        "    return 1\n",
        'Type "Literal[1]" is not assignable to return type "str"',
    ),
    Mistake(
        "a value in the text of SQL",
        'statement("SELECT price FROM articles WHERE name = ?", [article])',
        "statement(f\"SELECT price FROM articles WHERE name = '{article}'\")",
        '"str" is not assignable to "LiteralString"',
    ),
)
_PAGE = ROOT / "docs" / "testing-workflows.md"
_ROW_OF_TYPES = re.compile(r"^\| (.+?) \| check --types \| (.+?) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "shop"
    starting.start_project(folder, "shop")
    return folder


def _wrong(project: Path, mistake: Mistake) -> str:
    right = (project / "src" / "shop" / "order.py").read_text(encoding="utf-8")
    assert right.count(mistake.right) == 1, f"the template has changed: {mistake.right!r}"
    return right.replace(mistake.right, mistake.wrong)


def _told(code: Path, root: Path) -> list[str]:
    return [str(each) for each in faults_of(code, root)]


def test_the_right_workflow_is_told_nothing(project: Path) -> None:
    assert _told(project / "src" / "shop" / "order.py", project) == []


@pytest.mark.parametrize("mistake", FOUND_BY_CHECK, ids=lambda each: each.name)
def test_a_mistake_is_found_by_reading(project: Path, mistake: Mistake, tmp_path: Path) -> None:
    text = _wrong(project, mistake).replace(
        "ORDER_V1 =", 'LATER = Step("later", Effect.READ)\nORDER_V1 =', 1
    )
    code = tmp_path / "src" / "shop"
    code.mkdir(parents=True)
    (code / "order.py").write_text(text, encoding="utf-8")
    told = _told(code / "order.py", tmp_path)
    assert len(told) == 1, told
    assert mistake.says in told[0]
    assert told[0].startswith("src/shop/order.py:")


def _checked_types(root: Path) -> list[str]:
    """What `tillroll check --types` says, with this repository's pyright for that of the extra."""
    installed = root.parent / "installed"
    installed.mkdir(exist_ok=True)
    pyright = [str(NODE), str(NODE_MODULES / "pyright" / "index.js")]
    run = f"subprocess.run([*{pyright!r}, *sys.argv[1:]], check=False)"
    (installed / "pyright.py").write_text(
        f"import subprocess, sys\nsys.exit({run}.returncode)\n", encoding="utf-8"
    )
    found = told(root, "check", "--types", beside=installed)[1]["found"]
    # This repository has no stubs of the Workers SDK where pyright looks for those of a project.
    return [each for each in found if not each.startswith("src/entry.py:")]


def test_the_page_lists_what_the_type_checker_finds() -> None:
    rows = _ROW_OF_TYPES.findall(_PAGE.read_text(encoding="utf-8"))
    assert rows == [(each.name, each.says) for each in FOUND_BY_TYPES]


def test_mistakes_of_types_are_found_by_pyright(tmp_path: Path) -> None:
    """Each at its place, and nothing where the workflow is right."""
    root = tmp_path / "shop"
    starting.start_project(root, "shop")
    settings = root / "pyproject.toml"
    paths = [str(root / "src"), str(ROOT / "src"), str(ROOT / "testing")]
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('extraPaths = ["src"]', f"extraPaths = {json.dumps(paths)}"), encoding="utf-8"
    )
    assert _checked_types(root) == []
    order = root / "src" / "shop" / "order.py"
    wrong = order.read_text(encoding="utf-8")
    for mistake in FOUND_BY_TYPES:
        assert wrong.count(mistake.right) == 1, f"the template has changed: {mistake.right!r}"
        wrong = wrong.replace(mistake.right, mistake.wrong)
    order.write_text(wrong, encoding="utf-8")
    found = _checked_types(root)
    for mistake in FOUND_BY_TYPES:
        line = wrong[: wrong.index(mistake.wrong)].count("\n") + 1
        place = f"src/shop/order.py:{line}: "
        there = [each for each in found if each.startswith(place)]
        assert any(mistake.says in each for each in there), (mistake.name, found)


@pytest.mark.parametrize("mistake", REFUSED, ids=lambda each: each.name)
def test_a_wrong_declaration_is_refused_when_it_is_made(project: Path, mistake: Mistake) -> None:
    text = _wrong(project, mistake).replace(
        "from tillroll_durable import (\n",
        "from tillroll_durable import (\n    Bound,\n    RollbackConfig,\n    Tool,\n",
    )
    module = ModuleType("shop_order_with_a_mistake")
    sys.modules[module.__name__] = module
    try:
        with pytest.raises((ContractError, WrongDeclaration)) as refusal:
            exec(compile(text, "order.py", "exec"), module.__dict__)  # noqa: S102 - made above
    finally:
        del sys.modules[module.__name__]
    assert mistake.says in str(refusal.value)

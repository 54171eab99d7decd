"""The stories of examples find mistakes that are planted into their workflows."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.places import ROOT
from tillroll_command.making import starting


@dataclass(frozen=True)
class Bug:
    """`edits` are texts of an example's workflow, and what stands there instead. `says` stands in
    what its author is told.
    """

    example: str
    name: str
    edits: tuple[tuple[str, str], ...]
    says: str = "AssertionError"


_TOOLS = "    ends = [await run.tool(call) for call in plan.calls]\n"
BUGS = (
    Bug(
        "documents",
        "it tells of pages that nobody has looked for",
        (
            (
                '        found = await run.step(FIND, find, [*pages], key=f"{seconds} s later")\n',
                "        found = [*pages]\n",
            ),
        ),
    ),
    Bug(
        "documents",
        "it names a vector by the attempt",
        (
            (
                "Vector(name, page.values)",
                "Vector(f'{name}/{context.idempotency_key}'[-60:], page.values)",
            ),
        ),
    ),
    Bug(
        "agent",
        "a tool is called again after a kill, since its key comes from the model's words",
        (
            ("from tillroll_durable import (\n", "from tillroll_durable import (\n    ToolEnd,\n"),
            (
                (
                    "    plan = await run.model(PLAN, Chat(GLM, messages, tools=tools), "
                    "budget=BUDGET)\n"
                ),
                (
                    "    asked = Chat(GLM, messages, tools=tools).request\n"
                    "    plan = read_answer(await run.platform.models.run(GLM.name, asked))\n"
                ),
            ),
            (
                _TOOLS,
                (
                    "    for call in plan.calls:\n"
                    '        if call.name == "hold":\n'
                    '            order = Order(order="7")\n'
                    "            held = calling(HOLDS, order)\n"
                    "            free = release(order)\n"
                    "            await run.call(HOLD.step, held, key=call.id, rollback=free)\n"
                    "    ends: list[ToolEnd] = []\n"
                ),
            ),
            ("*messages, plan.message, *", "*messages, *"),
            (
                "from tillroll_durable.platform.json import JsonObject\n",
                (
                    "from tillroll_durable.ai.chat import read_answer\n"
                    "from tillroll_durable.platform.json import JsonObject\n"
                ),
            ),
        ),
        says="hold[same 1]",
    ),
    Bug(
        "agent",
        "one approval serves all calls that come behind it",
        (
            (
                "from decimal import Decimal\n",
                "from dataclasses import replace\nfrom decimal import Decimal\n",
            ),
            (
                _TOOLS,
                (
                    "    ends = []\n"
                    "    free = replace(REFUND, is_dangerous=False, allowed_by=None)\n"
                    "    for call in plan.calls:\n"
                    "        ends.append(await run.tool(call))\n"
                    '        if call.name == "refund" and ends[-1].state == "completed":\n'
                    "            await run.offer(SEARCH, HOLD, free, at_most=MOST_CALLS)\n"
                ),
            ),
        ),
        says="refunded 2 times, and allowed 1 times",
    ),
    Bug(
        "agent",
        "a refund asks nobody",
        (('    is_dangerous=True,\n    allowed_by="refunds",\n', ""),),
        says="money moved",
    ),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, tmp_path: Path) -> None:
    project = tmp_path / "tried"
    starting.start_project(project, "tried", like=bug.example)
    workflow = project / "src" / "tried" / f"{bug.example}.py"
    text = workflow.read_text(encoding="utf-8")
    for right, wrong in bug.edits:
        assert text.count(right) == 1, (
            f"the example has changed: say here how {right!r} is said now"
        )
        text = text.replace(right, wrong)
    workflow.write_text(text, encoding="utf-8")
    paths = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, f"nothing was found: {done.stdout}"
    assert bug.says in done.stdout, done.stdout[-2000:]

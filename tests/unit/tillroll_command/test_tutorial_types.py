"""What the tutorial writes passes pyright as strictly as `tillroll init` sets it up, and so does
what authors hand in without a word on its type.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from local.places import NODE_MODULES, ROOT
from tests.support.pages import Change, File, blocks_of
from tillroll_command.making.adding import add_workflow
from tillroll_command.making.starting import start_project

_NODE: Final = ROOT / "node_modules" / ".bin" / "node"
_PAGE: Final = ROOT / "docs" / "tutorial.md"
_HANDED_IN: Final = """\
from tillroll_durable import (
    Chat,
    Contract,
    Effect,
    ExternalCall,
    Model,
    NoParams,
    Outcome,
    Params,
    ReviewStates,
    Step,
    StepContext,
    Topic,
    Workflow,
    WorkflowRun,
    http,
)

READ = Step("read", Effect.READ, gives=str)
SEND = Step("send", Effect.EXTERNAL, gives=Params)
TOLD = Topic("told", Params)
ASK = Contract("ask", 1, steps=(READ, SEND), topics=(TOLD,), review=ReviewStates())


async def ask(run: WorkflowRun[NoParams]) -> str:
    counts = {"customers": 5}
    names = {"names": ["Ann", "Ben"]}
    given: str = await run.step(READ, read)
    await run.review(1, given, counts, deadline_hours=1)
    await run.review(2, given, [names], deadline_hours=1)
    await run.tell(TOLD, names)
    await run.child(WORKFLOW, counts, "one")
    await run.call(SEND, http.post("https://crm.example", names, gives=Params))
    await run.continue_as(counts)


async def read(context: StepContext) -> Outcome:
    place = {"page": 3}
    await context.beat(3, 5, cursor=place)
    ids = {"customers": ["c1"]}
    return Outcome("all", told=ids)


def sent(call: ExternalCall[StepContext, Params]) -> ExternalCall[StepContext, Params]:
    request = {"customers": ["c1"]}
    return ExternalCall(request, send=call.send)


def asked(model: Model) -> Chat:
    said = [{"role": "user", "content": "What is it?"}]
    return Chat(model, said)


WORKFLOW = Workflow(ASK, ask, params=NoParams, gives=str)
"""


def _errors(project: Path) -> list[str]:
    """What pyright says by the project's settings, with the sources here in place of the wheel."""
    (project / ".venv").symlink_to(sys.prefix)
    (project / "typings").symlink_to(ROOT / "typings")  # a project has the Worker's SDK there
    settings = project / "pyproject.toml"
    paths = [str(ROOT / each) for each in ("src", "testing")]
    text = settings.read_text(encoding="utf-8")
    own = 'extraPaths = ["src"]'
    assert own in text
    assert 'typeCheckingMode = "strict"' in text
    settings.write_text(
        text.replace(own, f"extraPaths = {json.dumps(['src', *paths])}"), encoding="utf-8"
    )
    command = [_NODE, NODE_MODULES / "pyright" / "index.js", "--outputjson"]
    done = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["summary"]["filesAnalyzed"] > 1, done.stdout
    return [
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each['message']}"
        for each in found["generalDiagnostics"]
    ]


def test_what_an_author_writes_is_typed_strictly(tmp_path: Path) -> None:
    project = tmp_path / "contacts"
    start_project(project, "contacts")
    add_workflow(project, "contacts", "sync")
    for block in blocks_of(_PAGE.read_text(encoding="utf-8")):
        if isinstance(block, File):
            (project / block.path).write_text(block.content, encoding="utf-8")
        elif isinstance(block, Change):
            file = project / block.path
            file.write_text(block.of(file.read_text(encoding="utf-8")), encoding="utf-8")
    (project / "src" / "contacts" / "handed_in.py").write_text(_HANDED_IN, encoding="utf-8")
    assert _errors(project) == []

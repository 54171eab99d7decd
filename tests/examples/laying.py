"""All examples in one project, made by the public commands of the built wheel.

One project stands for all: each of its own would install Node's tools again, and one death meets
the runs of all kinds at once. What an author changes is changed: the addresses, how long somebody
is waited for, and what seals the audit.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.examples.cases import CASES
from tests.support.own_kind import replace_in
from tests.wheel.project import Environment, Project, run

EXAMPLES: Final = tuple(case.example for case in CASES)
_NAME: Final = "together"
_ADDRESS: Final = re.compile(r"https://([a-z]+\.example)")
_ENTRY: Final = re.compile(
    r"^from (\w+) import (\w+)$.*?workflows=\[(.+?)\]", re.MULTILINE | re.DOTALL
)
# What takes hours takes seconds, and a model is asked that this machine can have.
_CHANGES: Final[Mapping[str, Mapping[str, str]]] = {
    "agent": {
        'Model("@cf/zai-org/glm-5.3-flash", Price(Decimal("0.15"), Decimal("0.50"), SOURCE))': (
            'Model("some", Price(Decimal("0.15"), Decimal("0.50"), SOURCE), _CHAT)'
        ),
        "GLM = ": '_CHAT = "https://models.example/chat"\nGLM = ',
    },
    "booking": {"timedelta(hours=24)": "timedelta(seconds=15)"},
    "leads": {"hours * 3600": "hours"},
    "onboarding": {
        'timedelta(days=3), "second": timedelta(days=4), "last": timedelta(days=7)': (
            'timedelta(seconds=3), "second": timedelta(seconds=4), "last": timedelta(seconds=7)'
        )
    },
    "publishing": {
        "timedelta(minutes=30)": "timedelta(seconds=15)",
        "delay_seconds=10": "delay_seconds=1",
    },
}
# What seals the audit, and where the seals' copies go.
_SEALING: Final = {
    '"vars": {': '"vars": { "AUDIT_SIGNING_KEY": "",',
}
_ENTRY_FILE: Final = '''"""The Worker: what wrangler.jsonc names."""

{imports}

from tillroll_durable.worker import Tillroll

app = Tillroll(workflows=[{workflows}])
Default = app.entrypoint
Workflows = app.workflows
'''


def lay(folder: Path, environment: Environment, other_side: str) -> Project:
    """Make the project, whose runs call the other side at this address."""
    root = folder / _NAME
    entries = [_made(folder, name, environment) for name in EXAMPLES]
    shutil.move(folder / EXAMPLES[0], root)
    for number, name in enumerate(EXAMPLES[1:], start=3):
        own = folder / name
        shutil.copytree(own / "src" / name, root / "src" / name)
        tables = own / "migrations" / "0002_tables.sql"
        shutil.copy(tables, root / "migrations" / f"{number:04}_{name}.sql")
    imports = "\n".join(f"from {package} import {module}" for package, module, _ in entries)
    workflows = ", ".join(listed for _, _, listed in entries)
    entry = _ENTRY_FILE.format(imports=imports, workflows=workflows)
    (root / "src" / "entry.py").write_text(entry, encoding="utf-8")
    for said, sealing in _SEALING.items():
        replace_in(root / "wrangler.jsonc", said, sealing)
    for name in EXAMPLES:
        _change(root / "src" / name / f"{name}.py", name, other_side)
    return Project(root, environment)


def _made(folder: Path, name: str, environment: Environment) -> tuple[str, str, str]:
    """Make a project of an example; what its entry imports from where, and lists."""
    run(folder, environment.tillroll, "init", name, "--like", name)
    entry = (folder / name / "src" / "entry.py").read_text(encoding="utf-8")
    found = _ENTRY.search(entry)
    assert found is not None, f"`tillroll init --like {name}` writes another entry.py: {entry}"
    return found[1], found[2], found[3]


def _change(workflow: Path, name: str, other_side: str) -> None:
    for said, here in _CHANGES.get(name, {}).items():
        replace_in(workflow, said, here)
    text = workflow.read_text(encoding="utf-8")
    # The first part of a path says whose run it is that asks.
    changed = _ADDRESS.sub(rf"{other_side}/{name}/\1", text)
    assert changed != text, f"{name} calls nobody"
    workflow.write_text(changed, encoding="utf-8")

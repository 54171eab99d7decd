"""A module that says that it is pure is held to it: import-linter refuses what it must not reach,
and it awaits nothing.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import files, nodes

SOURCES = ROOT / "src"
_SAYS_PURE = re.compile(r"\bPure\b")
# Documents have a contract of their own in pyproject.toml.
_DOCUMENTS: Final = "tillroll_documents"
_FORBIDDEN: Final = (
    "fastapi",
    "glob",
    "http",
    "httpx",
    "js",
    "os",
    "pyodide",
    "pyodide_http",
    "random",
    "secrets",
    "select",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "starlette",
    "subprocess",
    "tempfile",
    "threading",
    "tillroll.api",
    "tillroll.workflows",
    "tillroll_durable._answers",
    "tillroll_durable._execution",
    "tillroll_durable._operations",
    "tillroll_durable._record",
    "tillroll_durable.ai.budgets",
    "tillroll_durable.ai.ledger",
    "tillroll_durable.ai.totals",
    "tillroll_durable.archive",
    "tillroll_durable.attributes",
    "tillroll_durable.audit",
    "tillroll_durable.audit_search",
    "tillroll_durable.beginning",
    "tillroll_durable.contract",
    "tillroll_durable.decisions",
    "tillroll_durable.declared",
    "tillroll_durable.dispatch",
    "tillroll_durable.execution",
    "tillroll_durable.explanation",
    "tillroll_durable.idempotency",
    "tillroll_durable.jobs",
    "tillroll_durable.operations",
    "tillroll_durable.outbox",
    "tillroll_durable.outputs",
    "tillroll_durable.platform.bindings",
    "tillroll_durable.platform.services",
    "tillroll_durable.queries",
    "tillroll_durable.registry",
    "tillroll_durable.runs",
    "tillroll_durable.restarting",
    "tillroll_durable.schedules",
    "tillroll_durable.sealing.archive",
    "tillroll_durable.sealing.checks",
    "tillroll_durable.sealing.files",
    "tillroll_durable.sealing.jobs",
    "tillroll_durable.sealing.range_verification",
    "tillroll_durable.sealing.repository",
    "tillroll_durable.sealing.sealer",
    "tillroll_durable.sealing.state",
    "tillroll_durable.sealing.verification",
    "tillroll_durable.sealing.verifier",
    "tillroll_durable.selection",
    "tillroll_durable.settings",
    "tillroll_durable.signals",
    "tillroll_durable.slots",
    "tillroll_durable.states",
    "tillroll_durable.step",
    "tillroll_durable.step_records",
    "tillroll_durable.tables",
    "tillroll_durable.undoing",
    "tillroll_durable.upkeep",
    "tillroll_durable.versions",
    "tillroll_durable.webhooks",
    "tillroll_durable.workflow",
    "time",
    "workers",
)
# Errors, rows and statements as values, and protocols: these do nothing.
_HARMLESS: Final = (
    "tillroll.** -> tillroll_durable.errors",
    "tillroll.** -> tillroll_durable.platform.bindings.database",
    "tillroll_durable.sealing.seals -> tillroll_durable.platform.bindings.database",
    "tillroll_durable.sight -> tillroll_durable.platform.bindings.database",
    "tillroll.books.targets.errors -> tillroll_durable.platform.bindings.http",
    "tillroll.identity.cose -> tillroll_durable.platform.bindings.crypto",
    "tillroll.identity.webauthn -> tillroll_durable.platform.bindings.crypto",
)
_WAITS = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    if parts[-1] == "__init__":
        return ".".join(parts[:-1])
    return ".".join(parts)


def says_pure(docstring: str | None) -> bool:
    return docstring is not None and _SAYS_PURE.search(docstring) is not None


def _docstring(path: Path) -> str | None:
    module = nodes(path)[0]
    assert isinstance(module, ast.Module)
    return ast.get_docstring(module)


def contract(pure: Sequence[str]) -> str:
    """What import-linter is given: a contract over these modules."""
    lines = {
        "root_packages": ("tillroll", "tillroll_durable"),
        "source_modules": pure,
        "forbidden_modules": _FORBIDDEN,
        "ignore_imports": _HARMLESS,
    }
    lists = {name: "\n".join(f"    {each}" for each in values) for name, values in lines.items()}
    return f"""[importlinter]
root_packages =
{lists["root_packages"]}
include_external_packages = True

[importlinter:contract:pure]
name = What is pure has no I/O
type = forbidden
source_modules =
{lists["source_modules"]}
forbidden_modules =
{lists["forbidden_modules"]}
ignore_imports =
{lists["ignore_imports"]}
"""


def lint(pure: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    config = folder / "pure.ini"
    config.write_text(contract(pure), encoding="utf-8")
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", config]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )


_PURE = [path for path in files("src", ".py") if says_pure(_docstring(path))]


def test_modules_say_that_they_are_pure() -> None:
    assert len(_PURE) > 50
    assert says_pure("Works out a sum. Pure.")
    assert not says_pure("Asks a server.")
    assert not says_pure(None)


def test_none_reaches_what_does_something(tmp_path: Path) -> None:
    names = [module_name(path) for path in _PURE]
    of_product = [name for name in names if not name.startswith(_DOCUMENTS)]
    assert len(of_product) > 30
    result = lint(of_product, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_one_that_reaches_further_is_named(tmp_path: Path) -> None:
    result = lint(["tillroll.claims.repository"], tmp_path)
    assert result.returncode == 1
    assert "tillroll.claims.repository ->" in result.stdout


@pytest.mark.parametrize("path", _PURE, ids=module_name)
def test_none_awaits_anything(path: Path) -> None:
    assert [node for node in nodes(path) if isinstance(node, _WAITS)] == []

"""Writing a new workflow into the project, and taking one back. New files come first, so that a
project in which this was cut off still runs as before; the same command ends what was begun,
`remove` takes it back.
"""

import ast
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from cli.making.listing import LIST, added, without, workflows_of
from cli.making.plan import Plan, Refused
from cli.making.rendering import files_of, migration_of

Run = Callable[[Sequence[str | Path], Path], object]
_PAGES: Final = (
    "docs/architecture.md",
    "docs/contracts.md",
    "docs/modules.md",
    "docs/security.md",
)


def write(plan: Plan, root: Path, run: Run) -> list[str]:
    """Write the workflow; the paths of all files that were written or changed, in order of writing.

    Raises:
        Refused: there is such a workflow, its name is taken, or the project is not as it was made.
            Nothing was changed.
    """
    _check_free(plan, root)
    edits = {
        path: edit(plan, (root / path).read_text(encoding="utf-8")) for path, edit in _EDITS.items()
    }
    files = dict(files_of(plan))
    if plan.has_table:
        files[f"migrations/{_next_number(root):04}_{plan.table}.sql"] = migration_of(plan)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path, text in edits.items():
        _replace(root / path, text)
    python = [name for name in files if name.endswith(".py")]
    run([".venv/bin/ruff", "format", "--quiet", *python, LIST], root)
    pages = _renew_pages(root, run, plan.kind)
    return [
        *files,
        f"tests/unit/tillroll_durable/contracts/{plan.kind}-v1.json",
        *map(str, _EDITS),
        *pages,
    ]


def remove(kind: str, root: Path, run: Run) -> list[str]:
    """Take a workflow back; what was removed or changed. Migrations stay: what was applied cannot
    be taken back.

    Raises:
        Refused: there is none of this kind, or something beside it uses it. Nothing was changed.
    """
    plan = Plan(kind, ())
    package = root / "src/tillroll/workflows" / plan.package
    if not package.is_dir() or not (root / "docs/workflows" / f"{kind}.md").exists():
        raise Refused(
            f"No workflow {kind!r} was written by `tillroll new workflow`: nothing to take back."
        )
    users = _users(plan, root)
    if users:
        raise Refused(f"{', '.join(users)} uses {kind!r}: take that back first.")
    edits = {
        path: take_out(plan, (root / path).read_text(encoding="utf-8"))
        for path, take_out in _REMOVALS.items()
    }
    for path, text in edits.items():
        _replace(root / path, text)
    gone = [
        *sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"),
        root / f"tests/simulation/kinds/{plan.package}.py",
        root / f"tests/simulation/test_{plan.package}.py",
        root / "docs/workflows" / f"{kind}.md",
        *sorted((root / "tests/unit/tillroll_durable/contracts").glob(f"{kind}-v*.json")),
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    shutil.rmtree(package)
    if not any((root / "docs/workflows").iterdir()):
        (root / "docs/workflows").rmdir()
    pages = _renew_pages(root, run)
    return [*(path.relative_to(root).as_posix() for path in gone), *map(str, _EDITS), *pages]


def run_tool(command: Sequence[str | Path], root: Path) -> str:
    """Run a tool of the project in its folder; what it wrote.

    Raises:
        Refused: it failed; the message is what it said.
    """
    done = subprocess.run(list(command), cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(
            f"{' '.join(map(str, command))} failed in {root}:\n{done.stdout}{done.stderr}".strip()
        )
    return done.stdout


def _renew_pages(root: Path, run: Run, *kinds: str) -> list[str]:
    """Make the pages anew that name each workflow, and the snapshots of these kinds' contracts; the
    pages.
    """
    run([".venv/bin/python", "-m", "cli.pages.of_workflows", *kinds], root)
    return [page for page in _PAGES if (root / page).is_file()]


def _check_free(plan: Plan, root: Path) -> None:
    workflows = root / "src/tillroll/workflows"
    listed = workflows_of((root / LIST).read_text(encoding="utf-8"))
    if (workflows / plan.package).exists() or plan.constant in listed:
        raise Refused(
            f"There is a workflow {plan.kind!r} already: choose another name, or `tillroll remove "
            "workflow`."
        )
    # Its package would stand in the way of the module, and its value of the stories that are
    # played.
    if (workflows / f"{plan.package}.py").exists() or plan.package == "stories":
        raise Refused(
            f"{plan.kind!r} is the name of a part of the project: choose another, such as "
            f"{plan.kind}-run."
        )
    said = next(_saying(plan.kind, root), None)
    if said is not None:
        raise Refused(
            f"{plan.kind!r} means something else in {said}. A kind's name stands in its own "
            f"package only: choose another, such as {plan.kind}-run."
        )


def _saying(word: str, root: Path) -> Iterator[str]:
    for path in sorted((root / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if word in text and any(
            isinstance(node, ast.Constant) and node.value == word
            for node in ast.walk(ast.parse(text))
        ):
            yield path.relative_to(root).as_posix()


def _users(plan: Plan, root: Path) -> list[str]:
    tests = {
        f"tests/simulation/kinds/{plan.package}.py",
        f"tests/simulation/test_{plan.package}.py",
    }
    own = {f"src/tillroll/workflows/{plan.package}/", *tests, str(LIST)}
    name = f"tillroll.workflows.{plan.package}."
    return [
        found
        for folder in ("src", "testing", "tests", "bench", "cli", "local")
        for path in sorted((root / folder).rglob("*.py"))
        if not (found := path.relative_to(root).as_posix()).startswith(tuple(own))
        and name in path.read_text(encoding="utf-8")
    ]


def _next_number(root: Path) -> int:
    return max(int(path.name[:4]) for path in (root / "migrations").glob("[0-9]*.sql")) + 1


def _listed(plan: Plan, text: str) -> str:
    by_time = plan.kind if plan.cron else None
    return added(
        text, f"workflows.{plan.package}", plan.constant, has_table=plan.has_table, by_time=by_time
    )


def _unlisted(plan: Plan, text: str) -> str:
    return without(text, f"workflows.{plan.package}")


_EDITS: Final[dict[Path, Callable[[Plan, str], str]]] = {
    LIST: _listed,
}
_REMOVALS: Final[dict[Path, Callable[[Plan, str], str]]] = {
    LIST: _unlisted,
}


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)

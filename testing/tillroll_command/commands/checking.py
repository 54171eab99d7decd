"""`tillroll check` and `tillroll test`: what an author's work is held to."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.faults import below
from tillroll_command.replies import AsJson, reply

if TYPE_CHECKING:
    from tillroll_command.project import AuthorsProject
    from tillroll_durable.registry import Registry

# It asks for a newer version of itself otherwise.
_OFFLINE: Final = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def check(
    *,
    against_live: Annotated[
        Path | None,
        typer.Option(
            metavar="EXPORT",
            help=(
                "Which live runs the code that is here cannot finish, by the file that `tillroll "
                "histories` makes."
            ),
        ),
    ] = None,
    types: Annotated[
        bool,
        typer.Option("--types", help="Have pyright check the types too, by pyproject.toml."),
    ] = False,
    as_json: AsJson = False,
) -> Code:
    """Read the project: mistakes in the code of each workflow, stories and migrations that are
    missing. It takes seconds and runs nothing. With --against-live, replay live runs instead; exit
    code 1 where one would not go on.
    """
    from tillroll_command.project import authors_project
    from tillroll_testing.host.entry import NoWorkflows

    project = authors_project()
    if against_live is not None:
        try:
            return check_live_runs(project.registry, project.root, against_live, as_json=as_json)
        except NoWorkflows as error:
            raise Stopped(Code.FAILED, str(error)) from error
    kinds = _kinds_of(project)
    found = [*_of_migrations(project), *_of_bindings(project)]
    for kind in kinds:
        found += _of_kind(project, kind)
    if types:
        found += _of_types(project)
    document = {"kinds": kinds, "found": found}
    told = f"{counted(len(kinds), 'workflow')}: nothing is wrong."
    if found:
        told = f"{counted(len(kinds), 'workflow')}: {counted(len(found), 'mistake')}."
    reply(document, *found, told, as_json=as_json)
    return Code.FAILED if found else Code.DONE


def check_live_runs(registry: "Registry", root: Path, file: Path, *, as_json: bool) -> Code:
    """Replay the live runs of an export with these workflows, and tell of each that would not go
    on, and where.
    """
    import asyncio

    from tillroll_testing.replaying.against_live import check_live
    from tillroll_testing.replaying.export import NoExport, export_from

    try:
        export = export_from(file.read_text(encoding="utf-8"))
    except (OSError, NoExport) as error:
        raise Stopped(Code.USAGE, f"{file} is no export of histories: {error}.") from error
    done = asyncio.run(check_live(registry, export))
    stuck = [
        {
            "runId": each.run_id,
            "kind": each.kind,
            "why": each.why,
            "file": None if each.file is None else _shown(root, each.file),
            "line": each.line,
            "did": [*each.order],
        }
        for each in done.stuck
    ]
    document = {
        "runs": done.runs,
        "otherContract": done.changed,
        "isWhole": export.is_whole,
        "stuck": stuck,
    }
    lines = [_told_of(each) for each in stuck]
    told = f"{counted(done.runs, 'live run')}: {len(stuck)} would not go on."
    if done.changed:
        told += f" {done.changed} began with another contract, and would go on."
    if not export.is_whole:
        told += " The export has not all of them: it was cut."
    reply(document, *lines, told, as_json=as_json)
    return Code.FAILED if stuck or not export.is_whole else Code.DONE


def _told_of(stuck: Mapping[str, object]) -> str:
    place = "" if stuck["file"] is None else f"{stuck['file']}:{stuck['line']}: "
    return f"{place}{stuck['runId']} ({stuck['kind']}): {stuck['why']}"


def _shown(root: Path, file: str) -> str:
    return str(below(root, Path(file)) or file)


def run_tests(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST]", help="What pytest is given.")
    ] = None,
) -> Code:
    """Run the project's tests: each story, with everything that can come between."""
    from tillroll_command.project import authors_project

    project = authors_project()
    # What does not import ends in one sentence here; pytest has one for each file of tests.
    _kinds_of(project)
    command = [sys.executable, "-m", "pytest", "-q", *(words or [])]
    done = subprocess.run(command, cwd=project.root, check=False)
    return Code.DONE if done.returncode == 0 else Code.FAILED


def _of_types(project: "AuthorsProject") -> list[str]:
    """Raises Stopped: there is no pyright."""
    import importlib.util

    if importlib.util.find_spec("pyright") is None:
        raise Stopped(Code.FAILED, "There is no pyright: install tillroll-durable[dev] anew.")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        command, cwd=project.root, capture_output=True, text=True, check=False, env=_OFFLINE
    )
    try:
        told = json.loads(done.stdout)["generalDiagnostics"]
    except ValueError as error:
        says = (done.stdout + done.stderr).strip()
        raise Stopped(Code.FAILED, f"pyright did not run: {says}") from error
    return [
        f"{_shown(project.root, each['file'])}:{each['range']['start']['line'] + 1}: "
        f"{' '.join(str(each['message']).split())}"
        for each in told
        if each["severity"] == "error"
    ]


def _kinds_of(project: "AuthorsProject") -> list[str]:
    """Raises Stopped: entry.py lists no workflows."""
    from tillroll_testing.host.entry import NoWorkflows

    try:
        return sorted(project.registry.newest)
    except NoWorkflows as error:
        raise Stopped(Code.FAILED, str(error)) from error


def _of_migrations(project: "AuthorsProject") -> list[str]:
    from tillroll_command.making.migrations import SchemaChanged, missing, schema

    try:
        new = missing(project.migrations, schema())
    except SchemaChanged as error:
        return [f"migrations: {error}"]
    if not new:
        return []
    return [f"migrations lacks {', '.join(new)} of the library: `tillroll migrate`"]


def _of_bindings(project: "AuthorsProject") -> list[str]:
    from tillroll_command.running.configuration import read, told_of_missing

    file = project.root / "wrangler.jsonc"
    if not file.is_file():
        return []
    try:
        return told_of_missing(read(file))
    except ValueError as error:
        return [f"wrangler.jsonc cannot be read: {error}"]


def _of_kind(project: "AuthorsProject", kind: str) -> list[str]:
    from tillroll_testing.checking.determinism import faults_of
    from tillroll_testing.play.finding import NoStory

    found: list[str] = []
    code = project.code_of(kind)
    try:
        if code is not None:
            found += [str(each) for each in faults_of(code, project.root)]
    except LookupError as error:
        found.append(str(error))
    try:
        project.stories_of(kind)
    except NoStory as error:
        found.append(str(error))
    return found

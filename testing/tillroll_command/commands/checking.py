"""`tillroll check` and `tillroll test`: what an author's work is held to."""

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import AsJson, reply

if TYPE_CHECKING:
    from tillroll_command.project import AuthorsProject


def check(*, as_json: AsJson = False) -> Code:
    """Read the project: mistakes in the code of each workflow, stories and migrations that are
    missing. It takes seconds and runs nothing.
    """
    from tillroll_command.project import authors_project
    from tillroll_testing.host.entry import NoWorkflows

    project = authors_project()
    try:
        kinds = sorted(project.registry.newest)
    except NoWorkflows as error:
        raise Stopped(Code.FAILED, str(error)) from error
    found = [*_of_migrations(project)]
    for kind in kinds:
        found += _of_kind(project, kind)
    document = {"kinds": kinds, "found": found}
    told = f"{counted(len(kinds), 'workflow')}: nothing is wrong."
    if found:
        told = f"{counted(len(kinds), 'workflow')}: {counted(len(found), 'mistake')}."
    reply(document, *found, told, as_json=as_json)
    return Code.FAILED if found else Code.DONE


def run_tests(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST]", help="What pytest is given.")
    ] = None,
) -> Code:
    """Run the project's tests: each story, with everything that can come between."""
    from tillroll_command.project import authors_project

    project = authors_project()
    command = [sys.executable, "-m", "pytest", "-q", *(words or [])]
    done = subprocess.run(command, cwd=project.root, check=False)
    return Code.DONE if done.returncode == 0 else Code.FAILED


def _of_migrations(project: "AuthorsProject") -> list[str]:
    from tillroll_command.making.migrations import SchemaChanged, missing, schema

    try:
        new = missing(project.migrations, schema())
    except SchemaChanged as error:
        return [f"migrations: {error}"]
    if not new:
        return []
    return [f"migrations lacks {', '.join(new)} of the library: `tillroll migrate`"]


def _of_kind(project: "AuthorsProject", kind: str) -> list[str]:
    from tillroll_testing.checking.determinism import faults_of
    from tillroll_testing.play.finding import NoStory

    found: list[str] = []
    code = project.code_of(kind)
    try:
        found += [] if code is None else [str(each) for each in faults_of(code, project.root)]
    except LookupError as error:
        found.append(str(error))
    try:
        project.stories_of(kind)
    except NoStory as error:
        found.append(str(error))
    return found

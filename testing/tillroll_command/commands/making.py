"""`tillroll init`, `migrate`, `new workflow` and `eject`: what is written into a project."""

from pathlib import Path
from typing import Annotated

import typer

from tillroll_command.endings import Code, Stopped
from tillroll_command.hints import hint
from tillroll_command.replies import AsJson, reply

new = typer.Typer(
    no_args_is_help=True,
    help="Write a workflow of your own into this project; `tillroll init` begins a project.",
)


@new.callback()
# Typer calls it, and so keeps the subcommand's name.
def _new() -> None:
    """Write something of your own into this project."""


def init(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The project and its folder, such as shop.")
    ],
    *,
    modules: Annotated[
        str,
        typer.Option(
            help=(
                "Parts, with commas between them: jobs-workflows, audit-log, idempotency, "
                "webhook-delivery. The core has them; each adds an example."
            )
        ),
    ] = "",
    like: Annotated[
        str | None, typer.Option(metavar="EXAMPLE", help="Begin as this example does.")
    ] = None,
    wheel: Annotated[
        Path | None,
        typer.Option(exists=True, help="The library's wheel; else what this was installed from."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a project of durable workflows: eleven files, with a first workflow and its story."""
    from tillroll_command.making.names import NameRefused
    from tillroll_command.making.starting import IN_THE_CORE, ProjectRefused, start_project

    asked = [each.strip() for each in modules.split(",") if each.strip()]
    folder = Path.cwd() / name
    try:
        written = start_project(folder, name, wheel=wheel, modules=asked, like=like)
    except (NameRefused, ProjectRefused) as error:
        raise Stopped(Code.USAGE, str(error)) from error
    told = [f"{each} is in the core already: {IN_THE_CORE[each]}." for each in asked]
    reply(
        {"project": name, "written": written, "modules": asked},
        *(f"  {name}/{path}" for path in written),
        *told,
        f"Go on: cd {name}, then as README.md says.",
        as_json=as_json,
    )


def migrate(*, as_json: AsJson = False) -> None:
    """Copy what is new of the library's schema into migrations/, under the next free number."""
    from tillroll_command.making.migrations import SchemaChanged, copy_new, schema
    from tillroll_command.project import nearest_project

    project = nearest_project()
    try:
        copied = copy_new(project.migrations, schema())
    except SchemaChanged as error:
        raise Stopped(Code.REFUSED, f"Nothing was written. {error}") from error
    if copied is None:
        reply({"written": []}, "migrations/ has all of the library's schema.", as_json=as_json)
        return
    path = copied.relative_to(project.root).as_posix()
    reply({"written": [path]}, f"  {path}", as_json=as_json)


@new.command("workflow")
def new_workflow(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="What it is called: small letters, digits and hyphens, such as bank-transfer.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Write a workflow in one file and its story in another, and name it in src/entry.py.

    For example: `tillroll new workflow bank-transfer`, then `tillroll play bank-transfer`
    """
    from tillroll_command.making.adding import WorkflowRefused, add_workflow
    from tillroll_command.making.names import NameRefused
    from tillroll_command.project import nearest_project

    project = nearest_project()
    try:
        written = add_workflow(project.root, project.package, name)
    except (NameRefused, WorkflowRefused) as error:
        raise Stopped(Code.USAGE, str(error)) from error
    reply(
        {"kind": name, "written": written},
        *(f"  {path}" for path in written),
        f"Play it:  {hint(f'play {name}')}",
        as_json=as_json,
    )


def eject(
    module: Annotated[
        str,
        typer.Argument(metavar="MODULE", help="A public module of the library, such as server."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy a module of the library into this project, as source that the project owns."""
    from tillroll_command.making.ejecting import EjectRefused
    from tillroll_command.making.ejecting import eject as copy_module
    from tillroll_command.project import nearest_project

    project = nearest_project()
    try:
        written = copy_module(project.root, project.package, module)
    except EjectRefused as error:
        raise Stopped(Code.USAGE, str(error)) from error
    reply(
        {"module": module, "written": written},
        *(f"  {path}" for path in written),
        "What of the library itself imports it goes on with the library's.",
        as_json=as_json,
    )

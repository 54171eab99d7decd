"""`tillroll new project` and `tillroll upgrade`: a project of one's own, of the modules that it
needs.
"""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.operations.making import new
from cli.commands.operations.options import AsJson, reply
from cli.endings import Code, Stopped

_MOST_NAMED = 5
_MODULES = (
    "What it is made of, such as payouts,webhooks, beside the core; docs/modules.md says what "
    "each gives."
)


@new.command("project")
def new_project(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder that is new; its name is the Worker's.")
    ],
    *,
    modules: Annotated[str, typer.Option(metavar="NAMES", help=_MODULES)] = "",
    as_json: AsJson = False,
) -> None:
    """Make a project of one's own: the core and the chosen modules, as source that its owner may
    change.
    """
    from cli.making.plan import Refused
    from cli.making.projects.writing import uncommitted, write_project
    from local.places import ROOT

    names = [name.strip() for name in modules.split(",") if name.strip()]
    try:
        made = write_project(ROOT, path, names)
    except Refused as error:
        raise Stopped(Code.USAGE, str(error)) from error
    more = uncommitted(ROOT)
    reply(
        {"path": str(path), "modules": made, "uncommitted": more},
        f"{path}: made of {', '.join(made)}, and committed.",
        *(
            [f"Left out, because no commit here has it: {', '.join(more[:_MOST_NAMED])}."]
            if more
            else []
        ),
        f"Run it:   cd {path} && make dev",
        "Test it:  make test",
        'Yours:    .venv/bin/tillroll new workflow NAME --steps "fetch:read, charge:external, record:write"',
        as_json=as_json,
    )


def upgrade(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A project that `tillroll new project` made.")
    ],
    *,
    as_json: AsJson = False,
) -> Code:
    """Merge this version of Tillroll into a project: what its owner changed is kept."""
    from cli.making.plan import Refused
    from cli.making.projects.upgrading import upgrade_project
    from local.places import ROOT

    try:
        done = upgrade_project(ROOT, path)
    except Refused as error:
        raise Stopped(Code.USAGE, str(error)) from error
    lines = (
        [f"{path}: nothing to upgrade."]
        if done.is_unchanged
        else [f"{path}: merged.", "Then: make test"]
        if not done.conflicts
        else [
            f"{path}: both sides changed {', '.join(done.conflicts)}.",
            (
                "Put them right, then: git add --all && git commit. To take all back: git merge "
                "--abort"
            ),
        ]
    )
    reply(
        {"path": str(path), "conflicts": done.conflicts, "isUnchanged": done.is_unchanged},
        *lines,
        as_json=as_json,
    )
    return Code.FAILED if done.conflicts else Code.DONE

"""What commands about runs take, declared once: those of a project, and those that others add."""

from enum import StrEnum
from typing import Annotated

import typer


class Act(StrEnum):
    """What an operator does with a run."""

    RETRY = "retry"
    ABANDON = "abandon"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    DELIVER = "deliver"
    RESEND = "resend"


RunId = Annotated[str, typer.Argument(metavar="ID", help="The run's id, run_…")]
Operation = Annotated[Act, typer.Argument(help="What is to be done; `run ID` says what is safe.")]
Follow = Annotated[
    bool,
    typer.Option(
        "--follow",
        "-f",
        help="Until nothing more happens by itself; the exit code says how it is.",
    ),
]
Unresolved = Annotated[
    bool,
    typer.Option(
        "--unresolved",
        help=(
            "Only what somebody has to see to: failed and not undone, not undone wholly, or "
            "standing still."
        ),
    ),
]
WithFailures = Annotated[
    bool, typer.Option("--with-failures", help="Only runs of which items of a map failed.")
]
Attributes = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME:VALUE", help="Only runs found by this, such as customer:42; repeat."
    ),
]
RunOrAll = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help="The run, run_…; without one, all that waits is listed."),
]
Corrections = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Correct a value, such as total=12.30; repeat."
    ),
]
Comment = Annotated[str | None, typer.Option(help="Why, for the audit: up to 500 characters.")]
Reason = Annotated[
    str | None, typer.Option(help="Why, for the audit: 3 to 500 characters. Else it is asked.")
]
FirstStep = Annotated[str, typer.Argument(help="Its step to begin with; `steps ID` lists them.")]
Repeats = Annotated[
    list[str] | None,
    typer.Option(metavar="STEP", help="What it did elsewhere that may happen again; repeat."),
]
RestartKey = Annotated[
    str | None, typer.Option(help="Asked for again under the same key, it is the same run.")
]

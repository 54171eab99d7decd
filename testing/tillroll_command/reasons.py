"""What a command asks in a terminal where an option is left out."""

import sys

import typer

from tillroll_command.endings import Code, Stopped


def reason_of(option: str | None) -> str:
    """Why something is done, for the audit: as `--reason` says, or as the person answers now.

    Raises:
        Stopped: it is left out, and no person is at a terminal.
    """
    if option is not None:
        return option
    if not sys.stdin.isatty():
        raise Stopped(
            Code.USAGE, 'Say why, for the audit: add --reason "…", with 3 to 500 characters.'
        )
    answer = typer.prompt("Why, for the audit", err=True)
    return str(answer).strip()

"""The command `tillroll`: runs it, and ends it with an exit code."""

import io
import sys
from collections.abc import Sequence
from functools import cache

import typer
from typer.core import TyperGroup

from .app import app
from .endings import Code, Stopped
from .hints import of_call, program_of, with_hints
from .session import Surroundings


def main(arguments: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> int:
    """Run the command, on this machine or in other surroundings; the exit code is one of `Code`.

    Raises:
        SystemExit: 2, the arguments were not understood.
    """
    _say_what_cannot_be_written()
    command = _command()
    here = surroundings or Surroundings()
    program = program_of(here.called, here.folder)
    with of_call(program, sys.argv[1:] if arguments is None else arguments, command):
        try:
            ended = command.main(arguments, prog_name="tillroll", standalone_mode=False, obj=surroundings)
        except typer.TyperException as error:
            _say_usage(error, program)
            sys.exit(Code.USAGE)
        except typer.Abort:
            return Code.INTERRUPTED
        except Stopped as stopped:
            sys.stderr.write(f"{with_hints(str(stopped))}\n")
            return stopped.code
    return Code(ended or 0)


@cache
def _command() -> TyperGroup:
    """All commands with their options: made once in a process, which takes a tenth of a second."""
    command = typer.main.get_command(app)  # which also makes the shells' completion known
    assert isinstance(command, TyperGroup)  # noqa: S101 - there is more than one
    return command


def _say_usage(error: typer.TyperException, program: str) -> None:
    context = getattr(error, "ctx", None)
    if context is not None:
        context.find_root().info_name = program
    show = getattr(error, "show", None)
    if show is None:
        sys.stderr.write(f"{error.format_message()}\n")
    else:
        show()


def _say_what_cannot_be_written() -> None:
    """A terminal that knows no ✓ gets a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

"""The command `tillroll`: runs it, and ends it with an exit code."""

import errno
import io
import json
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Final

import typer
from typer.core import TyperGroup

from tillroll_command.app import application
from tillroll_command.endings import Code, Stopped
from tillroll_command.faults import sentence_of
from tillroll_command.hints import of_call, program_of, with_hints
from tillroll_command.output import Output
from tillroll_command.project import nearest_project
from tillroll_command.surroundings import Surroundings


def main(arguments: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> int:
    """Run the command, on this machine or in other surroundings; the exit code is one of `Code`.

    Raises:
        SystemExit: 2, the arguments were not understood.
    """
    _say_what_cannot_be_written()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        ended = _run(words, surroundings)
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        return _say_full(error)
    return ended


# No room, a quota that is used up, and a reader of the output that is gone.
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EPIPE)


def _run(words: Sequence[str], surroundings: Surroundings | None) -> int:
    command = _command()
    here = surroundings or Surroundings()
    program = program_of(here.called, here.folder)
    with of_call(program, words, command):
        try:
            ended = command.main(
                words, prog_name="tillroll", standalone_mode=False, obj=surroundings
            )
        except typer.TyperException as error:
            _say_usage(error, program)
            if _wants_json(words):
                _print_problem(Stopped(Code.USAGE, error.format_message()))
            sys.exit(Code.USAGE)
        except typer.Abort:
            return Code.INTERRUPTED
        except Stopped as stopped:
            return _say_stopped(stopped, as_json=_wants_json(words))
        except Exception as error:
            stopped = _of_the_author(error)
            if stopped is None:
                raise
            return _say_stopped(stopped, as_json=_wants_json(words))
    return Code(ended or 0)


def _of_the_author(error: Exception) -> Stopped | None:
    """An error out of the files of the project that this runs in, as a sentence; None where it is
    a fault of this command, or the machine has no room.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return None
    try:
        root = nearest_project().root
    except Stopped:
        return None
    sentence = sentence_of(error, root)
    return None if sentence is None else Stopped(Code.FAILED, sentence)


def _wants_json(words: Sequence[str]) -> bool:
    """Whether --json stands among the options, in front of what is taken as it stands."""
    options = list(words)
    if "--" in options:
        options = options[: options.index("--")]
    return "--json" in options


def _say_stopped(stopped: Stopped, *, as_json: bool) -> int:
    sys.stderr.write(f"{with_hints(str(stopped))}\n")
    if as_json and not Output.has_document:
        _print_problem(stopped)
    return stopped.code


def _print_problem(stopped: Stopped) -> None:
    """One line, so that it can stand behind lines of JSON too."""
    problem = {**stopped.problem, "exitCode": int(stopped.code)}
    sys.stdout.write(f"{json.dumps(problem, ensure_ascii=False)}\n")
    sys.stdout.flush()


def _say_full(error: OSError) -> int:
    """Nothing more is written to an output that takes nothing: Python would try it once more as it
    ends.
    """
    if error.errno != errno.EPIPE:
        where = error.filename or "the output"
        sys.stderr.write(
            f"There is no room left for {where}: {error.strerror}. Make some, then do it again.\n"
        )
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a descriptor is needed
        os.dup2(nothing.fileno(), sys.stdout.fileno())
    return Code.FAILED


@cache
def _command() -> TyperGroup:
    """All commands with their options: made once in a process, which takes a tenth of a second."""
    command = typer.main.get_command(application())  # which also makes the shells' completion known
    assert isinstance(command, TyperGroup)
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

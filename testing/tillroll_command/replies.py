"""What a command answers, to people or as JSON."""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from tillroll_command.hints import with_hints
from tillroll_command.output import Output

AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing else.")]


def reply(document: Mapping[str, object], *lines: str, as_json: bool) -> None:
    """What a command answers: one JSON document, or lines for people."""
    if as_json:
        Output(as_json=True).document(document)
    else:
        sys.stdout.writelines(f"{with_hints(line)}\n" for line in lines)


def say_beside(*, as_json: bool) -> Callable[[str], None]:
    """For what is said on the way: with the answer, or beside it where that is JSON."""
    stream = sys.stderr if as_json else sys.stdout

    def say(line: str) -> None:
        stream.write(f"{with_hints(line)}\n")

    return say

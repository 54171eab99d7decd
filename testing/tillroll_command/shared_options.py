"""Options that several commands share, declared once: what is made of them is the command's first
argument.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar

import typer

Shared = TypeVar("Shared")
Own = ParamSpec("Own")
Result = TypeVar("Result")


def taking(
    build: Callable[..., Shared],
) -> Callable[[Callable[Concatenate[Shared, Own], Result]], Callable[..., Result]]:
    """Have a command take the options of `build` beside its own, which the help shows first. It may
    be done again to what it gives: the outer one's argument follows that of the inner one.
    """

    def decorate(command: Callable[Concatenate[Shared, Own], Result]) -> Callable[..., Result]:
        own = _parameters(command)[1:]
        shared = _parameters(build)

        @functools.wraps(command)
        def run(*outer: Any, **given: Any) -> Result:
            first = build(**_some(given, shared))
            call: Callable[..., Result] = command
            return call(first, *outer, **_some(given, own[len(outer) :]))

        parameters = [*own, *shared]
        run.__dict__["__signature__"] = inspect.Signature(parameters)
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return decorate


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    found = inspect.signature(function, eval_str=True).parameters.values()
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in found]


def _some(given: Mapping[str, Any], parameters: list[inspect.Parameter]) -> dict[str, Any]:
    return {each.name: given[each.name] for each in parameters}


TOKEN_VARIABLE: Final = "TILLROLL_TOKEN"
"""The variable of the environment that has the token of a deployment which is named."""
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help=f"The deployment, whose token is in {TOKEN_VARIABLE}; else the one of `tillroll dev`.",
    ),
]
Cursor = Annotated[
    str | None, typer.Option(help="Where the list before this one ended: its `nextCursor`.")
]


def assignments(texts: list[str]) -> dict[str, str | None]:
    """NAME=VALUE of each; nothing behind the sign takes the value away.

    Raises:
        BadParameter: there is no sign in one, or a name comes twice.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{text!r}: write --set NAME=VALUE, such as --set total=12.30")
        if name in found:
            raise typer.BadParameter(f"{name} is set twice: set it once")
        found[name] = value or None
    return found

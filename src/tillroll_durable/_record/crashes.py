"""What a record says of an exception that a step or a body lets pass.

Sentences of our own classes are kept: people live on them. Of any other error, only what stands in
the code is kept, since its text may have a password, or what a person wrote.
"""

import builtins
import dis
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from types import CodeType, TracebackType
from typing import Final

from pydantic import ValidationError

from tillroll_durable.errors import ReviewNeeded, one_line
from tillroll_durable.platform.bindings.engine import StepError
from tillroll_durable.platform.faults import faults_of

# How the names of our packages begin.
_OURS: Final = "tillroll"
# The folders in which libraries lie, on a machine and in the Worker.
_LIBRARIES: Final = frozenset({"site-packages", "dist-packages", "python_modules"})
_LEFT_OUT: Final = "…"
_LONGEST_TEXT: Final = 150
# A constant of code that is shorter is found in any text.
_SHORTEST: Final = 3
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_DIGITS: Final = re.compile(r"\d{3,}")
_NAMES: Final = frozenset(dir(builtins)) | {"NoneType", "function", "coroutine", "method", "module"}
# The folder that has this package. In a checkout the tests are beside it.
_SOURCES: Final = PurePath(__file__).parents[2]
_CORE_FILES: Final = f"{PurePath(__file__).parents[1].name}/"
# Where the sources of a deployment, or of a test, begin.
_ROOTS: Final = (_CORE_FILES, "tillroll/", "tests/")


@dataclass(frozen=True)
class Crash:
    """An error of a body. `where` has type and line, and goes to the audit and the log. `in_full`
    has the text too, for people who see the run.
    """

    where: str
    in_full: str


def crash_of(error: Exception) -> Crash:
    """An exception that a body has raised, or let pass."""
    frames = list(_frames(error.__traceback__))
    places = [_place(code) for code, *_ in frames]
    own = [
        frame
        for frame, place in zip(frames, places, strict=True)
        if place.startswith(_ROOTS) and not place.startswith(_CORE_FILES)
    ]
    code, line, _ = (own or frames)[-1]
    if isinstance(error, StepError):
        what = error.error_class
    else:
        what = type(error).__name__
    where = f"{_place(code)}:{line}"
    in_full = what
    message = _message_of(error, frames)
    if message:
        in_full += f": {message}"
    return Crash(f"{what} at {where}", f"{in_full} at {where}")


def _frames(at: TracebackType | None) -> Iterator[tuple[CodeType, int, int]]:
    """Code, line and instruction of each frame, outermost first."""
    while at is not None:
        yield at.tb_frame.f_code, at.tb_lineno, at.tb_lasti
        at = at.tb_next


def _place(code: CodeType) -> str:
    return place_of(PurePath(code.co_filename), _SOURCES)


def place_of(file: PurePath, sources: PurePath) -> str:
    """The path of a file in the sources; of any other file its name, since a path names the
    machine.

    `sources` is the folder that has the packages.
    """
    for root in (sources, sources.parent):
        if not file.is_relative_to(root):
            continue
        place = file.relative_to(root).as_posix()
        if place.startswith(_ROOTS):
            return place
    return file.name


def _message_of(error: Exception, frames: list[tuple[CodeType, int, int]]) -> str:
    match error:
        case ReviewNeeded():
            # A reason is a word of the contract.
            return f"a step asked for a review ({error.reason}), and the body does not catch it"
        case StepError():
            return one_line(error.summary)[:_LONGEST_TEXT]
        case ValidationError():
            return faults_of(error, error.title)[:_LONGEST_TEXT]
        case _:
            text = one_line(str(error))[:_LONGEST_TEXT]
    code, _, instruction = frames[-1]
    if _is_raised(code, instruction):
        return _only_known(
            text, {each for each in _texts_in(code.co_consts) if len(each) >= _SHORTEST}
        )
    if type(error).__module__ != builtins.__name__:
        # Another language or a library has written it.
        return _LEFT_OUT
    names = _NAMES.union(
        *({*_texts_in(it.co_consts), *it.co_names, *it.co_varnames} for it, *_ in frames)
    )
    names = names.union(*(it.co_freevars for it, *_ in frames))
    return _DIGITS.sub(_LEFT_OUT, _QUOTED.sub(lambda match: _if_known(match, names), text))


def _if_known(match: re.Match[str], names: Collection[str]) -> str:
    word = match[1] if match[1] is not None else match[2]
    if word in names:
        return match[0]
    return f"'{_LEFT_OUT}'"


def _is_raised(code: CodeType, instruction: int) -> bool:
    """Whether the code itself raises there, in words of its author; else it is the interpreter that
    does.
    """
    return any(
        each.offset == instruction and each.opname == "RAISE_VARARGS"
        for each in dis.get_instructions(code)
    )


def _only_known(text: str, names: Collection[str]) -> str:
    """The parts of a text that stand in the code; what is between them is left out."""
    words: list[str] = []
    place = 0
    while place < len(text):
        part = max((each for each in names if text.startswith(each, place)), key=len, default="")
        if part:
            words.append(part)
        elif not words or words[-1] != _LEFT_OUT:
            words.append(_LEFT_OUT)
        place += len(part) or 1
    return "".join(words)


def _texts_in(values: Collection[object]) -> Iterator[str]:
    for each in values:
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple | frozenset):
            yield from _texts_in(each)  # pyright: ignore[reportUnknownArgumentType] - of a constant


def elided(error: Exception) -> Exception:
    """The error as a record, and the engine's own, may have it: itself where its class, or one
    that it derives from, is ours or of the deployment's sources. Else it is one of the same name
    with the text of its code alone."""
    if any(_is_own(each) for each in type(error).__mro__):
        return error
    kind = type(type(error).__name__, (Exception,), {})
    return kind(_message_of(error, [*_frames(error.__traceback__)]))


def _is_own(kind: type) -> bool:
    """Whether a class is of our packages or the deployment's sources, and of no library."""
    if kind.__module__.startswith(_OURS):
        return True
    if kind.__module__.partition(".")[0] in sys.stdlib_module_names:
        return False
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and _LIBRARIES.isdisjoint(PurePath(file).parts)

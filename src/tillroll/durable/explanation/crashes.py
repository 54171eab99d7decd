"""What an exception in a body says of itself to people: its type, its text and its line, and no value of the run.

Python's own errors quote values (`KeyError: 'ann@example.org'`), and so do messages that an author writes. What stands
in the code of the body cannot be personal, so that is what is shown of a text; the rest is "…".
"""

import builtins
import dis
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from types import CodeType, TracebackType
from typing import Final

from pydantic import ValidationError

from tillroll.durable.errors import ReviewNeeded, one_line
from tillroll.platform.bindings.engine import StepError
from tillroll.platform.faults import faults_of

_LEFT_OUT: Final = "…"
_LONGEST: Final = 150
# A constant of code that is shorter is found in any text.
_SHORTEST: Final = 3
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_DIGITS: Final = re.compile(r"\d{3,}")
_NAMES: Final = frozenset(dir(builtins)) | {"NoneType", "function", "coroutine", "method", "module"}
# Where the sources of a deployment, or of a test, begin.
_ROOTS: Final = ("tillroll/", "tests/")
_CORE: Final = ("tillroll/durable/", "tillroll/platform/")


@dataclass(frozen=True)
class Crash:
    """`where` has type and line, which is all that is told elsewhere; `in_full` has the text too."""

    where: str
    in_full: str


def crash_of(error: Exception) -> Crash:
    """An exception that a body has raised, or let pass."""
    frames = list(_frames(error.__traceback__))
    own = [each for each in frames if _place(each[0]).startswith(_ROOTS) and not _place(each[0]).startswith(_CORE)]
    code, line, _ = (own or frames)[-1]
    what = error.error_class if isinstance(error, StepError) else type(error).__name__
    where = f"{_place(code)}:{line}"
    said = _said(error, frames)
    return Crash(f"{what} at {where}", f"{what}{f': {said}' if said else ''} at {where}")


def _frames(at: TracebackType | None) -> Iterator[tuple[CodeType, int, int]]:
    """Code, line and instruction of each frame, outermost first."""
    while at is not None:
        yield at.tb_frame.f_code, at.tb_lineno, at.tb_lasti
        at = at.tb_next


def _place(code: CodeType) -> str:
    """The file by its path in the sources; of any other its name, since a path tells of a machine."""
    parts = PurePath(code.co_filename).parts
    begin = next((at for at, part in enumerate(parts) if f"{part}/" in _ROOTS), len(parts) - 1)
    return "/".join(parts[begin:])


def _said(error: Exception, frames: list[tuple[CodeType, int, int]]) -> str:
    match error:
        case ReviewNeeded():
            # A reason is a word of the contract.
            return f"a step asked for a review ({error.reason}), and the body does not catch it"
        case StepError():
            return one_line(error.summary)[:_LONGEST]
        case ValidationError():
            return faults_of(error, error.title)[:_LONGEST]
        case _:
            text = one_line(str(error))[:_LONGEST]
    code, _, instruction = frames[-1]
    if _is_raised(code, instruction):
        return _only(text, {each for each in _texts_of(code) if len(each) >= _SHORTEST})
    known = _NAMES.union(*(_words_of(each) for each, _, _ in frames))
    return _DIGITS.sub(_LEFT_OUT, _QUOTED.sub(lambda found: _if_known(found, known), text))


def _if_known(found: re.Match[str], known: Collection[str]) -> str:
    word = found[1] if found[1] is not None else found[2]
    return found[0] if word in known else f"'{_LEFT_OUT}'"


def _is_raised(code: CodeType, instruction: int) -> bool:
    """Whether the code itself raises there, in words of its author; else it is the interpreter that does."""
    return any(each.offset == instruction and each.opname == "RAISE_VARARGS" for each in dis.get_instructions(code))


def _only(text: str, known: Collection[str]) -> str:
    """The parts of a text that stand in the code; what is between them is left out."""
    shown: list[str] = []
    place = 0
    while place < len(text):
        part = max((each for each in known if text.startswith(each, place)), key=len, default="")
        if part:
            shown.append(part)
        elif not shown or shown[-1] != _LEFT_OUT:
            shown.append(_LEFT_OUT)
        place += len(part) or 1
    return "".join(shown)


def _texts_of(code: CodeType) -> Iterator[str]:
    return _texts_in(code.co_consts)


def _texts_in(values: Collection[object]) -> Iterator[str]:
    for each in values:
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple | frozenset):
            yield from _texts_in(each)  # pyright: ignore[reportUnknownArgumentType] - of a constant


def _words_of(code: CodeType) -> set[str]:
    return {*_texts_of(code), *code.co_names, *code.co_varnames, *code.co_freevars}

"""The regular expressions of the sources: those that are compiled when their modules are imported,
or when a receipt and an invoice are read, and those that stand as text in a call of `re`, also
where only the runtime can import it.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

from local.places import ROOT

_SOURCES: Final = ROOT / "src"
# Only the Worker's runtime has what they import: they are read, as are the
# files beside the packages.
_OF_THE_RUNTIME: Final = ("tillroll_durable/platform/cloudflare/", "tillroll_durable/worker.py")
_METHODS: Final = frozenset(
    {"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
)
_ANCHORED: Final = frozenset({"match", "fullmatch"})


@dataclass(frozen=True)
class Found:
    """One expression. `place` is its file and line: of the constant that it is a value of, if it is
    one's, else where it is made. `methods` are those that it is asked by: all, where it is handed
    on under another name.
    """

    pattern: re.Pattern[str]
    place: str
    name: str = ""
    methods: frozenset[str] = field(default=_METHODS)

    @property
    def is_searched(self) -> bool:
        """Whether it may begin anywhere in the text."""
        return not self.methods <= _ANCHORED

    def __str__(self) -> str:
        return f"{self.place} {self.name}".strip()


def all_patterns(read: Callable[[], object], but: tuple[str, ...] = ()) -> list[Found]:
    """Of all modules under src, but for what the files `but` make; `read` makes what is compiled
    only when it is first needed.
    """
    compiled: dict[tuple[str, int, str], re.Pattern[Any]] = {}
    original = re.compile

    def noted(pattern: Any, flags: int = 0) -> Any:
        made = original(pattern, flags)
        frame = inspect.currentframe()
        place = _place_of(frame and frame.f_back, but)
        if place and isinstance(made.pattern, str):
            compiled[*place, made.pattern] = made
        return made

    re.compile = noted
    try:
        for path in _importable():
            importlib.import_module(_module_of(path))
        read()
    finally:
        re.compile = original
    found = [
        _known(Path(path), line, pattern, _SOURCES)
        for (path, line, *_), pattern in compiled.items()
    ]
    found += in_texts(_SOURCES)
    return sorted({(str(each), each.pattern.pattern): each for each in found}.values(), key=str)


def _place_of(asking: FrameType | None, but: tuple[str, ...]) -> tuple[str, int] | None:
    """The file and line that ask for an expression; where a function of the sources makes it while
    a module is imported, that module's. None where it is no source that asks, or one of `but`.
    """
    path = "" if asking is None else asking.f_code.co_filename
    if asking is None or not path.startswith(str(_SOURCES)) or path.endswith(but):
        return None
    frame: FrameType | None = asking
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith(
            str(_SOURCES)
        ):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return asking.f_code.co_filename, asking.f_lineno


def _importable() -> Iterator[Path]:
    return (
        path for path in sorted(_SOURCES.rglob("*.py")) if not _is_of_the_runtime(path, _SOURCES)
    )


def _is_of_the_runtime(path: Path, sources: Path) -> bool:
    return path.parent == sources or path.relative_to(sources).as_posix().startswith(
        _OF_THE_RUNTIME
    )


def _module_of(path: Path) -> str:
    parts = path.relative_to(_SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _known(path: Path, line: int, pattern: re.Pattern[str], sources: Path) -> Found:
    """With the constant that it is the value of, and how that is asked."""
    text = path.read_text(encoding="utf-8")
    place = f"{path.relative_to(sources).as_posix()}:{line}"
    for node in ast.parse(text).body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and node.lineno <= line <= (node.end_lineno or line):
            return Found(pattern, place, target.id, _methods_of(target.id, text))
    return Found(pattern, place)


def _methods_of(name: str, text: str) -> frozenset[str]:
    """How a private constant of a module is asked; any way, where it is handed on, or others may
    ask it.
    """
    uses = re.findall(rf"\b{re.escape(name)}\b(?!: Final)(?:\.(\w+)\()?", text)[0:]
    asked = [use for use in uses if use]
    is_handed_on = len(uses) - len(asked) > 1  # once where it is made
    return frozenset(asked) if name.startswith("_") and asked and not is_handed_on else _METHODS


def in_texts(sources: Path) -> Iterator[Found]:
    """Those that stand as text in a call of `re`; those that are compiled too, where nothing can be
    imported.

    Raises:
        ValueError: one that is compiled there does not stand as one text.
    """
    for path in sorted(sources.rglob("*.py")):
        is_read = _is_of_the_runtime(path, sources)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Attribute)
                or not node.args
            ):
                continue
            called, first = node.func, node.args[0]
            if not isinstance(called.value, ast.Name) or called.value.id != "re":
                continue
            text = (
                first.value
                if isinstance(first, ast.Constant) and isinstance(first.value, str)
                else None
            )
            place = f"{path.relative_to(sources).as_posix()}:{node.lineno}"
            if called.attr == "compile" and is_read:
                if text is None:
                    raise ValueError(
                        f"{place}: write the expression as one text, or make it where it can be "
                        "imported"
                    )
                flags = [*node.args[1:], *(each.value for each in node.keywords)]
                yield _known(path, node.lineno, re.compile(text, _flags_of(flags)), sources)
            elif called.attr in _METHODS and text is not None:
                with suppress(re.error):
                    yield Found(re.compile(text), place, methods=frozenset({called.attr}))


def _flags_of(written: list[ast.expr]) -> int:
    """As `re.DOTALL | re.IGNORECASE` is written."""
    names = {
        node.attr for each in written for node in ast.walk(each) if isinstance(node, ast.Attribute)
    }
    return sum(int(re.RegexFlag[name]) for name in names)

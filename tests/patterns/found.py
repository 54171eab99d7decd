"""The regular expressions of the sources: those that are compiled when their modules are imported, or when a receipt
and an invoice are read, and those that stand as text in a call of `re`."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from local.places import ROOT

_SOURCES: Final = ROOT / "src"
# Only the Worker's runtime has what they import.
_OF_THE_RUNTIME: Final = ("tillroll/platform/cloudflare/",)
_METHODS: Final = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
_ANCHORED: Final = frozenset({"match", "fullmatch"})


@dataclass(frozen=True)
class Found:
    """One expression. `place` is its file and line; `methods` are those that it is asked by: all, where it is handed
    on under another name."""

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


def all_patterns(read: Callable[[], object]) -> list[Found]:
    """Of all modules under src; `read` makes what is compiled only when it is first needed."""
    compiled: dict[tuple[str, int, str], re.Pattern[Any]] = {}
    original = re.compile

    def noted(pattern: Any, flags: int = 0) -> Any:
        made = original(pattern, flags)
        frame = inspect.currentframe()
        asking = None if frame is None else frame.f_back  # whose line this is
        path = "" if asking is None else asking.f_code.co_filename
        if asking is not None and path.startswith(str(_SOURCES)) and isinstance(made.pattern, str):
            compiled[path, asking.f_lineno, made.pattern] = made
        return made

    re.compile = noted  # type: ignore[assignment]
    try:
        for path in _modules():
            importlib.import_module(_module_of(path))
        read()
    finally:
        re.compile = original
    found = [_known(path, line, pattern) for (path, line, *_), pattern in compiled.items()]
    return sorted({(str(each), each.pattern.pattern): each for each in (*found, *_in_calls())}.values(), key=str)


def _modules() -> Iterator[Path]:
    for path in sorted((_SOURCES / "tillroll").rglob("*.py")):
        if not path.relative_to(_SOURCES).as_posix().startswith(_OF_THE_RUNTIME):
            yield path


def _module_of(path: Path) -> str:
    parts = path.relative_to(_SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _known(path: str, line: int, pattern: re.Pattern[str]) -> Found:
    """With the constant that it is the value of, and how that is asked."""
    text = Path(path).read_text(encoding="utf-8")
    place = f"{Path(path).relative_to(_SOURCES).as_posix()}:{line}"
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
    """How a private constant of a module is asked; any way, where it is handed on, or others may ask it."""
    uses = re.findall(rf"\b{re.escape(name)}\b(?!: Final)(?:\.(\w+)\()?", text)[0:]
    asked = [use for use in uses if use]
    is_handed_on = len(uses) - len(asked) > 1  # once where it is made
    return frozenset(asked) if name.startswith("_") and asked and not is_handed_on else _METHODS


def _in_calls() -> Iterator[Found]:
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            called, first = node.func, node.args[0]
            is_re = isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr in _METHODS
            if is_re and isinstance(first, ast.Constant) and isinstance(first.value, str):
                place = f"{path.relative_to(_SOURCES).as_posix()}:{node.lineno}"
                with suppress(re.error):
                    yield Found(re.compile(first.value), place, methods=frozenset({called.attr}))

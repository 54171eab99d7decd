"""What a process remembers beside its rows: the variables of a workflow's modules, which die with
it.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, Final, cast

from tillroll_durable.workflow import Workflow

_PLAIN: Final = (int, float, str, bytes, type(None))
_CONTAINERS: Final = (list, dict, set)
# As each was when it was first seen.
_first: dict[str, dict[str, Any]] = {}


def forget(workflows: Sequence[Workflow], kinds: str = "") -> None:
    """Put the variables of these workflows' modules back to what a new process has. Each package
    whose name begins with `kinds` has the code of one kind.
    """
    for module in _modules_of(workflows, kinds):
        if module.__name__ not in _first:
            _first[module.__name__] = {name: _copied(value) for name, value in _variables(module)}
            continue
        first = _first[module.__name__]
        for name, value in _variables(module):
            if name not in first or value == first[name]:
                continue
            if _is_container(value) and type(value) is type(first[name]):
                _refill(value, _copied(first[name]))  # others may have imported it
            else:
                setattr(module, name, _copied(first[name]))


def _modules_of(workflows: Sequence[Workflow], kinds: str) -> Iterator[ModuleType]:
    """The modules of the bodies, and those beside them in a workflow's package."""
    own = {str(getattr(each.body, "__module__", "")) for each in workflows}
    packages = tuple(
        f"{name.rpartition('.')[0]}." for name in own if kinds and name.startswith(kinds)
    )
    for name, module in [*sys.modules.items()]:
        if name in own or (packages and name.startswith(packages)):
            yield module


def _variables(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in [*vars(module).items()]:
        if not name.startswith("__") and isinstance(value, (*_PLAIN, *_CONTAINERS)):
            yield name, cast("Any", value)


def _copied(value: Any) -> Any:
    """A copy of a container with copies of those in it; anything else as it is."""
    if not _is_container(value):
        return value
    found = value.copy()  # a Counter stays one
    if hasattr(found, "keys"):
        for key in [*found]:
            found[key] = _copied(found[key])
        return found
    return [_copied(each) for each in found] if hasattr(found, "append") else found


def _is_container(value: Any) -> bool:
    return isinstance(value, _CONTAINERS)


def _refill(container: Any, content: Any) -> None:
    container.clear()
    fill: Callable[[Any], object] = (
        container.extend if hasattr(container, "extend") else container.update
    )
    fill(content)

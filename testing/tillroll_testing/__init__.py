"""What proves a workflow: a simulated deployment, stories, what must hold, and replays.

`open_world` opens a world in which an author's workflows run; `Ground` says what it stands on.
Each name is imported when it is first asked for, so that who needs a key loads no simulation.
"""

# ruff: noqa: F401, PLE0605 - what the type checker is given is loaded when it is asked for
# pyright: reportUnusedImport=false

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tillroll_testing.simulation.faults import Faults
    from tillroll_testing.simulation.ground import Ground
    from tillroll_testing.simulation.opening import ACCOUNT, ANN, open_world, send
    from tillroll_testing.simulation.world import Deployed, World
    from tillroll_testing.stories.story import Scene, Story

# The names by their module, for the interpreter; above they stand for the type checker.
_MODULES = {
    "tillroll_testing.simulation.faults": "Faults",
    "tillroll_testing.simulation.ground": "Ground",
    "tillroll_testing.simulation.opening": "ACCOUNT ANN open_world send",
    "tillroll_testing.simulation.world": "Deployed World",
    "tillroll_testing.stories.story": "Scene Story",
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll] - the names above


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

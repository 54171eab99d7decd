"""A pause in the middle of a synchronous computation, so that everything else of the isolate goes on meanwhile."""

from collections.abc import Callable
from typing import TypeAlias

Pause: TypeAlias = Callable[[], None]
"""Let all others run that can; returns when it is this computation's turn again."""


def no_pause() -> None:
    """Where there is nobody else to wait."""

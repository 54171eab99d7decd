"""How the generators of features' modules write TypeScript."""

from collections.abc import Iterable
from typing import Final

MADE: Final = "made from the code by `make docs`"


def list_of(names: Iterable[str]) -> str:
    return f"[{', '.join(quoted(name) for name in names)}]"


def union_of(names: Iterable[str]) -> str:
    return " | ".join(quoted(name) for name in names)


def lines_of_union(names: Iterable[str]) -> str:
    """A union that is too long for a line."""
    return "".join(f"\n  | {quoted(name)}" for name in names)


def quoted(name: str) -> str:
    return f'"{name}"'

"""Defines what a module of Tillroll is: a folder below this one, by its name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A folder or file of `tillroll`, and the others that it imports. Listing one imports nothing of it."""

    name: str
    needs: tuple[str, ...] = ()

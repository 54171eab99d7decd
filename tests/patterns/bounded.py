"""Expressions that see no foreign text, or only one that something else bounds: how long it is, and what bounds it."""

from collections.abc import Mapping
from typing import Final

OWN: Final = ("tillroll/api/describing/", "tillroll/api/files/native_route.py", "tillroll/durable/objects.py")
"""Their text is our own: the routes and models of the API, and the keys of objects."""
BOUNDED: Final[Mapping[str, tuple[int, str]]] = {}
"""By file and constant."""

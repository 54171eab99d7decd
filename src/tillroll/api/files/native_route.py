"""A route whose bytes pass natively, beside FastAPI."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tillroll.access.permissions import Permission
from tillroll.api.door.access import authenticate
from tillroll.api.door.unknown import unknown, unknown_of
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

Values = Mapping[str, str]
Answer: TypeAlias = Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]
Finder: TypeAlias = "Callable[[str, str], NativeRoute | None]"
"""Takes a method and a path."""


@dataclass(frozen=True)
class NativeRoute:
    """A route by its template, the parameters that it takes, and what whoever asks must be permitted.

    `answer` takes the request and the values of its parameters. It raises Problem where it refuses.
    """

    template: str
    parameters: tuple[str, ...]
    needed: Permission
    answer: Answer
    method: str = "GET"

    async def check_parameters(self, platform: Platform, request: IncomingUpload, names: Sequence[str]) -> None:
        """Refuse parameters that the route does not have, to whoever may ask it.

        Raises:
            Problem: 422, the route does not know one of them, or one comes twice; 401 and 403 as `authenticate`.
        """
        errors = unknown_of(names, self.parameters)
        if not errors:
            return
        if self.needed is not Permission.OPEN:
            await authenticate(platform, self.method, request.header, self.needed)
        raise unknown(errors)


def read_at(
    template: str, needed: Permission, answer_of: Callable[..., Answer], parameters: tuple[str, ...] = ()
) -> Finder:
    """A route that is read: each `{name}` of its template is one part of the path, which `answer_of` gets in order."""
    pattern = re.compile("".join(_pattern(part) for part in re.split(r"(\{[^}]+\})", template)))

    def find(method: str, path: str) -> NativeRoute | None:
        found = pattern.fullmatch(path) if method == "GET" else None
        return None if found is None else NativeRoute(template, parameters, needed, answer_of(*found.groups()))

    return find


def _pattern(part: str) -> str:
    return "([^/]+)" if part.startswith("{") else re.escape(part)

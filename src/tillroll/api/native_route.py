"""A route whose bytes pass natively, beside FastAPI."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Concatenate, TypeAlias

from tillroll.access.permissions import Permission
from tillroll.api.parameters import unknown, unknown_of
from tillroll.api.replies import Reply
from tillroll.identity.authentication import authenticate
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform

Values = Mapping[str, str]
Answer: TypeAlias = Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]


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


@dataclass(frozen=True)
class Finder:
    """What is known of a native route before it is asked: its method, the paths that it answers, and what whoever asks
    must be permitted. `find` takes the method and the path of a request; None where they are another route's."""

    method: str
    paths: re.Pattern[str]
    needed: Permission
    find: Callable[[str, str], NativeRoute | None]


def native(
    template: str,
    needed: Permission,
    answer: Callable[Concatenate[Platform, IncomingUpload, Values, ...], Awaitable[Reply]],
    parameters: tuple[str, ...] = (),
    *,
    method: str = "GET",
    parts: Mapping[str, str] | None = None,
) -> Finder:
    """A route by its template. Each `{name}` of it is one part of the path, of any kind or as the pattern says that
    `parts` has for the name; `answer` gets what stands there, in order, after the values."""
    patterns = parts or {}
    parts_of_path = "".join(_pattern(part, patterns) for part in re.split(r"(\{[^}]+\})", template))
    paths = re.compile(f"^{parts_of_path}$")  # as the router compiles its own: they are compared

    def find(asked: str, path: str) -> NativeRoute | None:
        found = paths.fullmatch(path) if asked == method else None
        if found is None:
            return None

        async def answer_there(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
            return await answer(platform, request, values, *found.groups())

        return NativeRoute(template, parameters, needed, answer_there, method)

    return Finder(method, paths, needed, find)


def _pattern(part: str, patterns: Mapping[str, str]) -> str:
    return f"({patterns.get(part[1:-1], '[^/]+')})" if part.startswith("{") else re.escape(part)

"""Lists near people: they may be read from a copy of the database, never older than what the
browser has shown or written before.

A browser keeps two cookies. One names its last write. The other has the bookmark of the last list
that it was shown, and the write that this list knew. Where the two agree on the write, the next
list may come from a copy; else the primary is asked. What decides anything is never read so, and
programs, which send no session's cookie, always ask the primary.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tillroll.identity.authentication import cookie_of, session_token
from tillroll_durable.platform.bindings.replicas import (
    BOOKMARK,
    PRIMARY,
    DatabaseSession,
    Replicated,
)
from tillroll_durable.platform.ids import request_id
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Variable

if TYPE_CHECKING:
    from starlette.types import Scope

SEEN_COOKIE: Final = "tillroll_seen"
WROTE_COOKIE: Final = "tillroll_wrote"
_ATTRIBUTES: Final = ("Path=/api", "HttpOnly", "SameSite=Strict")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Where the list that was read stands in the ASGI scope.
VIEW: Final = "tillroll.near"


@dataclass(frozen=True)
class NearSettings:
    """Whether lists may be read from copies of the database."""

    reads_near: bool

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: it is neither `on` nor `off`."""
        text = variable("READS_NEAR") or "off"
        if text not in {"on", "off"}:
            raise InvalidSetting(f"READS_NEAR must be on or off; it is {text!r}")
        return cls(text == "on")


@dataclass(frozen=True)
class View:
    """A list that is read in a session, and the browser's last write before it was asked for."""

    session: DatabaseSession
    shard: int
    wrote: str


def view_of(cookies: str | None, platform: Platform) -> View | None:
    """How a browser's list is read; None where the primary is asked as ever."""
    if not platform.settings.of(NearSettings).reads_near or session_token(cookies) is None:
        return None
    database = (platform.bare or platform).database
    if not isinstance(database, Replicated):
        return None
    wrote = cookie_of(cookies, WROTE_COOKIE) or ""
    begin = _bookmark_in(cookie_of(cookies, SEEN_COOKIE), shard=platform.shard, wrote=wrote)
    return View(database.session(begin or PRIMARY), platform.shard, wrote)


def _bookmark_in(value: str | None, *, shard: int, wrote: str) -> str | None:
    """The bookmark of the last list, from its cookie; None where it is of another database, or the
    browser has written since."""
    if value is None:
        return None
    number, _, rest = value.partition(".")
    bookmark, _, last_write = rest.partition(".")
    if number != str(shard) or last_write != wrote or BOOKMARK.fullmatch(bookmark) is None:
        return None
    return bookmark


def cookie_beside(scope: "Scope") -> str | None:
    """The cookie that an answer of FastAPI sets beside its own: what was seen, or that something
    was written."""
    is_secure = scope["scheme"] == "https"
    view: View | None = scope.get(VIEW)
    if view is not None:
        return _cookie_of_list(view, is_secure=is_secure)
    platform: Platform | None = scope.get("env")
    if platform is None or not remembers(platform, scope["method"]):
        return None
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return cookie_of_write(cookies, is_secure=is_secure)


def _cookie_of_list(view: View, *, is_secure: bool) -> str | None:
    bookmark = view.session.bookmark()
    if bookmark is None:
        return None
    return _cookie(SEEN_COOKIE, f"{view.shard}.{bookmark}.{view.wrote}", is_secure=is_secure)


def remembers(platform: Platform, method: str) -> bool:
    """Whether a browser's next list is to know of a request: it may write, and lists are read
    near."""
    return method not in _READING and platform.settings.of(NearSettings).reads_near


def cookie_of_write(cookies: str | None, *, is_secure: bool) -> str | None:
    """The cookie that a browser gets with what it has written; None for what is no browser."""
    if session_token(cookies) is None:
        return None
    return _cookie(WROTE_COOKIE, request_id() or "1", is_secure=is_secure)


def _cookie(name: str, value: str, *, is_secure: bool) -> str:
    attributes = [f"{name}={value}", *_ATTRIBUTES]
    if is_secure:
        attributes.append("Secure")
    return "; ".join(attributes)

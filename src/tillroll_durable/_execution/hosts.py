"""Systems elsewhere by names that stay, at addresses that may move; and where a call is looked up:
by its idempotency key, or by what the other side knows it by itself.

An address that is the same for each item of a map would find another's thing, and an effect would
be lost. So an address names the key, or a member of the request, and what it finds is compared.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tillroll_durable._execution.external import NotDone, Unknown
from tillroll_durable.errors import AccessDenied
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.json import Json, member

_KEY: Final = "{key}"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Host:
    """Another system, by a name that stays.

    A run's record names it so, so its origin may move while runs are under way. What was sent
    before is looked up, and undone, where it was sent.

    Attributes:
        name: in small letters, such as "payments".
        origin: where it is now, such as a setting has it: "https://payments.example". A path that
            all of its addresses begin with may follow. Nothing is sent while it is empty.
        knows: origins whose effects it knows, since it has taken them over. What was sent there is
            looked up here.
    """

    name: str
    origin: str
    knows: Collection[str] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ContractError(
                f"{self.name!r} is no name of a host: take small letters, digits and hyphens"
            )
        if isinstance(self.knows, str):
            raise ContractError(f"what the host {self.name!r} knows is a list of origins")

    def at(self, path: str) -> "Address":
        """An address of it, such as `payments.at("/charges")`."""
        return Address(self, path)

    def asked_at(self, sent_to: str | None) -> str:
        """The origin that is asked for what was sent to one; None where nothing was sent yet."""
        taken_over = {each.rstrip("/") for each in self.knows}
        if sent_to is None or sent_to in taken_over:
            return self.origin.rstrip("/")
        return sent_to


@dataclass(frozen=True)
class Address:
    """A path of a host: its record has the host's name.

    Attributes:
        host: whose path it is.
        path: from the slash on, as it follows the origin.
    """

    host: Host
    path: str

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ContractError(f"the path {self.path!r} of {self.host.name!r} begins with no `/`")

    def url(self, origin: str) -> str:
        """Raises AccessDenied: nobody has said where the host is, so nothing is sent."""
        if not origin:
            raise AccessDenied(f"the host {self.host.name!r} has no origin: set it, and retry")
        return origin + self.path


Url: TypeAlias = str | Address
"""An address on the web, or a path of a host whose address may move."""


@dataclass(frozen=True)
class LookUp:
    """Where a call is looked up whose answer has it within a list or a member, or where the other
    side knows no key: `LookUp(SUBSCRIBERS + "?mail={mail}", at="items.0", by="mail")`.

    Raises ContractError: the address has no `{key}`, and nothing is named in `by`.

    Attributes:
        url: with `{key}` where the idempotency key stands, or with the member that `by` names, such
            as `{mail}`; or an address of a `Host`. Values are quoted where they are put in.
        at: the names and numbers that lead to it, apart by points, such as "data.0". Where nothing
            stands there, the call was not done.
        by: the member of the request by which the other side has the thing only once, by names
            apart by points. What is found must have the same value, else nobody knows whether the
            call was done. `at` may then lead to a list, of which the one with that value is taken.
            An address without `{…}` must have the value as a part of its path or its query.
    """

    url: Url
    at: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        if not self.by and not self.asks_by_key:
            raise ContractError(
                f"the look-up at {self._address!r} asks for no key: let `{{key}}` stand in it; or, "
                "where the other side knows no key, name a member of the request, as "
                '`LookUp(URL + "?mail={mail}", by="mail")`'
            )

    @property
    def asks_by_key(self) -> bool:
        """Whether the other side is asked by the idempotency key, so it knows that."""
        return _KEY in self._address

    @property
    def _address(self) -> str:
        if isinstance(self.url, Address):
            return self.url.path
        return self.url

    def value_in(self, request: Mapping[str, Json] | None) -> str:
        """What the request has in `by`; "" without `by`. Raises ContractError: it has nothing
        there, or the address would ask the same of another request.
        """
        if not self.by:
            return ""
        value = _as_text(member(dict(request or {}), self.by))
        if not value:
            raise ContractError(
                f"the look-up at {self._address!r} asks by {self.by!r}, and the request has no "
                "text or whole number there"
            )
        is_of_request = self.asks_by_key or self._place in self._address
        if not is_of_request and not _carries(self._address, value):
            raise ContractError(
                f"the look-up at {self._address!r} does not ask for the request's {self.by!r}: let "
                f"`{self._place}` stand in it"
            )
        return value

    def fill(self, url: str, *, key: str, value: str) -> str:
        """The address to ask, where `url` has the places in it."""
        address = url.replace(_KEY, quote(key, safe=""))
        if self.by:
            address = address.replace(self._place, quote(value, safe=""))
        return address

    @property
    def _place(self) -> str:
        return f"{{{self.by}}}"

    def find(self, answer: Json, value: str) -> Json | NotDone | Unknown:
        """What an answer has of the call. `value` is what the request has in `by`."""
        if not self.by:
            return member(answer, self.at) or NotDone()
        before, _, last = self.at.rpartition(".")
        if self.at and not _has_place(member(answer, before), last):
            return Unknown(f"the answer of the look-up has no place {self.at!r}")
        things = member(answer, self.at)
        is_nothing = things is None and self.at != ""
        if is_nothing or things == []:
            return NotDone()
        if not isinstance(things, list):
            things = [things]
        for each in things:
            if _as_text(member(each, self.by)) == value:
                return each
        return Unknown(
            f"the look-up found something else: its {self.by!r} is not what the request has"
        )


def _has_place(value: Json, part: str) -> bool:
    """Whether something could stand at a name or a number of a value."""
    if isinstance(value, list):
        return part.isdecimal()
    return isinstance(value, dict) and part in value


def _as_text(value: Json) -> str:
    """A text or a whole number; "" where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _carries(address: str, value: str) -> bool:
    """Whether a value is a part of an address's path, or a value of its query."""
    parts = urlsplit(address)
    path = [unquote(each) for each in parts.path.split("/")]
    query = [each for _, each in parse_qsl(parts.query, keep_blank_values=True)]
    return value in path or value in query

"""Settings: each room declares its own as a dataclass that reads them; the platform carries
them."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Protocol, Self, TypeVar, cast

# What Standard Webhooks puts in front of a key.
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the beginning that all of them share

# Gives a variable's text, empty where it is not set.
Variable = Callable[[str], str]


class InvalidSetting(Exception):
    """A variable has a value that cannot be used; the message says which and what would do."""


class RoomSettings(Protocol):
    """The settings of one room."""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        ...


Room = TypeVar("Room", bound=RoomSettings)


class Settings:
    """The settings of all rooms, by their class. Each is read when it is first asked for, and
    kept."""

    def __init__(self, variable: Variable, rooms: Iterable[RoomSettings] = ()) -> None:
        """`rooms` are not read from variables."""
        self._variable = variable
        self._read: dict[type[RoomSettings], RoomSettings] = {type(each): each for each in rooms}
        self._checked: Iterable[type[RoomSettings]] | None = None

    def of(self, room: type[Room]) -> Room:
        """Raises InvalidSetting: a value cannot be used."""
        if room not in self._read:
            self._read[room] = room.read(self._variable)
        return cast("Room", self._read[room])

    def text(self, name: str) -> str:
        """A variable by its name. Raises InvalidSetting: it is not set."""
        value = self._variable(name)
        if not value:
            raise InvalidSetting(f"{name} is not set: give it to the Worker as a secret")
        return value

    def check(self, rooms: Iterable[type[RoomSettings]]) -> None:
        """Read what all rooms need, before anything is done; once, though each invocation asks for
        it. Raises InvalidSetting: a value cannot be used."""
        if rooms is self._checked:
            return
        for room in rooms:
            self.of(room)
        self._checked = rooms

    def changed(self, *rooms: RoomSettings) -> "Settings":
        """Make settings in which some rooms are replaced."""
        return Settings(
            self._variable, {**self._read, **{type(each): each for each in rooms}}.values()
        )


def read_address(name: str, variable: Variable) -> str:
    """An address on the web, or nothing. Raises InvalidSetting: it is none."""
    address = variable(name)
    if address and not address.startswith(("https://", "http://")):
        raise InvalidSetting(
            f"{name} must be empty or an address that begins with https:// or http://"
        )
    return address


def read_base64(name: str, variable: Variable) -> bytes | None:
    """The bytes of a variable in base64, blanks left out; empty where it is not set, None where it
    is no base64."""
    try:
        return base64.b64decode("".join(variable(name).split()), validate=True)
    except binascii.Error:
        return None


def read_whole(name: str, variable: Variable, default: int, allowed: range) -> int:
    """A whole number. Raises InvalidSetting: it is none, or not allowed."""
    text = variable(name) or str(default)
    if not text.isdecimal() or int(text) not in allowed:
        raise InvalidSetting(
            f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}; it is {text!r}"
        )
    return int(text)


def is_webhook_secret(secret: str) -> bool:
    """Say whether a secret has the form of Standard Webhooks: a prefix, and base64 of 24 to 64
    random bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        return False
    return secret.startswith(_SECRET_PREFIX) and 24 <= len(key) <= 64

"""What a replayed body finds outside of its run."""

from collections.abc import Callable
from typing import NoReturn

from tillroll_durable.platform.settings import Settings
from tillroll_testing.replaying.recorded_engine import Differs

ReadObject = Callable[[str], str | None]
"""The text of an object by its key; None where there is none."""


class Outside:
    """The settings' defaults, and outputs that lie in the object store; all else ends the replay by
    `Differs`.
    """

    def __init__(self, read_object: ReadObject) -> None:
        self.settings = Settings(lambda _: "")
        self.objects = _Outputs(read_object)

    def __getattr__(self, name: str) -> "_Untouched":
        return _Untouched(f"platform.{name}")


class _Untouched:
    """A part of the platform, which the core may hold and nobody may use here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> NoReturn:
        raise Differs(
            f"the body uses {self._name} outside of a step: let a step do it, and hand back the "
            "output"
        )


class _Outputs(_Untouched):
    def __init__(self, read_object: ReadObject) -> None:
        super().__init__("platform.objects")
        self._read_object = read_object

    async def get_text(self, key: str) -> str | None:
        return self._read_object(key)

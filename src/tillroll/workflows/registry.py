"""All workflows and settings that are deployed, and what stands beside them: read from the list of
modules. Only the files beside `tillroll` import it; a feature asks for the kinds by `kinds()`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from tillroll.app import MODULES, load
from tillroll.module import KINDS, Module
from tillroll_durable import ObjectsInUse, Topic, Workflow
from tillroll_durable.platform.encryption import KeptSecrets
from tillroll_durable.platform.settings import RoomSettings
from tillroll_durable.registry import Kinds, Registry

if TYPE_CHECKING:
    from tillroll_durable.platform.services import Platform


# Types of modules that a deployment need not have.
_TakeMail: TypeAlias = (
    "Callable[[Platform, str, int, Callable[[], Awaitable[bytes]]], Awaitable[str | None]]"
)
_WorkOff: TypeAlias = "Callable[[Platform, str], Awaitable[None]]"

# Each is made when it is first asked for, so that a start imports only what it uses.
WORKFLOWS: "Sequence[Workflow]"
KEPT_SECRETS: Sequence[KeptSecrets]
"""Where secrets lie encrypted."""
SETTINGS: "Sequence[type[RoomSettings]]"

NUDGES: Final = {nudge.key: (module, nudge) for module in MODULES for nudge in module.nudges}
"""What works rows off that messages of the queue name, by the name of the row's id in the
message.
"""


def _all(places: Callable[[Module], Sequence[str]]) -> tuple[Any, ...]:
    """What all modules have at a place."""
    return tuple(load(places))


def _each(places: Callable[[Module], Sequence[str]]) -> tuple[Any, ...]:
    """What is in the sequences that all modules have at a place."""
    return tuple(each for part in load(places) for each in cast("Sequence[Any]", part))


_MAKERS: Final[Mapping[str, Callable[[], object]]] = {
    "WORKFLOWS": lambda: _all(lambda module: module.workflows),
    "KEPT_SECRETS": lambda: _each(lambda module: module.secrets),
    "SETTINGS": lambda: tuple(dict.fromkeys(_all(lambda module: module.settings))),
}


def __getattr__(name: str) -> object:
    """Make one of the values above, once (PEP 562)."""
    if name not in _MAKERS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    value = globals()[name] = _MAKERS[name]()
    return value


def _import_of(places: Sequence[tuple[Module, str]]) -> "Sequence[Workflow]":
    return [cast("Workflow", module.load(place)) for module, place in places]


def _kinds() -> Kinds:
    """What imports each kind. Its constants begin with its name."""
    modules_by_kind: dict[str, list[tuple[Module, str]]] = {}
    for module in reversed(MODULES):
        for place in module.workflows:
            constant = re.sub(r"_V\d+$", "", place.partition(":")[2])
            modules_by_kind.setdefault(constant.lower().replace("_", "-"), []).append(
                (module, place)
            )
    return {kind: partial(_import_of, places) for kind, places in modules_by_kind.items()}


REGISTRY: Final = KINDS.fill(
    Registry(
        _kinds(),
        lambda: cast("Sequence[Topic[Any]]", _each(lambda module: module.topics)),
        objects=lambda: cast("Sequence[ObjectsInUse]", _all(lambda module: module.objects)),
        by_time=[kind for module in MODULES for kind in module.by_time],
        own_classes=[kind for module in MODULES for kind in module.own_classes],
    )
)


def workflows_of(kind: str) -> "Sequence[Workflow]":
    """The versions of one kind, imported without the other kinds."""
    return [*REGISTRY.versions(kind).values()]


async def work_off_nudged(platform: "Platform", key: str, row_id: str) -> None:
    """Work off the row that a message of the queue names by a key of NUDGES."""
    module, nudge = NUDGES[key]
    await cast("_WorkOff", module.load(nudge.place))(platform, row_id)


def load_mail() -> "_TakeMail | None":
    """The function that takes a mail that comes in, imported now. Its arguments are the recipient,
    the size in bytes and what reads the mail. It returns why the mail is not taken, or None.
    """
    return next((cast("_TakeMail", each) for each in load(lambda module: module.mail)), None)


def prefetch() -> None:
    """Import what a later call would else import."""
    for _ in load(lambda module: module.prefetch):
        pass

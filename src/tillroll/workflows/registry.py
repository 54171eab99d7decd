"""All workflows and settings that are deployed, and what stands beside them: read from the list of
modules.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from tillroll.app import MODULES, load
from tillroll.module import Module
from tillroll_durable import ObjectsInUse, Statement, Topic, Workflow
from tillroll_durable.archiving import NO_RUN, Archiving
from tillroll_durable.platform.encryption import KeptSecrets
from tillroll_durable.platform.naming import Named
from tillroll_durable.platform.settings import RoomSettings
from tillroll_durable.platform.tables import in_order
from tillroll_durable.registry import Kinds, Registry

if TYPE_CHECKING:
    from tillroll.access.permissions import Permission
    from tillroll.access.roles import Ends
    from tillroll_durable import Actor
    from tillroll_durable.platform.actions import Action
    from tillroll_durable.platform.models import Model
    from tillroll_durable.platform.services import Platform
    from tillroll_durable.platform.tables import Table


# Types of modules that a deployment need not have.
_Texts: TypeAlias = "Callable[[Platform, str], Awaitable[Sequence[str]]]"
_Consumers: TypeAlias = "Mapping[str, Callable[[Platform, Any], CoroutineType[Any, Any, None]]]"
_TakeMail: TypeAlias = (
    "Callable[[Platform, str, int, Callable[[], Awaitable[bytes]]], Awaitable[str | None]]"
)
_WorkOff: TypeAlias = "Callable[[Platform, str], Awaitable[None]]"
_Confirmed: TypeAlias = "tuple[type[Model], Callable[[Platform, Actor, Any], Awaitable[Model]]]"
_Joined: TypeAlias = (
    "Callable[[Platform, str, str, str | None, Sequence[Statement]], Awaitable[None]]"
)

# Each is made when it is first asked for, so that a start imports only what it uses.
WORKFLOWS: "Sequence[Workflow]"
CONSUMERS: "_Consumers"
"""What takes events of other systems by a name of its own, beside the kinds."""
LINKS: "Sequence[tuple[Any, Permission]]"
"""Links to what kinds make, and what making one needs."""
ARCHIVING: Archiving
"""Which runs are not archived, and what goes along with those that are."""
LEAVERS: "Sequence[Ends]"
"""What ends with anyone who leaves."""
OWN_ACCOUNTS: tuple[str, ...]
"""The beginnings of the ledger's accounts on which only the runs of a kind book."""
FUNDED: tuple[str, ...]
"""The beginnings of the ledger's accounts of which people set the bound."""
CONFIRMED: "Sequence[_Confirmed]"
"""What waits where a second person confirms a change of these, and what asks for it."""
TAKERS: Sequence[Any]
"""What takes files of a mail that are no receipts."""
MONTHLY: Sequence[Any]
"""What adds files of months to an export of days."""
PROGRESS: Sequence[Any]
"""What says how far an expense has come."""
PACKAGED: Sequence[Any]
"""What adds files to a package of days."""
NAMED: Sequence[Named]
"""What people call things by their ids."""
ACTIONS: "Mapping[str, Action]"
"""What the audit can say, by its names."""
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


def _consumers() -> "_Consumers":
    result: tuple[_Consumers, ...] = _all(lambda module: module.consumers)
    return {name: take for consumers in result for name, take in consumers.items()}


def _actions() -> "Mapping[str, Action]":
    enums: tuple[type[Action], ...] = _all(lambda module: module.audited)
    return {str(action): action for enum in enums for action in enum}


_MAKERS: Final[Mapping[str, Callable[[], object]]] = {
    "WORKFLOWS": lambda: _all(lambda module: module.workflows),
    "CONSUMERS": _consumers,
    "LINKS": lambda: _all(lambda module: module.links),
    "ARCHIVING": lambda: Archiving(
        " OR ".join(_all(lambda module: module.left_alone)) or NO_RUN,
        _all(lambda module: module.archived),
    ),
    "LEAVERS": lambda: _all(lambda module: module.leavers),
    "OWN_ACCOUNTS": lambda: _all(lambda module: module.own_accounts),
    "FUNDED": lambda: _all(lambda module: module.funded),
    "CONFIRMED": lambda: _all(lambda module: module.confirmed),
    "TAKERS": lambda: _all(lambda module: module.takers),
    "MONTHLY": lambda: _all(lambda module: module.monthly),
    "PROGRESS": lambda: _all(lambda module: module.progress),
    "PACKAGED": lambda: _all(lambda module: module.packaged),
    "NAMED": lambda: _all(lambda module: module.named),
    "ACTIONS": _actions,
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


REGISTRY: Final = Registry(
    _kinds(),
    lambda: cast("Sequence[Topic[Any]]", _each(lambda module: module.topics)),
    objects=lambda: cast("Sequence[ObjectsInUse]", _all(lambda module: module.objects)),
    by_time=[kind for module in MODULES for kind in module.by_time],
)


def workflows_of(kind: str) -> "Sequence[Workflow]":
    """The versions of one kind, imported without the other kinds."""
    return [*REGISTRY.versions(kind).values()]


def newest_of(kind: str) -> "Workflow":
    """What a new run of a kind begins under."""
    return REGISTRY.newest[kind]


@cache
def _texts() -> "tuple[_Texts, ...]":
    return _all(lambda module: module.texts)


async def read_texts(platform: "Platform", run_id: str) -> list[str]:
    """What was read for an expense's run. Raises ObjectsUnavailable."""
    return [line for texts in _texts() for line in await texts(platform, run_id)]


async def write_joined(
    platform: "Platform", account_id: str, user_id: str, mail: str | None, also: Sequence[Statement]
) -> None:
    """Write `also` in one batch, with what sets up whoever has joined by them. The last of `also`
    changes one row.
    """
    joined = _all(lambda module: module.joined)
    if joined:
        await cast("_Joined", joined[0])(platform, account_id, user_id, mail, also)
    else:
        await platform.database.batch(also)


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


@cache
def tables() -> "Sequence[Table]":
    """All tables, in the order in which their rows are erased. A start does not import what
    declares them.
    """
    return in_order(cast("Sequence[Table]", each) for each in load(lambda module: module.tables))

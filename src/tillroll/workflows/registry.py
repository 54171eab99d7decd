"""All workflows and settings that are deployed, and what stands beside them: read from the list of modules."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from tillroll.app import MODULES, load
from tillroll.durable import Statement, Topic, Workflow
from tillroll.durable.operations.archive import NO_RUN
from tillroll.durable.workflow import Registry
from tillroll.platform.encryption import KeptSecrets
from tillroll.platform.settings import RoomSettings
from tillroll.platform.tables import in_order

if TYPE_CHECKING:
    from tillroll.access.permissions import Permission
    from tillroll.access.roles import Ends
    from tillroll.durable import Actor
    from tillroll.durable.declared import ObjectsInUse
    from tillroll.platform.models import Model
    from tillroll.platform.services import Platform
    from tillroll.platform.tables import Table


# Types of modules that a deployment need not have.
_Texts: TypeAlias = "Callable[[Platform, str], Awaitable[Sequence[str]]]"
_Consumers: TypeAlias = "Mapping[str, Callable[[Platform, Any], CoroutineType[Any, Any, None]]]"
_TakeMail: TypeAlias = "Callable[[Platform, str, int, Callable[[], Awaitable[bytes]]], Awaitable[str | None]]"
_WorkOff: TypeAlias = "Callable[[Platform, str], Awaitable[None]]"
_Confirmed: TypeAlias = "tuple[type[Model], Callable[[Platform, Actor, Any], Awaitable[Model]]]"
_Joined: TypeAlias = "Callable[[Platform, str, str, str | None, Sequence[Statement]], Awaitable[None]]"

WORKFLOWS: Final = tuple(cast("Workflow", each) for each in load(lambda module: module.workflows))
_TOPICS = tuple(cast("Sequence[Topic[Any]]", each) for each in load(lambda module: module.topics))
_OBJECTS = tuple(cast("ObjectsInUse", each) for each in load(lambda module: module.objects))

REGISTRY: Final = Registry(WORKFLOWS, [topic for topics in _TOPICS for topic in topics], _OBJECTS)

_CONSUMERS = tuple(cast("_Consumers", each) for each in load(lambda module: module.consumers))
# What takes events of other systems by a name of its own, beside the kinds.
CONSUMERS: Final["_Consumers"] = {name: take for consumers in _CONSUMERS for name, take in consumers.items()}
# Links to what kinds make, and what making one needs.
LINKS: Final = tuple(cast("tuple[Any, Permission]", each) for each in load(lambda module: module.links))
# Of runs that are not archived, a condition of SQL.
LEFT_ALONE: Final = " OR ".join(cast("str", each) for each in load(lambda module: module.left_alone)) or NO_RUN
# What ends with whoever leaves.
LEAVERS: Final = tuple(cast("Ends", each) for each in load(lambda module: module.leavers))

# The beginnings of the ledger's accounts on which only the runs of a kind book; of others, people set the bound.
OWN_ACCOUNTS: Final = tuple(cast("str", each) for each in load(lambda module: module.own_accounts))
FUNDED: Final = tuple(cast("str", each) for each in load(lambda module: module.funded))
# What waits where a second person confirms a change of these, and what asks for it.
CONFIRMED: Final = tuple(cast("_Confirmed", each) for each in load(lambda module: module.confirmed))

NUDGES: Final = {nudge.key: (module, nudge) for module in MODULES for nudge in module.nudges}
"""What works rows off that messages of the queue name, by the name of the row's id in the message."""

_TEXTS = tuple(cast("_Texts", each) for each in load(lambda module: module.texts))
_JOINED = tuple(cast("_Joined", each) for each in load(lambda module: module.joined))


async def read_texts(platform: "Platform", run_id: str) -> list[str]:
    """What was read for an expense's run. Raises ObjectsUnavailable."""
    return [line for texts in _TEXTS for line in await texts(platform, run_id)]


async def write_joined(
    platform: "Platform", account_id: str, user_id: str, mail: str | None, also: Sequence[Statement]
) -> None:
    """Write `also` in one batch, with what sets up whoever has joined by them. The last of `also` changes one row."""
    if _JOINED:
        await _JOINED[0](platform, account_id, user_id, mail, also)
    else:
        await platform.database.batch(also)


async def work_off_nudged(platform: "Platform", key: str, row_id: str) -> None:
    """Work off the row that a message of the queue names by a key of NUDGES."""
    module, nudge = NUDGES[key]
    await cast("_WorkOff", module.load(nudge.place))(platform, row_id)


def load_mail() -> "_TakeMail | None":
    """The function that takes a mail that comes in, imported now. Its arguments are the recipient, the size in bytes
    and what reads the mail. It returns why the mail is not taken, or None."""
    return next((cast("_TakeMail", each) for each in load(lambda module: module.mail)), None)


def prefetch() -> None:
    """Import what a later call would else import."""
    for _ in load(lambda module: module.prefetch):
        pass


_SECRETS = tuple(cast("Sequence[KeptSecrets]", each) for each in load(lambda module: module.secrets))
KEPT_SECRETS: Final = tuple(kept for each in _SECRETS for kept in each)
"""Where secrets lie encrypted."""

SETTINGS: Final = tuple(
    dict.fromkeys(
        [
            *(cast("type[RoomSettings]", each) for each in load(lambda module: module.settings)),
            *(settings for workflow in REGISTRY.workflows for settings in workflow.settings),
        ]
    )
)


@cache
def tables() -> "Sequence[Table]":
    """All tables, in the order in which their rows are erased. A start does not import what declares them."""
    return in_order(cast("Sequence[Table]", each) for each in load(lambda module: module.tables))

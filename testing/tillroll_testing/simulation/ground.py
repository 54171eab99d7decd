"""What a simulated deployment stands on: the tables, settings and rules of its author."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import Settings
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.host.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from tillroll_testing.simulation.world import World

Invariant: TypeAlias = "Callable[[World], Awaitable[None]]"
"""Asserts something that must hold whenever a world is at rest."""
PaidCalls: TypeAlias = "Callable[[World, str], Awaitable[Mapping[str, int]]]"
"""How many calls of models a run has paid for, by the names of its steps."""


async def no_paid_calls(_world: "World", _run_id: str) -> Mapping[str, int]:
    """Nothing that is deployed pays for calls of models."""
    return {}


@dataclass(frozen=True)
class Ground:
    """What a world stands on beside its workflow.

    `open_database` returns a database with all tables, in which `ACCOUNT` and its owner are; the
    statements that it takes are made on top. `settings` are those of a deployment that sends its
    events to an address. `nudges` work off the rows that other messages of the queue name.
    Rows of the tables `owned` must be of `accounts`. Each package whose name begins with `kinds`
    has the code of one kind.

    Attributes:
        assets: the folder of static files.
        has_objects: whether the deployment binds an object store.
        invariants: what must hold beside what the library checks.
        paid_calls: counts, for each step, the calls that cost money.
    """

    open_database: Callable[[Sequence[Statement]], Awaitable[SqliteDatabase]]
    settings: Callable[[str], Settings]
    assets: Path = Path("public")
    has_objects: bool = True
    nudges: Mapping[str, Callable[[Platform, str], Awaitable[None]]] = field(
        default_factory=dict[str, Callable[[Platform, str], Awaitable[None]]]
    )
    invariants: Sequence[Invariant] = ()
    paid_calls: PaidCalls = no_paid_calls
    owned: Sequence[str] = ("runs", "audit_events", "outbox")
    accounts: Sequence[str] = (ACCOUNT,)
    kinds: str = ""

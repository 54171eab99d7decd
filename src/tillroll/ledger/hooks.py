"""What the ledger asks of modules that book on it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from tillroll.module import Hook
from tillroll_durable import Actor
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

Confirmed: TypeAlias = tuple[type[Model], Callable[[Platform, Actor, Any], Awaitable[Model]]]
"""What waits, as a model, and the function that asks a second person for it."""

OWN_ACCOUNTS: Final = Hook[str]("ledger.own_accounts")
"""How the ids of accounts begin on which only runs book."""

FUNDED: Final = Hook[str]("ledger.funded")
"""How the ids of accounts begin of which people set the bound."""

CONFIRMED: Final = Hook[Confirmed]("ledger.confirmed")
"""How a second person is asked for a change of funded accounts. At most one module answers."""

"""Conditions of other rooms that operators hear of."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.observability.alerts.rules import Cause
from tillroll.platform.bindings.database import Row, Statement
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Watched:
    """`rows` finds what is to be told now; `cause_of` says it of one of them, on a day (ISO 8601, UTC)."""

    rows: Callable[[Platform], Statement]
    cause_of: Callable[[Row, str], Cause]

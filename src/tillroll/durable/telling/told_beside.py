"""What other rooms tell of any run, beside its own record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tillroll.platform.bindings.database import Row, Statement
from tillroll.platform.json import JsonObject


@dataclass(frozen=True)
class ToldBeside:
    """`statements` are read with the run; the other two get their rows, in order. `shown` is a part of its RunDetail;
    `paid_calls` counts, by step, the calls that cost money."""

    statements: Callable[[str], Sequence[Statement]]
    shown: Callable[[Sequence[Sequence[Row]]], JsonObject]
    paid_calls: Callable[[Sequence[Sequence[Row]]], Mapping[str, int]]

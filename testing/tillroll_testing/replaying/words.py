"""What a difference between a body and its record is called, without any value."""

from collections.abc import Sequence
from typing import Final

from tillroll_durable.contract import COMPENSATED, Contract
from tillroll_durable.platform.json import Json, load

MOST_SHOWN: Final = 5
"""So many of a list are named."""


def what_it_is(name: str, effect: str | None = None) -> str:
    """Words for a durable step by its name."""
    if effect is not None:
        return f"{name!r} ({effect})"
    for prefix, said in (
        ("timer ", "the timer"), ("signal ", "the wait for a signal"), ("child: ", "a child"),
        ("tell: ", "an event"), ("tool ", "a tool's call"), ("tools ", "an offer of tools"),
        ("child ", "the wait for a child"), ("review-", "a review"),
        ("continue: ", "a continuation"),
        ("rollback: ", "an undoing"), ("end as ", "its end"), ("map: ", "a map"),
        ("items: ", "what became of a map"),
    ):  # fmt: skip
        if name.startswith(prefix):
            return f"{said} {name!r}"
    return repr(name)


def is_undoing(name: str) -> bool:
    """Whether it belongs to the undoing of a run, or to its end."""
    return name.startswith(("rollback: ", "end as ", COMPENSATED))


def is_known(contract: Contract, name: str) -> bool:
    """Whether today's contract still has what is recorded under this name; children and events the
    body names.
    """
    word = name.partition(" ")[2].partition(": ")[0].rpartition("-")[0]
    if name.startswith("timer "):
        return any(each.name == word for each in contract.timers)
    if name.startswith("signal "):
        return any(each.name == word for each in contract.signals)
    if ": " in name or name.startswith("review-"):
        return True
    return contract.find_step(name) is not None


def where_it_differs(today: str | None, before: str | None) -> str:
    """The members that differ, without their values."""
    if today is None or before is None:
        return ""
    paths = [*_paths(load(today), load(before), "")]
    if not paths:
        return ""
    shown = ", ".join(path or "the whole" for path in paths[:MOST_SHOWN])
    return f" (in {shown}{', …' if len(paths) > MOST_SHOWN else ''})"


def _paths(one: Json, other: Json, at: str) -> Sequence[str]:
    if one == other:
        return ()
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            path
            for name in sorted({*one, *other})
            for path in (
                _paths(one[name], other[name], f"{at}.{name}")
                if name in one and name in other
                else [f"{at}.{name}"]
            )
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        both = enumerate(zip(one, other, strict=True))
        return [
            path
            for number, (left, right) in both
            for path in _paths(left, right, f"{at}[{number}]")
        ]
    return [at]

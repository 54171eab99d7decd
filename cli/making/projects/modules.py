"""The modules that a project is made of: those of src/tillroll/app.py."""

from collections.abc import Collection, Mapping
from typing import Final

from cli.making.plan import Refused

KERNEL: Final = (
    "api",
    "audit",
    "bulk",
    "identity",
    "observability",
    "runs",
    "tillroll_documents",  # the wiring hands pictures out bare
    "tillroll_durable",
)
"""Every project has these, with all that they need."""


def chosen_of(names: Collection[str], needs: Mapping[str, Collection[str]]) -> list[str]:
    """The modules of these names, the kernel, and all that they need, in the order of `needs`.

    Raises:
        Refused: there is no module of such a name.
    """
    unknown = sorted({*names} - {*needs})
    if unknown:
        raise Refused(
            f"There is no module {', '.join(unknown)}. Choose of: {', '.join(sorted(needs))}."
        )
    chosen: set[str] = set()
    pending = [*KERNEL, *names]
    while pending:
        name = pending.pop()
        if name not in chosen:
            chosen.add(name)
            pending += needs[name]
    return [name for name in needs if name in chosen]

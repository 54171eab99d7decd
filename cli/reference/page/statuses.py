"""The statuses of a run, as its own route says them and as lists do, in one table."""

from collections.abc import Mapping
from typing import Final

from cli.reference.page.html import table
from tillroll_durable.selection import LISTED_AS, OutsideStatus

_MEANS: Final[Mapping[OutsideStatus, str]] = {
    OutsideStatus.STARTED: (
        "It is accepted; nothing of it is done yet, or it waits in line for its turn"
    ),
    OutsideStatus.RUNNING: "It is under way",
    OutsideStatus.WAITING: (
        "It waits: for a person (`needs_review`), or for time, a signal or another run"
    ),
    OutsideStatus.PAUSED: "Somebody has paused it, and has to resume it",
    OutsideStatus.NEEDS_OPERATOR: (
        "An operator was called: it stands still until they act, or is past its deadline"
    ),
    OutsideStatus.COMPLETED: "It is done: `output` is what it made",
    OutsideStatus.REJECTED: "A person has rejected it: `error` says why",
    OutsideStatus.FAILED: "It could not be done: `error` says why, and a person can retry it",
    OutsideStatus.CANCELLED: "Somebody has cancelled it",
}


def status_table() -> str:
    rows = (
        (f"`{outside}`", " or ".join(f"`{each}`" for each in listed), _MEANS[outside])
        for outside, listed in LISTED_AS.items()
    )
    return table(
        "Statuses of a run", ("Status of one run", "In lists and on upload", "Means"), rows
    )

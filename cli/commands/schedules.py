"""`tillroll schedules`: runs that are begun by time."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..client.api import JsonObject


# Who made what the code of a kind declares.
_IN_CODE = "code"


class Overlap(StrEnum):
    ALLOW = "allow"
    SKIP = "skip"
    QUEUE_ONE = "queue-one"
    CANCEL_OLDER = "cancel-older"


@taking(session)
def schedules(
    here: Session,
    schedule: Annotated[
        str | None, typer.Argument(metavar="ID", help="The schedule to change, sch_…")
    ] = None,
    overlap: Annotated[
        Overlap | None,
        typer.Option(help="From now on: what becomes of a time while its last run goes on."),
    ] = None,
) -> None:
    """List what is begun by time: when next, and what became of it last. With an id, change that
    one.
    """
    if (schedule is None) != (overlap is None):
        raise Stopped(Code.USAGE, "Give a schedule's id and --overlap together, or neither.")
    if schedule is not None and overlap is not None:
        changed = here.api.send("PATCH", f"/api/schedules/{schedule}", {"overlap": overlap.value})
        if here.as_json:
            here.show.document(changed)
        else:
            here.show.say(f"{changed['id']}: {changed['overlap']} is what it does from now on.")
        return
    found = here.api.get("/api/schedules")
    rows = [
        (
            each["id"],
            f"{each['name']} (in the code)" if each["createdBy"] == _IN_CODE else each["name"],
            each["kind"],
            f"{each['inWords']}, {each['timeZone']}{_overlap(each)}",
            "paused" if each["paused"] else each["nextTick"][:16],
            _last(each["last"]),
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("schedule", "name", "kind", "when", "next (UTC)", "last"), rows)


def _overlap(schedule: "JsonObject") -> str:
    return "" if schedule["overlap"] == Overlap.ALLOW else f", overlap {schedule['overlap']}"


def _last(last: "JsonObject | None") -> str:
    if last is None:
        return ""
    became = last["reason"] or f"{last['runId']}: {last['runStatus']}"
    return f"{last['tick'][:16]} {became}"

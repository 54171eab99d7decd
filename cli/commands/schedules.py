"""`tillroll schedules`: runs that are begun by time."""

from typing import TYPE_CHECKING

from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..client.api import JsonObject


# Who made what the code of a kind declares.
_IN_CODE = "code"


@taking(session)
def schedules(here: Session) -> None:
    """List what is begun by time: when next, and what became of it last."""
    found = here.api.get("/api/schedules")
    rows = [
        (
            each["id"],
            f"{each['name']} (in the code)" if each["createdBy"] == _IN_CODE else each["name"],
            each["kind"],
            f"{each['inWords']}, {each['timeZone']}",
            "paused" if each["paused"] else each["nextTick"][:16],
            _last(each["last"]),
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("schedule", "name", "kind", "when", "next (UTC)", "last"), rows)


def _last(last: "JsonObject | None") -> str:
    if last is None:
        return ""
    became = last["reason"] or f"{last['runId']}: {last['runStatus']}"
    return f"{last['tick'][:16]} {became}"

"""`tillroll schedules`: runs that are begun by time."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

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


app = typer.Typer(help="What is begun by time.", no_args_is_help=True)
ScheduleId = Annotated[str, typer.Argument(metavar="ID", help="The schedule's id, sch_…")]


@app.command("list")
@taking(session)
def list_schedules(here: Session) -> None:
    """List what is begun by time: when next, and what became of it last."""
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


@app.command("change")
@taking(session)
def change_schedule(
    here: Session,
    schedule: ScheduleId,
    overlap: Annotated[
        Overlap,
        typer.Option(help="From now on: what becomes of a time while its last run goes on."),
    ],
) -> None:
    """Change what a schedule does while its last run goes on."""
    changed = here.api.send("PATCH", f"/api/schedules/{schedule}", {"overlap": overlap.value})
    _tell(here, changed, f"{changed['overlap']} is what it does from now on.")


@app.command("pause")
@taking(session)
def pause_schedule(here: Session, schedule: ScheduleId) -> None:
    """Stop a schedule until it is resumed. Its runs go on."""
    changed = here.api.send("PATCH", f"/api/schedules/{schedule}", {"paused": True})
    _tell(here, changed, "paused.")


@app.command("resume")
@taking(session)
def resume_schedule(here: Session, schedule: ScheduleId) -> None:
    """Let a paused schedule go on from the next time that comes."""
    changed = here.api.send("PATCH", f"/api/schedules/{schedule}", {"paused": False})
    _tell(here, changed, f"next on {changed['nextTick'][:16]}.")


@app.command("run")
@taking(session)
def run_schedule(here: Session, schedule: ScheduleId) -> None:
    """Begin its run now. When it is next due stays as it is."""
    begun = here.api.send("POST", f"/api/schedules/{schedule}/run", {})
    _tell(here, begun, "begun.")


def _tell(here: Session, answer: "JsonObject", said: str) -> None:
    if here.as_json:
        here.show.document(answer)
    else:
        here.show.say(f"{answer['id']}: {said}")


def _overlap(schedule: "JsonObject") -> str:
    return "" if schedule["overlap"] == Overlap.ALLOW else f", overlap {schedule['overlap']}"


def _last(last: "JsonObject | None") -> str:
    if last is None:
        return ""
    became = last["reason"] or f"{last['runId']}: {last['runStatus']}"
    return f"{last['tick'][:16]} {became}"

"""`tillroll schedules`, `tillroll schedule` and `tillroll reschedule`: runs that are begun by
time.
"""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .workflows import Kind, json_object

if TYPE_CHECKING:
    from ..client.api import JsonObject

Params = Annotated[
    str | None,
    typer.Option(metavar="JSON", help='What it begins: {"format": "csv", "days": "last-month"}.'),
]


# Who made what the code of a kind declares.
_IN_CODE = "code"


class CatchUp(StrEnum):
    """What becomes of times that were missed."""

    EACH = "each"
    LATEST = "latest"
    SKIP = "skip"


class Act(StrEnum):
    """What can be done with a schedule."""

    PAUSE = "pause"
    RESUME = "resume"
    RUN = "run"
    REMOVE = "remove"


class Look(StrEnum):
    """What else can be looked at."""

    PREVIEW = "preview"
    HISTORY = "history"


@taking(session)
def schedules(
    here: Session,
    look: Annotated[
        Look | None,
        typer.Argument(help="When a new one would be due, or what became of one's times."),
    ] = None,
    of: Annotated[
        str | None, typer.Argument(help="For preview, the fields of cron; for history, its id.")
    ] = None,
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="Of a preview.")
    ] = "UTC",
) -> None:
    """List what is begun by time: when next, and what became of it last."""
    if look is not None:
        if of is None:
            missing = {
                Look.PREVIEW: "the five fields of cron, such as '0 8 * * 1-5'",
                Look.HISTORY: "a schedule's id",
            }
            raise Stopped(Code.USAGE, f"Give {missing[look]}, behind {look}.")
        (_preview if look is Look.PREVIEW else _history)(here, of, time_zone)
        return
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


def _preview(here: Session, cron: str, time_zone: str) -> None:
    found = here.api.send("POST", "/api/schedules/preview", {"cron": cron, "timeZone": time_zone})
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(f"{found['inWords']}, {time_zone}. Next (UTC):")
    for tick in found["nextTicks"]:
        here.show.say(f"  {tick[:16]}")


def _history(here: Session, schedule_id: str, _: str) -> None:
    found = here.api.get(f"/api/schedules/{schedule_id}/ticks")
    rows = [
        (
            each["tick"][:16],
            each["outcome"],
            each["runId"] or "",
            each["runStatus"] or each["reason"] or "",
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("time (UTC)", "outcome", "run", "became"), rows)


def _last(last: "JsonObject | None") -> str:
    if last is None:
        return ""
    became = last["reason"] or f"{last['runId']}: {last['runStatus']}"
    return f"{last['tick'][:16]} {became}"


@taking(session)
def schedule(
    here: Session,
    kind: Kind,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    cron: Annotated[
        str, typer.Argument(help="Minute, hour, day, month, day of the week: '0 6 3 * *'.")
    ],
    params: Params = None,
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Berlin.")
    ] = "UTC",
    catch_up: Annotated[
        CatchUp, typer.Option("--catch-up", help="What of missed times is done.")
    ] = CatchUp.LATEST,
    all_accounts: Annotated[
        bool,
        typer.Option(
            "--all-accounts", help="A run for each account; for whoever runs the deployment."
        ),
    ] = False,
) -> None:
    """Have runs of a kind begun by time, such as an export each month."""
    body: JsonObject = {
        "kind": kind,
        "name": name,
        "cron": cron,
        "timeZone": time_zone,
        "params": json_object(params or "{}"),
        "catchUp": catch_up.value,
        "forAllAccounts": all_accounts,
    }
    _say(here, here.api.send("POST", "/api/schedules", body))


@taking(session)
def reschedule(
    here: Session,
    schedule_id: Annotated[
        str, typer.Argument(metavar="ID", help="sch_…; `tillroll schedules` lists them.")
    ],
    act: Annotated[
        Act | None, typer.Argument(help="Stop it, let it go on, begin its run now, or remove it.")
    ] = None,
    *,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    cron: Annotated[str | None, typer.Option(help="Another time.")] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="Another time zone.")
    ] = None,
    params: Params = None,
    catch_up: Annotated[
        CatchUp | None, typer.Option("--catch-up", help="What of missed times is done.")
    ] = None,
) -> None:
    """Change a schedule; pause, resume, run or remove it. Without anything, show it."""
    given = {
        "name": name,
        "cron": cron,
        "timeZone": time_zone,
        "catchUp": catch_up and catch_up.value,
    }
    changes: JsonObject = {field: value for field, value in given.items() if value is not None}
    if params is not None:
        changes["params"] = json_object(params)
    if act in {Act.PAUSE, Act.RESUME}:
        changes["paused"] = act is Act.PAUSE
    path = f"/api/schedules/{schedule_id}"
    found = here.api.send("PATCH", path, changes) if changes else here.api.get(path)
    if act is Act.RUN:
        found = here.api.send("POST", f"{path}/run", {})
    if act is Act.REMOVE:
        here.api.send("DELETE", path)
        if not here.as_json:
            here.show.say(f"{found['name']} is removed; the runs that it began stay.")
        return
    _say(here, found)


def _say(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
        return
    when = "it is paused" if found["paused"] else f"next at {found['nextTick'][:16]} UTC"
    here.show.say(
        f"{found['id']}: {found['name']}, {found['inWords']} ({found['cron']}), "
        f"{found['timeZone']}; {when}."
    )
    here.show.say(json.dumps(found["params"], ensure_ascii=False))
    if found["createdBy"] == _IN_CODE:
        here.show.say("The code of its kind declares it: here it is paused, resumed and run.")
    if found["last"] is not None:
        here.show.say(f"Last: {_last(found['last'])}")

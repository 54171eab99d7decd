"""`tillroll bulk` and `tillroll bulks`: one thing done with all runs that a filter finds."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.shared_options import Cursor, taking

from ..session import Session, session
from .runs import Limit, Status

if TYPE_CHECKING:
    from ..client.api import JsonObject

_PATH = "/api/bulk-operations"


class BulkAct(StrEnum):
    """What can be done with many runs."""

    RETRY = "retry"
    ABANDON = "abandon"
    CANCEL = "cancel"
    RESUME = "resume"


@taking(session)
def bulk(
    here: Session,
    act: Annotated[BulkAct, typer.Argument(help="What is to be done with each.")],
    reason: Annotated[
        str | None,
        typer.Option(help="Why, for the audit: 3 to 500 characters. Without it, only count them."),
    ] = None,
    status: Annotated[
        Status | None, typer.Option(help="Else failed ones, or to cancel and resume, live ones.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only runs of this kind: `tillroll workflows` lists them.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Only runs about this: the id of what they work on.")
    ] = None,
    in_state: Annotated[
        str | None, typer.Option(help="Only runs in this state of their contract.")
    ] = None,
    failure_class: Annotated[
        str | None, typer.Option(help="Only runs that failed so, such as read_failed.")
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="RUN", help="Only runs that this one has begun.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Begun then or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Begun before then.")
    ] = None,
    unresolved: Annotated[
        bool,
        typer.Option(
            "--unresolved",
            help=(
                "Only what somebody has to see to. `bulk resume --unresolved` takes all that "
                "stands still, in every status."
            ),
        ),
    ] = False,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:VALUE", help="Only runs found by this, such as customer:42; repeat."
        ),
    ] = None,
) -> None:
    """Retry, abandon, cancel or resume all runs that are found, as a run of its own. Without a
    reason, count them.
    """
    named = {"kind": kind, "subject": subject, "status": status and status.value, "state": in_state}
    named |= {
        "failureClass": failure_class,
        "parent": parent,
        "from": since,
        "to": until,
        "unresolved": unresolved or None,
        "attribute": attribute,
    }
    asked: JsonObject = {
        "act": act.value,
        "filter": {name: value for name, value in named.items() if value is not None},
    }
    if reason is not None:
        _say(here, here.api.send("POST", _PATH, {**asked, "reason": reason}))
        return
    found = here.api.send("POST", f"{_PATH}/preview", asked)
    if here.as_json:
        here.show.document(found)
        return
    if found["isMore"]:
        matches = f"{found['count']} or more runs match"
    else:
        matches = counted(found["count"], "run matches", "runs match")
    here.show.say(f"{matches}, the newest first. Nothing was done: add --reason to do it.")
    rows = [
        (run["id"], run["kind"], run["createdAt"][:16], run["message"]) for run in found["sample"]
    ]
    here.show.table(("run", "kind", "begun", "says"), rows)


@taking(session)
def bulks(
    here: Session,
    operation_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="bop_…: this one, and what it left out.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List what was done with many runs, and how far it is; or one, with the runs that it left out
    and why.
    """
    if operation_id is None:
        page = here.api.items(_PATH, {"cursor": cursor}, limit)
        rows = [
            (each["id"], each["act"], each["status"], _far(each), each["reason"])
            for each in page["items"]
        ]
        here.show.page(page, ("operation", "act", "status", "how far", "why"), rows)
        return
    found = here.api.get(f"{_PATH}/{operation_id}")
    page = here.api.items(f"{_PATH}/{operation_id}/left-out", {"cursor": cursor}, limit)
    if here.as_json:
        here.show.document(
            {**found, "leftOutRuns": page["items"], "nextCursor": page["nextCursor"]}
        )
        return
    _say(here, found)
    here.show.table(
        ("run", "left out because"), [(each["runId"], each["reason"]) for each in page["items"]]
    )
    here.show.more(page)


def _say(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(
        f"{found['id']}: {found['act']}, {_far(found)}. `tillroll run {found['runId']}` is the run "
        "that does it."
    )


def _far(found: "JsonObject") -> str:
    if found["inLine"]:
        return "in line behind another"
    far = f"{found['done']} done, {found['leftOut']} left out, of {found['found']}"
    if not found["finishedAt"]:
        return far
    rest = found["found"] - found["done"] - found["leftOut"]
    if rest > 0:
        # They ended, failed, or went on between the look and their turn.
        others = counted(rest, "run was", "runs were")
        return f"finished; {far}; {others} in another status by then"
    return f"finished; {far}"

"""`tillroll audit`, `tillroll story` and `tillroll seals`: who did what, and whether the audit is
as it was sealed.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ..counting import counted
from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .options import first_day, last_day
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

_COLUMNS = ("at", "what", "who", "about", "outcome")


@taking(session)
def audit(
    here: Session,
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="Done by this user, also by a token.")
    ] = None,
    about: Annotated[
        str | None,
        typer.Option(metavar="ID", help="About this expense, receipt, claim, export or run."),
    ] = None,
    action: Annotated[
        str | None, typer.Option(metavar="NAME", help="What, such as expense.voided.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="NAME", help="With which outcome, such as failure.")
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            parser=first_day,
            help="From this day, month or year on, such as 2026-03.",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", parser=last_day, help="Up to this day, month or year, included."
        ),
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """Search the account's audit: who did what, to what, and when. The newest come first."""
    asked = {
        "person": person,
        "about": about,
        "action": action,
        "outcome": outcome,
        "from": first,
        "to": last,
    }
    page = here.api.items("/api/audit/entries", {**asked, "cursor": cursor}, limit)
    if here.as_json:
        here.show.document(page)
        return
    here.show.table(_COLUMNS, [_row(each) for each in page["items"]])
    here.show.more(page)


def _row(entry: "JsonObject") -> tuple[object, ...]:
    about = entry["about"]
    says = f"{entry['says']}: {entry['step']}" if entry["step"] else entry["says"]
    return (
        entry["at"],
        says,
        entry["who"]["name"] or "Tillroll",
        about and about["name"],
        entry["outcome"],
    )


@taking(session)
def story(
    here: Session, expense: Annotated[str, typer.Argument(help="The id of the expense.")]
) -> None:
    """Show all that happened to an expense, in order, from its upload to the books."""
    found = here.api.get(f"/api/audit/expenses/{expense}")
    if here.as_json:
        here.show.document(found)
    else:
        here.show.table(_COLUMNS, [_row(each) for each in found["items"]])


@taking(session)
def seals(
    here: Session,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Verify all seals now.")] = False,
) -> None:
    """Show whether the account's audit is sealed, or verify now that it is as it was sealed."""
    state = here.api.get("/api/audit/seals")
    if not verify:
        if here.as_json:
            here.show.document(state)
            return
        here.show.say(
            f"{counted(state['seals'], 'seal')}, the last of {state['sealedAt'] or 'never'}."
        )
        here.show.say(
            "The regular check has found "
            + ("nothing wrong." if state["isIntact"] else "something wrong.")
        )
        return
    checked, findings, elsewhere, following = 0, list[str](), 0, 1
    while following is not None:
        page = here.api.send("POST", f"/api/audit/seals/check?fromSeal={following}")
        checked, following = checked + page["checked"], page["nextSeal"]
        findings += page["findings"]
        elsewhere += page["elsewhere"]
    if here.as_json:
        here.show.document({"checked": checked, "findings": findings, "elsewhere": elsewhere})
    else:
        here.show.say(*findings)
    if findings or elsewhere:
        raise Stopped(
            Code.FAILED,
            "Something does not agree with the seals. Tell whoever runs this deployment.",
        )
    if not here.as_json:
        here.show.say(f"Checked: {counted(checked, 'seal')}. All hold.")

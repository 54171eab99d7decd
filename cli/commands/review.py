"""`tillroll review`: what waits for a person, and the person's decision."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code, Stopped
from tillroll_command.run_options import Comment, Corrections, RunOrAll
from tillroll_command.shared_options import Cursor, assignments, taking

from ..session import Session, session
from .pieces import say_pieces, split
from .runs import Limit, show_runs

if TYPE_CHECKING:
    from ..client.api import JsonObject


_MOST_SENT_BACK = 20


@taking(session)
def review(
    here: Session,
    run_id: RunOrAll = None,
    approve: Annotated[bool, typer.Option("--approve", help="Make it an expense.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Make no expense of it.")] = False,
    values: Corrections = None,
    parts: Annotated[
        list[Path] | None,
        typer.Option(
            "--part",
            metavar="FILE",
            help="Split a photo of several receipts: a picture of each; repeat.",
        ),
    ] = None,
    begins_at: Annotated[
        list[int] | None,
        typer.Option(
            "--begins-at",
            metavar="PAGE",
            help="Split a PDF: a page on which another document begins; repeat.",
        ),
    ] = None,
    reason: Comment = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until the run has done what was decided.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> int:
    """List what waits for a person; with an ID, show the fields in doubt, and approve, correct,
    reject or split.
    """
    if run_id is None:
        if approve or reject or values or parts or begins_at:
            raise typer.BadParameter("name the run that is decided")
        show_runs(
            here, here.api.items("/api/runs", {"status": "needs_review", "cursor": cursor}, limit)
        )
        if cursor is None and not here.as_json:
            _say_sent_back(here)
        return Code.DONE
    if run_id.startswith("exp_"):
        ways = (
            "`--confirm` says that it was looked at, `--set` changes it, `--void` lets it count "
            "nowhere."
        )
        raise Stopped(
            Code.USAGE, f"{run_id} is an expense: `tillroll expense {run_id}` decides on it. {ways}"
        )
    corrections = assignments(values or [])
    if sum(map(bool, (approve, reject, parts, begins_at))) > 1:
        raise typer.BadParameter("give one of --approve --reject --part --begins-at")
    if reject and corrections:
        raise typer.BadParameter("what is rejected is not corrected: leave --set out")
    if reject or approve:
        return _decide(here, run_id, approve, corrections, reason, wait=wait)
    if corrections:
        raise typer.BadParameter("give --approve with --set: what is corrected becomes an expense")
    if parts or begins_at:
        return split(here, run_id, parts or [], begins_at or [])
    return _ask(here, run_id, reason, wait=wait)


def _say_sent_back(here: Session) -> None:
    """Expenses that somebody sent back to review: no run waits for them."""
    page = here.api.items("/api/expenses", {"status": "in_review"}, _MOST_SENT_BACK)
    for each in page["items"]:
        here.show.note(
            f"{each['id']} {each['merchant']}, {each['date']}, {each['total']} {each['currency']}: "
            f"it was sent back to review. `tillroll expense {each['id']} --confirm` says that it "
            "was looked at."
        )
    if page["nextCursor"]:
        here.show.note("There are more: `tillroll expenses --status in_review` lists them.")


def _ask(here: Session, run_id: str, reason: str | None, *, wait: bool) -> int:
    """Show it; ask the person at the terminal, where there is one."""
    from ..views.reviews import show_review

    run = here.api.get(f"/api/runs/{run_id}")
    is_open = run["review"] is not None and run["review"]["decision"] is None
    if here.as_json:
        here.show.document(run)
        return Code.NEEDS_PERSON if is_open else Code.DONE
    show_review(here.show, run)
    if is_open:
        say_pieces(here, run)
    if not is_open:
        here.show.say(
            "Nothing waits here for a decision. An expense that was sent back is decided by "
            "`tillroll expense`."
        )
        return Code.DONE
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Code.NEEDS_PERSON
    return _converse(here, run, reason, wait=wait)


def _converse(here: Session, run: "JsonObject", reason: str | None, *, wait: bool) -> int:
    """Ask until it is decided, or left. What the server refuses is said, and asked again."""
    corrections: dict[str, str | None] = {}
    while True:
        answer = (
            typer.prompt("Approve, correct, reject, or leave it as it is? [a/c/r/l]", default="l")
            .strip()
            .lower()
        )
        if answer.startswith("c"):
            corrections |= _corrected(run, corrections)
        elif answer.startswith(("a", "r")):
            try:
                return _decide(
                    here, run["id"], answer.startswith("a"), corrections, reason, wait=wait
                )
            except Stopped as stopped:
                if stopped.code is not Code.REFUSED:
                    raise
                here.show.note(*str(stopped).splitlines())
        else:
            return Code.NEEDS_PERSON


def _corrected(run: "JsonObject", before: dict[str, str | None]) -> dict[str, str | None]:
    """What the person types in for the fields in doubt, or for all where none is."""
    from ..views.reviews import fields_of

    fields = fields_of(run)
    found: dict[str, str | None] = {}
    for field in [each for each in fields if each.is_doubtful] or fields:
        was = before.get(field.name, field.value) or ""
        given = typer.prompt(f"  {field.name}", default=was).strip()
        if given != was:
            found[field.name] = given or None
    return found


def _decide(
    here: Session,
    run_id: str,
    is_approved: bool,
    values: dict[str, str | None],
    reason: str | None,
    *,
    wait: bool,
) -> int:
    decision = "approve" if is_approved else "reject"
    body = {
        "decision": decision,
        **({"values": values} if values else {}),
        **({"comment": reason} if reason else {}),
    }
    done = here.api.send("POST", f"/api/runs/{run_id}/review", body)
    if not wait:
        if here.as_json:
            here.show.document(done)
        else:
            here.show.say(f"{run_id}: {'approved' if is_approved else 'rejected'}.")
        return Code.DONE
    return _await(here, run_id)


def _await(here: Session, run_id: str) -> int:
    """Until the decision is taken up. Right after it the run still says that it waits."""
    from tillroll_command.run_views import code_at_rest

    from ..client.following import changes

    run = here.api.get(f"/api/runs/{run_id}")
    while run["status"] == "processing" or (
        run["status"] == "needs_review" and run["review"]["decision"] is not None
    ):
        here.api.sleep(0.2)
        *_, run = changes(here.api, run_id)
    if here.as_json:
        here.show.document(run)
    else:
        here.show.say(run["message"])
    return Code.DONE if run["status"] == "rejected" else code_at_rest(run)

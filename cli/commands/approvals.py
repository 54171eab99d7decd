"""`tillroll approvals`: what waits for your approval, who waits for whom, rules on who approves,
and substitutes.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code
from ..session import Session, session
from ..shared_options import taking
from .options import first_day, last_day

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="What waits for approval, and who approves what.")

MOST_AT_ONCE = 100

ExpenseIds = Annotated[list[str], typer.Argument(metavar="EXPENSE…", help="exp_…; up to 100.")]
PersonId = Annotated[
    str, typer.Argument(metavar="PERSON", help="usr_…, as `tillroll people list` shows it.")
]


@app.command("list")
@taking(session)
def list_queue(here: Session, limit: Annotated[int, typer.Option(min=1, max=100)] = 50) -> None:
    """List what waits for your approval, the longest first."""
    found = here.api.get("/api/approvals/queue", {"limit": limit})
    rows = [
        (
            f"{each['expense']['id']}@{each['expense']['version']}",
            each["waitsSince"][:10],
            each["expense"]["merchant"],
            f"{each['expense']['total']} {each['expense']['currency']}",
            each["expense"]["person"]["name"] or "" if each["expense"]["person"] else "",
            _stands(each["approval"]),
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("expense", "waits since", "merchant", "total", "of", "chain"), rows)


def _stands(approval: "JsonObject") -> str:
    chain = approval["chain"]
    if chain is None or chain["current"] is None:
        return ""
    behind = f", for {chain['forPerson']}" if chain["forPerson"] else ""
    return f"step {chain['current'] + 1} of {len(chain['steps'])}{behind}"


SeenExpenses = Annotated[
    list[str],
    typer.Argument(
        metavar="EXPENSE@VERSION…",
        help="exp_…@3, as `list` and `tillroll expense` have it; up to 100.",
    ),
]


@app.command()
@taking(session)
def approve(here: Session, expenses: SeenExpenses) -> int:
    """Approve expenses as you saw them: of one that several people approve, your step. One that was
    changed since is refused."""
    ids: list[str] = []
    versions: list[int] = []
    for each in expenses:
        expense_id, _, version = each.partition("@")
        if not version.isascii() or not version.isdecimal():
            raise typer.BadParameter(
                f"{each} names no version. Look at the expense first: `tillroll approvals list` "
                "and "
                f"`tillroll expense {expense_id}` have it, such as {expense_id}@3."
            )
        ids.append(expense_id)
        versions.append(int(version))
    body = {"ids": ids, "versions": versions}
    return _decided(here, here.api.send("POST", "/api/expenses/approve", body))


@app.command("send-back")
@taking(session)
def send_back(
    here: Session,
    ids: ExpenseIds,
    reason: Annotated[str, typer.Option(help="Why, for who handed it in.")],
) -> int:
    """Send expenses back to review."""
    return _decided(
        here, here.api.send("POST", "/api/expenses/reject", {"ids": ids, "reason": reason})
    )


@app.command()
@taking(session)
def reassign(
    here: Session,
    to: Annotated[str, typer.Option(metavar="PERSON", help="usr_…, who decides it.")],
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="EXPENSE…", help="exp_…; up to 100.")
    ] = None,
    waits_for: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PERSON", help="All that waits for usr_…, in place of expenses."
        ),
    ] = None,
) -> int:
    """Give the step that expenses wait for to another person; for owners."""
    if bool(ids) is (waits_for is not None):
        raise typer.BadParameter("name expenses, or give --from")
    chosen = ids or []
    if waits_for is not None:
        waiting = here.api.get("/api/approvals/waiting")["items"]
        chosen = [
            id_ for each in waiting if each["person"] == waits_for for id_ in each["expenses"]
        ]
        if not chosen:
            here.show.say(f"Nothing waits for {waits_for}.")
    outcomes: list[JsonObject] = []
    for at in range(0, len(chosen), MOST_AT_ONCE):
        body = {"ids": chosen[at : at + MOST_AT_ONCE], "to": to}
        outcomes += here.api.send("POST", "/api/approvals/reassign", body)["items"]
    return _decided(here, {"items": outcomes})


@app.command("begin-anew")
@taking(session)
def begin_anew(here: Session, ids: ExpenseIds) -> int:
    """Begin the approval of expenses again, under the rules of today; for owners."""
    return _decided(here, here.api.send("POST", "/api/approvals/begin-anew", {"ids": ids}))


def _decided(here: Session, answer: "JsonObject") -> int:
    if here.as_json:
        here.show.document(answer)
    else:
        for each in answer["items"]:
            is_open = each["chain"] is not None and each["status"] == "ready"
            then = f", waits for {', '.join(each['chain']['waitsFor'])}" if is_open else ""
            here.show.say(f"{each['id']}: {each['reason'] or each['outcome'] + then}")
    is_done = all(each["outcome"] in {"done", "already"} for each in answer["items"])
    return Code.DONE if is_done else Code.REFUSED


@app.command()
@taking(session)
def waiting(here: Session) -> None:
    """List who waits for whom: how many expenses, since when, whose, and their total."""
    found = here.api.get("/api/approvals/waiting")
    rows = [
        (
            each["person"] or each["role"],
            each["name"]
            + (f" ({', '.join(each['substitutes'])} too)" if each["substitutes"] else ""),
            str(each["count"]),
            each["since"][:10],
            ", ".join(each["people"]),
            f"{each['total']} {each['currency']}" if each["total"] else "",
            "give it to somebody: `tillroll approvals reassign`"
            if each["isStuck"]
            else each["reminded"] or "",
        )
        for each in found["items"]
    ]
    columns = ("for", "name", "expenses", "since", "of", "total", "reminded")
    here.show.listing(found, columns, rows)


@app.command()
@taking(session)
def remind(here: Session, person: PersonId) -> None:
    """Remind a person of all that waits for their approval; once a day."""
    sent = here.api.send("POST", "/api/approvals/remind", {"person": person})
    here.show.say(
        f"{person} is reminded." if sent["wasSent"] else f"{person} was reminded today already."
    )


@app.command()
@taking(session)
def rules(here: Session) -> None:
    """List the rules on who approves which expenses, one after the other."""
    found = here.api.get("/api/approval-chains")
    rows = [
        (
            each["id"],
            each["name"],
            f"{each['from']} {each['currency']}" if each["from"] else "",
            each["category"] or "",
            each["personName"] or "",
            ", then ".join(step["name"] for step in each["steps"]),
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("rule", "name", "from", "category", "person", "approved by"), rows)


@app.command("add-rule")
@taking(session)
def add_rule(
    here: Session,
    name: Annotated[str, typer.Argument(help="What the rule is called, such as: From 500 euros.")],
    steps: Annotated[
        list[str],
        typer.Option(
            "--step", metavar="WHO", help="anyone, owner, approver, or usr_…; repeat, in order."
        ),
    ],
    category: Annotated[str | None, typer.Option(help="Only expenses of this category.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Only expenses of this person, usr_….")
    ] = None,
    least: Annotated[
        str | None, typer.Option("--from", help="From this amount in the base currency on.")
    ] = None,
) -> None:
    """Make a rule on who approves. It holds for what is handed in or changed from now on."""
    body = {"name": name, "steps": steps, "category": category, "person": person, "from": least}
    made = here.api.send("POST", "/api/approval-chains", body)
    here.show.say(f"{made['id']}: {', then '.join(step['name'] for step in made['steps'])}.")


@app.command("delete-rule")
@taking(session)
def delete_rule(
    here: Session, rule: Annotated[str, typer.Argument(metavar="RULE", help="chn_….")]
) -> None:
    """Delete a rule. What waits under it keeps it: `begin-anew` lets today's rules count."""
    here.api.send("DELETE", f"/api/approval-chains/{rule}")
    here.show.say(f"{rule} is deleted.")


@app.command()
@taking(session)
def substitutes(here: Session) -> None:
    """List who approves in place of whom, today and on days to come."""
    found = here.api.get("/api/substitutes")
    rows = [
        (each["id"], each["personName"], each["substituteName"], each["from"], each["to"])
        for each in found["items"]
    ]
    here.show.listing(found, ("substitute", "for", "approves", "from", "to"), rows)


@app.command("name-substitute")
@taking(session)
def name_substitute(
    here: Session,
    substitute: PersonId,
    first: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DAY",
            parser=first_day,
            help="The first day, or a month or year, such as 2026-08.",
        ),
    ],
    last: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="DAY",
            parser=last_day,
            help="The last day, or a month or year, included.",
        ),
    ],
    person: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="In place of whom; you without.")
    ] = None,
) -> None:
    """Name a person who approves in your place from day to day; owners do for others."""
    body = {"substitute": substitute, "from": first, "to": last, "person": person}
    made = here.api.send("POST", "/api/substitutes", body)
    here.show.say(
        f"{made['id']}: {made['substituteName']} approves for {made['personName']}, {made['from']} "
        f"to {made['to']}."
    )


@app.command("end-substitute")
@taking(session)
def end_substitute(
    here: Session, id_: Annotated[str, typer.Argument(metavar="SUBSTITUTE", help="sub_….")]
) -> None:
    """End a substitution now."""
    here.api.send("DELETE", f"/api/substitutes/{id_}")
    here.show.say(f"{id_} has ended.")

"""Which expenses are meant: the same names for the list, its sums and the reports."""

from typing import Annotated, TypeAlias

import typer

Several: TypeAlias = list[str] | None
Filters: TypeAlias = dict[str, object]
"""By the parameters of `GET /api/expenses`; None where nothing was said."""


def filters(
    *,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Words of an expense, and tokens such as from:ann, >50 or status:to-approve.",
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="From this day, month or year on, such as 2026-03."
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="Up to this day, month or year, included."),
    ] = None,
    least: Annotated[
        str | None, typer.Option("--min", metavar="AMOUNT", help="The smallest total.")
    ] = None,
    most: Annotated[
        str | None, typer.Option("--max", metavar="AMOUNT", help="The largest total.")
    ] = None,
    currency: Annotated[
        Several, typer.Option(metavar="CODE", help="Of this currency, such as EUR; repeat.")
    ] = None,
    category: Annotated[
        Several, typer.Option(metavar="NAME", help="Of this category; repeat.")
    ] = None,
    tag: Annotated[Several, typer.Option(metavar="TAG", help="With this tag; repeat.")] = None,
    person: Annotated[
        Several, typer.Option(metavar="ID", help="Handed in by this user, usr_…; repeat.")
    ] = None,
    client: Annotated[
        Several, typer.Option(metavar="NAME", help="Spent for this client; repeat.")
    ] = None,
    project: Annotated[
        Several, typer.Option(metavar="NAME", help="Spent for this project; repeat.")
    ] = None,
    cost_center: Annotated[
        Several, typer.Option(metavar="NAME", help="Booked on this cost centre; repeat.")
    ] = None,
    status: Annotated[
        Several,
        typer.Option(metavar="STATUS", help="ready, in_review, approved or voided; repeat."),
    ] = None,
    missing: Annotated[
        Several,
        typer.Option(
            metavar="WHAT", help="Lacks category, tax, rate, receipt, number or payment; repeat."
        ),
    ] = None,
    standing: Annotated[
        Several,
        typer.Option(
            "--is", metavar="WHAT", help="exported, claimed or paid; -paid: is not; repeat."
        ),
    ] = None,
    expense_id: Annotated[
        Several,
        typer.Option(
            "--expense", metavar="ID", help="This expense, exp_…; repeat, up to 200 times."
        ),
    ] = None,
) -> Filters:
    """What the options choose."""
    return {
        "q": search,
        "from": first,
        "to": last,
        "min": least,
        "max": most,
        "currency": currency,
        "category": category,
        "tag": tag,
        "person": person,
        "client": client,
        "project": project,
        "costCenter": cost_center,
        "status": status,
        "missing": missing,
        "is": standing,
        "id": expense_id,
    }

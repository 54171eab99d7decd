"""`tillroll owed`: what the company owes to people for expenses that they paid themselves, and
paying it.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..amounts import with_currency
from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="What the company owes to people, and paying it back.")

_OWED, _PAYMENTS = "/api/owed", "/api/owed/payments"
_Person = Annotated[str | None, typer.Option(help="Only what is owed to this person: usr_…")]


class Way(StrEnum):
    FILE = "file"
    PROVIDER = "provider"
    HAND = "hand"


@app.command("list")
@taking(session)
def list_owed(here: Session, person: _Person = None) -> None:
    """Show what the company owes: to you, or to everybody where you see all expenses."""
    found = here.api.get(_OWED, {"person": person})
    if here.as_json:
        here.show.document(found)
        return
    rows = [
        (
            each["person"]["name"] or each["person"]["id"],
            with_currency(sum_["owed"], sum_["currency"]),
            with_currency(sum_["onItsWay"], sum_["currency"]),
            each["expenses"],
            each["oldest"] or "",
            each["person"]["id"],
        )
        for each in found["items"]
        for sum_ in each["sums"]
    ]
    here.show.table(
        ("person", "owed", "on its way", "expenses", "since", "id"),
        rows,
        ("owed", "on its way", "expenses"),
    )
    if not rows:
        here.show.note("The company owes nothing for approved expenses.")


@app.command()
@taking(session)
def ways(here: Session) -> None:
    """Show how this account pays people: by files for the bank, by a payment provider, or by hand
    only.
    """
    found = here.api.get("/api/payment-ways")
    if here.as_json:
        here.show.document(found)
        return
    account = found["file"]
    here.show.say(
        f"By file from {account['name']}, {account['iban']}."
        if account
        else "No bank account is entered."
    )
    for said in found["missing"]:
        here.show.say(said)
    here.show.say(
        "A payment provider pays." if found["provider"] else "No payment provider is set up."
    )


@app.command()
@taking(session)
def expenses(here: Session, person: _Person = None) -> None:
    """List the expenses that are owed now, the oldest first."""
    found = here.api.get(f"{_OWED}/expenses", {"person": person, "open": "true"})
    if here.as_json:
        here.show.document(found)
        return
    rows = [
        (
            each["id"],
            each["date"],
            each["merchant"],
            with_currency(each["owed"], each["currency"]),
            each["person"]["name"] if each["person"] else "",
        )
        for each in found["items"]
    ]
    here.show.table(("expense", "day", "merchant", "owed", "person"), rows, ("owed",))


@app.command()
@taking(session)
def pay(
    here: Session,
    way: Annotated[
        Way, typer.Argument(metavar="FILE|PROVIDER|HAND", help="By what the people are paid.")
    ],
    person: Annotated[
        list[str] | None, typer.Option(help="Pay all that is owed to this person; may be repeated.")
    ] = None,
    expense: Annotated[
        list[str] | None, typer.Option(help="Pay this expense; may be repeated.")
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(
            help="The account's base currency, at the rates of the days; else each in its own."
        ),
    ] = None,
    paid_on: Annotated[
        str | None, typer.Option(help="By hand: the day of payment, as 2026-11-20.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="What both sides read: up to 140 characters.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Yours; sent again under the same key, it is paid once.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would get what, and begin nothing.")
    ] = False,
) -> None:
    """Pay people back what is owed to them. Two or more payouts are one batch, which is approved
    once.
    """
    chosen = [*(expense or [])]
    for each in person or []:
        found = here.api.get(f"{_OWED}/expenses", {"person": each, "open": "true"})
        chosen += [item["id"] for item in found["items"]]
    if not chosen:
        raise Stopped(
            Code.USAGE,
            "Nothing is owed there: name people with --person, or expenses with --expense.",
        )
    body: JsonObject = {"expenses": [*dict.fromkeys(chosen)], "way": way.value}
    if currency is not None:
        body["currency"] = currency
    if reference is not None:
        body["reference"] = reference
    if way is Way.HAND:
        body["paidOn"] = paid_on or datetime.now(UTC).date().isoformat()
    if dry_run:
        _say_plan(here, here.api.send("POST", f"{_PAYMENTS}/check", body))
        return
    begun = here.api.send("POST", _PAYMENTS, body, **({"Idempotency_Key": key} if key else {}))
    if here.as_json:
        here.show.document(begun)
    elif begun["payoutId"]:
        here.show.say(
            f"{begun['payoutId']} is begun: `tillroll payouts show {begun['payoutId']}` says where "
            "it stands."
        )
    else:
        id_ = begun["batchId"]
        here.show.say(f"{id_} is begun: `tillroll payouts show-batch {id_}` says where it stands.")


def _account(payout: "JsonObject") -> str:
    account = payout["account"]
    if account is None:
        return "by hand"
    return str(account["iban"] or "the provider")


def _say_plan(here: Session, plan: "JsonObject") -> None:
    if here.as_json:
        here.show.document(plan)
        return
    rows = [
        (
            each["person"]["name"] or each["person"]["id"],
            with_currency(each["amount"], each["currency"]),
            _account(each),
            len(each["expenses"]),
        )
        for each in plan["payouts"]
    ]
    here.show.table(("person", "gets", "on", "expenses"), rows, ("gets", "expenses"))
    if plan["second"]:
        here.show.note("Somebody else has to approve it.")

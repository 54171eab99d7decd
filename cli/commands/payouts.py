"""`tillroll payouts`: people who are paid. Amounts are written as people write them."""

import shlex
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.run_views import next_of
from tillroll_command.shared_options import Cursor, taking

from ..amounts import decimal, with_currency
from ..session import Session, session
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="Payouts: see where the money is, approve it, and settle it."
)

_Payout = Annotated[
    str, typer.Argument(metavar="ID", help="The payout's id, which is its run's: run_…")
]
_Reason = Annotated[str | None, typer.Option(help="Why, for the audit: up to 500 characters.")]
_PAYOUTS = "/api/payouts"


class SettledAs(StrEnum):
    PAID = "paid"
    NOT_PAID = "not-paid"


@app.command("list")
@taking(session)
def list_payouts(
    here: Session,
    in_state: Annotated[
        str | None, typer.Option(help="Only those in this state, such as paid.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List payouts and where each stands."""
    page = here.api.items(_PAYOUTS, {"state": in_state, "cursor": cursor}, limit)
    columns = ("payout", "payee", "amount", "currency", "state", "for")
    rows = [
        (
            each["id"],
            each["payeeName"],
            decimal(each["amount"], each["currency"]),
            each["currency"],
            each["state"],
            each["reference"],
        )
        for each in page["items"]
    ]
    here.show.page(page, columns, rows, ("amount",))


_ENDED = {"failed", "rejected", "cancelled"}
_DOUBTS = {
    "copy": "The bank refused a copy of this payment ({}): which copy counts is open.",
    "refused_late": "The bank refused this payment ({}) after it had accepted it.",
    "taken_late": "The bank refused this payment, and accepted it as well: it may be paid.",
}
_WHY = {"uncovered": "the company's account in the ledger does not hold enough"}


def _anew(payout: "JsonObject") -> str:
    """How what a refused payout did not pay is asked for again."""
    values = {name: payout[name] for name in ("payeeId", "amount", "currency", "reference")}
    words = ["tillroll", "api", "POST", _PAYOUTS]
    for name, value in values.items():
        words += ["-f", f"{name}={value}"]
    return (
        "Expenses that it was to pay back are owed again: `tillroll api GET /api/owed`, then "
        "`tillroll api POST /api/owed/payments`. "
        f"Anything else is asked for anew: `{shlex.join(words)}`"
    )


@app.command()
@taking(session)
def show(here: Session, payout_id: _Payout) -> None:
    """Show where a payout's money is, and what is safe to do next."""
    payout, run = here.api.get(f"{_PAYOUTS}/{payout_id}"), here.api.get(f"/api/runs/{payout_id}")
    if here.as_json:
        here.show.document(
            {**payout, "message": run["message"], "nextSafeAction": run["nextSafeAction"]}
        )
        return
    _say(here, payout)
    if payout["refusal"]:
        here.show.say(f"It was not paid: {_WHY.get(payout['refusal'], payout['refusal'])}.")
    here.show.say(run["message"])
    if payout["refusal"] and run["status"] in _ENDED:
        here.show.say(f"Next: mend that. This payout pays nothing any more. {_anew(payout)}")
    else:
        here.show.say(f"Next: {next_of(run)}")
    if payout["waitsForFile"]:
        here.show.say(
            "Nothing is paid before `tillroll payment-files make` has made the file that takes it."
        )
    elif payout["paymentDoubt"]:
        here.show.say(_DOUBTS[payout["paymentDoubt"]].format(payout["paymentDoubtReason"]))
        here.show.say(
            f"Next: ask the bank, then `tillroll payment-files outcome {payout['paymentFileId']} "
            f"STATUS --payout {payout['id']}`."
        )
    elif payout["paymentStatus"]:
        because = f" ({payout['paymentReason']})" if payout["paymentReason"] else ""
        here.show.say(
            f"The provider says of {payout['paymentId']}: {payout['paymentStatus']}{because}"
        )


@app.command()
@taking(session)
def approve(here: Session, payout_id: _Payout, reason: _Reason = None) -> None:
    """Approve a payout that somebody else has asked for."""
    _decide(here, payout_id, "approve", reason)


@app.command()
@taking(session)
def reject(here: Session, payout_id: _Payout, reason: _Reason = None) -> None:
    """Reject a payout that waits for approval: nothing is paid."""
    _decide(here, payout_id, "reject", reason)


@app.command()
@taking(session)
def settle(
    here: Session,
    payout_id: _Payout,
    settled_as: Annotated[
        SettledAs, typer.Argument(metavar="PAID|NOT-PAID", help="What the bank says became of it.")
    ],
    reason: Annotated[str, typer.Option(help="How you know, for the audit: 3 to 500 characters.")],
    corrects: Annotated[
        bool,
        typer.Option(
            "--corrects", help="The payout has ended, and what was heard before is wrong."
        ),
    ] = False,
) -> None:
    """Say what became of a payment of which nobody else can say it: the books follow."""
    body: JsonObject = {"settledAs": settled_as.replace("-", "_"), "reason": reason}
    if corrects:
        body["corrects"] = True
    _say(here, here.api.send("POST", f"{_PAYOUTS}/{payout_id}/settlement", body))


@app.command()
@taking(session)
def undo(
    here: Session,
    payout_id: _Payout,
    reason: Annotated[str, typer.Option(help="Why, for the audit: 3 to 500 characters.")],
) -> None:
    """Take back that a payout was paid by hand: the books reverse it, and its expenses are owed
    again.
    """
    _say(here, here.api.send("POST", f"{_PAYOUTS}/{payout_id}/undo", {"reason": reason}))


def _decide(here: Session, payout_id: str, decision: str, reason: str | None) -> None:
    body: JsonObject = (
        {"decision": decision} if reason is None else {"decision": decision, "comment": reason}
    )
    here.api.send("POST", f"/api/runs/{payout_id}/review", body)
    _say(here, here.api.get(f"{_PAYOUTS}/{payout_id}"))


def _say(here: Session, payout: "JsonObject") -> None:
    if here.as_json:
        here.show.document(payout)
        return
    what = f"{with_currency(payout['amount'], payout['currency'])} to {payout['payeeName']}"
    here.show.say(f"{payout['id']}: {what}, {payout['state'].replace('_', ' ')}")
    _warn(here, payout)


def _warn(here: Session, asked: "JsonObject") -> None:
    """Of payouts that it may be once more."""
    for each in asked.get("alike", ()):  # a settlement answers without
        what = (
            f"{with_currency(each['amount'], each['currency'])} to {each['payeeName']}, asked for "
            f"{each['createdAt']}"
        )
        here.show.note(
            f"The same amount, to the same payee: {each['id']}, {what}, "
            f"{each['state'].replace('_', ' ')}."
        )

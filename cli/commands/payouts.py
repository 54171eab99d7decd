"""`tillroll payouts` and `tillroll payees`: people who are paid. Amounts are whole minor units, as
the API has them.
"""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from ..views.runs import next_of
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="Payouts: ask for one, approve it, see where the money is."
)
payees_app = typer.Typer(
    no_args_is_help=True, help="Whom the account pays, by the payment provider or by a file."
)

_Payout = Annotated[
    str, typer.Argument(metavar="ID", help="The payout's id, which is its run's: run_…")
]
_Payee = Annotated[
    str, typer.Argument(metavar="PAYEE", help="pay_…; `tillroll payees list` lists them.")
]
_Currency = Annotated[
    str, typer.Argument(metavar="CURRENCY", help="Its ISO 4217 code, such as EUR.")
]
_Change = Annotated[
    str, typer.Argument(metavar="CHANGE", help="pch_…; `tillroll payouts changes` lists them.")
]
_Reason = Annotated[str | None, typer.Option(help="Why, for the audit: up to 500 characters.")]
_PAYOUTS, _PAYEES, _LIMITS = "/api/payouts", "/api/payees", "/api/payout-limits"
_BATCHES, _CHANGES = "/api/payout-batches", "/api/payout-changes"


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
    columns = ("payout", "payee", "minor units", "currency", "state", "for")
    rows = [
        (
            each["id"],
            each["payeeName"],
            each["amount"],
            each["currency"],
            each["state"],
            each["reference"],
        )
        for each in page["items"]
    ]
    here.show.page(page, columns, rows, ("minor units",))


_ENDED = {"failed", "rejected", "cancelled"}
_WHY = {"uncovered": "the company's account in the ledger does not hold enough"}


def _anew(payout: "JsonObject") -> str:
    """How what a refused payout did not pay is asked for again."""
    values = (payout["payeeId"], str(payout["amount"]), payout["currency"], payout["reference"])
    command = shlex.join(["tillroll", "payouts", "ask", *values])
    return (
        "Expenses that it was to pay back are owed again: `tillroll owed list`, then `tillroll "
        "owed pay`. "
        f"Anything else is asked for anew: `{command}`"
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
    elif payout["paymentStatus"]:
        because = f" ({payout['paymentReason']})" if payout["paymentReason"] else ""
        here.show.say(
            f"The provider says of {payout['paymentId']}: {payout['paymentStatus']}{because}"
        )


@app.command()
@taking(session)
def ask(
    here: Session,
    payee_id: _Payee,
    amount: Annotated[
        int, typer.Argument(metavar="MINOR", help="Whole minor units, such as 1290 for 12.90.")
    ],
    currency: _Currency,
    reference: Annotated[
        str, typer.Argument(metavar="FOR", help="What both sides read: up to 140 characters.")
    ],
    key: Annotated[
        str | None, typer.Option(help="Yours; sent again under the same key, it is paid once.")
    ] = None,
) -> None:
    """Have somebody paid."""
    asked = {"payeeId": payee_id, "currency": currency, "amount": amount, "reference": reference}
    keyed = {"Idempotency_Key": key} if key else {}
    _say(here, here.api.send("POST", _PAYOUTS, asked, **keyed))


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


@app.command()
@taking(session)
def batch(
    here: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the batch is called.")],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="CSV", help="payee,currency,amount,reference: a payout a line, minor units."
        ),
    ],
    key: Annotated[
        str | None, typer.Option(help="Yours; sent again under the same key, it is one batch.")
    ] = None,
) -> None:
    """Have many paid at once: each line is a payout, and the whole is approved once."""
    try:
        lines = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise Stopped(Code.USAGE, f"{file} cannot be read as text in UTF-8: {error}.") from error
    keyed = {"Idempotency_Key": key} if key else {}
    _say_batch(here, here.api.send("POST", _BATCHES, {"name": name, "csv": lines}, **keyed))


@app.command()
@taking(session)
def batches(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List batches of payouts and where each stands."""
    page = here.api.items(_BATCHES, {"cursor": cursor}, limit)
    rows = [(each["id"], each["name"], each["payments"], each["state"]) for each in page["items"]]
    here.show.page(page, ("batch", "name", "payouts", "state"), rows, ("payouts",))


@app.command("show-batch")
@taking(session)
def show_batch(
    here: Session,
    batch_id: Annotated[str, typer.Argument(metavar="BATCH", help="The batch's id: run_…")],
) -> None:
    """Show what became of a batch's payouts, in sum."""
    _say_batch(here, here.api.get(f"{_BATCHES}/{batch_id}"))


@app.command()
@taking(session)
def limits(here: Session) -> None:
    """List above what a second person decides."""
    found = here.api.get(_LIMITS)
    if here.as_json:
        here.show.document(found)
        return
    here.show.table(
        ("currency", "above"),
        [(each["currency"], each["above"]) for each in found["items"]],
        ("above",),
    )
    if not found["items"]:
        here.show.note(
            "There is none: nobody else is asked. `tillroll payouts limit EUR 50000` sets one."
        )


@app.command()
@taking(session)
def limit(
    here: Session,
    currency: _Currency,
    above: Annotated[
        int | None,
        typer.Argument(
            metavar="[MINOR]", help="Payouts of more need a second person; without it, none."
        ),
    ] = None,
) -> None:
    """Let a second person decide above an amount, or take that back. A higher limit, or none, waits
    for one.
    """
    path = f"{_LIMITS}/{currency}"
    if above is None:
        done = here.api.send("DELETE", path)
        said = f"Payouts in {currency} have no limit of their own."
    else:
        done = here.api.send("PUT", path, {"above": above})
        said = f"Payouts of more than {above} {currency} (minor units) wait for a second person."
    if say_waits(here, done):
        return
    if here.as_json:
        here.show.document({"currency": currency, "above": above})
    else:
        here.show.say(said)


@app.command()
@taking(session)
def changes(
    here: Session,
    every: Annotated[bool, typer.Option("--all", help="Also what does not wait any more.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List changes that wait for a second person: of limits, and of the company's account."""
    page = here.api.items(_CHANGES, {"waiting": None if every else "true", "cursor": cursor}, limit)
    rows = [
        (each["id"], each["says"], each["outcome"] or each["takesEffectAt"] or "waits")
        for each in page["items"]
    ]
    here.show.page(page, ("change", "what", "takes effect"), rows)


@app.command("confirm-change")
@taking(session)
def confirm_change(here: Session, change_id: _Change) -> None:
    """Confirm a change that somebody else has asked for: it takes effect."""
    _decide_change(here, change_id, "confirm")


@app.command("reject-change")
@taking(session)
def reject_change(here: Session, change_id: _Change) -> None:
    """Reject a change, or take back what you asked for."""
    _decide_change(here, change_id, "reject")


@payees_app.command("list")
@taking(session)
def list_payees(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List whom the account pays."""
    page = here.api.items(_PAYEES, {"cursor": cursor}, limit)
    rows = [
        (
            each["id"],
            each["name"],
            each["recipient"] or ("by hand" if each.get("paidBy") == "hand" else "by file"),
            each["method"] or each["iban"],
            "archived" if each["archivedAt"] else "",
        )
        for each in page["items"]
    ]
    here.show.page(page, ("payee", "name", "recipient", "method", ""), rows)


@payees_app.command()
@taking(session)
def add(
    here: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call them.")],
    recipient: Annotated[
        str | None, typer.Argument(metavar="[RECIPIENT]", help="The provider's id of them: acct_…")
    ] = None,
    method: Annotated[
        str | None,
        typer.Argument(metavar="[METHOD]", help="The provider's id of their bank account."),
    ] = None,
    iban: Annotated[
        str | None, typer.Option(help="To pay by a file for the bank: the IBAN that NAME holds.")
    ] = None,
    bic: Annotated[
        str | None, typer.Option(help="The BIC of that bank, outside of the EEA.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="The user whose expenses it pays back: usr_…")
    ] = None,
) -> None:
    """Keep somebody whom the payment provider, or a file for the bank, can pay."""
    where = (
        {"recipient": recipient, "method": method} if iban is None else {"iban": iban, "bic": bic}
    )
    whose = {} if person is None else {"person": person}
    made = here.api.send("POST", _PAYEES, {"name": name, **where, **whose})
    if here.as_json:
        here.show.document(made)
    else:
        here.show.say(f"{made['name']} is {made['id']}.")


@payees_app.command()
@taking(session)
def link(
    here: Session,
    payee_id: _Payee,
    person: Annotated[
        str | None, typer.Argument(metavar="[PERSON]", help="usr_…; without it, nobody.")
    ] = None,
) -> None:
    """Say whose expenses a payee pays back."""
    made = here.api.send("PUT", f"{_PAYEES}/{payee_id}/person", {"person": person})
    if here.as_json:
        here.show.document(made)
    else:
        here.show.say(
            f"{made['name']} pays back the expenses of {person}."
            if person
            else f"{made['name']} is nobody's."
        )


@payees_app.command()
@taking(session)
def archive(here: Session, payee_id: _Payee) -> None:
    """Let nobody be paid under it any more; what is on its way goes on."""
    here.api.send("DELETE", f"{_PAYEES}/{payee_id}")
    if not here.as_json:
        here.show.say(f"{payee_id} is archived.")


def _decide(here: Session, payout_id: str, decision: str, reason: str | None) -> None:
    body: JsonObject = (
        {"decision": decision} if reason is None else {"decision": decision, "comment": reason}
    )
    here.api.send("POST", f"/api/runs/{payout_id}/review", body)
    _say(here, here.api.get(f"{_PAYOUTS}/{payout_id}"))


def _decide_change(here: Session, change_id: str, decision: str) -> None:
    done = here.api.send("POST", f"{_CHANGES}/{change_id}/decision", {"decision": decision})
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(f"{done['id']}: {done['outcome']}. {done['says']}")


def say_waits(here: Session, answer: "JsonObject | None") -> bool:
    """Say that a change waits for a second person; False where it took effect."""
    if not answer or "takesEffectAt" not in answer:
        return False
    if here.as_json:
        here.show.document(answer)
        return True
    until = answer["takesEffectAt"]
    alone = (
        f"Nobody else may confirm it: it takes effect at {until}."
        if until
        else "Somebody else has to confirm it."
    )
    here.show.say(f"{answer['id']} waits: {answer['says']} {alone}")
    return True


def _say_batch(here: Session, batch: "JsonObject") -> None:
    if here.as_json:
        here.show.document(batch)
        return
    here.show.say(
        f"{batch['id']}: {batch['name']}, {batch['payments']} payouts, "
        f"{batch['state'].replace('_', ' ')}"
    )
    rows = [
        (each["currency"], each["outcome"], each["count"], each["amount"]) for each in batch["sums"]
    ]
    here.show.table(
        ("currency", "outcome", "payouts", "minor units"), rows, ("payouts", "minor units")
    )
    _warn(here, batch)


def _say(here: Session, payout: "JsonObject") -> None:
    if here.as_json:
        here.show.document(payout)
        return
    what = f"{payout['amount']} {payout['currency']} (minor units) to {payout['payeeName']}"
    here.show.say(f"{payout['id']}: {what}, {payout['state'].replace('_', ' ')}")
    _warn(here, payout)


def _warn(here: Session, asked: "JsonObject") -> None:
    """Of payouts that it may be once more."""
    for each in asked.get("alike", ()):  # a settlement answers without
        what = (
            f"{each['amount']} {each['currency']} (minor units) to {each['payeeName']}, asked for "
            f"{each['createdAt']}"
        )
        here.show.note(
            f"The same amount, to the same payee: {each['id']}, {what}, "
            f"{each['state'].replace('_', ' ')}."
        )

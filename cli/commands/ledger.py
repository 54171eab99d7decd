"""`tillroll ledger`: accounts, transfers and balances. Amounts are whole minor units, as the API
has them.
"""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .payouts import say_waits
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="The ledger: accounts, transfers, balances, statements."
)

_Account = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="The account's id in the ledger, such as bank:eur.")
]
_Id = Annotated[
    str, typer.Argument(metavar="ID", help="Yours; sent again under the same id, it is done once.")
]
_At = Annotated[
    str | None, typer.Option(metavar="TIME", help="As it was before then, such as 2026-04-01.")
]
_Oldest = Annotated[int, typer.Option(min=1, help="How many, the oldest first.")]
_PATH = "/api/ledger"


@app.command()
@taking(session)
def accounts(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the accounts."""
    page = here.api.items(f"{_PATH}/accounts", {"cursor": cursor}, limit)
    rows = [
        (each["id"], each["currency"], each["normalSide"], each["leastAvailable"])
        for each in page["items"]
    ]
    here.show.page(
        page, ("account", "currency", "side", "least available"), rows, ("least available",)
    )


@app.command()
@taking(session)
def account(
    here: Session,
    account_id: _Account,
    currency: Annotated[
        str, typer.Argument(metavar="CURRENCY", help="Its ISO 4217 code, such as EUR.")
    ],
    side: Annotated[
        str, typer.Argument(metavar="SIDE", help="What raises its balance: debit or credit.")
    ],
    name: Annotated[str | None, typer.Option(help="What people call it; else its id.")] = None,
    least: Annotated[
        int | None,
        typer.Option(help="What is available does not go below this: 0, or less for an overdraft."),
    ] = None,
) -> None:
    """Make an account. It is never changed or deleted."""
    body = {"id": account_id, "name": name or account_id, "currency": currency, "normalSide": side}
    made = here.api.send("POST", f"{_PATH}/accounts", {**body, "leastAvailable": least})
    if say_waits(here, made):
        return
    if here.as_json:
        here.show.document(made)
    else:
        here.show.say(f"{made['id']}: {made['currency']}, raised by {made['normalSide']}s.")


@app.command()
@taking(session)
def transfer(
    here: Session,
    transfer_id: _Id,
    debit: Annotated[str, typer.Argument(metavar="DEBIT", help="The account that is debited.")],
    credit: Annotated[str, typer.Argument(metavar="CREDIT", help="The account that is credited.")],
    amount: Annotated[
        int, typer.Argument(metavar="MINOR", help="Whole minor units, such as 1290 for 12.90.")
    ],
    currency: Annotated[
        str, typer.Argument(metavar="CURRENCY", help="Its ISO 4217 code, such as EUR.")
    ],
    pending: Annotated[
        bool, typer.Option("--pending", help="Only reserve it, to be posted or voided.")
    ] = False,
    timeout: Annotated[
        int | None, typer.Option(metavar="SECONDS", help="Release what is reserved by then.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="What it is about: an id or a code.")
    ] = None,
) -> None:
    """Debit one account and credit another of the same currency."""
    if timeout is not None and not pending:
        raise typer.BadParameter("--timeout is for what is only reserved: add --pending")
    body: JsonObject = {
        "kind": "pending" if pending else "transfer",
        "id": transfer_id,
        "debit": debit,
    }
    body |= {"credit": credit, "currency": currency, "amount": amount, "reference": reference}
    _posted(here, {**body, "timeoutSeconds": timeout} if pending else body)


@app.command()
@taking(session)
def post(
    here: Session,
    transfer_id: _Id,
    pending: Annotated[str, typer.Argument(metavar="PENDING", help="The pending transfer's id.")],
    amount: Annotated[
        int | None, typer.Option(help="So much of it, in minor units; else the whole.")
    ] = None,
) -> None:
    """Post a pending transfer, whole or in part; the rest is released."""
    _posted(here, {"kind": "post", "id": transfer_id, "pending": pending, "amount": amount})


@app.command()
@taking(session)
def void(
    here: Session,
    transfer_id: _Id,
    pending: Annotated[str, typer.Argument(metavar="PENDING", help="The pending transfer's id.")],
) -> None:
    """Release what a pending transfer holds."""
    _posted(here, {"kind": "void", "id": transfer_id, "pending": pending})


@app.command()
@taking(session)
def reverse(
    here: Session,
    transfer_id: _Id,
    original: Annotated[
        str, typer.Argument(metavar="ORIGINAL", help="The id of the transfer that was applied.")
    ],
) -> None:
    """Move the amount of a transfer back by a new one, which names it."""
    _posted(here, {"kind": "reversal", "id": transfer_id, "reverses": original})


@app.command("apply")
@taking(session)
def apply_body(
    here: Session,
    body: Annotated[
        str, typer.Argument(metavar="JSON", help="As the API takes it: docs/ledger.md.")
    ],
) -> None:
    """Apply any transaction, such as an exchange or linked transfers."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise Stopped(
            Code.USAGE, f"This is no JSON ({error}): docs/ledger.md shows examples."
        ) from error
    _posted(here, asked)


@app.command()
@taking(session)
def transfers(
    here: Session,
    of: Annotated[
        str | None, typer.Option("--of", metavar="ACCOUNT", help="Only those of this account.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(help="Only the applied, or only the refused ones.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List transfers, newest first, also refused ones."""
    query = {"account": of, "outcome": outcome, "cursor": cursor}
    _show_transfers(here, here.api.items(f"{_PATH}/transfers", query, limit))


@app.command()
@taking(session)
def facts(
    here: Session,
    kind: Annotated[
        str | None,
        typer.Option(help="Only those: transfer, pending, post, void, expire or reversal."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From then on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before then.")] = None,
    limit: _Oldest = 100,
    cursor: Cursor = None,
) -> None:
    """List the transfers that were applied, the oldest first."""
    query = {"kind": kind, "from": since, "to": until, "cursor": cursor}
    _show_transfers(here, here.api.items(f"{_PATH}/facts", query, limit))


def _show_transfers(here: Session, page: "JsonObject") -> None:
    rows = [
        (
            each["id"],
            each["at"][:16],
            each["kind"],
            each["reason"] or each["outcome"],
            each["debit"],
            each["credit"],
            each["posted"] or each["pending"],
            each["currency"],
        )
        for each in page["items"]
    ]
    columns = ("transfer", "at", "kind", "outcome", "debit", "credit", "amount", "currency")
    here.show.page(page, columns, rows, ("amount",))


@app.command()
@taking(session)
def balance(here: Session, account_id: _Account, at: _At = None) -> None:
    """Say what an account has: posted, pending, available."""
    found = here.api.get(f"{_PATH}/accounts/{account_id}/balance", {"at": at})
    if here.as_json:
        here.show.document(found)
    else:
        said = ", ".join(f"{name} {found[name]}" for name in ("posted", "pending", "available"))
        here.show.say(f"{found['id']}: {said} {found['currency']} (minor units)")


@app.command()
@taking(session)
def statement(
    here: Session,
    account_id: _Account,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From then on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before then.")] = None,
    limit: _Oldest = 100,
    cursor: Cursor = None,
) -> None:
    """Show an account's entries, the oldest first: opening + entries = closing."""
    query = {"from": since, "to": until, "cursor": cursor}
    page = here.api.items(f"{_PATH}/accounts/{account_id}/statement", query, limit)
    rows = [
        (
            each["transfer"],
            each["at"][:16],
            each["kind"],
            each["otherAccount"],
            each["amount"],
            each["balance"],
        )
        for each in page["items"]
    ]
    here.show.page(
        page, ("transfer", "at", "kind", "with", "amount", "balance"), rows, ("amount", "balance")
    )
    if not here.as_json:
        here.show.note(
            f"Opening {page['opening']}, closing {page['closing']} {page['account']['currency']}."
        )


@app.command()
@taking(session)
def trial(here: Session, at: _At = None) -> int:
    """Add all accounts up by currency: debits are credits. The exit code says whether they are."""
    found = here.api.get(f"{_PATH}/trial-balance", {"at": at})
    if here.as_json:
        here.show.document(found)
    else:
        rows = [
            (each["currency"], each["debitsPosted"], each["creditsPosted"])
            for each in found["totals"]
        ]
        here.show.table(("currency", "debits", "credits"), rows, right=("debits", "credits"))
        here.show.note("The books balance." if found["isBalanced"] else "The books do NOT balance.")
    return Code.DONE if found["isBalanced"] else Code.FAILED


def _posted(here: Session, body: "JsonObject") -> None:
    done = here.api.send("POST", f"{_PATH}/transfers", body)
    if say_waits(here, done):
        return
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(f"{done['id']}: {done['answer']}")

"""`tillroll claims`: approved expenses are claimed, and what becomes of that is said."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import Cursor, taking

from ..client.client_names import client_id
from ..session import Session, session
from .options import first_day, last_day
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True,
    help="Claims: what is claimed, what was paid of it, what is said against it.",
)

_PATH = "/api/claims"
_Claim = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id, run_…")]
_Currency = Annotated[
    str, typer.Argument(metavar="CURRENCY", help="An ISO 4217 code, such as EUR.")
]
_Customer = Annotated[
    bool,
    typer.Option(
        "--customer", help="What is billable to the client PAYER; else what employees paid."
    ),
]
_First = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DAY",
        parser=first_day,
        help="From this day, month or year on, such as 2026-03.",
    ),
]
_Last = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DAY", parser=last_day, help="Up to this day, month or year, included."
    ),
]


@app.command()
@taking(session)
def claimable(
    here: Session,
    customer: Annotated[
        str | None,
        typer.Option(
            metavar="CLIENT", help="What is billable to this client; else what employees paid."
        ),
    ] = None,
    first: _First = None,
    last: _Last = None,
) -> None:
    """Say what could be claimed now, each currency by itself: the expenses, and what policies are
    against.
    """
    client = None if customer is None else client_id(here, customer)
    query = {
        "payerKind": _kind(customer is not None),
        "clientId": client,
        "firstDay": first,
        "lastDay": last,
    }
    found = here.api.get("/api/claimable", query)
    rows = [
        (each["currency"], each["count"], each["total"], each["heldBack"])
        for each in found["items"]
    ]
    columns = ("currency", "expenses", "total", "held back")
    here.show.listing(found, columns, rows, right=("expenses", "total", "held back"))
    if here.as_json:
        return
    for each in found["items"]:
        expenses = [
            (
                one["id"],
                one["date"],
                one["merchant"],
                one["client"],
                one["amount"],
                each["currency"],
            )
            for one in each["expenses"]
        ]
        here.show.table(
            ("expense", "day", "merchant", "client", "amount", "currency"),
            expenses,
            right=("amount",),
        )
    _against([against for each in found["items"] for against in each["violations"]], here)


@app.command()
@taking(session)
def make(
    here: Session,
    currency: _Currency,
    payer: Annotated[
        str | None,
        typer.Argument(
            metavar="PAYER", help="With --customer the client, else who pays: your company."
        ),
    ] = None,
    customer: _Customer = False,
    first: _First = None,
    last: _Last = None,
    expense: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this expense, exp_…; repeat.")
    ] = None,
    total: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="Claim nothing where it comes to something else."),
    ] = None,
    terms: Annotated[
        int | None,
        typer.Option(metavar="DAYS", help="Payment terms; else the client's, or 30 days."),
    ] = None,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Send it to the account's endpoints.")
    ] = False,
    mail: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Mail it to this address, and remind there; `client` is the client's.",
        ),
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of this person, usr_….")
    ] = None,
    client: Annotated[
        str | None, typer.Option(metavar="CLIENT", help="Only for this client; of a company.")
    ] = None,
    remind: Annotated[
        tuple[int, int, int] | None,
        typer.Option(metavar="DAYS DAYS DAYS", help="Reminder schedule: days after the due date."),
    ] = None,
    pause: Annotated[
        int | None,
        typer.Option(metavar="DAYS", help="Pause reminders after they say that they have paid."),
    ] = None,
    invoice: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An invoice, as JSON: {} takes all from both sides."),
    ] = None,
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out", help="Claim the others, where policies are against some; else nothing."
        ),
    ] = False,
    despite_bank: Annotated[
        bool,
        typer.Option(
            "--despite-bank", help="Claim also what an entry of the bank agrees with; of a company."
        ),
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what it would be. Nothing is claimed.")
    ] = False,
) -> None:
    """Claim what is approved in a currency, and in no other claim. Policies of claims are held
    first.
    """
    if customer and payer is None:
        raise typer.BadParameter("--customer: name the client whose expenses are claimed")
    billed = client_id(here, payer) if customer and payer else client and client_id(here, client)
    if mail and webhook:
        raise typer.BadParameter(
            "--mail and --webhook: a claim is sent one way, so leave one of them out"
        )
    sent_by = "mail" if mail else "webhook" if webhook else "hand"
    body: JsonObject = {
        "currency": currency,
        "payerKind": _kind(customer),
        "firstDay": first,
        "lastDay": last,
    }
    more: JsonObject = {"expenseIds": expense or None, "sentBy": sent_by}
    wanted = {
        "clientId": billed,
        "payerName": None if customer else payer,
        "person": person,
        "termsDays": terms,
    }
    wanted["payerMail"] = None if mail == "client" else mail
    wanted |= {
        "expectedTotal": total,
        "reminderDays": list(remind) if remind else None,
        "pauseDays": pause,
    }
    more |= {name: value for name, value in wanted.items() if value is not None}
    if leave_out:
        more["leaveOutViolations"] = True
    if despite_bank:
        more["despiteBank"] = True
    if invoice is not None:
        more["invoice"] = _read(invoice)
    if preview:
        _previewed(here, here.api.send("POST", f"{_PATH}/preview", {**body, **more}))
        return
    _shown(here, here.api.send("POST", _PATH, {**body, **more}))


@app.command("list")
@taking(session)
def list_all(
    here: Session,
    limit: Limit = 20,
    cursor: Cursor = None,
    in_state: Annotated[
        str | None, typer.Option(help="Only claims in this state, such as overdue.")
    ] = None,
) -> None:
    """List the claims, newest first."""
    page = here.api.items(_PATH, {"cursor": cursor, "state": in_state}, limit)
    rows = [
        (
            each["id"],
            each["number"],
            each["state"],
            each["payerName"],
            each["total"],
            each["open"],
            each["currency"],
            each["dueOn"],
        )
        for each in page["items"]
    ]
    columns = ("claim", "number", "state", "payer", "total", "open", "currency", "due")
    here.show.page(page, columns, rows, ("total", "open"))


@app.command()
@taking(session)
def show(here: Session, claim: _Claim) -> None:
    """Show a claim: what is in it, and what happened to it."""
    found = here.api.get(f"{_PATH}/{claim}")
    _shown(here, found)
    if here.as_json:
        return
    items = [
        (each["date"], each["merchant"], each["amount"], each["isReleased"])
        for each in found["items"]
    ]
    here.show.table(("day", "merchant", "amount", "taken out"), items, right=("amount",))
    if mails := [
        (each["purpose"], each["became"], each["sentAt"], each["runId"]) for each in found["mails"]
    ]:
        here.show.table(("mail", "became", "sent at", "run"), mails)
    events = [
        (each["version"], each["at"][:16], each["kind"], each["amount"], each["said"])
        for each in found["events"]
    ]
    here.show.table(
        ("version", "at", "what", "amount", "said"), events, right=("version", "amount")
    )


@app.command()
@taking(session)
def fetch(
    here: Session,
    claim: _Claim,
    invoice: Annotated[
        bool, typer.Option("--invoice", help="The invoice in XML; else the statement in PDF.")
    ] = False,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="NUMBER", help="The XML of this credit note, CN-…."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where it goes.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="In the place of a file that is there.")
    ] = False,
) -> None:
    """Fetch the statement of a claim, its invoice in XML, or a credit note."""
    from ..client.downloading import download

    found = here.api.get(f"{_PATH}/{claim}")
    name = "credit_note" if note else "invoice" if invoice else "statement"
    wanted = (
        each for each in found["files"] if each["name"] == name and note in {None, each["number"]}
    )
    file = next(wanted, None)
    if file is None:
        raise Stopped(
            Code.NOT_FOUND,
            f"This claim has no {note or name}, or not yet: `tillroll claims show {claim}` says "
            "more.",
        )
    target = output or Path(f"claim-{file['number']}.{'pdf' if name == 'statement' else 'xml'}")
    if target.exists() and not force:
        raise typer.BadParameter(f"{target} is there already: give another name, or --force")
    download(here.api, file["url"], target, file["size"], file["sha256"], lambda _done, _of: None)
    if here.as_json:
        here.show.document({**file, "written": str(target)})
    else:
        here.show.say(f"{target}: SHA-256 {file['sha256']}")


@app.command()
@taking(session)
def pay(
    here: Session,
    claim: _Claim,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="What came, such as 12.90.")],
    currency: _Currency,
    day: Annotated[str, typer.Argument(metavar="DAY", help="When it came, YYYY-MM-DD.")],
    reference: Annotated[
        str | None, typer.Option(help="Such as the line of the bank's statement.")
    ] = None,
) -> None:
    """Record what was paid of a claim. What belongs to no claim is kept as owed back."""
    body = {"amount": amount, "currency": currency, "day": day, "reference": reference}
    _shown(here, here.api.send("POST", f"{_PATH}/{claim}/payments", body))


def _previewed(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
        return
    total = f"{found['total']} {found['currency']}"
    expenses = counted(found["expenses"], "expense")
    here.show.say(f"{total} of {found['payerName']} for {expenses}, due {found['dueOn']}")
    if (mail := found["mail"]) is not None:
        here.show.say(f"Mail to {mail['to']}: {mail['subject']}", *mail["paragraphs"])
    if found["missing"]:
        here.show.note(
            "The company has no IBAN: payers are not told where to pay. "
            "`tillroll api PATCH /api/company -f iban=IBAN` enters it."
        )


def _read(file: Path) -> "JsonObject":
    """Raises typer.BadParameter: it is no JSON object."""
    from tillroll_command.given_json import read_json

    try:
        found = read_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{file} has to hold a JSON object with vatCategory")
    return cast("JsonObject", found)


def _against(violations: "list[JsonObject]", here: Session) -> None:
    """What policies say, each with its rule, and what to do."""
    for each in violations:
        by = "" if each["approvedBy"] is None else f", approved by {each['approvedBy']}"
        here.show.say(
            f"{each['expenseId']} {each['merchant']}, {each['amount']} {each['currency']}{by}: "
            f"{each['reason']}"
        )
        here.show.note(f"  {each['rule']}")
        for way in each["next"]:
            here.show.note(f"  {way['says']}")


def _kind(customer: bool) -> str:
    return "customer" if customer else "company"


def _shown(here: Session, claim: "JsonObject") -> None:
    if here.as_json:
        here.show.document(claim)
        return
    number = claim["number"] or claim["id"]
    said = (
        f"{number}: {claim['state']}, {claim['open']} of {claim['total']} {claim['currency']} open"
    )
    here.show.say(said if claim["dueOn"] is None else f"{said}, due {claim['dueOn']}")

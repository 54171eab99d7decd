"""`tillroll payment-files`: files for the bank, made of payouts that wait, and the bank's
answers.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import Cursor, taking

from ..amounts import decimal, with_currency
from ..client.private_files import write_private
from ..session import Session, session
from .options import day
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="Files for the bank: make one, fetch it, hand in the bank's answer."
)

_File = Annotated[
    str, typer.Argument(metavar="FILE", help="pmf_…; `tillroll payment-files list` lists them.")
]
_FILES = "/api/payment-files"
_OUTCOMES = (
    "What the bank did: posted, failed or returned; on_its_way answers only which of two copies "
    "it carries out."
)


@app.command("list")
@taking(session)
def list_files(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List files for the bank, newest first, and how many payments wait for the next."""
    page = here.api.items(_FILES, {"cursor": cursor}, limit)
    rows = [
        (
            *(
                each["id"],
                each["executionDay"],
                each["payments"],
                decimal(each["amount"], "EUR"),
                each["open"],
                each["posted"],
            ),
            each["recoveredAt"] or "",
        )
        for each in page["items"]
    ]
    columns = ("file", "day", "payments", "EUR", "open", "paid", "taken up again")
    here.show.page(page, columns, rows, ("payments", "EUR", "open", "paid"))


@app.command()
@taking(session)
def make(
    here: Session,
    on: Annotated[
        str | None,
        typer.Option(
            parser=day, metavar="DAY", help="When the bank is to pay: within a week. Else today."
        ),
    ] = None,
    also_archived: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUN",
            help="Also this payout, although its payee was archived since; can be repeated.",
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Yours; sent again under the same key, it is the same file.")
    ] = None,
) -> None:
    """Close the payouts that wait into a file for the bank."""
    keyed = {"Idempotency_Key": key} if key else {}
    body: JsonObject = {} if on is None else {"executionDay": on}
    if also_archived:
        body["alsoArchived"] = also_archived
    _say(here, here.api.send("POST", _FILES, body, **keyed))


@app.command()
@taking(session)
def fetch(
    here: Session,
    file_id: _File,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where it goes.")] = None,
) -> None:
    """Fetch a file as the bank takes it (pain.001.001.09): the same bytes each time."""
    content = here.api.answer("GET", f"{_FILES}/{file_id}/pain.001.xml").content
    target = output or Path(f"{file_id}.pain.001.xml")
    write_private(target, content, code=Code.USAGE)
    if here.as_json:
        here.show.document({"file": str(target), "bytes": len(content)})
    else:
        here.show.say(
            f"{target}: {len(content)} bytes. Hand it to the bank once; it has account numbers in "
            "it."
        )


@app.command()
@taking(session)
def answer(
    here: Session,
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="The bank's status report: a pain.002.")
    ],
) -> None:
    """Hand in what the bank says of a file. Handed in again, it changes nothing."""
    try:
        content = report.read_text(encoding="utf-8")
    except OSError as error:
        raise Stopped(Code.USAGE, f"{report} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Stopped(Code.USAGE, f"{report} is no text in UTF-8: {error}.") from error
    _told(here, here.api.send("POST", "/api/payment-reports", {"report": content}))


@app.command()
@taking(session)
def outcome(
    here: Session,
    file_id: _File,
    status: Annotated[str, typer.Argument(metavar="STATUS", help=_OUTCOMES)],
    payout: Annotated[str | None, typer.Option(help="Only that of this payout: run_…")] = None,
    reason: Annotated[str | None, typer.Option(help="A code for why, such as AC04.")] = None,
) -> None:
    """Say what the bank did, where it sends no report; of one payout, also that what was said
    before was wrong.
    """
    body = {"status": status, "payoutId": payout, "reason": reason}
    _told(here, here.api.send("POST", f"{_FILES}/{file_id}/outcomes", body))


@app.command()
@taking(session)
def recover(
    here: Session,
    reason: Annotated[str, typer.Option(help="How you know, for the audit: 3 to 500 characters.")],
    file_id: Annotated[
        str | None, typer.Option("--file", help="One that is not known: pmf_…")
    ] = None,
    content: Annotated[
        Path | None, typer.Option(help="The bytes of one that is kept nowhere else.")
    ] = None,
    not_handed_out: Annotated[
        bool, typer.Option("--not-handed-out", help="The bank never was given it.")
    ] = False,
) -> None:
    """Behind a restore: say of a file that the bank was given it, or was not; without one, that it
    has no others.
    """
    body: JsonObject = {"reason": reason, "handedOut": not not_handed_out}
    if file_id is not None:
        body["fileId"] = file_id
    if content is not None:
        try:
            body["content"] = content.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise Stopped(
                Code.USAGE, f"{content} cannot be read as text in UTF-8: {error}."
            ) from error
    found = here.api.send("POST", f"{_FILES}/recovery", body)
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(f"{counted(found['payments'], 'payment is', 'payments are')} in no other file.")
    for stranger in found["strangers"]:
        here.show.say(
            f"{stranger}: asked for after the backup. It is paid, perhaps, and not in the books."
        )


def _say(here: Session, file: "JsonObject") -> None:
    if here.as_json:
        here.show.document(file)
        return
    here.show.say(
        f"{file['id']}: {file['payments']} payments, {with_currency(file['amount'], 'EUR')}, on "
        f"{file['executionDay']}.",
        f"`tillroll payment-files fetch {file['id']}` fetches it.",
    )


def _told(here: Session, answered: "JsonObject") -> None:
    if here.as_json:
        here.show.document(answered)
        return
    here.show.say(f"{answered['fileId']}: {answered['changed']} payments changed.")
    if answered["contradicted"]:
        said = ", ".join(answered["contradicted"])
        here.show.note(
            f"Something else was said before of {said}: ask the bank, and say of each what it did."
        )
    if answered["inDoubt"]:
        doubtful = ", ".join(answered["inDoubt"])
        here.show.note(
            f"The bank leaves open what it did with {doubtful}: ask it, then say of each "
            f"`tillroll payment-files outcome {answered['fileId']} STATUS --payout RUN`."
        )

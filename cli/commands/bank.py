"""`tillroll bank`: bank accounts, files of banks, and what banks have booked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code, gravest
from tillroll_command.shared_options import taking

from ..amounts import decimal, with_currency
from ..session import Session, session
from . import bank_matches, bank_months

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..client.api import JsonObject
    from ..upload.bank_files import SentFile

app = typer.Typer(
    no_args_is_help=True, help="Bank accounts, files of banks, and what banks have booked."
)

ACCOUNTS, STATEMENTS = "/api/bank/accounts", "/api/bank/statements"


@app.command()
@taking(session)
def accounts(here: Session) -> None:
    """List bank accounts with their balances."""
    found = here.api.get(ACCOUNTS)
    rows = [
        (
            *(
                each["id"],
                each["name"],
                each["number"],
                decimal(each["balance"], each["currency"]),
                each["currency"],
                each["balanceDay"],
            ),
            *(each["entries"], each["open"], "archived" if each["archivedAt"] else ""),
        )
        for each in found["items"]
    ]
    columns = ("account", "name", "number", "balance", "currency", "on", "entries", "open", "")
    here.show.listing(found, columns, rows, ("balance", "entries", "open"))


@app.command("import")
@taking(session)
def import_files(
    here: Session,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Statements: camt, MT940, OFX, CSV and others."),
    ],
    bank_account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The bank account, where the files do not name it: ban_…"),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What their text is in, such as windows-1250; else their letters tell.",
        ),
    ] = None,
) -> int:
    """Import statements, and wait for each. Says what was added, and what did not fit."""
    from ..upload.bank_files import send_file

    sent: list[SentFile] = []
    for file in files:
        sent.append(send_file(here.api, file, bank_account, encoding))
        if sent[-1].refused is not None:
            _say_refused(here, sent[-1])
    return gravest({each.code for each in sent} | _wait(here, sent))


def _say_refused(here: Session, sent: "SentFile") -> None:
    if here.as_json:
        here.show.line(sent.as_json())
    else:
        says = (sent.refused or "").replace("\n", " ")
        here.show.say(f"{sent.file}: refused. {says}")


def _wait(here: Session, sent: "list[SentFile]") -> set[Code]:
    from tillroll_command.run_views import code_at_rest

    from ..client.following import settled

    of_run: dict[str, list[SentFile]] = {}
    for each in sent:
        if each.run_id is not None:
            of_run.setdefault(each.run_id, []).append(each)
    codes: set[Code] = set()
    for run in settled(here.api, [*of_run]):
        codes.add(code_at_rest(run))
        [first, *_] = same = of_run[run["id"]]
        statement = here.api.get(f"{STATEMENTS}/{first.statement_id}")
        for each in same:
            if here.as_json:
                more = {"status": run["status"], "message": run["message"], "statement": statement}
                here.show.line({**each.as_json(), **more})
            else:
                _say_imported(here, each, run, statement)
    return codes


def _say_imported(
    here: Session, sent: "SentFile", run: "JsonObject", statement: "JsonObject"
) -> None:
    is_complete = run["status"] == "complete"
    says = f"{counts_of(statement)}." if is_complete else run["message"]
    if sent.is_known:
        names = _names(here, sent.read_for)
        standing = says
        if is_complete:
            standing = f"What came of it then: {says}"
        says = f"0 added: this file was imported already{names}. {standing}"
    here.show.say(f"{sent.file}: {says}")
    if not is_complete:
        here.show.say(f"  `tillroll run {run['id']}` says more.")
    for each in statement["misfits"]:
        places = (("line", each.get("line")), ("entry", each.get("entry")))
        where = ", ".join(f"{name} {number}" for name, number in places if number is not None)
        here.show.say(f"  {where}: {each['says']}" if where else f"  {each['says']}")
    currencies = {each["bankAccountId"]: each["currency"] for each in statement["sections"]}
    for each in statement["breaks"]:
        here.show.say(f"  {_break(each, currencies)}")


def _names(here: Session, read_for: "Sequence[str]") -> str:
    """For which bank accounts a file was read, in words."""
    if not read_for:
        return ""
    names = {each["id"]: each["name"] for each in here.api.get(ACCOUNTS)["items"]}
    return f", for {' and '.join(names.get(each, each) for each in read_for)}"


def counts_of(statement: "JsonObject") -> str:
    """What of a file's entries was stored."""
    return f"{statement['added']} added, {statement['known']} known, {statement['booked']} booked"


def _break(found: "JsonObject", currencies: "Mapping[str, str]") -> str:
    moved = _moved(found, currencies)
    between = f"; {moved} moved in between" if moved else ""
    return f"{found['kind']} beside another statement: {_where(found) or 'see both'}{between}"


def _where(found: "JsonObject") -> str:
    """The days, numbers or pages of a break."""
    days = " to ".join(each for each in (found["fromDay"], found["toDay"]) if each)
    return days or " to ".join(map(str, found["numbers"] or ()))


def _moved(found: "JsonObject", currencies: "Mapping[str, str]") -> str:
    return (
        ""
        if found["amount"] is None
        else with_currency(found["amount"], currencies[found["bankAccountId"]])
    )


for command in (
    bank_matches.entries,
    bank_matches.entry,
    bank_matches.matches,
    bank_matches.accept,
    bank_matches.decline,
    bank_matches.accept_certain,
    bank_matches.match,
    bank_matches.undo,
    bank_matches.documents,
    bank_months.month,
    bank_months.months,
):
    app.command()(command)

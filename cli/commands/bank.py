"""`tillroll bank`: bank accounts, files of banks, and what banks have booked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..amounts import decimal, with_currency
from ..counting import counted
from ..endings import Code, Stopped, gravest
from ..session import Session, session
from ..shared_options import taking
from . import bank_matches, bank_months, bank_sources, options
from .asking import reason_of
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..client.api import JsonObject
    from ..upload.bank_files import SentFile

app = typer.Typer(
    no_args_is_help=True, help="Bank accounts, files of banks, and what banks have booked."
)
accounts_app = typer.Typer(no_args_is_help=True, help="Bank accounts of the company.")
app.add_typer(accounts_app, name="accounts")
app.add_typer(bank_sources.app, name="sources")

ACCOUNTS, STATEMENTS = "/api/bank/accounts", "/api/bank/statements"
AccountId = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="ban_…; `tillroll bank accounts list` lists them.")
]
_StatementId = Annotated[
    str, typer.Argument(metavar="STATEMENT", help="bst_…; `tillroll bank statements` lists them.")
]
_OfAccount = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those of this bank account.")
]


@accounts_app.command("list")
@taking(session)
def list_accounts(here: Session) -> None:
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


@accounts_app.command()
@taking(session)
def add(
    here: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    currency: Annotated[
        str, typer.Argument(metavar="CURRENCY", help="Its ISO 4217 code, such as EUR.")
    ],
    number: Annotated[
        str | None, typer.Option(help="Its IBAN, or the number by which the bank's files name it.")
    ] = None,
    books_certain: Annotated[
        bool, typer.Option("--books-certain", help="Book certain matches without a person.")
    ] = False,
) -> None:
    """Keep a bank account, whose statements are read from then on."""
    body: JsonObject = {"name": name, "currency": currency, "booksCertain": books_certain}
    made = here.api.send("POST", ACCOUNTS, body if number is None else {**body, "number": number})
    if here.as_json:
        here.show.document(made)
    else:
        here.show.say(f"{made['name']} is {made['id']}.")


@accounts_app.command()
@taking(session)
def archive(here: Session, account_id: AccountId) -> None:
    """Take no statements of a bank account any more; its entries stay."""
    _archive(here, account_id, archived=True)


@accounts_app.command()
@taking(session)
def restore(here: Session, account_id: AccountId) -> None:
    """Take statements of an archived bank account again."""
    _archive(here, account_id, archived=False)


@accounts_app.command()
@taking(session)
def mend(
    here: Session,
    account_id: AccountId,
    reason: Annotated[str, typer.Option(help="Why, for the audit.")],
) -> None:
    """Bring the books of a bank account to what explains its entries."""
    mended = here.api.send("POST", f"{ACCOUNTS}/{account_id}/mending", {"reason": reason})
    if here.as_json:
        here.show.document(mended)
        return
    if mended["disagrees"] is None:
        here.show.say(f"The books of {mended['name']} agree.")
    else:
        here.show.say(f"The books of {mended['name']} differ: {mended['disagrees']}.")


def _archive(here: Session, account_id: str, *, archived: bool) -> None:
    changed = here.api.send("PATCH", f"{ACCOUNTS}/{account_id}", {"archived": archived})
    if here.as_json:
        here.show.document(changed)
    else:
        here.show.say(f"{changed['name']} {'is archived' if archived else 'takes statements'}.")


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
    from ..client.following import code_of, settled

    of_run: dict[str, list[SentFile]] = {}
    for each in sent:
        if each.run_id is not None:
            of_run.setdefault(each.run_id, []).append(each)
    codes: set[Code] = set()
    for run in settled(here.api, [*of_run]):
        codes.add(code_of(run))
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
        said = f" What came of it then: {says}"
        names = _names(here, sent.read_for)
        says = (
            f"0 added: this file was imported already{names}.{said if is_complete else f' {says}'}"
        )
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


@app.command()
@taking(session)
def breaks(here: Session, bank_account: _OfAccount = None) -> None:
    """List what is missing or doubled between statements, the oldest first."""
    found = here.api.get("/api/bank/breaks", {"account": bank_account})
    accounts = (
        {each["id"]: each for each in here.api.get(ACCOUNTS)["items"]} if found["items"] else {}
    )
    currencies = {id_: each["currency"] for id_, each in accounts.items()}
    rows = [
        (
            *(
                each["kind"],
                accounts[each["bankAccountId"]]["name"],
                _where(each),
                _moved(each, currencies),
            ),
            *(each["before"], each["after"]),
        )
        for each in found["items"]
    ]
    here.show.listing(
        found, ("what", "account", "days or numbers", "moved", "behind", "before"), rows, ("moved",)
    )


@app.command()
@taking(session)
def progress(
    here: Session,
    bank_account: _OfAccount = None,
    month: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", parser=options.month, help="Only entries of this month."),
    ] = None,
) -> None:
    """Say how many entries are left to be explained."""
    first, last = (None, None) if month is None else options.days_of(month)
    found = here.api.get("/api/bank/progress", {"account": bank_account, "from": first, "to": last})
    if here.as_json:
        here.show.document(found)
    else:
        here.show.say(f"{found['open']} of {found['entries']} entries are open.")


# What to do where a file waits for nobody, by the status of its run.
_WAITS_NOT = {
    "complete": "{id} is imported already. Undo that first: `tillroll bank "
    "undo-import {id}`; then import "
    "the file for the other account.",
    "processing": "{id} is still being read, stored or taken back. Look at it again in a minute.",
    "failed": (
        "The run of {id} has failed: retry it, or give it up; then import the file for the other "
        "account."
    ),
    **dict.fromkeys(
        ("rejected", "cancelled"),
        "Nothing of {id} is stored. Import the file with --bank-account for the other account.",
    ),
}


@app.command("read-for")
@taking(session)
def read_for(here: Session, statement_id: _StatementId, account_id: AccountId) -> None:
    """Read a file that waits again, for this bank account."""
    found = here.api.get(f"{STATEMENTS}/{statement_id}")
    if (why := _WAITS_NOT.get(found["status"])) is not None:
        raise Stopped(Code.REFUSED, why.format(id=statement_id))
    run = found["runId"]
    body = {"decision": "approve", "values": {"account": account_id}}
    decided = here.api.send("POST", f"/api/runs/{run}/review", body)
    if here.as_json:
        here.show.document(decided)
    else:
        here.show.say(
            f"{statement_id} is read again: `tillroll bank statement {statement_id}` says what it "
            "came to."
        )


@app.command("undo-import")
@taking(session)
def undo_import(
    here: Session,
    statement_id: _StatementId,
    reason: Annotated[
        str | None,
        typer.Option(
            help="Why; the audit and the matches that are undone keep it. Else it is asked."
        ),
    ] = None,
) -> None:
    """Take back what an import stored, with the matches of its entries. Then the same file can be
    imported again.
    """
    before = here.api.get(f"{STATEMENTS}/{statement_id}")["undoable"]
    body = {"reason": reason_of(reason)}
    undone = here.api.send("POST", f"{STATEMENTS}/{statement_id}/undo", body)
    if here.as_json:
        here.show.document(undone)
    elif before is None:
        here.show.say(f"{statement_id}: {undone['state']}.")
    else:
        entries = counted(before["entries"], "entry", "entries")
        matches = counted(before["matches"], "match", "matches")
        what = f"{entries} and {matches}"
        here.show.say(f"{what} of {statement_id} are being taken back.")


@app.command()
@taking(session)
def statements(
    here: Session, bank_account: _OfAccount = None, limit: Limit = 20, cursor: Cursor = None
) -> None:
    """List the files of banks, and what was stored of each."""
    page = here.api.items(STATEMENTS, {"account": bank_account, "cursor": cursor}, limit)
    rows = [
        (
            *(
                each["id"],
                each["fileName"],
                each["format"],
                each["createdAt"][:16],
                each["state"].replace("_", " "),
            ),
            *(each["added"], each["known"], each["booked"]),
        )
        for each in page["items"]
    ]
    columns = ("statement", "file", "format", "came (UTC)", "state", "added", "known", "booked")
    here.show.page(page, columns, rows, ("added", "known", "booked"))


@app.command()
@taking(session)
def statement(here: Session, statement_id: _StatementId) -> None:
    """Show a statement as JSON: balances, counts, and everything that did not fit."""
    here.show.document(here.api.get(f"{STATEMENTS}/{statement_id}"))


for command in (
    *(
        bank_matches.entries,
        bank_matches.entry,
        bank_matches.matches,
        bank_matches.accept,
        bank_matches.decline,
    ),
    bank_matches.accept_certain,
    *(bank_matches.match, bank_matches.undo, bank_matches.documents, bank_matches.rematch),
    *(
        bank_months.reason,
        bank_months.ask,
        bank_months.unpaid,
        bank_months.month,
        bank_months.months,
    ),
):
    app.command()(command)

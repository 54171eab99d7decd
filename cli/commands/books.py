"""`tillroll books`: the accounting software, and whether it has everything."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..amounts import with_currency
from ..client.problems import Refused
from ..counting import counted
from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="The books: connect, map, sync, and see what is where."
)

_PATH = "/api/books"
_Connection = Annotated[
    str, typer.Argument(metavar="BOOKS", help="bkn_…; `tillroll books list` lists them.")
]
_Sync = Annotated[
    str, typer.Argument(metavar="SYNC", help="syn_…; `tillroll books syncs` lists them.")
]
_Conflict = Annotated[
    str, typer.Argument(metavar="CONFLICT", help="bkc_…; `tillroll books conflicts` lists them.")
]
_Of = Annotated[
    str | None, typer.Option("--books", metavar="BOOKS", help="Only of this connection, bkn_….")
]


_OPTIONS = {
    "provider": "PROVIDER", "name": "NAME", "firstDay": "--from", "url": "--address",
    "secret": "--secret",
    "onlyApproved": "--approved", "onChange": "--by-hand", "code": "REASON",
    "decision": "OURS|THEIRS",
}  # fmt: skip


_POLL_SECONDS = 0.5
_CODES = {"completed": Code.DONE, "disconnected": Code.NEEDS_PERSON, "stopped": Code.NEEDS_PERSON}
"""How a sync that has ended ends the command."""


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


@contextmanager
def _in_own_words(names: Mapping[str, str] = _OPTIONS) -> "Generator[None]":
    """What the server refuses is said by this command's own names, which `names` has by those of
    the API.
    """
    try:
        yield
    except Refused as refused:
        if not refused.errors:
            raise
        lines = [f"  {names.get(field, field)}: {says}" for field, says in refused.errors.items()]
        raise Stopped(refused.code, "\n".join([f"{refused.more['title']}:", *lines])) from refused


@app.command()
@taking(session)
def status(here: Session) -> None:
    """Say whether everything is in the books. If not, say what and why."""
    found = here.api.get(f"{_PATH}/status")
    if here.as_json:
        here.show.document(found)
        return
    if not found["connections"]:
        here.show.say("No books are connected: `tillroll books connect`.")
    for each in found["connections"]:
        connection = each["connection"]
        out = each["leftOut"] - sum(waits["items"] for waits in each["notDue"])
        left = (
            f" {out} are left out: `tillroll books items --only left_out` says why." if out else ""
        )
        here.show.say(
            f"{connection['name']}: {each['says']} {each['written']} are there.{left}",
            *_first_says(connection),
        )
        for lacking in [*each["lacking"], *each["notDue"]]:
            reason = (lacking["code"] or lacking["state"]).replace("_", " ").replace("-", " ")
            here.show.say(f"  {lacking['items']} {reason}: {lacking['says']}")
            for item in lacking["examples"]:
                here.show.say(f"    {item['subject']} {item['title'] or ''}: {item['says']}")
            if (more := lacking["items"] - len(lacking["examples"])) > 0:
                here.show.say(f"    and {more} more")


@app.command("list")
@taking(session)
def list_connections(here: Session) -> None:
    """List the books and CRMs that are connected."""
    found = here.api.get(f"{_PATH}/connections")
    rows = [
        (
            *(
                each["id"],
                each["name"],
                each["provider"],
                each["company"],
                each["status"],
                each["firstDay"],
            ),
            (each["firstSyncAt"] or "not begun")[:10],
        )
        for each in found["items"]
    ]
    here.show.listing(
        found, ("books", "name", "provider", "company", "status", "from", "first sync"), rows
    )


@app.command()
@taking(session)
def connect(
    here: Session,
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="xero, quickbooks, hubspot or signed.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    since: Annotated[
        str, typer.Option("--from", metavar="DAY", help="Leave out what is before this day.")
    ],
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="Of signed: what takes signed requests.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(envvar="TILLROLL_BOOKS_SECRET", help="Of signed: whsec_…; else one is made."),
    ] = None,
    approved: Annotated[
        bool, typer.Option("--approved", help="Write expenses once they are approved.")
    ] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="Begin each sync by hand.")] = False,
) -> None:
    """Connect books. Nothing is written until you begin the first sync: map, look at the dry run,
    and sync.
    """
    body: JsonObject = {
        "name": name,
        "provider": provider,
        "firstDay": since,
        "onlyApproved": approved,
    }
    body |= {"onChange": not by_hand}
    body |= {
        key: value for key, value in {"url": address, "secret": secret}.items() if value is not None
    }
    with _in_own_words():
        made = here.api.send("POST", f"{_PATH}/connections", body)
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(f"{made['id']} {made['name']}: {made['status']}")
    if made["secret"]:
        here.show.say(f"Requests are signed by {made['secret']}, which is shown this once.")
    if made["authorizeUrl"]:
        here.show.say(f"Say yes at {made['authorizeUrl']}")
    here.show.say(*_first_says(made))


def _first_says(connection: "JsonObject") -> list[str]:
    """Before the first sync: that nothing is done, and the command that begins it."""
    if connection["firstSyncAt"] is not None:
        return []
    done = "written" if connection["direction"] == "push" else "read"
    return [
        (
            f"Nothing is {done} until you begin the first sync: `tillroll books sync "
            f"{connection['id']}`."
        )
    ]


@app.command()
@taking(session)
def disconnect(here: Session, books: _Connection) -> None:
    """End a connection. What is in the books stays there."""
    here.api.send("DELETE", f"{_PATH}/connections/{books}")
    here.show.say(f"{books} gets nothing any more.")


@app.command()
@taking(session)
def chart(
    here: Session,
    books: _Connection,
    anew: Annotated[
        bool, typer.Option("--anew", help="Ask the books now; this also tries the connection.")
    ] = False,
) -> None:
    """List the accounts and tax codes of the books."""
    path = f"{_PATH}/connections/{books}/chart"
    found = here.api.send("POST", path) if anew else here.api.get(path)
    rows = [
        (each["code"], each["name"], each["type"]) for each in found["accounts"] if each["isActive"]
    ]
    rows += [
        (each["code"], each["name"], f"tax {each['percent'] or ''}") for each in found["taxCodes"]
    ]
    here.show.listing(found, ("code", "name", "type"), rows)


@app.command()
@taking(session)
def mapping(here: Session, books: _Connection) -> None:
    """Show what our words are in the books, and which have no place yet. With --json, `words` is
    what `map` takes.
    """
    found = here.api.get(f"{_PATH}/connections/{books}/mapping")
    rows = [(each["what"], each["word"], each["code"]) for each in found["words"]]
    here.show.listing(found, ("what", "word", "code"), rows)
    if not here.as_json:
        _say_unmapped(here, found["unmapped"])


@app.command("map")
@taking(session)
def set_mapping(
    here: Session,
    books: _Connection,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help='JSON: {"words": [{"what", "word", "code"}]}: all of it.'
        ),
    ],
) -> None:
    """Say what our words are in the books, as FILE says."""
    words = _read(file).get("words")
    with _in_own_words(_places(words)):
        found = here.api.send("PUT", f"{_PATH}/connections/{books}/mapping", {"words": words})
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(f"{counted(len(found['words']), 'word is', 'words are')} mapped.")
    _say_unmapped(here, found["unmapped"])


def _places(words: object) -> dict[str, str]:
    """What stands at each place of FILE."""
    listed = cast("list[object]", words) if isinstance(words, list) else []
    found = [cast("JsonObject", each) if isinstance(each, dict) else {} for each in listed]
    return {
        f"words.{place}": f"{each.get('what')} {each.get('word')!r}"
        for place, each in enumerate(found)
    }


def _say_unmapped(here: Session, unmapped: "list[JsonObject]") -> None:
    for each in unmapped:
        here.show.say(
            f"{each['says']} {each['items']} wait for it: {each['what']} {each['word']!r}"
        )


def _read(file: Path) -> "JsonObject":
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stopped(Code.USAGE, f"{file} cannot be read as JSON: {error}.") from error
    if not isinstance(found, dict):
        raise Stopped(Code.USAGE, f"{file} must hold a JSON object.")
    return cast("JsonObject", found)


@app.command("dry-run")
@taking(session)
def dry_run(here: Session, books: _Connection, limit: Limit = 20, cursor: Cursor = None) -> None:
    """Show what the next sync does with each item, as it would be written. Nothing is."""
    page = here.api.items(f"{_PATH}/connections/{books}/dry-run", {"cursor": cursor}, limit)
    rows: list[tuple[object, ...]] = []
    for each in page["items"]:
        document = cast("JsonObject", each["document"] or {})
        codes = "; ".join(_codes(line, each) for line in document.get("lines", []))
        amount = with_currency(document["total"], document["currency"]) if document else ""
        who = each["contacts"].get(document.get("contact"), document.get("contact"))
        what = (each["subject"], each["title"], each["act"], document.get("number"))
        rows.append((*what, who, amount, codes, each["reason"]))
    here.show.page(
        page, ("what", "title", "act", "number", "contact", "amount", "accounts", "why"), rows
    )


def _codes(line: "JsonObject", item: "JsonObject") -> str:
    """The account and the tax code of a line, as the books call them."""
    account, code = line["account"], line.get("taxCode")
    tax = "no tax code" if code is None else item["taxCodes"].get(code, code)
    return f"{item['accounts'].get(account, account)}, {tax}"


@app.command()
@taking(session)
def sync(
    here: Session,
    books: _Connection,
    skip_unmapped: Annotated[
        bool,
        typer.Option(
            "--skip-unmapped",
            help="Go on although words have no place; what has them is set aside.",
        ),
    ] = False,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="Find out also whether somebody changed in the books what is there."
        ),
    ] = False,
    key: Annotated[
        str | None, typer.Option(help="Yours; sent again under the same key, it is one sync.")
    ] = None,
) -> int:
    """Bring the books into step, and wait until that has ended. Interrupted, it goes on."""
    keyed = {"Idempotency_Key": key} if key else {}
    body = {"skipUnmapped": skip_unmapped, "compare": compare}
    try:
        begun = here.api.send("POST", f"{_PATH}/connections/{books}/syncs", body, **keyed)
    except Refused as refused:
        if refused.kind != "books-unmapped":
            raise
        waits = [
            f"  {each['says']} {each['items']} wait for it." for each in refused.more["unmapped"]
        ]
        how = (
            f"Map them by `tillroll books map {books} FILE`, or sync the others with "
            "--skip-unmapped."
        )
        lines = [f"{refused.more['title']}, and nothing was begun:", *waits, how]
        raise Stopped(refused.code, "\n".join(lines)) from refused
    ended = _wait(here, begun)
    _say_sync(here, ended)
    return _CODES.get(ended["state"], Code.FAILED)


def _wait(here: Session, begun: "JsonObject") -> "JsonObject":
    """The sync as it has ended."""
    found = begun
    while found["state"] == "running":
        here.api.sleep(_POLL_SECONDS)
        found = here.api.get(f"{_PATH}/syncs/{begun['id']}")
    return found


@app.command()
@taking(session)
def syncs(here: Session, of: _Of = None, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List syncs with what their items came to, the newest first."""
    page = here.api.items(f"{_PATH}/syncs", {"connection": of, "cursor": cursor}, limit)
    rows = [
        (
            each["id"],
            each["connectionId"],
            each["state"],
            each["begunBy"],
            each["begunAt"][:16],
            _counts(each),
        )
        for each in page["items"]
    ]
    here.show.page(page, ("sync", "books", "state", "begun by", "begun", "came to"), rows)


@app.command()
@taking(session)
def show(here: Session, sync_id: _Sync) -> None:
    """Show a sync, and what its items came to."""
    _say_sync(here, here.api.get(f"{_PATH}/syncs/{sync_id}"))
    if here.as_json:
        return
    page = here.api.items(f"{_PATH}/syncs/{sync_id}/outcomes", {}, 100)
    rows = [
        (each["subject"] or each["item"], each["outcome"], each["reason"]) for each in page["items"]
    ]
    here.show.table(("what", "came to", "why"), rows)


def _say_sync(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
        return
    state = found["state"].replace("_", " ")
    here.show.say(
        f"{found['id']}: {state}. {_counts(found)}".rstrip(), f"Its run: {found['runId']}"
    )


def _counts(found: "JsonObject") -> str:
    counts = [
        f"{count} {outcome.replace('_', ' ')}" for outcome, count in found["outcomes"].items()
    ]
    shut = (
        ["the books let us in no more: connect again"] if found["state"] == "disconnected" else []
    )
    return ", ".join([*counts, *shut])


@app.command()
@taking(session)
def where(
    here: Session,
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="An expense, exp_…, or a claim, run_….")
    ],
) -> None:
    """Say where an expense or a claim is in the books."""
    found = here.api.get(f"{_PATH}/subjects/{subject}")
    if here.as_json:
        here.show.document(found)
    elif not found["items"]:
        here.show.say("No books are to have it.")
    else:
        here.show.say(*(f"{each['connection']}: {each['says']}" for each in found["items"]))


@app.command()
@taking(session)
def items(
    here: Session,
    of: _Of = None,
    only: Annotated[
        str | None, typer.Option(help="In this state, such as set_aside or written.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="For this reason, such as unmapped.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List what the books have of what, and why something is not there."""
    query = {"connection": of, "state": only, "code": code, "cursor": cursor}
    page = here.api.items(f"{_PATH}/items", query, limit)
    rows = [(each["subject"], each["title"], each["says"]) for each in page["items"]]
    here.show.page(page, ("what", "title", "where"), rows)


@app.command()
@taking(session)
def retry(
    here: Session,
    books: _Connection,
    code: Annotated[
        str, typer.Argument(metavar="REASON", help="Why they are set aside, such as refused.")
    ],
) -> None:
    """Have all that is set aside for a reason looked at again by the next sync."""
    found = here.api.send("POST", f"{_PATH}/connections/{books}/retries", {"code": code})
    if here.as_json:
        here.show.document(found)
    else:
        here.show.say(f"{found['items']} are looked at again by the next sync.")


@app.command()
@taking(session)
def conflicts(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List documents that somebody changed in the books, with what differs."""
    page = here.api.items(f"{_PATH}/conflicts", {"cursor": cursor}, limit)
    rows = [
        (each["id"], each["title"] or each["subject"], each["foundAt"][:16], _apart(each))
        for each in page["items"]
    ]
    here.show.page(page, ("conflict", "what", "found", "ours, theirs"), rows)


def _apart(conflict: "JsonObject") -> str:
    if conflict["theirs"] is None:
        return "it is gone there"
    if conflict["isVoidThere"]:
        return "it is void there"
    return "; ".join(
        f"{each['field']}: {_side(conflict, 'ours', each)}, {_side(conflict, 'theirs', each)}"
        for each in conflict["differences"]
    )


def _side(conflict: "JsonObject", side: str, difference: "JsonObject") -> str:
    """What one side has in a field: amounts as people write them, and names where the books have
    codes.
    """
    value, currency = difference[side], conflict[side]["currency"]
    match difference["field"], value:
        case "total", int():
            return with_currency(value, currency)
        case "contact", str():
            return str(conflict["contacts"].get(value, value))
        case "lines", list():
            lines = cast("list[JsonObject]", value)
            return " + ".join(_line(each, conflict, currency) for each in lines)
        case _:
            return str(value)


def _line(line: "JsonObject", conflict: "JsonObject", currency: str) -> str:
    return (
        f"{line['description']} {with_currency(line['net'] + line['tax'], currency)} "
        f"({_codes(line, conflict)})"
    )


@app.command()
@taking(session)
def decide(
    here: Session,
    conflict: _Conflict,
    side: Annotated[Side, typer.Argument(metavar="OURS|THEIRS", help="Which side holds.")],
) -> None:
    """Decide a conflict: ours is written over theirs by the next sync, or theirs stays."""
    found = here.api.send("POST", f"{_PATH}/conflicts/{conflict}/decision", {"decision": side})
    if here.as_json:
        here.show.document(found)
    else:
        here.show.say(f"{found['title'] or found['subject']}: {found['decision']} holds.")

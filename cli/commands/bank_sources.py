"""`tillroll bank sources`: where statements are fetched from. Secrets come from files and the
environment only.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlsplit

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .options import first_day

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="Where bank statements are fetched from each day.")

PATH = "/api/bank/sources"
_POLL_SECONDS = 1.0
_Source = Annotated[
    str, typer.Argument(metavar="SOURCE", help="bsr_…; `tillroll bank sources list` lists them.")
]
_Account = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT", help="The bank account: ban_…; `tillroll bank accounts list` lists them."
    ),
]
_Bank = Annotated[
    str | None,
    typer.Option(
        help=(
            "The bank as the provider names it; without it, `tillroll bank sources bank` chooses "
            "it later."
        )
    ),
]
_Country = Annotated[str, typer.Option(help="The bank's country, such as FI.")]
_Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DAY",
        parser=first_day,
        help="From this day, month or year on; without it, ninety days ago.",
    ),
]


@app.command("list")
@taking(session)
def list_sources(here: Session) -> None:
    """List sources with their state, and what a person does about one."""
    found = here.api.get(PATH)
    rows = [
        (
            *(each["id"], each["bankAccountId"], each["kind"], each["bank"], each["state"]),
            *((each["validUntil"] or "")[:10], (each["nextAt"] or "")[:16]),
            _what_to_do(each),
        )
        for each in found["items"]
    ]
    columns = (
        "source",
        "account",
        "kind",
        "bank",
        "state",
        "consent until",
        "next (UTC)",
        "what to do",
    )
    here.show.listing(found, columns, rows)


def _what_to_do(source: "JsonObject") -> str:
    """Why nothing comes, and the command that mends it."""
    last: JsonObject = source["last"] or {"why": None}
    why: str = source["why"] or last["why"] or ""
    if source["kind"] == "address" or source["state"] not in {"new", "stopped", "choosing"}:
        return why
    commands = {"choosing": f"choose {source['id']} ACCOUNT"}
    if not source["bank"]:
        commands = dict.fromkeys(("new", "stopped"), f"banks {source['id']}")
    command = commands.get(source["state"], f"connect {source['id']}")
    return f"{why} `tillroll bank sources {command}`".strip()


@app.command("add-enable-banking")
@taking(session)
def add_enable_banking(
    here: Session,
    bank_account: _Account,
    country: _Country,
    application: Annotated[
        str, typer.Option(metavar="ID", help="The application's id at Enable Banking.")
    ],
    key_file: Annotated[Path, typer.Option(metavar="FILE", help="Its private key, as PEM.")],
    bank: _Bank = None,
    personal: Annotated[
        bool, typer.Option("--personal", help="The account is a person's, not a company's.")
    ] = False,
    since: _Since = None,
) -> None:
    """Fetch by Enable Banking. `tillroll bank sources connect` then sends you to the bank."""
    try:
        key = key_file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(Code.USAGE, f"{key_file} cannot be read as PEM: {error}.") from error
    access: JsonObject = {"kind": "enable-banking", "applicationId": application, "privateKey": key}
    _add(
        here,
        bank_account,
        since,
        access | _of(bank, country) | ({"psuType": "personal"} if personal else {}),
    )


@app.command("add-address")
@taking(session)
def add_address(
    here: Session,
    bank_account: _Account,
    address: Annotated[
        str, typer.Option(metavar="URL", help="The https address that returns a bank's file.")
    ],
) -> None:
    """Fetch a file from an address, with BANK_AUTHORIZATION of the environment as that header,
    where it is set.
    """
    authorization = here.surroundings.environment.get("BANK_AUTHORIZATION")
    more = {"authorization": authorization} if authorization else {}
    _add(here, bank_account, None, {"kind": "address", "address": address, **more})


def _of(bank: str | None, country: str) -> "JsonObject":
    return {"country": country} if bank is None else {"bank": bank, "country": country}


def _add(here: Session, account: str, since: str | None, access: "JsonObject") -> None:
    body: JsonObject = {"bankAccountId": account, "access": access}
    made = here.api.send("POST", PATH, body if since is None else {**body, "fromDay": since})
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(f"{made['bank'] or 'The source'} is {made['id']}.")
    if not made["bank"]:
        here.show.note(
            f"Choose the bank: `tillroll bank sources banks {made['id']}` lists them, then `… "
            "sources bank`."
        )
    elif made["state"] == "new":
        here.show.note(f"Agree at the bank: `tillroll bank sources connect {made['id']}`.")


@app.command()
@taking(session)
def banks(
    here: Session,
    source: _Source,
    country: Annotated[
        str | None, typer.Option(help="Such as FI; without it, the source's own.")
    ] = None,
) -> None:
    """List banks that the source's provider knows."""
    found = here.api.get(f"{PATH}/{source}/banks", {"country": country})
    rows = [
        (each["id"], each["name"], each["country"], each["mostDays"]) for each in found["items"]
    ]
    here.show.listing(
        found, ("bank", "name", "country", "days of a consent"), rows, ("days of a consent",)
    )


@app.command("bank")
@taking(session)
def choose_bank(
    here: Session,
    source: _Source,
    bank: Annotated[
        str, typer.Argument(metavar="BANK", help="As `tillroll bank sources banks` lists it.")
    ],
    country: _Country,
) -> None:
    """Say which bank the provider is to ask. With another one, agree at the bank anew, by
    `connect`.
    """
    _say(here, here.api.send("PUT", f"{PATH}/{source}/bank", {"bank": bank, "country": country}))


@app.command()
@taking(session)
def connect(here: Session, source: _Source) -> None:
    """Say where you agree at the bank, for the first time or anew. The bank sends you back to the
    page.
    """
    made = here.api.send("POST", f"{PATH}/{source}/consent")
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(made["address"])
    here.show.note(
        f"Open it until {made['expiresAt'][:16]} UTC. Without a page, give the address that you "
        "came back to: "
        "`tillroll bank sources finish URL`."
    )


@app.command()
@taking(session)
def finish(
    here: Session,
    came_back: Annotated[
        str, typer.Argument(metavar="URL", help="The address that the bank sent you back to.")
    ],
) -> None:
    """Finish a consent without the page."""
    said = dict(parse_qsl(urlsplit(came_back).query))
    state = said.get("state")
    if state is None:
        raise Stopped(
            Code.USAGE, "The address has no `state`: give the whole address, between quotes."
        )
    body = {"state": state, **{name: said[name] for name in ("code", "error") if name in said}}
    _say(here, here.api.send("POST", "/api/bank/source-consents", body))


@app.command()
@taking(session)
def choose(
    here: Session,
    source: _Source,
    remote: Annotated[
        str, typer.Argument(metavar="ID", help="The account's id, which `finish` has listed.")
    ],
) -> None:
    """Say which of the bank's accounts is meant."""
    _say(here, here.api.send("POST", f"{PATH}/{source}/account", {"id": remote}))


def _say(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(f"{found['id']}: {found['state']}. {found['why'] or ''}".rstrip())
    for each in found["accounts"]:
        shown = ", ".join(filter(None, (each["number"], each["currency"], each["name"])))
        here.show.say(f"  {each['id']}  {shown}")


@app.command()
@taking(session)
def fetch(here: Session, source: _Source) -> int:
    """Fetch everything since the last sync, and wait for it."""
    begun = here.api.send("POST", f"{PATH}/{source}/fetches")
    last = begun
    while last["state"] == "stored" and last["why"] is None:
        here.api.sleep(_POLL_SECONDS)
        last = here.api.get(f"{PATH}/{source}")["last"]
    if last["statementId"] is None:
        if here.as_json:
            here.show.document(last)
        else:
            goes_on = (
                f" It goes on at {last['nextAttemptAt'][:16]} UTC."
                if last["state"] == "stored"
                else ""
            )
            here.show.say(f"{last['why']}{goes_on}")
        return Code.UNREACHABLE if last["state"] == "stored" else Code.FAILED
    return _imported(here, last)


def _imported(here: Session, last: "JsonObject") -> int:
    from ..client.following import code_of, settled

    path = f"/api/bank/statements/{last['statementId']}"
    [run] = settled(here.api, [here.api.get(path)["runId"]])
    statement = here.api.get(path)
    if here.as_json:
        here.show.document({**last, "statement": statement})
    elif run["status"] == "complete":
        counts = (
            f"{statement['added']} added, {statement['known']} known, {statement['booked']} booked"
        )
        here.show.say(f"{last['fromDay']} to {last['toDay']}: {counts}.")
    else:
        here.show.say(run["message"], f"  `tillroll run {run['id']}` says more.")
    return code_of(run)


@app.command()
@taking(session)
def end(here: Session, source: _Source) -> None:
    """Fetch nothing any more: the consent is given back, and the credentials are deleted."""
    ended = here.api.send("DELETE", f"{PATH}/{source}")
    if here.as_json:
        here.show.document(ended)
    else:
        here.show.say(f"{source} has ended. What was fetched stays.")

"""`tillroll bank`: entries with what may explain them, and what a person decides."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import Cursor, taking

from ..amounts import decimal, is_above_zero, minor, with_currency
from ..session import Session, session
from . import options
from .options import day, days_of, first_day, last_day
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

ENTRIES, MATCHES, DOCUMENTS = "/api/bank/entries", "/api/bank/matches", "/api/bank/documents"
EntryId = Annotated[
    str, typer.Argument(metavar="ENTRY", help="ent_…; `tillroll bank entries` lists them.")
]
_MatchId = Annotated[
    str, typer.Argument(metavar="MATCH", help="mat_…; `tillroll bank entries` names them.")
]
_Why = Annotated[str | None, typer.Option(help="Why, for the audit: up to 300 characters.")]
_Day = Annotated[
    str | None, typer.Option(metavar="DAY", parser=day, help="Those near this day come first.")
]


class Standing(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    PENDING = "pending"


class MatchState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNDONE = "undone"


@taking(session)
def entries(
    here: Session,
    bank_account: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those of this bank account.")
    ] = None,
    standing: Annotated[Standing | None, typer.Option("--only", help="Only those.")] = None,
    month: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM",
            parser=options.month,
            help="Only those of this month; else --from and --to.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            parser=first_day,
            help="From this day, month or year on, such as 2026-03.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", parser=last_day, help="Up to this day, month or year, included."
        ),
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List what banks have booked, the newest first, each with the best match, and what it
    names.
    """
    if month is not None and (since is not None or until is not None):
        raise typer.BadParameter("--month is a first and a last day: leave --from and --to out")
    first, last = (since, until) if month is None else days_of(month)
    found_by = {
        "account": bank_account,
        "standing": standing,
        "from": first,
        "to": last,
        "cursor": cursor,
    }
    page = here.api.items(ENTRIES, found_by, limit)
    rows = [
        (
            *(each["id"], each["day"], decimal(each["amount"], each["currency"]), each["currency"]),
            *(each["counterparty"], each["words"]),
            *(_stands(each), *_best(each["matches"])),
        )
        for each in page["items"]
    ]
    columns = ("entry", "day", "amount", "currency", "with", "words", "", "match", "of")
    here.show.page(page, columns, rows, ("amount",))


def _stands(entry: "JsonObject") -> str:
    """Empty where documents explain it."""
    if entry["status"] != "booked":
        return str(entry["status"])
    if entry["doubt"]:
        return str(entry["doubt"])
    if entry["explained"] == entry["amount"]:
        return ""
    return "explained" if entry["reason"] else "owed" if entry["owedBy"] else "open"


_DOUBTS = {
    "voided": "The expense was voided.",
    "changed": "The expense has another total now.",
    "differs": "The expense has another amount, and nothing says why.",
}


def _best(matches: "Sequence[JsonObject]") -> tuple[str, str]:
    """The id of the best match, and the documents that it names."""
    return (matches[0]["id"], _documents(matches[0])) if matches else ("", "")


def _documents(match: "JsonObject") -> str:
    named = ", ".join(
        dict.fromkeys(str(pair["title"] or pair["documentId"]) for pair in match["pairs"])
    )
    return f"{named} (twins)" if match["twins"] else named


@taking(session)
def entry(here: Session, entry_id: EntryId) -> None:
    """Show an entry with what was proposed or accepted for it, the best first, and why."""
    show_entry(here, here.api.get(f"{ENTRIES}/{entry_id}"))


def show_entry(here: Session, found: "JsonObject") -> None:
    """An entry with its matches."""
    if here.as_json:
        here.show.document(found)
        return
    moved = with_currency(found["amount"], found["currency"])
    here.show.say(f"{found['id']}: {found['day']}, {moved}, {_stands(found) or 'documented'}")
    here.show.say(*(f"  {each}" for each in (found["counterparty"], found["words"]) if each))
    if found["doubt"]:
        here.show.say(f"  {_DOUBTS[found['doubt']]} Take the match back, or put the expense right.")
    if found["reason"]:
        here.show.say(f"  There is no document: {found['reason']}")
    if found["owedBy"]:
        here.show.say(f"  {found['owedBy']} owes its document.")
    if found.get("notMailed"):
        here.show.say(f"  {found['notMailed']}")
    for each in found["payments"]:
        paid = f"{decimal(each['amount'], found['currency'])} {each['counterparty'] or ''}"
        here.show.say(f"  payment {each['number']}: {paid}".rstrip())
    for each in found["matches"]:
        _say_match(here, each)


@taking(session)
def matches(
    here: Session,
    in_state: Annotated[
        MatchState | None, typer.Option("--only", metavar="STATE", help="Only those.")
    ] = None,
    document: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those of this expense, claim or payout.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List matches: what was proposed, accepted, declined or undone."""
    page = here.api.items(
        MATCHES, {"state": in_state, "document": document, "cursor": cursor}, limit
    )
    rows = [
        (
            *(each["id"], each["state"], each["level"].replace("_", " "), each["score"]),
            ", ".join(dict.fromkeys(pair["entryId"] for pair in each["pairs"])),
            *(_documents(each), ", ".join(each["reasons"])),
        )
        for each in page["items"]
    ]
    here.show.page(
        page, ("match", "state", "level", "score", "entries", "of", "why"), rows, ("score",)
    )


@taking(session)
def accept(here: Session, match_id: _MatchId, reason: _Why = None) -> None:
    """Accept a match: it is booked at once."""
    _decide(here, match_id, "accept", reason)


@taking(session)
def accept_certain(
    here: Session,
    bank_account: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those of this bank account.")
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", parser=options.month, help="Only entries of this month."),
    ] = None,
) -> None:
    """Accept all matches that are certain, and say how many entries that explains."""
    first, last = (None, None) if month is None else days_of(month)
    accepted, found = 0, {"accepted": 1, "left": 1}
    while found["accepted"] > 0 and found["left"] > 0:
        found = here.api.send(
            "POST", f"{MATCHES}/certain", {"account": bank_account, "from": first, "to": last}
        )
        accepted += found["accepted"]
    if here.as_json:
        here.show.document({"accepted": accepted, "left": found["left"]})
    else:
        if found["left"]:
            left = f" Left: {found['left']}, to be looked at one by one."
        else:
            left = ""
        here.show.say(f"{counted(accepted, 'entry is', 'entries are')} explained.{left}")


@taking(session)
def decline(here: Session, match_id: _MatchId, reason: _Why = None) -> None:
    """Decline a match: its pairs are proposed no more, until the decline is undone."""
    _decide(here, match_id, "decline", reason)


def _decide(here: Session, match_id: str, decision: str, reason: str | None) -> None:
    said = {} if reason is None else {"said": reason}
    _shown(
        here,
        here.api.send("POST", f"{MATCHES}/{match_id}/decision", {"decision": decision, **said}),
    )


@taking(session)
def undo(
    here: Session,
    match_id: _MatchId,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
) -> None:
    """Take a decision back: what was booked is reversed. It is proposed again."""
    _shown(here, here.api.send("POST", f"{MATCHES}/{match_id}/undoing", {"reason": reason}))


@taking(session)
def match(
    here: Session,
    entry_id: EntryId,
    documents: Annotated[
        list[str],
        typer.Argument(
            metavar="DOCUMENT...",
            help="An expense exp_…, a claim or payout run_…, another own bank account ban_…, the "
            "other entry of a transfer ent_…, or `fee` for the bank's own. `exp_…=12.90` takes so "
            "much of the entry: several split it.",
        ),
    ],
    payment: Annotated[
        int | None, typer.Option(min=1, help="Only this payment of a batch, by its number.")
    ] = None,
) -> None:
    """Match an entry with documents by hand: it is booked at once. Without amounts, each document
    takes what is open of it, in their order.
    """
    asked = [_asked(each) for each in documents]
    found = here.api.get(f"{ENTRIES}/{entry_id}")
    pairs = [
        _pair(here, found, payment, id_, _minor(amount, found["currency"])) for id_, amount in asked
    ]
    _shown(here, here.api.send("POST", MATCHES, {"pairs": pairs}))


def _asked(document: str) -> tuple[str, str | None]:
    """A document's id, and how much of the entry it takes. Raises BadParameter."""
    id_, sign, amount = document.partition("=")
    if sign and not is_above_zero(amount):
        raise typer.BadParameter(f"{document!r}: write an amount above zero, such as {id_}=12.90")
    return id_, amount if sign else None


def _minor(amount: str | None, currency: str) -> int | None:
    """Raises BadParameter."""
    if amount is None:
        return None
    try:
        return minor(amount, currency)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _pair(
    here: Session, entry: "JsonObject", payment: int | None, id_: str, amount: int | None
) -> "JsonObject":
    """As the API takes it: an amount has the sign of its entry."""
    pair: JsonObject = {"entryId": entry["id"], **_kind(here, id_, entry["currency"])}
    if payment is not None:
        pair["payment"] = payment
    return (
        pair if amount is None else {**pair, "amount": -amount if entry["amount"] < 0 else amount}
    )


_KINDS = {"exp": "expense", "ban": "own_account", "ent": "entry"}


def _kind(here: Session, id_: str, currency: str) -> "JsonObject":
    """Raises Stopped: nothing of this id can explain an entry."""
    if id_ == "fee":
        return {"documentKind": "fee", "documentId": f"fee:{currency}"}
    begins = id_.partition("_")[0]
    # A claim and a payout have the ids of their runs.
    kind = here.api.get(f"/api/runs/{id_}")["kind"] if begins == "run" else _KINDS.get(begins)
    if kind not in {*_KINDS.values(), "claim", "payout"}:
        raise Stopped(
            Code.USAGE,
            f"{id_} is no document: `tillroll bank documents` finds expenses, claims and payouts.",
        )
    return {"documentKind": kind, "documentId": id_}


@taking(session)
def documents(
    here: Session,
    words: Annotated[
        str | None, typer.Argument(metavar="[WORDS]", help="A part of its name or number.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Of this amount, such as 12.90.")
    ] = None,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="How many digits the amount has after the point.")
    ] = "EUR",
    around: _Day = None,
) -> None:
    """Find up to 20 expenses, claims and payouts of which something is open."""
    show_documents(
        here,
        here.api.get(
            DOCUMENTS, {"words": words, "amount": _minor(amount, currency), "around": around}
        ),
    )


def show_documents(here: Session, found: "JsonObject") -> None:
    """Documents with what is open of them."""
    rows = [
        (
            *(each["documentId"], each["documentKind"], each["title"], each["day"]),
            *(decimal(each["open"], each["currency"]), each["currency"]),
        )
        for each in found["items"]
    ]
    here.show.listing(
        found, ("document", "kind", "title", "day", "open", "currency"), rows, ("open",)
    )


def _shown(here: Session, found: "JsonObject") -> None:
    if here.as_json:
        here.show.document(found)
    else:
        _say_match(here, found)


def _say_match(here: Session, found: "JsonObject") -> None:
    here.show.say(
        f"{found['id']}: {found['state']}, {found['level'].replace('_', ' ')}, score "
        f"{found['score']}"
    )
    for pair in found["pairs"]:
        of = f" payment {pair['payment']}" if pair["payment"] else ""
        what = " ".join(
            filter(
                None, (pair["documentKind"].replace("_", " "), pair["documentId"], pair["title"])
            )
        )
        here.show.say(
            f"  {with_currency(pair['amount'], pair['currency'])} of {pair['entryId']}{of}: {what}"
        )
    here.show.say(*(f"  {each}" for each in found["reasons"]))
    if found["twins"]:
        here.show.say(f"  As well fit: {', '.join(found['twins'])}")
    if found["said"]:
        here.show.say(f"  {found['said']}")

"""Pages that a payer opens from a claim's link. They are HTML, so the OpenAPI document omits them."""

import re
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere, needs
from tillroll.claims.models import ClaimDetail, ClaimEvent, ClaimFile, decimal
from tillroll.claims.native import used
from tillroll.claims.rules import NotNow, State
from tillroll.claims.service import dispute_claim, say_paid, show_claim
from tillroll.durable import Actor
from tillroll.identity.repository import find_account_name
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, NoSuchLink

LONGEST_WHY: Final = 500
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_STATES: Final = {
    State.DRAFT: "It is being made: load this page again in a moment.",
    State.ISSUED: "It waits for its payment.",
    State.PART_PAID: "It is paid in part.",
    State.OVERDUE: "It is overdue.",
    State.DISPUTED: "You said that it is wrong. Nobody asks for it until that is resolved.",
    State.PAID: "It is paid. Thank you.",
    State.WITHDRAWN: "It was withdrawn: nothing is to be paid.",
    State.CREDITED: "It was taken back by credit notes: nothing is to be paid.",
    State.WRITTEN_OFF: "It is settled.",
}
_ANSWERABLE: Final = frozenset({State.ISSUED, State.PART_PAID, State.OVERDUE, State.DISPUTED})


def render_claim(account_name: str, claim: ClaimDetail, base: str, problem: str | None = None) -> str:
    """The page of a claim. `base` is the path of its link; `problem` says what could not be done."""
    state = State(claim.state)
    said = next((event for event in reversed(claim.events) if event.kind in {"said_paid", "payment"}), None)
    links = "".join(f'<li><a href="{base}/{file.path}">{_label(file)}</a></li>' for file in claim.files)
    body = [
        f"<h1>Claim {escape(claim.number or '')}</h1>",
        f"<p>{escape(account_name)} asks {escape(claim.payer_name)} for {_money(claim.open, claim)}.</p>",
        f'<p class="form-problem" role="alert">{escape(problem)}</p>' if problem else "",
        _standing(claim, state),
        f'<ul class="payer-files">{links}</ul>' if links else "",
        _items(claim, base),
        _answers(base, state, said) if state in _ANSWERABLE else "",
    ]
    return _page(f"Claim {claim.number or ''}", "".join(body))


def _label(file: ClaimFile) -> str:
    labels = {"statement": "Statement with all pictures (PDF)", "invoice": "E-invoice"}
    return labels.get(file.name, f"Credit note {file.number} (E-invoice)")


def _standing(claim: ClaimDetail, state: State) -> str:
    rows = [
        ("Claimed", _money(claim.total, claim)),
        ("Taken back", _money(claim.credited, claim) if claim.credited else ""),
        ("Paid", _money(claim.paid, claim)),
        ("Open", _money(claim.open, claim)),
        ("Issued", claim.issued_on),
        ("Due", claim.due_on),
    ]
    cells = "".join(f"<div><dt>{label}</dt><dd>{said}</dd></div>" for label, said in rows if said)
    return f'<p role="status"><strong>{_STATES[state]}</strong></p><dl class="card payer-sums">{cells}</dl>'


def _items(claim: ClaimDetail, base: str) -> str:
    rows: list[str] = []
    for item in claim.items:
        merchant = escape(item.merchant or "Erased")
        picture = (
            f'<img src="{base}/images/{item.place}" alt="Receipt {item.place}" loading="lazy" width="240">'
            if item.is_pictured
            else ""
        )
        taken = " (taken back)" if item.is_released else ""
        said = " · ".join(escape(each) for each in (f"No. {item.place}", item.date, item.category) if each)
        rows.append(
            f'<li><strong>{merchant}{taken}</strong><span class="amount">{_money(item.amount, claim)}</span>'
            f"<span>{said}</span>{picture}</li>"
        )
    return f'<section class="card"><h2>What is in it</h2><ol class="payer-items">{"".join(rows)}</ol></section>'


def _answers(base: str, state: State, said: ClaimEvent | None) -> str:
    paid = (
        f"<p>You said on {said.at[:10]} that you have paid. It is booked when the payment is seen.</p>"
        if said is not None and said.kind == "said_paid"
        else f'<form method="post" action="{base}/paid"><button class="button primary">I have paid</button></form>'
    )
    wrong = (
        f'<form method="post" action="{base}/wrong"><label for="why">This is wrong, because</label>'
        f'<textarea id="why" name="why" rows="4" maxlength="{LONGEST_WHY}" required></textarea>'
        '<button class="button">This is wrong</button></form>'
    )
    asked = paid if state is State.DISPUTED else f"{paid}{wrong}"
    return f'<section class="card payer-answers"><h2>Your answer</h2>{asked}</section>'


def _money(minor: int, claim: ClaimDetail) -> str:
    return f"{decimal(claim, minor)} {escape(claim.currency)}"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Tillroll</title>"
        '<link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/css/base.css">'
        '<link rel="stylesheet" href="/css/controls.css"><link rel="stylesheet" href="/css/payer.css"></head>'
        f'<body><main class="payer">{body}</main></body></html>'
    )


router = APIRouter()

_NOT_FOUND, _CONFLICT, _UNFIT, _SEE_OTHER = 404, 409, 422, 303
Form = Annotated[bytes, Body(media_type="application/x-www-form-urlencoded")]
_BLANK: Final = re.compile(r"[\x00-\x20\x7f]+")


_ANSWER: Final[dict[str, Any]] = {
    "include_in_schema": False,
    "openapi_extra": needs(Permission.OPEN),
    "responses": {_SEE_OTHER: {"description": "Back to the page"}},
}


@router.get("/api/payer/{token}", include_in_schema=False, openapi_extra=needs(Permission.OPEN))
async def show(platform: PlatformHere, token: str) -> Response:
    """The claim, for anyone who has the link."""
    link = await _link(platform, token)
    return _gone() if link is None else await _shown(platform, link, token)


@router.post("/api/payer/{token}/paid", **_ANSWER)
async def paid(platform: PlatformHere, token: str) -> Response:
    """They say that they have paid."""
    link = await _link(platform, token)
    if link is None:
        return _gone()
    try:
        await say_paid(platform, link)
    except NotNow as error:
        return await _shown(platform, link, token, _CONFLICT, str(error))
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


@router.post("/api/payer/{token}/wrong", **_ANSWER)
async def wrong(platform: PlatformHere, token: str, form: Form = b"") -> Response:
    """They say that it is wrong, and why."""
    link = await _link(platform, token)
    if link is None:
        return _gone()
    said = parse_qs(form.decode(errors="replace")).get("why", [""])[0]
    why = _BLANK.sub(" ", said).strip()
    if not 0 < len(why) <= LONGEST_WHY:
        return await _shown(platform, link, token, _UNFIT, f"Say in 1 to {LONGEST_WHY} letters what is wrong.")
    try:
        await dispute_claim(platform, Actor(link.account_id, link.actor), link.thing_id, why, is_answer=True)
    except NotNow as error:
        return await _shown(platform, link, token, _CONFLICT, str(error))
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


async def _link(platform: Platform, token: str) -> Link | None:
    """None: it cannot be used (any more)."""
    try:
        return await used(platform, token)
    except NoSuchLink:
        return None


async def _shown(
    platform: Platform, link: Link, token: str, status: int = 200, problem: str | None = None
) -> HTMLResponse:
    claim = await show_claim(platform, link.account_id, link.thing_id)
    name = await find_account_name(platform.database, link.account_id) or ""
    return HTMLResponse(render_claim(name, claim, f"/api/payer/{token}", problem), status, headers=HEADERS)


def _gone() -> HTMLResponse:
    said = "This link cannot be used: it has expired, or was taken back. Ask whoever sent it for a new one."
    page = _page("No such link", f"<h1>No such link</h1><p>{said}</p>")
    return HTMLResponse(page, _NOT_FOUND, headers=HEADERS)

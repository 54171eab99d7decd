"""Pages that a payer opens from a claim's link. They are HTML, so the OpenAPI document omits
them."""

import re
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import parse_qs

from fastapi import Body, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.claims.models import ClaimDetail, ClaimEvent, ClaimFile, decimal
from tillroll.claims.native import used
from tillroll.claims.payer_locale import Locale, locale_for
from tillroll.claims.rules import NotNow, State
from tillroll.claims.service import dispute_claim, load_claim, say_paid, show_claim
from tillroll.claims.transfer import Transfer, qr_svg
from tillroll.company.models import CompanyProfile
from tillroll.company.service import LOGO_URL, load_profile
from tillroll.secret_links import Link, NoSuchLink
from tillroll_documents.ibans import in_fours
from tillroll_durable import Actor
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import Say, in_english, verbatim, words_in

LONGEST_WHY: Final = 500
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_STATES: Final = {
    State.DRAFT: "It is being prepared. Please load this page again in a moment.",
    State.ISSUED: "Not paid yet.",
    State.PART_PAID: "Paid in part.",
    State.OVERDUE: "This is overdue.",
    State.DISPUTED: "You told us that something is wrong. No reminder is sent until it is settled.",
    State.PAID: "Paid. Thank you.",
    State.WITHDRAWN: "Withdrawn. There is nothing to pay.",
    State.CREDITED: "Cancelled by credit notes. There is nothing to pay.",
    State.WRITTEN_OFF: "This is settled.",
}
_ANSWERABLE: Final = frozenset({State.ISSUED, State.PART_PAID, State.OVERDUE, State.DISPUTED})
_SCRIPT: Final = '<script type="module" src="/payer.js"></script>'


@dataclass(frozen=True)
class PayerPage:
    """A claim as its payer sees it. `base` is the path of its link; None in a preview, which nobody
    answers."""

    company: CompanyProfile
    claim: ClaimDetail
    locale: Locale
    base: str | None
    say: Say = in_english
    problem: str | None = None

    def render(self) -> str:
        """The whole page."""
        claim = self.claim
        state = State(claim.state)
        answer = next(
            (event for event in reversed(claim.events) if event.kind in {"said_paid", "payment"}),
            None,
        )
        notice = self._said_paid(answer)
        number = claim.number or ""
        if not number and self.base is None:
            number = self.say("(number given when it is sent)")
        title = self._title(number)
        is_answered = self.base is not None and state in _ANSWERABLE
        body = [
            self._letterhead(),
            f"<h1>{escape(title)}</h1>",
            f"<p>{escape(self._request())}</p>",
            f'<p class="form-problem" role="alert">{escape(self.say(self.problem))}</p>'
            if self.problem
            else "",
            self._standing(state, notice),
            self._transfer(number)
            if claim.open > 0 and (state in _ANSWERABLE or self.base is None)
            else "",
            self._files(),
            self._items(),
            self._answers(state, notice) if is_answered else "",
        ]
        return _page(title, "".join(body), self.locale, has_script=self.base is not None)

    def _title(self, number: str) -> str:
        say = self.say
        title = say("Expense claim")
        if number:
            title = say(f"Expense claim {number}")
        if self.claim.has_invoice:
            title = say("Invoice")
            if number:
                title = say(f"Invoice {number}")
        return title

    def _request(self) -> str:
        """Who is asked, and for what."""
        claim = self.claim
        payer = verbatim(claim.payer_name)
        amount = self._money(claim.open)
        if claim.open <= 0 or claim.due_on is None:
            return self.say(f"Billed to {payer}")
        return self.say(f"Billed to {payer}: {amount}, due {self.locale.date(claim.due_on)}")

    def _letterhead(self) -> str:
        company = self.company
        place = " ".join(each for each in (company.postal_code, company.city) if each)
        lines = [each for each in (company.street, place, company.mail) if each]
        address = "".join(f"<span>{escape(each)}</span>" for each in lines)
        at = f"{self.base}/logo" if self.base is not None else LOGO_URL
        if company.logo is not None:
            logo = (
                f'<img src="{at}" alt="{escape(company.name)}" '
                f'width="{min(company.logo.width, 160)}">'
            )
        else:
            logo = ""
        return (
            f'<header class="payer-company">{logo}<p><strong>{escape(company.name)}'
            f"</strong>{address}</p></header>"
        )

    def _transfer(self, number: str) -> str:
        """What a transfer needs, each to be copied; of euros, the code that a banking app reads."""
        company = self.company
        claim = self.claim
        if company.iban is None:
            return ""
        amount = decimal(claim, claim.open)
        rows = [
            (self.say("Payee"), company.name, company.name),
            ("IBAN", in_fours(company.iban), company.iban),
            *([("BIC", company.bic, company.bic)] if company.bic else []),
            (self.say("Amount"), self._money(claim.open), amount),
            (self.say("Reference"), number, number),
        ]
        cells = "".join(
            (
                f"<div><dt>{label}</dt><dd><span>{escape(value)}"
                f"</span>{self._copy(label, copied)}</dd></div>"
            )
            for label, value, copied in rows
        )
        return (
            f'<section class="card payer-transfer"><h2>{self.say("Pay by bank transfer")}</h2>'
            '<div class="payer-pay">'
            f"<dl>{cells}</dl>{self._code(number)}</div></section>"
        )

    def _copy(self, label: str, text: str) -> str:
        if self.base is None:
            return ""
        return (
            f'<button type="button" class="button small" hidden data-copy="{escape(text)}" '
            f'data-done="{self.say("Copied")}" data-failed="{self.say("Not copied")}" '
            f'aria-label="{self.say(f"Copy {label}")}">{self.say("Copy")}</button>'
        )

    def _code(self, number: str) -> str:
        company = self.company
        claim = self.claim
        if claim.currency != "EUR" or company.iban is None:
            return ""
        transfer = Transfer(
            company.name, company.iban, amount=claim.open, text=number, bic=company.bic
        )
        try:
            code = qr_svg(
                transfer.payload(), self.say("QR code of this transfer, for a banking app")
            )
        except ValueError:  # a name that is too long, or an amount: it is typed then
            return ""
        return (
            f"<figure>{code}<figcaption>{self.say('Scan the QR code with your banking app.')}"
            "</figcaption></figure>"
        )

    def _said_paid(self, answer: ClaimEvent | None) -> str:
        """Write that the payer says they have paid, where that is the newest word on a payment;
        empty otherwise."""
        if answer is None or answer.kind != "said_paid":
            return ""
        notice = self.say(f"You told us on {self.locale.date(answer.at[:10])} that you have paid.")
        return f"{notice} {self.say('We note it as paid once the money has come.')}"

    def _standing(self, state: State, notice: str) -> str:
        claim = self.claim
        rows = [
            (self.say("Total"), self._money(claim.total)),
            (self.say("Credited"), self._money(claim.credited) if claim.credited else ""),
            (
                self.say("Paid"),
                self._money(claim.paid) if claim.paid or self.base is not None else "",
            ),
            (self.say("Open"), self._money(claim.open)),
            (self.say("Issued"), claim.issued_on and self.locale.date(claim.issued_on)),
            (self.say("Due"), claim.due_on and self.locale.date(claim.due_on)),
        ]
        cells = "".join(
            f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>" for label, value in rows if value
        )
        # First, so that somebody who has just answered sees that it was taken.
        is_open = state in _ANSWERABLE and state is not State.DISPUTED
        stands = (notice if is_open else "") or self.say(_STATES[state])
        if self.base is None:
            standing = ""
        else:
            standing = f'<p role="status"><strong>{escape(stands)}</strong></p>'
        return f'{standing}<dl class="card payer-sums">{cells}</dl>'

    def _files(self) -> str:
        links = "".join(
            f'<li><a href="{self.base}/{file.path}">{escape(self.say(_label(file)))}</a></li>'
            for file in self.claim.files
        )
        if links:
            return f'<ul class="payer-files">{links}</ul>'
        return ""

    def _items(self) -> str:
        rows: list[str] = []
        for item in self.claim.items:
            merchant = escape(item.merchant or self.say("Erased"))
            picture = ""
            if item.is_pictured and self.base is not None:
                label = self.say(f"Receipt {item.place}")
                picture = (
                    f'<img src="{self.base}/images/{item.place}" alt="{label}" '
                    'loading="lazy" width="240">'
                )
            if item.is_pdf and self.base is not None:
                label = escape(self.say(f"Open document {item.place} (PDF)"))
                picture = f'<a class="button" href="{self.base}/documents/{item.place}">{label}</a>'
            if item.is_released:
                mark = self.say(" (credited)")
            else:
                mark = ""
            if item.date is None:
                day = None
            else:
                day = self.locale.date(item.date)
            foreign = item.foreign
            own_amount = None
            if foreign is not None:
                own_amount = self.locale.money(foreign.minor, foreign.currency)
            details = " · ".join(
                escape(each)
                for each in (self.say(f"No. {item.place}"), day, item.category, own_amount)
                if each
            )
            rows.append(
                f"<li><strong>{merchant}{mark}</strong>"
                f'<span class="amount">{escape(self._money(item.amount))}</span>'
                f"<span>{details}</span>{picture}</li>"
            )
        title = self.say("Expenses")
        return (
            f'<section class="card"><h2>{title}</h2><ol class="payer-items">{"".join(rows)}</ol>'
            "</section>"
        )

    def _answers(self, state: State, notice: str) -> str:
        base = self.base
        if notice:
            paid = f"<p>{escape(notice)}</p>"
        else:
            paid = (
                f'<form method="post" action="{base}/paid">'
                f'<button class="button primary">{self.say("I have paid")}</button></form>'
            )
        wrong = (
            f'<form method="post" action="{base}/wrong">'
            f'<label for="why">{self.say("What is wrong?")}</label>'
            f'<textarea id="why" name="why" rows="4" maxlength="{LONGEST_WHY}" required></textarea>'
            f'<button class="button">{self.say("Report a problem")}</button></form>'
        )
        if state is State.DISPUTED:
            forms = paid
        else:
            forms = f"{paid}{wrong}"
        return (
            f'<section class="card payer-answers"><h2>{self.say("Your answer")}</h2>{forms}'
            "</section>"
        )

    def _money(self, minor: int) -> str:
        return self.locale.money(minor, self.claim.currency)


def _label(file: ClaimFile) -> str:
    labels = {
        "statement": "All receipts (PDF)",
        "invoice": "Invoice (XML)",
        "invoice_pdf": "Invoice (PDF)",
        "credit_note": f"Credit note {file.number} (XML)",
        "credit_note_pdf": f"Credit note {file.number} (PDF)",
    }
    return labels[file.name]


def _page(title: str, body: str, locale: Locale, *, has_script: bool = False) -> str:
    language = "de" if locale.code.startswith("de") else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Tillroll</title>"
        '<link rel="icon" href="/icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/css/base.css">'
        '<link rel="stylesheet" href="/css/controls.css">'
        '<link rel="stylesheet" href="/css/payer.css">'
        f"{_SCRIPT if has_script else ''}</head>"
        f'<body><main class="payer">{body}</main></body></html>'
    )


router = Router()

_NOT_FOUND = 404
_CONFLICT = 409
_UNFIT = 422
_SEE_OTHER = 303
Form = Annotated[bytes, Body(media_type="application/x-www-form-urlencoded")]
_BLANK: Final = re.compile(r"[\x00-\x20\x7f]+")


_ANSWER: Final[dict[str, Any]] = {
    "include_in_schema": False,
    "openapi_extra": needs(Permission.OPEN),
    "responses": {_SEE_OTHER: {"description": "Back to the page"}},
}


@router.get("/api/payer/{token}", include_in_schema=False, openapi_extra=needs(Permission.OPEN))
async def show(platform: PlatformHere, request: Request, token: str) -> Response:
    """The claim, for anyone who has the link."""
    platform, link = await _link(platform, token)
    if link is None:
        return await _unusable_link(platform, request)
    return await _payer_page(platform, request, link=link, token=token)


@router.post("/api/payer/{token}/paid", **_ANSWER)
async def paid(platform: PlatformHere, request: Request, token: str) -> Response:
    """They say that they have paid."""
    platform, link = await _link(platform, token)
    if link is None:
        return await _unusable_link(platform, request)
    try:
        await say_paid(platform, link)
    except NotNow as error:
        return await _payer_page(
            platform, request, link=link, token=token, status=_CONFLICT, problem=str(error)
        )
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


@router.post("/api/payer/{token}/wrong", **_ANSWER)
async def wrong(platform: PlatformHere, request: Request, token: str, form: Form = b"") -> Response:
    """They say that it is wrong, and why."""
    platform, link = await _link(platform, token)
    if link is None:
        return await _unusable_link(platform, request)
    reason = parse_qs(form.decode(errors="replace")).get("why", [""])[0]
    why = _BLANK.sub(" ", reason).strip()
    if not 0 < len(why) <= LONGEST_WHY:
        return await _payer_page(
            platform,
            request,
            link=link,
            token=token,
            status=_UNFIT,
            problem=f"Say in 1 to {LONGEST_WHY} letters what is wrong.",
        )
    try:
        await dispute_claim(
            platform,
            Actor(link.account_id, link.actor),
            run_id=link.thing_id,
            reason=why,
            is_answer=True,
        )
    except NotNow as error:
        return await _payer_page(
            platform, request, link=link, token=token, status=_CONFLICT, problem=str(error)
        )
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


async def _link(platform: Platform, token: str) -> tuple[Platform, Link | None]:
    """Find the link of a token; None where nobody can use it, or nobody can any more."""
    try:
        return await used(platform, token)
    except NoSuchLink:
        return platform, None


async def _payer_page(
    platform: Platform,
    request: Request,
    link: Link,
    token: str,
    status: int = 200,
    problem: str | None = None,
) -> HTMLResponse:
    claim = await show_claim(platform, link.account_id, link.thing_id)
    stored_claim = await load_claim(platform, link.account_id, link.thing_id)
    company = await load_profile(platform.database, link.account_id)
    locale = locale_for(stored_claim.language, request.headers.get("accept-language"))
    say = await words_in(platform.assets, locale.code)
    page = PayerPage(
        company, claim, locale=locale, base=f"/api/payer/{token}", say=say, problem=problem
    )
    return HTMLResponse(page.render(), status, headers=HEADERS)


async def _unusable_link(platform: Platform, request: Request) -> HTMLResponse:
    locale = locale_for(None, request.headers.get("accept-language"))
    say = await words_in(platform.assets, locale.code)
    problem = say(
        "This link cannot be used: it has expired, or was taken back. Ask its sender for a new one."
    )
    title = say("No such link")
    page = _page(title, f"<h1>{title}</h1><p>{problem}</p>", locale)
    return HTMLResponse(page, _NOT_FOUND, headers=HEADERS)

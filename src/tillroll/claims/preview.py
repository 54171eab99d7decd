"""What a claim would be, before anything is claimed: its page, its mail, and what it comes to.
Nothing is written."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tillroll.claims.contract import DEFAULT_TERMS, ClaimParams
from tillroll.claims.creation import look_at
from tillroll.claims.invoices.composing import compose
from tillroll.claims.letters import iban_of, write_letter
from tillroll.claims.models import (
    Claim,
    ClaimDetail,
    ClaimItem,
    ClaimPreview,
    InvoiceLinePreview,
    InvoicePreview,
    InvoiceSumPreview,
    MailPreview,
)
from tillroll.claims.payer import HEADERS, PayerPage
from tillroll.claims.payer_locale import locale_for
from tillroll.claims.rules import Standing
from tillroll.claims.terms import complete
from tillroll.clients.repository import load_client
from tillroll.company.models import CompanyProfile
from tillroll.company.service import load_profile
from tillroll.mail.service import subject_line
from tillroll_documents.money import Money
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import words_in

FRAMED: Final = {
    **HEADERS,
    "content-security-policy": HEADERS["content-security-policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
}
"""Headers of the page in a preview, which our own page shows in a frame."""


@dataclass(frozen=True)
class _Draft:
    params: ClaimParams
    claim: Claim
    detail: ClaimDetail
    company: CompanyProfile


async def preview_claim(platform: Platform, account_id: str, request: ClaimParams) -> ClaimPreview:
    """The claim and its mail. Raises as beginning it does: ValuesRefused, AgainstPolicies."""
    draft = await _draft(platform, account_id, request)
    params = draft.params
    detail = draft.detail
    mail = None
    if params.payer_mail is not None:
        mail = await _preview_mail(platform, draft, params.payer_mail)
    return ClaimPreview(
        payer_name=detail.payer_name,
        currency=detail.currency,
        total=detail.total,
        expenses=detail.expenses,
        due_on=detail.due_on or "",
        terms_days=draft.claim.terms_days,
        reminder_days=params.reminder_days,
        sent_by=params.sent_by,
        mail=mail,
        has_invoice=params.invoice is not None,
        invoice=await _preview_invoice(platform, draft),
        missing=[each for each in draft.company.missing if each in {"name", "iban"}],
    )


async def _preview_mail(platform: Platform, draft: _Draft, to: str) -> MailPreview:
    """The mail in the client's language, as it would be sent."""
    claim = draft.claim
    company = draft.company
    subject, paragraphs = write_letter(
        "issued",
        claim,
        company=company,
        url="…",
        iban=iban_of(company, draft.params),
        is_attached=claim.has_invoice,
    )
    say = await words_in(platform.assets, locale_for(claim.written_in, None).code)
    attachment = None
    if claim.has_invoice:
        attachment = f"{claim.number}.pdf"
    return MailPreview(
        sender=company.name,
        reply_to=company.mail,
        to=to,
        subject=subject_line(say(subject)),
        paragraphs=[say(each.text) for each in paragraphs],
        attachment=attachment,
    )


async def _preview_invoice(platform: Platform, draft: _Draft) -> InvoicePreview | None:
    """The amounts of the invoice, by what composes it once it is issued."""
    params = draft.params.invoice
    if params is None:
        return None
    locale = locale_for(draft.claim.written_in, None)
    say = await words_in(platform.assets, locale.code)
    items = draft.detail.items
    invoice = compose(draft.claim, items, params, say=say, locale=locale)

    def amount(minor: int) -> str:
        return Money(minor, invoice.currency).to_decimal_string()

    lines = [
        InvoiceLinePreview(
            expense_id=item.expense_id,
            name=line.name,
            category=line.category.value,
            rate=f"{line.rate:f}",
            net=amount(line.net),
            tax=amount(item.amount - line.net),
            total=amount(item.amount),
        )
        for item, line in zip(items, invoice.lines, strict=True)
    ]
    taxes = [
        InvoiceSumPreview(
            category=group.category.value,
            rate=f"{group.rate:f}",
            net=amount(group.base),
            tax=amount(group.tax),
            reason=group.reason,
        )
        for group in invoice.taxes
    ]
    return InvoicePreview(
        lines=lines,
        taxes=taxes,
        net=amount(invoice.net),
        tax=amount(invoice.tax),
        total=amount(invoice.gross),
    )


async def preview_page(
    platform: Platform, account_id: str, request: ClaimParams, accepted: str | None
) -> str:
    """The page that the payer would see, in HTML."""
    draft = await _draft(platform, account_id, request)
    locale = locale_for(draft.claim.language, accepted)
    say = await words_in(platform.assets, locale.code)
    return PayerPage(draft.company, draft.detail, locale=locale, base=None, say=say).render()


async def _draft(platform: Platform, account_id: str, request: ClaimParams) -> _Draft:
    database = platform.database
    now = platform.clock.now()
    params = await complete(platform, account_id, request, now=now)
    gathered = await look_at(platform, account_id, params)
    company = await load_profile(database, account_id)
    if params.client_id is None:
        client = None
    else:
        client = await load_client(database, account_id, params.client_id)
    if params.terms_days is None:
        terms = DEFAULT_TERMS
    else:
        terms = params.terms_days
    today = now.date()
    due_on = today + timedelta(days=terms)
    is_customers = params.payer_kind == "customer"
    number = f"{today.year}-…"
    if params.invoice is not None:
        number = f"INV-{number}"
    claim = Claim(
        run_id="",
        account_id=account_id,
        payer_kind=params.payer_kind,
        client_id=params.client_id if is_customers else None,
        payer_name=params.payer_name or company.name,
        language=client.language if client is not None and is_customers else None,
        payer_mail=params.payer_mail,
        sent_by=params.sent_by,
        terms_days=terms,
        has_invoice=params.invoice is not None,
        created_at=to_text(now),
        number=number,
        issued_on=today,
        version=0,
        told=0,
        standing=Standing(params.currency, claimed=gathered.total, due_on=due_on),
        client_country=client.country if client is not None and is_customers else None,
        company_country=company.country,
    )
    items = [
        ClaimItem(
            expense_id=each.id,
            amount=each.amount,
            tax=None,
            merchant=each.merchant,
            date=each.date,
            category=each.category,
            spent=each.spent,
            spent_currency=each.spent_currency,
            is_released=False,
            has_changed=False,
            released_in=None,
            place=place,
            is_pictured=False,
            is_pdf=False,
            currency=params.currency,
        )
        for place, each in enumerate(gathered.expenses, start=1)
    ]
    detail = ClaimDetail(
        id="",
        number=None,
        state="issued",
        run_state="",
        payer_kind=params.payer_kind,
        client_id=claim.client_id,
        payer_name=claim.payer_name,
        has_invoice=claim.has_invoice,
        sent_by=params.sent_by,
        payer_mail=params.payer_mail,
        currency=params.currency,
        total=gathered.total,
        credited=0,
        paid=0,
        written_off=0,
        open=gathered.total,
        expenses=len(items),
        issued_on=today.isoformat(),
        due_on=due_on.isoformat(),
        asked_by="",
        created_at=claim.created_at,
        files=[],
        mails=[],
        items=items,
        events=[],
    )
    return _Draft(params, claim, detail=detail, company=company)

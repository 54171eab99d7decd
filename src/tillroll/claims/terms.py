"""Completes what is asked for by a claim with what is known of the company and the client."""

from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from tillroll.access.first_names import is_named
from tillroll.claims.contract import DEFAULT_TERMS, ClaimParams, InvoiceParams, InvoiceParty
from tillroll.claims.invoices.treatment import what_lacks, with_treatment
from tillroll.clients.models import ClientRecord
from tillroll.clients.repository import load_client
from tillroll.company.models import CompanyProfile
from tillroll.company.service import load_profile
from tillroll.conversion.day_rate import rate_now
from tillroll.conversion.rates import rate_text
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.services import Platform


async def complete(
    platform: Platform, account_id: str, params: ClaimParams, now: datetime
) -> ClaimParams:
    """The claim with all that it does not say itself: who pays, by when, where it is sent, and both
    sides of an e-invoice.

    Raises:
        ValuesRefused: no such client, or something that the company or the client lacks.
    """
    database = platform.database
    company = await load_profile(database, account_id)
    client = await _client(database, account_id, params)
    changes: dict[str, Any] = {}
    if params.payer_kind == "customer" and client is not None:
        changes["payer_name"] = client.name
    elif params.payer_name is None:
        changes["payer_name"] = company.name
    if params.terms_days is None:
        if client is not None and params.payer_kind == "customer":
            own = client.terms_days
        else:
            own = None
        changes["terms_days"] = DEFAULT_TERMS if own is None else own
    if params.sent_by == "mail" and params.payer_mail is None:
        if client is not None and params.payer_kind == "customer":
            mail = client.mail
        else:
            mail = None
        if mail is None:
            problem = (
                "Type in an e-mail address: none is known for claims. Add it to the client, or "
                "send the claim by hand."
            )
            raise ValuesRefused([("payerMail", problem)])
        changes["payer_mail"] = mail
    if params.invoice is not None and client is not None:
        invoice = _invoice(params.invoice, company, client=client, today=now.date())
        changes["invoice"] = await _with_rate(
            platform, account_id, invoice, currency=params.currency, now=now
        )
    return params.model_copy(update=changes)


async def _client(database: Database, account_id: str, params: ClaimParams) -> ClientRecord | None:
    if params.client_id is None:
        return None
    client = await load_client(database, account_id, params.client_id)
    if client is None:
        raise ValuesRefused([("clientId", "There is no such client: GET /api/clients lists them.")])
    if client.merged_into is not None:
        raise ValuesRefused(
            [("clientId", f"This client was merged into another: use {client.merged_into}.")]
        )
    named = params.payer_name
    if params.payer_kind == "customer" and named is not None and named != client.name:
        raise ValuesRefused([("payerName", f"Leave payerName out: the client is {client.name}.")])
    return client


def _invoice(
    request: InvoiceParams, company: CompanyProfile, client: ClientRecord, today: date
) -> InvoiceParams:
    """The invoice with both sides and how it is taxed. It is refused while anything lacks: no
    invoice is issued incomplete."""
    changes: dict[str, Any] = {
        "reference": request.reference or client.reference,
        "iban": request.iban or company.iban,
    }
    seller_name = company.name
    if not is_named(seller_name):
        seller_name = ""
    if request.seller is None:
        changes["seller"] = _party(company, name=seller_name, tax_number=company.tax_number)
    if request.buyer is None:
        changes["buyer"] = _party(client, name=client.name, tax_number=None)
    invoice = with_treatment(request.model_copy(update=changes), company.vat_scheme, today)
    lacking = what_lacks(invoice)
    if lacking:
        raise ValuesRefused(lacking)
    try:
        return InvoiceParams.model_validate(invoice.model_dump())
    except ValidationError as error:
        problem = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise ValuesRefused(
            [("invoice", f"{problem}. Complete the company or the client.")]
        ) from error


async def _with_rate(
    platform: Platform, account_id: str, invoice: InvoiceParams, *, currency: str, now: datetime
) -> InvoiceParams:
    """The invoice with the rate by which its tax is said in the company's currency: BR-53 of EN
    16931, Article 230 of Directive 2006/112/EC."""
    day_rate = await rate_now(platform, account_id, currency, now=now)
    if day_rate is None:
        return invoice.model_copy(update={"accounting_currency": None, "exchange_rate": None})
    rate = invoice.exchange_rate
    if rate is None and day_rate.rate is not None:
        rate = rate_text(day_rate.rate)
    if rate is None:
        problem = (
            f"No exchange rate of {currency} to {day_rate.base} is known for today. Enter one "
            "under Settings → Currency."
        )
        raise ValuesRefused([("invoice.exchangeRate", problem)])
    changes = {"accounting_currency": day_rate.base, "exchange_rate": rate}
    return invoice.model_copy(update=changes)


def _party(
    profile: CompanyProfile | ClientRecord, name: str, tax_number: str | None
) -> InvoiceParty:
    """Make a party without validation: later checks name the fields that it lacks."""
    return InvoiceParty.model_construct(
        name=name,
        country=profile.country or "",
        street=profile.street,
        city=profile.city,
        postal_code=profile.postal_code,
        vat_id=profile.vat_id,
        tax_number=tax_number,
        registration_id=profile.registration_id,
        mail=profile.mail,
    )

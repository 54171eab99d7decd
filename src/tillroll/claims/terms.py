"""Completes what is asked for by a claim with what is known of the company and the client."""

from typing import Any

from pydantic import ValidationError

from tillroll.claims.contract import DEFAULT_TERMS, ClaimParams, InvoiceParams
from tillroll.clients.models import ClientRecord
from tillroll.clients.repository import load_client
from tillroll.company.models import CompanyProfile
from tillroll.company.service import load_profile
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import Database


async def complete(database: Database, account_id: str, params: ClaimParams) -> ClaimParams:
    """The claim with all that it does not say itself: who pays, by when, where it is sent, and both
    sides of an e-invoice.

    Raises:
        ValuesRefused: no such client, or something that the company or the client lacks.
    """
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
                "Give payerMail: no address is known for claims. Add it to the client, or send "
                "the claim by hand."
            )
            raise ValuesRefused([("payerMail", problem)])
        changes["payer_mail"] = mail
    if params.invoice is not None and client is not None:
        changes["invoice"] = _invoice(params.invoice, company, client)
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
    request: InvoiceParams, company: CompanyProfile, client: ClientRecord
) -> InvoiceParams:
    outside = request.vat_category == "O"  # what is not subject to VAT names no VAT id (BR-O-02)
    values = request.model_dump()
    for name, party in (("seller", company), ("buyer", client)):
        if values[name] is None:
            if party.country is None:
                if name == "seller":
                    where = "Settings → Company"
                else:
                    where = "the client"
                raise ValuesRefused(
                    [
                        (
                            "invoice",
                            f"An e-invoice needs the country of both sides: add it under {where}.",
                        )
                    ]
                )
            values[name] = {
                "name": party.name,
                "country": party.country,
                "street": party.street,
                "city": party.city,
                "postal_code": party.postal_code,
                "vat_id": None if outside else party.vat_id,
                "registration_id": party.registration_id,
            }
    values["reference"] = values["reference"] or client.reference
    values["iban"] = values["iban"] or company.iban
    try:
        return InvoiceParams.model_validate(values)
    except ValidationError as error:
        problem = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise ValuesRefused(
            [("invoice", f"{problem}. Complete the company or the client.")]
        ) from error

"""Names and accounts of an e-invoice as they may be kept. Pure.

Marks that turn the direction of writing show another name than the file has, and are asked about.
Joiners stay: Persian and Indic names are written with them (Unicode Standard Annex 9).
"""

import re
from dataclasses import replace
from typing import Final

from tillroll_documents.ibans import iban_problem
from tillroll_documents.reading.e_invoices.e_invoice import (
    ElectronicInvoice,
    Located,
    Party,
    Text,
)

_MARKS: Final = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LIKE_AN_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{6,32}")
"""What is no IBAN may be an account of another form, which a buyer in that country knows."""
_SPACES: Final = re.compile(r"\s+")


def with_plain_names(invoice: ElectronicInvoice) -> ElectronicInvoice:
    """The invoice, with names and number free of marks that turn the direction."""
    return replace(
        invoice,
        number=_plain(invoice.number),
        seller=_plain_party(invoice.seller),
        buyer=_plain_party(invoice.buyer),
    )


def _plain_party(party: Party) -> Party:
    return replace(party, name=_plain(party.name), trading_name=_plain(party.trading_name))


def _plain(text: Text | None) -> Text | None:
    if text is None:
        return None
    return Located(_MARKS.sub("", text.value).strip(), text.path)


def is_no_iban(account: Text | None) -> bool:
    """Whether an account looks like an IBAN whose length or check digits are wrong (ISO 13616)."""
    if account is None:
        return False
    plain = _SPACES.sub("", account.value).upper()
    return _LIKE_AN_IBAN.fullmatch(plain) is not None and iban_problem(plain) is not None

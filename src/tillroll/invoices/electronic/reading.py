"""From the bytes of an XML file to an e-invoice."""

import re
from collections.abc import Callable
from typing import Final

from tillroll.invoices.electronic.cii import read_cii
from tillroll.invoices.electronic.errors import UnknownDocument
from tillroll.invoices.electronic.invoice import ElectronicInvoice, Syntax
from tillroll.invoices.electronic.tree import Element, parse
from tillroll.invoices.electronic.ubl import read_ubl

_Reader = Callable[[Element, Syntax], ElectronicInvoice]
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS: Final[dict[tuple[str, str], tuple[_Reader, Syntax]]] = {
    (f"{_UBL}Invoice-2", "Invoice"): (read_ubl, Syntax.UBL_INVOICE),
    (f"{_UBL}CreditNote-2", "CreditNote"): (read_ubl, Syntax.UBL_CREDIT_NOTE),
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"): (read_cii, Syntax.CII),
    ("urn:ferd:CrossIndustryDocument:invoice:1p0", "CrossIndustryDocument"): (read_cii, Syntax.ZUGFERD_1),
}
EMBEDDED_NAMES: Final = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""Names, in lower case, under which Factur-X 1, ZUGFeRD 1 and 2, and XRechnung lie in a PDF."""
_PROFILES: Final = (
    (re.compile("xrechnung|xeinkauf", re.IGNORECASE), "XRechnung"),
    (re.compile("extended", re.IGNORECASE), "EXTENDED"),
    (re.compile(r"minimum", re.IGNORECASE), "MINIMUM"),
    (re.compile(r"basicwl", re.IGNORECASE), "BASIC WL"),
    (re.compile(r"basic", re.IGNORECASE), "BASIC"),
    (re.compile(r"comfort", re.IGNORECASE), "COMFORT"),
    (re.compile(r"peppol", re.IGNORECASE), "Peppol BIS"),
    (re.compile(r"en16931", re.IGNORECASE), "EN 16931"),
)


def read_invoice(content: bytes) -> ElectronicInvoice:
    """The invoice of an XML file.

    Raises:
        UnknownDocument: it is XML, but no UBL invoice or credit note and no Cross Industry Invoice.
        InvalidInvoice: it is no XML that is read here, or holds an amount or a day that is none.
    """
    root = parse(content)
    known = _ROOTS.get((root.namespace, root.local))
    if known is None:
        name = f"{root.local[:60]} of {root.namespace[:120]}" if root.namespace else root.local[:60]
        raise UnknownDocument(f"the XML is no invoice that is known here, but {name}")
    reader, syntax = known
    return reader(root, syntax)


def profile_name(identifier: str) -> str:
    """What people call a specification identifier (BT-24); the identifier itself where it is no known one."""
    return next((name for pattern, name in _PROFILES if pattern.search(identifier)), identifier)

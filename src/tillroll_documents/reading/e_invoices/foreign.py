"""Documents in XML that are known by name and not read as invoices, by their root elements. Pure.

Namespaces are those of the forms' published schemas.
"""

from collections.abc import Mapping
from typing import Final

from tillroll_documents.reading.reasons import XmlReason

_COSTA_RICA: Final = "https://cdn.comprobanteselectronicos.go.cr/xml-schemas/"
# By the root's local name, and how its namespace begins.
_FOREIGN: Final[tuple[tuple[str, str, XmlReason], ...]] = (
    ("Invoice", "urn:sfti:documents:BasicInvoice", XmlReason.SVEFAKTURA),
    ("Invoice", "urn:sfti:", XmlReason.SVEFAKTURA),
    ("Invoice", "http://rep.oio.dk/ubl/xml/schemas/0p71", XmlReason.OIOXML),
    ("Invoice", "http://isdoc.cz/namespace", XmlReason.ISDOC),
    ("Invoice", "http://www.ebinterface.at/schema/", XmlReason.OLD_EBINTERFACE),
    ("Invoice", "http://www.nesubl.eu/schemas", XmlReason.NES_UBL),
    ("Finvoice", "", XmlReason.FINVOICE),
    ("INVOICE_CENTER", "", XmlReason.TEAPPS),
    ("INVOICE", "http://www.opentrans.org", XmlReason.OPENTRANS),
    ("FatturaElettronicaSemplificata", "", XmlReason.FATTURA_SIMPLIFIED),
    ("FatturaElettronica", "", XmlReason.OLD_FATTURA),
    ("Faktura", "http://crd.gov.pl/wzor/", XmlReason.OLD_KSEF),
    ("Facturae", "", XmlReason.OLD_FACTURAE),
    ("Comprobante", "http://www.sat.gob.mx/cfd", XmlReason.CFDI),
    ("nfeProc", "http://www.portalfiscal.inf.br", XmlReason.NF_E),
    ("NFe", "http://www.portalfiscal.inf.br", XmlReason.NF_E),
    ("InvoiceData", "http://schemas.nav.gov.hu/OSA", XmlReason.NAV),
    ("InvoicesDoc", "http://www.aade.gr/myDATA", XmlReason.MY_DATA),
    ("IzdaniRacunEnostavni", "", XmlReason.ESLOG),
    ("M_INVOIC", "", XmlReason.ESLOG),
    ("EnvioDTE", "http://www.sii.cl/SiiDte", XmlReason.DTE),
    ("DTE", "http://www.sii.cl/SiiDte", XmlReason.DTE),
    ("FacturaElectronica", _COSTA_RICA, XmlReason.COSTA_RICA),
    ("TiqueteElectronico", _COSTA_RICA, XmlReason.COSTA_RICA),
    ("GTDocumento", "http://www.sat.gob.gt/dte/fel/", XmlReason.FEL),
    ("autorizacion", "", XmlReason.SRI),
    ("rDE", "http://ekuatia.set.gov.py/sifen/xsd", XmlReason.SIFEN),
)
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
FOREIGN_ROOTS: Final = frozenset(root for root, _, _ in _FOREIGN)
_UBL_DOCUMENTS: Final[Mapping[str, XmlReason]] = {
    "AttachedDocument": XmlReason.UBL_OTHER,
    "Reminder": XmlReason.UBL_REMINDER,
    "Statement": XmlReason.UBL_STATEMENT,
    "Order": XmlReason.UBL_OTHER,
    "OrderResponse": XmlReason.UBL_OTHER,
    "OrderResponseSimple": XmlReason.UBL_OTHER,
    "OrderChange": XmlReason.UBL_OTHER,
    "DespatchAdvice": XmlReason.UBL_OTHER,
    "ReceiptAdvice": XmlReason.UBL_OTHER,
    "Quotation": XmlReason.UBL_OTHER,
    "Catalogue": XmlReason.UBL_OTHER,
    "ApplicationResponse": XmlReason.UBL_OTHER,
    "RemittanceAdvice": XmlReason.UBL_OTHER,
    "UtilityStatement": XmlReason.UBL_OTHER,
}
UBL_ROOTS: Final = frozenset(_UBL_DOCUMENTS)


def reason_of(namespace: str, root: str) -> XmlReason | None:
    """Why a document of this root is not read; None where nobody knows it."""
    if namespace.startswith(_UBL):
        return _UBL_DOCUMENTS.get(root)
    for name, begin, reason in _FOREIGN:
        if root == name and namespace.startswith(begin):
            return reason
    return None

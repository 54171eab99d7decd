"""Reading the XML of an e-invoice. Imported only where there is one."""

from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.services import Platform
from tillroll.reading.company_names import Own
from tillroll.reading.invoices.e_invoice import ElectronicInvoice, InvalidInvoice, UnknownDocument
from tillroll.reading.invoices.extraction import extract, read_invoice
from tillroll.reading.invoices.judgement import judge
from tillroll.reading.reasons import InvoiceReason
from tillroll.reading.receipt import Reading
from tillroll.receipts.contract import UNREADABLE_XML
from tillroll.receipts.transcripts import StoredXml


def list_upload(content: bytes, xml: StoredXml) -> tuple[str, str | None]:
    """The listing of an XML file that came by itself; or no text, and why a person must see it."""
    try:
        return listing_of(read_invoice(content), xml), None
    except UnknownDocument:
        return "", InvoiceReason.XML_UNKNOWN.value
    except InvalidInvoice:
        return "", UNREADABLE_XML


def listing_of(invoice: ElectronicInvoice, xml: StoredXml) -> str:
    """What the XML says, a line each."""
    return "\n".join(extract(invoice, first_line=xml.first_line, file_name=xml.name).lines)


async def read_stored(platform: Platform, own: Own, xml: StoredXml, transcript: str) -> Reading:
    """The reading of the XML, held against the text of the pages that it lies in."""
    content = await platform.objects.get_bytes(xml.key)
    if content is None:
        raise NonRetryable(f"the object {xml.key} is missing")
    invoice = read_invoice(content)
    found = extract(invoice, first_line=xml.first_line, file_name=xml.name)
    printed = "\n".join(transcript.split("\n")[: xml.first_line])
    return judge(invoice, found.extraction, printed, own)

"""Writes the files of an invoice: its XML, and the PDF that carries it."""

from collections.abc import Mapping, Sequence

from tillroll.claims.contract import InvoiceParams
from tillroll.claims.invoices.composing import compose
from tillroll.claims.invoices.layout import InvoicePage
from tillroll.claims.models import MEDIA_TYPES, Claim, ClaimEvent, ClaimItem
from tillroll.claims.payer_locale import locale_for
from tillroll.company.service import find_logo
from tillroll.exports.files import font_files, scaled
from tillroll_documents.invoice_writer.cii import write_cii
from tillroll_durable.platform.bindings.objects import ObjectWriter, Stored
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import words_in


async def write_invoice(
    platform: Platform,
    claim: Claim,
    items: Sequence[ClaimItem],
    params: InvoiceParams,
    prefix: str,
    note: ClaimEvent | None = None,
) -> Mapping[str, Stored]:
    """The files of a claim's invoice, or of the credit note that an event of it is, by the names
    that they have as a claim's files."""
    locale = locale_for(claim.written_in, None)
    say = await words_in(platform.assets, locale.code)
    invoice = compose(claim, items, params, say=say, locale=locale, note=note)
    xml = write_cii(invoice)
    name = "invoice"
    made_at = claim.created_at
    if note is not None:
        name = "credit_note"
        made_at = note.at
    page = InvoicePage(invoice, say=say, locale=locale, made_at=made_at)
    for script in page.lacking:
        page.use_fonts(script, await font_files(platform, script))
    logo = await find_logo(platform.database, claim.account_id)
    picture = None
    if logo is not None:
        picture = await scaled(platform, logo.key)
    contents = {name: (f"{prefix}.xml", xml)}
    contents[f"{name}_pdf"] = (f"{prefix}.pdf", page.write(xml, picture))
    stored: dict[str, Stored] = {}
    for file_name, (key, content) in contents.items():
        sink = ObjectWriter(platform.objects, key, MEDIA_TYPES[file_name])
        await sink.add(content)
        stored[file_name] = await sink.close()
    return stored

"""The e-invoice of a credit note: written when a claim that has one is corrected, and again each minute until it is."""

from tillroll.durable import NonRetryable, statement
from tillroll.invoices.written.issued import IssuedInvoice, Preceding
from tillroll.jobs.setbacks import each_row
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.bindings.objects import ObjectWriter
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.workflows.claim.contract import ClaimParams
from tillroll.workflows.claim.rows.claims import list_events, load_claim
from tillroll.workflows.claim.rows.files import MEDIA_TYPES, WRITING_NOTES, find_unwritten_notes, insert_note_file
from tillroll.workflows.claim.rows.items import list_items
from tillroll.workflows.claim.stating import line_of


async def write_notes(platform: Platform, run_id: str | None = None) -> int:
    """Write the credit notes of a claim, or of all, that have no file; how many. One that cannot be written now is
    left to the next time."""
    rows = await find_unwritten_notes(platform.database, to_text(platform.clock.now()), run_id)
    return await each_row(platform, WRITING_NOTES, rows, "note", lambda row: _write(platform, row))


async def _write(platform: Platform, row: Row) -> None:
    run_id, version = text(row, "run_id"), integer(row, "version")
    # Nothing but an invoice needs what writes XML.
    from tillroll.invoices.written.ubl import write_ubl  # noqa: PLC0415 - see above

    claim = await load_claim(platform.database, run_id)
    run = await platform.database.first(statement("SELECT params FROM runs WHERE id = ?", run_id))
    event = (await list_events(platform.database, run_id))[version - 1]
    if claim is None or run is None or claim.number is None or claim.issued_on is None or event.number is None:
        raise NonRetryable(f"the claim of the run {run_id} was not issued")
    params = ClaimParams.model_validate(load_object(text(run, "params"))).invoice
    if params is None:
        raise NonRetryable(f"the claim of the run {run_id} has no e-invoice")
    items = [item for item in await list_items(platform.database, run_id) if item.released_at == event.at]
    if sum(item.amount for item in items) != event.amount:
        raise NonRetryable(f"what the credit note {event.number} took out is not what it is over")
    note = IssuedInvoice(
        number=event.number,
        issued_on=from_text(event.at).date(),
        due_on=None,
        currency=claim.standing.currency,
        seller=params.seller.issued(),
        buyer=params.buyer.issued(),
        vat=params.vat(),
        lines=[line_of(item, claim.standing.currency) for item in items],
        reference=params.reference,
        preceding=Preceding(claim.number, claim.issued_on),
    )
    key = f"{claim.account_id}/claims/{run_id}/{event.number}.xml"
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["credit_note"])
    await sink.add(write_ubl(note))
    await platform.database.batch([insert_note_file(run_id, version, await sink.close())])

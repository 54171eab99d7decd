"""Reading a statement in place of a receipt: it says everything itself, so no model is asked and nothing is doubted but
that it may be made twice."""

from dataclasses import replace

from tillroll.durable import statement
from tillroll.durable.record.runs import Run
from tillroll.expenses.writes import key_of
from tillroll.platform.bindings.database import text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.services import Platform
from tillroll.receipts.correction import apply
from tillroll.receipts.reading import Reading
from tillroll.receipts.voucher import Origin, Voucher, extract
from tillroll.workflows.receipt.reading.recollection import recollect
from tillroll.workflows.receipt.rows.records import Receipt


def text_key(derived_prefix: str) -> str:
    """Where the text of a statement lies, for people."""
    return f"{derived_prefix}/statement.txt"


async def load_statement(platform: Platform, receipt: Receipt) -> Voucher:
    """Raises NonRetryable: the document is missing."""
    stored = await platform.objects.get_text(receipt.object_key)
    if stored is None:
        raise NonRetryable(f"the object {receipt.object_key} is missing")
    return Voucher.model_validate_json(stored)


async def read_statement(platform: Platform, run: Run, receipt: Receipt) -> tuple[Reading, str | None]:
    """The reading, which is believed, and the run that looks like the same expense. Rules and memory propose a category
    where none was stated; the merchant is as it was stated."""
    voucher = await load_statement(platform, receipt)
    reading = Reading(extract(voucher), accepted=True, reasons=())
    if voucher.origin is not Origin.VOUCHER:
        return reading, await _claimed_before(platform, run, reading)
    recollection = await recollect(platform.database, run, reading)
    duplicate_of = recollection.duplicate_of(reading)
    remembered = recollection.snap(reading).extraction
    stated = {"merchant": reading.extraction.merchant, "known_as": None}
    if voucher.category is not None:
        stated["category"] = reading.extraction.category
    return replace(reading, extraction=remembered.model_copy(update=stated)), duplicate_of


async def _claimed_before(platform: Platform, run: Run, reading: Reading) -> str | None:
    """The run of the same person's same claim: two people may make one journey."""
    row = await platform.database.first(
        statement(
            """
            SELECT run_id FROM expenses
            WHERE account_id = ?1 AND duplicate_key = ?2 AND receipt_id <> ?3 AND status <> 'voided'
              AND person = (SELECT uploaded_by FROM receipts WHERE id = ?3)
            ORDER BY id LIMIT 1
            """,
            run.account_id,
            key_of(apply(reading.extraction, {})),
            run.subject,
        )
    )
    return None if row is None else text(row, "run_id")

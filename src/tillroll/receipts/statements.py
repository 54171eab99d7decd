"""Statements in place of a receipt: taken like an upload, and read without a model."""

import hashlib
from dataclasses import replace

from tillroll.durable import Actor, Workflow, statement
from tillroll.durable.record.runs import Run
from tillroll.expenses.writes import key_of
from tillroll.platform.bindings.database import text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.json import dump, load_object
from tillroll.platform.services import Platform
from tillroll.reading.correction import apply
from tillroll.reading.receipt import Reading
from tillroll.reading.voucher import MEDIA_TYPES, Origin, Voucher, extract
from tillroll.receipts.recollection import recollect
from tillroll.receipts.repository import Receipt
from tillroll.receipts.service import NoSuchReceipt, Taken, Uploaded, original_key, take_upload


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


class KeyReused(Exception):
    """The key stands for another statement of the same person."""


async def take_statement(platform: Platform, workflow: Workflow, actor: Actor, voucher: Voucher) -> Taken:
    """Begin a run for a statement, once however often it comes: its document has the same bytes each time. Two
    statements that say the same are told apart by their keys.

    Raises:
        KeyReused: the person has said something else under this key; nothing was begun.
    """
    content = dump(load_object(voucher.model_dump_json())).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    receipt_id = None if voucher.key is None else _receipt_id(actor.account_id, voucher.by, voucher.key)
    if receipt_id is not None and await _sha256_of(platform, receipt_id) not in {None, sha256}:
        raise KeyReused
    prefix = f"{actor.account_id}/{sha256}"
    media_type = MEDIA_TYPES[voucher.origin]
    key = original_key(actor.account_id, sha256)
    await platform.objects.put_bytes(key, content, media_type)
    await platform.objects.put_text(text_key(prefix), voucher.as_text(), "text/plain; charset=utf-8")
    uploaded = Uploaded(
        sha256=sha256,
        media_type=media_type,
        picture=None,
        size=len(content),
        file_name=None,
        object_key=key,
        by=voucher.by,
    )
    try:
        return await take_upload(platform, workflow, actor, uploaded, receipt_id)
    except NoSuchReceipt as error:  # another statement took the key meanwhile
        raise KeyReused from error


def _receipt_id(account_id: str, by: str, key: str) -> str:
    """One receipt for a person's key: a second one is refused as its row would be."""
    digest = hashlib.sha256(dump([account_id, by, key]).encode()).hexdigest()
    return f"rec_{digest[:26]}"


async def _sha256_of(platform: Platform, receipt_id: str) -> str | None:
    row = await platform.database.first(statement("SELECT sha256 FROM receipts WHERE id = ?", receipt_id))
    return None if row is None else text(row, "sha256")

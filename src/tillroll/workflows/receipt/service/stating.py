"""Taking a statement in place of a receipt: it is stored as the document that it is, and taken like an upload."""

import hashlib

from tillroll.durable import Actor, Workflow, statement
from tillroll.platform.bindings.database import text
from tillroll.platform.json import dump, load_object
from tillroll.platform.services import Platform
from tillroll.receipts.voucher import MEDIA_TYPES, Voucher
from tillroll.workflows.receipt.reading.statements import text_key
from tillroll.workflows.receipt.service.uploading import NoSuchReceipt, Taken, Uploaded, original_key, take_upload


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

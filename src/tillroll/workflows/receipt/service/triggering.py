"""Triggering a receipt's run from outside: for bytes that are stored already."""

from tillroll.durable import Actor, ValuesRefused, Workflow, statement
from tillroll.durable.declared import Triggered
from tillroll.platform.bindings.database import text
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import ReceiptParams
from tillroll.workflows.receipt.service.uploading import take_stored

_OF_ACCOUNT = "SELECT sha256 FROM receipts WHERE id = ? AND account_id = ?"
_NONE = "There is no receipt with this id in your account: a run's `subject` is one, and an upload answers it."


async def begin_for_stored(
    platform: Platform, workflow: Workflow, actor: Actor, params: ReceiptParams, _key: str | None
) -> Triggered:
    """What the upload of the same bytes would come to: the receipt's run, or another where that one has ended without
    an expense. The receipt is the key: one run of it is live at a time.

    Raises:
        ValuesRefused: the account has no such receipt.
    """
    row = await platform.database.first(statement(_OF_ACCOUNT, params.receipt_id, actor.account_id))
    if row is None:
        raise ValuesRefused([("receiptId", _NONE)])
    taken = await take_stored(platform, workflow, actor, text(row, "sha256"))
    return Triggered(taken.run_id, is_ours=taken.is_new)

"""What was uploaded for an expense."""

from tillroll.durable import statement
from tillroll.exports.archive.zip_file import Original
from tillroll.exports.expense import ExportedExpense
from tillroll.platform.bindings.database import text
from tillroll.platform.services import Platform


async def original_of(platform: Platform, account_id: str, expense: ExportedExpense) -> Original | None:
    """The bytes that were uploaded, one object in memory; None for a line that takes back, and where they are gone.

    Raises:
        ObjectsUnavailable: the store did not answer.
    """
    if expense.corrects is not None:
        return None
    row = await platform.database.first(
        statement(
            "SELECT object_key, media_type FROM receipts WHERE id = ? AND account_id = ?",
            expense.receipt_id,
            account_id,
        )
    )
    content = None if row is None else await platform.objects.get_bytes(text(row, "object_key"))
    return None if row is None or content is None else Original(content, text(row, "media_type"))

"""What was uploaded for an expense."""

from tillroll.durable import statement
from tillroll.exports.archive.zip_file import Original
from tillroll.exports.expense import ExportedExpense
from tillroll.pictures.bare import bare
from tillroll.platform.bindings.database import text
from tillroll.platform.services import Platform


async def original_of(platform: Platform, account_id: str, expense: ExportedExpense) -> Original | None:
    """The bytes that were uploaded, of a picture without what it tells beside its pixels, one object in memory; None
    for a line that takes back, and where they are gone.

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
    if row is None:
        return None
    content, media_type = await platform.objects.get_bytes(text(row, "object_key")), text(row, "media_type")
    return None if content is None else Original(bare(media_type, content), media_type)

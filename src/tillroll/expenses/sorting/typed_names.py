"""Names that a person types in for an expense before it exists, at whatever door."""

from tillroll.expenses.sorting.category_names import checked_as
from tillroll.expenses.sorting.merchant_names import check_merchant_look
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import Database


async def check_typed_names(
    database: Database, account_id: str, *, category: object, merchant: object
) -> None:
    """Refuse what only looks like a category or merchant of the account. None and "" are no names.
    Raises ValuesRefused with both problems.
    """
    problems: list[tuple[str, str]] = []
    if isinstance(category, str) and category.strip():
        try:
            await checked_as(database, account_id, " ".join(category.split()))
        except ValuesRefused as error:
            problems += error.problems
    if isinstance(merchant, str):
        try:
            await check_merchant_look(database, account_id, merchant)
        except ValuesRefused as error:
            problems += error.problems
    if problems:
        raise ValuesRefused(problems)

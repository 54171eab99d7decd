"""The codes of the account's categories, for a profile that leaves them open."""

from pydantic import ValidationError

from tillroll.durable import statement
from tillroll.exports.writer import Format
from tillroll.platform.bindings.database import Database, optional_text, text
from tillroll.workflows.export.profile_shapes import CodingShape, ProfileOptions, problems_of


async def with_codes(database: Database, account_id: str, file: Format, options: ProfileOptions) -> ProfileOptions:
    """A profile's options with the categories' own codes, where it has no coding of theirs and the format takes them.

    A code that the format cannot have (letters in a DATEV account) is left out: the category is booked as all others.
    """
    if "codings" not in file.options:
        return options
    rows = await database.all(
        statement(
            """
            SELECT name, ledger_code, tax_code FROM categories
            WHERE account_id = ? AND state <> 'merged' AND (ledger_code IS NOT NULL OR tax_code IS NOT NULL)
            ORDER BY name LIMIT 500
            """,
            account_id,
        )
    )
    codings = dict(options.codings)
    for row in rows:
        try:
            coding = CodingShape(account=optional_text(row, "ledger_code"), tax_code=optional_text(row, "tax_code"))
        except ValidationError:
            continue
        alone = options.model_copy(update={"codings": {text(row, "name"): coding}})
        if not problems_of(file.name, alone):
            codings.setdefault(text(row, "name"), coding)
    return options.model_copy(update={"codings": codings})

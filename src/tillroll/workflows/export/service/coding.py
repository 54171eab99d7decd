"""The accounts and tax codes that categories have of their own, for what a profile leaves open."""

from tillroll.durable import statement
from tillroll.exports.writer import Format
from tillroll.platform.bindings.database import Database, optional_text, text
from tillroll.workflows.export.profile_shapes import CodingShape, ProfileOptions

_MOST = 500


async def with_categories(database: Database, account_id: str, file: Format, options: ProfileOptions) -> ProfileOptions:
    """The options with the codes of the account's categories, where the format takes codes. What the profile says of a
    category goes before; DATEV gets numbers only."""
    if "codings" not in file.options:
        return options
    rows = await database.all(
        statement(
            """
            SELECT name, ledger_code, tax_code FROM categories
            WHERE account_id = ? AND state <> 'merged' AND (ledger_code IS NOT NULL OR tax_code IS NOT NULL)
            ORDER BY name LIMIT ?
            """,
            account_id,
            _MOST,
        )
    )
    codings = dict(options.codings)
    for row in rows:
        name, own = text(row, "name"), options.codings.get(text(row, "name"), CodingShape())
        codings[name] = CodingShape(
            account=own.account or _account(options, optional_text(row, "ledger_code")),
            tax_code=own.tax_code or _tax_code(options, optional_text(row, "tax_code")),
            cost_centre=own.cost_centre,
        )
    return options.model_copy(update={"codings": codings})


def _account(options: ProfileOptions, code: str | None) -> str | None:
    if code is None or options.datev is None:
        return code
    fits = code.isdecimal() and len(code) <= options.datev.account_length + 1 and code.strip("0")
    return code if fits else None


def _tax_code(options: ProfileOptions, code: str | None) -> str | None:
    if code is None or options.datev is None:
        return code
    return code if code.isdecimal() and len(code) <= 4 else None

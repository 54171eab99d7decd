"""Texts in cells of a table that a spreadsheet opens."""

# What a spreadsheet takes for the beginning of a formula, and the full-width twins of it that Excel takes likewise; a
# tab or a line break in front is skipped by some. Source: OWASP, "CSV Injection".
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - they are meant


def harmless(text: str | None) -> str:
    """The text as one that no spreadsheet computes: an apostrophe before what would begin a formula."""
    if text is None:
        return ""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) or text.lstrip().startswith(_BEGINS_FORMULA) else text

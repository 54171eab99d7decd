"""Texts in cells of a table that a spreadsheet opens."""

import re
import unicodedata
from itertools import dropwhile

# What a spreadsheet takes for the beginning of a formula, and the full-width twins of it that Excel takes likewise; a
# tab or a line break in front is skipped by some. Source: OWASP, "CSV Injection".
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - they are meant
# Control characters, of which NUL ends a text for some readers, and halves of a mark, which UTF-8 does not have.
_NO_MARK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def writable(text: str) -> str:
    """The text with a space for what no table holds: control characters but tabs and line breaks."""
    return _NO_MARK.sub(" ", text)


def harmless(text: str | None) -> str:
    """The text as one that no spreadsheet computes: an apostrophe before what would begin a formula, also behind blanks
    and marks that nobody sees."""
    if text is None:
        return ""
    plain = writable(text)
    seen = "".join(dropwhile(_is_unseen, plain))
    return f"'{plain}" if plain.startswith(_BEGINS_FORMULA) or seen.startswith(_BEGINS_FORMULA) else plain


def _is_unseen(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) == "Cf"

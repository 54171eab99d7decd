"""Texts in tables of plain text: as no spreadsheet computes them, and back. Pure.

A spreadsheet parts a line by the separator of its machine, which may be another than the file's.
By another separator, quotes within a line hold nothing together: only those count that a cell
begins with (RFC 4180, section 2; LibreOffice Help, "Text Import", "String delimiter"). So each
place counts where a cell may begin: behind a comma, a semicolon, a tab or a line break, too.
Signs that begin a formula, and their full-width twins: OWASP, "CSV Injection".
"""

import re
from typing import Final

# They are meant.
_SIGNS: Final = "=+\\-@＝＋－＠"  # noqa: RUF001
_ENDS: Final = ",;\t\r\n\u2028\u2029"
# Quotes, and marks of Unicode's category Cf, which nobody sees.
_UNSEEN: Final = (
    '"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e'
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_BLANK: Final = "[^\\S\t\r\n\u2028\u2029]"
_BEGINS: Final = f"(?='*(?:{_BLANK}|[{_UNSEEN}])*[{_SIGNS}])"
# Some skip a tab or a line break in front of a text.
_FORMULA: Final = re.compile(f"(^(?='*[\t\r\n])|(?:^|(?<=[{_ENDS}])){_BEGINS})")
_MARKED: Final = re.compile(f"(?:^'(?='*[\t\r\n])|(?:^|(?<=[{_ENDS}]))'{_BEGINS})")


def without_formulas(text: str) -> str:
    """The text with an apostrophe before each place where a spreadsheet may see a formula. One that
    stands there already gets another, so that the way back is sure.
    """
    return _FORMULA.sub("'", text)


def with_formulas(text: str) -> str:
    """The text that `without_formulas` made this of."""
    return _MARKED.sub("", text)

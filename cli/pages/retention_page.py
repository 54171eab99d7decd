"""How long what is kept, as docs/privacy.md has it and as the page shows it: made from one
table.
"""

from collections.abc import Sequence
from textwrap import fill
from typing import Final, cast

from cli.pages.made_part import with_part
from tillroll.app import load
from tillroll_durable.platform.tables import Kept

_KEPT = [cast("Sequence[Kept]", each) for each in load(lambda module: module.retention)]
RETENTION: Final = sorted(
    (kept for each in reversed(_KEPT) for kept in each), key=lambda kept: kept.who == "nobody"
)
"""Of the highest module first, and last what nobody deletes."""

_BEGIN = "<!-- made by `make docs` from RETENTION of the modules -->\n"
_END = "<!-- end of what is made -->\n"


def with_retention(page: str) -> str:
    """The page with its table made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    return with_part(page, _BEGIN, _table(), _END)


def _table() -> str:
    rows = "".join(f"| {kept.what} | {kept.says} | {kept.who} |\n" for kept in RETENTION)
    return f"| kind of data | how long | who deletes it |\n| --- | --- | --- |\n{rows}"


def retention_module() -> str:
    """The page's module of it: what, and how long."""
    rows = "".join(f"  [\n{_text(kept.what)},\n{_text(kept.says)},\n  ],\n" for kept in RETENTION)
    return (
        "/** How long what is kept: made from the code by `make docs`. */\n\n"
        'import { t } from "../words.ts";\n\n'
        f"export const KEPT: [string, string][] = [\n{rows}];\n"
    )


def _text(text: str) -> str:
    """Marked for the catalogue, and on several lines where it is long."""
    return fill(f"t`{_plain(text)}`", 100, initial_indent="    ", subsequent_indent="      ")


def _plain(text: str) -> str:
    """Without Markdown, beginning as a line does."""
    plain = text.replace("`", "")
    return plain[:1].upper() + plain[1:]

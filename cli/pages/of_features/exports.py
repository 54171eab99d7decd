"""What the page knows of the headings of exports. The writers of the Worker declare them."""

from collections.abc import Iterable
from typing import Final

from cli.pages.typescript import MADE
from tillroll.exports.writers.tables import CHOSEN, COLUMNS


def _headings() -> str:
    """The page's module of the headings that a table of expenses may have."""
    return "".join(
        [
            f"/** Headings of exports: {MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            "/** What a file has unless a profile chooses others, in this order. */\n",
            f"export const COLUMNS = [\n{_words(COLUMNS)}];\n\n",
            "/** What stands only where a profile asks for it. */\n",
            f"export const CHOSEN = [\n{_words(CHOSEN)}];\n",
        ]
    )


def _words(headings: Iterable[str]) -> str:
    return "".join(f"  t`{heading}`,\n" for heading in headings)


PAGE_MODULES: Final = {"public/js/exports/headings.ts": _headings}

"""Where things are printed: answers on stdout, all else on stderr; JSON where that was asked
for.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tillroll_command.hints import with_hints

if TYPE_CHECKING:
    from rich.console import Console


_SHORT: Final = len("2026-01-31")
"""Characters of a cell that is never broken: days, states and currencies have no more."""


class Output:
    """With `as_json`, stdout gets JSON alone. On a terminal, tables; elsewhere fields apart by
    tabs, a line an item, which `cut` and `awk` read. Rich leaves colours out where there is no
    terminal, or NO_COLOR is set.
    """

    has_document: ClassVar[bool] = False
    """Whether the command has printed its one document: then no other follows, also no error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        Output.has_document = False

    def document(self, value: object) -> None:
        """The one JSON document of a command."""
        Output.has_document = True
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()

    def line(self, value: object) -> None:
        """A line of JSON Lines."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def say(self, *lines: str, style: str = "") -> None:
        """Part of the answer, for people."""
        for line in map(with_hints, lines):
            if style:
                self._console().print(plain(line), style=style, soft_wrap=True)
            else:  # which stands above a bar of progress, where there is one
                sys.stdout.write(f"{plain(line)}\n")
        sys.stdout.flush()

    def note(self, *lines: str) -> None:
        """Beside the answer: on stderr."""
        for line in map(with_hints, lines):
            sys.stderr.write(f"{plain(line)}\n")

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()
    ) -> None:
        """Rows for people, or for `cut`; columns in `right` hold numbers."""
        cells = [[plain(shown(cell)) for cell in row] for row in rows]
        if not sys.stdout.isatty():
            for row in cells:
                sys.stdout.write("\t".join(row) + "\n")
            return
        from rich.table import Table  # noqa: PLC0415 - not needed by --json and in pipes

        table = Table(box=None, pad_edge=False, header_style="bold")
        # An id that is broken over two lines cannot be copied, and a day cannot be read.
        for number, name in enumerate(columns):
            justify = "right" if name in right else "left"
            widest = max((len(row[number]) for row in cells), default=0)
            is_whole = number == 0 or widest <= _SHORT
            table.add_column(
                name,
                justify=justify,
                overflow="fold",
                no_wrap=is_whole,
                min_width=widest if is_whole else None,
            )
        for row in cells:
            table.add_row(*row)
        self._console().print(table)

    def listing(
        self,
        answer: object,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        right: Sequence[str] = (),
    ) -> None:
        """A list as the API answers it: the answer as it is, or its `rows`."""
        if self.as_json:
            self.document(answer)
        else:
            self.table(columns, rows, right)

    def page(
        self,
        page: Mapping[str, Any],
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        right: Sequence[str] = (),
    ) -> None:
        """The same of one page, and how to go on behind it."""
        self.listing(page, columns, rows, right)
        if not self.as_json:
            self.more(page)

    def more(self, page: Mapping[str, Any]) -> None:
        """How to go on behind a page, where there are more."""
        if page["nextCursor"]:
            self.note(f"There are more: --cursor {page['nextCursor']}")

    def _console(self) -> "Console":
        return console(error=False)


def console(*, error: bool) -> "Console":
    """Rich's console on stdout or stderr, as they are now."""
    from rich.console import Console  # noqa: PLC0415 - it takes longer to import than all else here

    return Console(stderr=error, markup=False, highlight=False, emoji=False)


def shown(value: Any) -> str:
    """A value in a table's cell."""
    return "" if value is None else str(value)


def plain(text: str) -> str:
    """Without control characters: a file's name may hold any, and a terminal obeys them."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)

"""The text of a mail that is written in HTML: lines as they are seen, the cells of a row apart by three blanks."""

from html.parser import HTMLParser
from typing import Final

MOST_CHARACTERS: Final = 2_000_000
"""Of HTML that are read: what lies behind is left out."""
COLUMN_GAP: Final = "   "

# How what is no text begins, and the least that ends it.
_MARKUP: Final = (("<!--", "-->"), ("<![", "]>"), ("<?", ">"), ("<", ">"))
_MOST_OPEN: Final = 50
_UNSEEN: Final = frozenset({"head", "script", "style", "template", "title", "svg", "object", "noscript"})
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_LINES: Final = frozenset(
    {"address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "tfoot", "thead", "tr", "ul"}
)
# Of these, rows follow each other without a blank line.
_ROWS: Final = frozenset({"tr", "li", "dt", "dd", "tbody", "thead", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
_HIDDEN_STYLES: Final = ("display:none", "visibility:hidden", "mso-hide:all", "font-size:0")


def text_of_html(html: str) -> str:
    """What a person sees of it. Where all is hidden, the tags are wrong rather than the text: then it is taken."""
    bounded = _bounded(html)
    seen = _read(bounded, hides=True)
    return seen if seen.strip() else _read(bounded, hides=False)


def referenced_ids(html: str) -> frozenset[str]:
    """The Content-IDs of pictures that the HTML shows (`cid:`, RFC 2392)."""
    reader = _References()
    reader.feed(_bounded(html))
    return frozenset(reader.ids)


def _bounded(html: str) -> str:
    """What is read of it. Where many things begin that nothing ends, the rest is left out: for each of them, some
    versions of the parser look through all that follows."""
    html = html[:MOST_CHARACTERS]
    for begins, ends in _MARKUP:
        behind = html.rfind(ends) + 1
        if html.count(begins, behind) > _MOST_OPEN:
            html = html[: html.find(begins, behind)]
    return html


def _read(html: str, *, hides: bool) -> str:
    reader = _Text(hides=hides)
    reader.feed(html)
    reader.close()
    return reader.text()


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.ids.update(value[4:] for _, value in attrs if value and value[:4].lower() == "cid:")


class _Text(HTMLParser):
    def __init__(self, *, hides: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._hides = hides
        self._lines: list[str] = []
        self._line: list[str] = []
        self._line_has_text = False
        # The tag that nothing is taken inside of, and how many of the same name are open in it.
        self._within: tuple[str, int] | None = None

    def text(self) -> str:
        self._end_line()
        kept: list[str] = []
        for line in self._lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within:
            name, depth = self._within
            self._within = (name, depth + 1) if tag == name else self._within
            return
        if tag not in _VOID and self._is_unseen(tag, attrs):
            self._within = (tag, 1)
        elif tag in _LINES:
            self._end_line(keeps_blank=tag not in _ROWS)
        elif tag in _CELLS and self._line_has_text:
            self._line.append(COLUMN_GAP)

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            name, depth = self._within
            if tag == name:
                self._within = (name, depth - 1) if depth > 1 else None
        elif tag in _LINES:
            self._end_line(keeps_blank=tag not in _ROWS)

    def handle_data(self, data: str) -> None:
        if not self._within and data:
            blank = " " if data[0].isspace() else ""
            end = " " if data[-1].isspace() else ""
            words = " ".join(data.split())
            self._line.append(f"{blank}{words}{end}")
            self._line_has_text = self._line_has_text or words != ""

    def _is_unseen(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        if tag in _UNSEEN:
            return True
        given = dict(attrs)
        style = "".join((given.get("style") or "").lower().split()) + ";"
        return self._hides and ("hidden" in given or any(f"{each};" in style for each in _HIDDEN_STYLES))

    def _end_line(self, *, keeps_blank: bool = True) -> None:
        cells = "".join(self._line).split(COLUMN_GAP)
        self._line, self._line_has_text = [], False
        line = COLUMN_GAP.join(filter(None, (" ".join(cell.split()) for cell in cells)))
        if line or keeps_blank:
            self._lines.append(line)

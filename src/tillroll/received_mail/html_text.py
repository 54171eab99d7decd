"""HTML of a mail: its lines as they are seen, the pictures that it shows, and the files that lie
within it (RFC 2397). Pure."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote_to_bytes

from tillroll.received_mail.transfer import from_base64

MOST_CHARACTERS: Final = 2_000_000
"""So many characters of HTML are read, its files not counted. The rest is left out."""
COLUMN_GAP: Final = "   "

# How what is no text begins, and the least that ends it.
_MARKUP: Final = (("<!--", "-->"), ("<![", "]>"), ("<?", ">"), ("<", ">"))
_UNSEEN_TAGS: Final = "head script style template title svg object noscript"
_VOID_TAGS: Final = "area base br col embed hr img input link meta param source track wbr"
_LINE_TAGS: Final = """
  address article aside blockquote br caption center dd div dl dt footer form h1 h2 h3 h4 h5 h6
  header hr li main nav ol p pre section table tbody tfoot thead tr ul
"""
_UNSEEN: Final = frozenset(_UNSEEN_TAGS.split())
_VOID: Final = frozenset(_VOID_TAGS.split())
_LINES: Final = frozenset(_LINE_TAGS.split())
# Of these, rows follow each other without a blank line.
_ROWS: Final = frozenset({"tr", "li", "dt", "dd", "tbody", "thead", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
# What a tag ends that nothing ended before it (HTML Standard, section 13.1.2.4).
_IMPLIED: Final = {
    "body": frozenset({"head", "title"}),
    "p": frozenset({"p"}),
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS | {"tr"},
}
_HIDDEN_STYLES: Final = ("display:none", "visibility:hidden", "mso-hide:all", "opacity:0")
# Blocks that stand beside each other, as cells do.
_BESIDE_STYLES: Final = ("display:inline", "display:table-cell")
_SIZE: Final = re.compile(
    r"font-size:(?P<number>\d{0,6}\.?\d{0,6})(?P<unit>[a-z%]{0,8})"
    r"|font:[^;]{0,80}?(?P<short>\d{1,6}\.?\d{0,6})(?P<of>px|pt|rem)"
)
_RELATIVE: Final = frozenset({"em", "%", "ex", "larger", "smaller"})
# Letters of this size and less nobody sees: pixels, or points.
_UNSEEN_SIZE: Final = 1.0
# `data:image/png;name=a.png;base64,AAAA`, also where its lines are folded.
_DATA: Final = re.compile(
    r"""(?<=["'=(\s])data:(?P<type>[\w.+-]{1,60}/[\w.+-]{1,60})"""
    r"""(?P<more>(?:;[\w.+=%-]{1,200}){0,8}),"""
    r"""(?P<data>[^"'<>)\s]*+(?:[\r\n]\s*+[A-Za-z0-9+/=%]++)*+)""",
    re.IGNORECASE,
)
_MOST_FILES: Final = 50
_MOST_UNENDED: Final = 50
"""So many comments or tags may begin that nothing ends."""


def text_of_html(html: str) -> str:
    """What a person sees of it. Where all is hidden, the tags are wrong rather than the text: then
    it is taken."""
    bounded = _bounded(html)
    visible = _read(bounded, hides=True)
    if visible.strip():
        return visible
    return _read(bounded, hides=False)


def referenced_ids(html: str) -> frozenset[str]:
    """The Content-IDs of pictures that the HTML shows (`cid:`, RFC 2392)."""
    reader = _References()
    reader.feed(_bounded(html))
    return frozenset(reader.ids)


@dataclass(frozen=True)
class FileWithin:
    """A file within a page, as its address. `name` is what the page calls it. `is_shown`: it is a
    picture, not a link."""

    name: str | None
    media_type: str
    content: bytes
    is_shown: bool


@dataclass(frozen=True)
class PageAlone:
    """A page without the files in it, and these."""

    html: str
    files: list[FileWithin]


def without_files(html: str) -> PageAlone:
    """Take out the files that lie within a page, at most 50 of them."""
    matches: list[re.Match[str]] = []

    def mark(match: re.Match[str]) -> str:
        if len(matches) == _MOST_FILES:
            return "data:,"
        matches.append(match)
        return f"data:{len(matches) - 1},"

    rest = _DATA.sub(mark, html)
    if not matches:
        return PageAlone(html, [])
    reader = _References()
    reader.feed(_bounded(rest))
    files: list[FileWithin] = []
    for number, match in enumerate(matches):
        caption = reader.within.get(number)
        if caption is not None:
            files.append(_file_within(match, caption))
    return PageAlone(rest, files)


def _file_within(match: re.Match[str], caption: "_Caption") -> FileWithin:
    data = match["data"]
    is_base64 = match["more"].lower().endswith(";base64")
    content = unquote_to_bytes(data)
    if is_base64:
        content = from_base64(content)
    return FileWithin(
        name=caption.name,
        media_type=match["type"].lower(),
        content=content,
        is_shown=caption.is_picture,
    )


def _bounded(html: str) -> str:
    """Cut the HTML off where it is too long, or where too much begins that nothing ends: there some
    versions of the parser look through all that follows, again and again.
    """
    html = html[:MOST_CHARACTERS]
    for begins, ends in _MARKUP:
        last_end = html.rfind(ends) + 1
        if html.count(begins, last_end) > _MOST_UNENDED:
            html = html[: html.find(begins, last_end)]
    return html


def _read(html: str, *, hides: bool) -> str:
    reader = _Text(hides=hides)
    reader.feed(html)
    reader.close()
    return reader.text()


@dataclass(frozen=True)
class _Caption:
    name: str | None
    is_picture: bool


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.within: dict[int, _Caption] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if not value or name == "style":
                continue
            if value[:4].lower() == "cid:":
                self.ids.add(value[4:])
            scheme, _, rest = value.partition(":")
            number = rest.partition(",")[0]
            if scheme.lower() != "data":
                continue
            if number.isdecimal() and number.isascii():
                self.within[int(number)] = _caption(tag, dict(attrs))


def _caption(tag: str, attributes: dict[str, str | None]) -> _Caption:
    name = attributes.get("download") or attributes.get("alt") or attributes.get("title")
    return _Caption((name or "").strip()[:200] or None, tag == "img")


@dataclass(frozen=True)
class _Open:
    """A tag that is open. `is_hidden`: nothing in it is seen. `is_unsized`: its letters have no
    size, unless a tag in it gives them one. `is_cell`: it stands beside what is before it."""

    tag: str
    is_hidden: bool
    is_unsized: bool
    is_cell: bool


_TOP: Final = _Open("", is_hidden=False, is_unsized=False, is_cell=False)


class _Text(HTMLParser):
    def __init__(self, *, hides: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._hides = hides
        self._lines: list[str] = []
        self._line: list[str] = []
        self._line_has_text = False
        self._open: list[_Open] = []
        self._counts: dict[str, int] = {}

    def text(self) -> str:
        self._end_line()
        lines: list[str] = []
        for line in self._lines:
            if line or (lines and lines[-1]):
                lines.append(line)
        return "\n".join(lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        implied = _IMPLIED.get(tag, frozenset[str]())
        while self._open and self._open[-1].tag in implied:
            self._close()
        if tag not in _VOID:
            self._push(tag, dict(attrs))
        if self._is_hidden:
            return
        is_cell = tag in _CELLS or (tag not in _VOID and self._open[-1].is_cell)
        if is_cell and self._line_has_text:
            self._line.append(COLUMN_GAP)
        elif tag in _LINES and not is_cell:
            self._end_line(keeps_blank=tag not in _ROWS)

    def handle_endtag(self, tag: str) -> None:
        was_hidden = self._is_hidden
        is_cell = False
        if self._counts.get(tag, 0):
            while self._open[-1].tag != tag:
                self._close()
            is_cell = self._open[-1].is_cell
            self._close()
        if tag in _LINES and not was_hidden and not is_cell:
            self._end_line(keeps_blank=tag not in _ROWS)

    def handle_data(self, data: str) -> None:
        if not data or self._is_hidden or (self._open and self._open[-1].is_unsized):
            return
        blank = " " if data[0].isspace() else ""
        end = " " if data[-1].isspace() else ""
        words = " ".join(data.split())
        self._line.append(f"{blank}{words}{end}")
        self._line_has_text = self._line_has_text or words != ""

    @property
    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1].is_hidden

    def _push(self, tag: str, attributes: dict[str, str | None]) -> None:
        above = _TOP
        if self._open:
            above = self._open[-1]
        style = "".join((attributes.get("style") or "").lower().split()) + ";"
        is_unsized = above.is_unsized
        is_hidden = above.is_hidden or tag in _UNSEEN
        if self._hides:
            is_hidden = is_hidden or "hidden" in attributes or _hides(style)
            is_unsized = _is_unsized(style, is_within=above.is_unsized)
        is_cell = any(each in style for each in _BESIDE_STYLES)
        self._open.append(_Open(tag, is_hidden=is_hidden, is_unsized=is_unsized, is_cell=is_cell))
        self._counts[tag] = self._counts.get(tag, 0) + 1

    def _close(self) -> None:
        closed = self._open.pop()
        self._counts[closed.tag] -= 1

    def _end_line(self, *, keeps_blank: bool = True) -> None:
        cells = "".join(self._line).split(COLUMN_GAP)
        self._line = []
        self._line_has_text = False
        line = COLUMN_GAP.join(filter(None, (" ".join(cell.split()) for cell in cells)))
        if line or keeps_blank:
            self._lines.append(line)


def _hides(style: str) -> bool:
    plain = style.replace("!important", "")
    return any(f"{each};" in plain for each in _HIDDEN_STYLES)


def _is_unsized(style: str, *, is_within: bool) -> bool:
    """Whether letters have no size: by the last size that the style gives, or as those around
    it."""
    last: re.Match[str] | None = None
    for match in _SIZE.finditer(style):
        last = match
    if last is None:
        return is_within
    if last["short"]:
        return float(last["short"]) <= _UNSEEN_SIZE and last["of"] != "rem"
    unit = last["unit"]
    if not last["number"].strip("."):
        return is_within and (unit in _RELATIVE or unit == "inherit")
    number = float(last["number"])
    if unit in _RELATIVE:
        return is_within or number == 0
    return number == 0 or (number <= _UNSEEN_SIZE and unit in {"", "px", "pt"})

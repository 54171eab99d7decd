"""The text of a mail: lines of HTML as they are seen, and mail that was forwarded inside of another's text."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

MOST_CHARACTERS: Final = 2_000_000
"""Of HTML that are read: what lies behind is left out."""
COLUMN_GAP: Final = "   "

# How what is no text begins, and the least that ends it.
_MARKUP: Final = (("<!--", "-->"), ("<![", "]>"), ("<?", ">"), ("<", ">"))
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
    """What is read: where many things begin that nothing ends, some versions of the parser look through all that
    follows."""
    html = html[:MOST_CHARACTERS]
    for begins, ends in _MARKUP:
        behind = html.rfind(ends) + 1
        if html.count(begins, behind) > 50:
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


# The lines that mail programs write above what they forward, in the languages that the rules read.
_MARKS: Final = re.compile(
    r"^[\s>*_-]*(?:"
    r"forwarded message|begin forwarded message|original message|forwarded mail"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten (?:e-?mail|nachricht)|ursprüngliche nachricht"
    r"|originalnachricht|weitergeleitete mail"
    r"|message transféré|début du message (?:transféré|réexpédié)|message d'origine"
    r"|mensaje reenviado|mensaje original|inicio del mensaje reenviado"
    r"|messaggio inoltrato|messaggio originale|inizio messaggio inoltrato"
    r"|mensagem encaminhada|mensagem original|doorgestuurd bericht|oorspronkelijk bericht"
    r"|wiadomość przekazana|przekazana wiadomość|vidarebefordrat meddelande|videresendt (?:besked|melding)"
    r")[\s:*_-]*$",
    re.IGNORECASE,
)
# `From:` and the lines below it. Outlook writes these without a line above them.
_FIELD: Final = re.compile(
    r"^[\s>*]*(?P<name>from|von|de|da|van|från|fra|od|sent|gesendet|envoyé|enviado|inviato|verzonden|date|datum|fecha|data"
    r"|to|an|à|para|a|aan|till|til|do|cc|kopie|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat"
    r"|reply-to|antwort an)\s*+(?:\*\s*+)?:\*?\s*+(?P<value>.*)$",
    re.IGNORECASE,
)
_FROM: Final = frozenset({"from", "von", "de", "da", "van", "från", "fra", "od"})
_FEWEST_FIELDS: Final = 3
# Each is looked for in all that the one before it holds.
_MOST_FORWARDED: Final = 10
_QUOTE: Final = re.compile(r"^(?:>\s?)+")


@dataclass(frozen=True)
class Forwarded:
    """`note` is what stands above; `sender` is as the forwarded text names them."""

    note: str
    text: str
    sender: str | None


def unwrap(text: str) -> Forwarded | None:
    """The innermost of what was forwarded, up to the tenth; None where the text forwards nothing."""
    found: Forwarded | None = None
    for _ in range(_MOST_FORWARDED):
        inner = _unwrap_once(text if found is None else found.text)
        if inner is None:
            break
        found = inner
    return found


def _unwrap_once(text: str) -> Forwarded | None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        marked = bool(_MARKS.match(line))
        if not marked and not _begins_head(lines, number):
            continue
        fields, rest = _head(lines, number + 1 if marked else number)
        sender = next((value for name, value in fields if name in _FROM), None)
        if sender is None:
            continue
        inner = "\n".join(_QUOTE.sub("", each) for each in lines[rest:]).strip("\n")
        return Forwarded("\n".join(lines[:number]).strip("\n"), inner, sender)
    return None


def _begins_head(lines: list[str], number: int) -> bool:
    """Whether the headers of a mail begin on this line: From first, and two others on the lines below."""
    first = _FIELD.match(lines[number])
    if first is None or first["name"].lower() not in _FROM or "@" not in " ".join(lines[number : number + 2]):
        return False
    return sum(_FIELD.match(line) is not None for line in lines[number : number + 5]) >= _FEWEST_FIELDS


def _head(lines: list[str], start: int) -> tuple[list[tuple[str, str]], int]:
    """The header lines from `start` on, and where the text behind them begins."""
    fields: list[tuple[str, str]] = []
    place = start
    while place < len(lines) and place < start + 14:
        field = _FIELD.match(lines[place])
        if field is not None:
            fields.append((field["name"].lower(), field["value"].strip()))
        elif lines[place].strip(" >*") and (not fields or fields[-1][1]):
            break
        elif lines[place].strip(" >*"):
            fields[-1] = (fields[-1][0], lines[place].strip())
        elif len(fields) >= _FEWEST_FIELDS:
            break
        place += 1
    return fields, place

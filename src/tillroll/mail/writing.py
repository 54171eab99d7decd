"""The words of a mail, as plain text and as HTML: the same paragraphs, escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_LONGEST_LINE: Final = 500
_LONGEST_SUBJECT: Final = 120
_STYLE: Final = "font-family:system-ui,sans-serif;line-height:1.5;color:#1b1b1b;max-width:36rem"


@dataclass(frozen=True)
class Paragraph:
    """A sentence, with where it leads; `label` is what the link is called."""

    text: str
    url: str = ""
    label: str = "Open it"


def subject_line(text: str) -> str:
    """One line, bounded: what would end a header is a blank."""
    return _cut(text, _LONGEST_SUBJECT)


def as_text(paragraphs: Sequence[Paragraph]) -> str:
    return "\n\n".join("\n".join(filter(None, (_cut(each.text), each.url))) for each in paragraphs) + "\n"


def as_html(paragraphs: Sequence[Paragraph]) -> str:
    inner = "".join(_html(each) for each in paragraphs)
    return f'<!doctype html><html lang="en"><body style="{_STYLE}">{inner}</body></html>'


def _html(paragraph: Paragraph) -> str:
    link = f'<br><a href="{escape(paragraph.url)}">{escape(paragraph.label)}</a>' if paragraph.url else ""
    return f"<p>{escape(_cut(paragraph.text))}{link}</p>"


def _cut(text: str, longest: int = _LONGEST_LINE) -> str:
    """In one line, of printable characters, cut with an ellipsis."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"

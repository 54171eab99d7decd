"""Pieces of HTML. What is put in is escaped here."""

import re
from collections.abc import Iterable, Sequence
from html import escape


def joined(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def code(name: str, language: str, text: str) -> str:
    """A block of code that can be scrolled by the keyboard too. `name` is for links and tests."""
    return (
        f'<pre id="code-{escape(name)}" class="language-{escape(language)}" tabindex="0" '
        'role="region" '
        f'aria-label="{escape(name.replace("-", " "))}"><code>{escape(text)}</code></pre>'
    )


def prose(text: str) -> str:
    """A description: paragraphs, with what stands in backticks as code, and `[text](address)` as a
    link.
    """
    return "".join(_paragraph(part.strip()) for part in text.split("\n\n") if part.strip())


def _paragraph(part: str) -> str:
    if not part.startswith("- "):
        return f"<p>{_inline(part)}</p>"
    points = part.removeprefix("- ").split("\n- ")
    items = "".join(f"<li>{_inline(point)}</li>" for point in points)
    return f"<ul>{items}</ul>"


def _inline(text: str) -> str:
    pieces = escape(" ".join(text.split()), quote=False).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(
        f"<code>{piece}</code>" if number % 2 else _linked(piece)
        for number, piece in enumerate(pieces)
    )


def _linked(text: str) -> str:
    return re.sub(
        r"\[([^\]]+)\]\(([^)\s]+)\)", lambda found: f'<a href="{found[2]}">{found[1]}</a>', text
    )


def table(label: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that can be scrolled by the keyboard too. Cells are descriptions, as `prose` takes
    them.
    """
    head = "".join(f'<th scope="col">{_inline(each)}</th>' for each in heads)
    body = joined(
        f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f'<div class="docs-table" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{head}"
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )

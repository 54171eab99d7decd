"""The page of `make accuracy`: curves by field, and each document that was accepted and is
wrong.
"""

import html
from collections.abc import Iterable, Mapping, Sequence

from bench.accuracy.certainty import Document, Point, Told, curve

_WIDTH, _HEIGHT, _WORST = 480, 240, 0.05
_COLOURS = ("#2563eb", "#059669", "#d97706", "#7c3aed", "#dc2626")
_STYLE = """
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 1100px; margin: 32px auto; padding: 0 16px; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 40px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; }
pre { font-size: 12px; overflow-x: auto; } img { max-width: 480px; }
object { width: 100%; height: 900px; }
svg { max-width: 100%; height: auto; } svg text { font-size: 11px; fill: currentColor; }
article { border-top: 1px solid #8884; padding: 16px 0; }
"""


def page_of(sets: Mapping[str, Sequence[Document]], tables: str) -> str:
    """One HTML page. `tables` stands above the curves as it was printed."""
    parts = [f"<pre>{html.escape(tables)}</pre>"]
    for name, documents in sets.items():
        wrong = [document for document in documents if document.is_wrongly_accepted]
        parts.append(f"<h2>{html.escape(name)}</h2>{_curves(documents)}")
        parts.append(
            f"<p>Accepted and wrong: {len(wrong)} of "
            f"{sum(each.is_accepted for each in documents)}.</p>"
        )
        parts += map(_article, wrong)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Accuracy</title>'
        f"<style>{_STYLE}</style><h1>How far readings can be trusted</h1>{''.join(parts)}</html>\n"
    )


def _article(document: Document) -> str:
    rows = "".join(
        (
            f"<tr><th>{html.escape(field)}</th><td>{html.escape(truth)}</td>"
            f"<td>{html.escape(read)}</td></tr>"
        )
        for field, (truth, read) in document.wrong.items()
    )
    head = "<tr><th></th><th>printed</th><th>read</th></tr>"
    return (
        f"<article><h3>{html.escape(document.name)}</h3><table>{head}{rows}"
        f"</table>{document.picture}</article>"
    )


def _curves(documents: Sequence[Document]) -> str:
    """A line a field: to the right what share goes through, upwards what share of that is wrong."""
    documents = [document for document in documents if document.told]
    fields = list(documents[0].told) if documents else []
    lines = [
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
        f'points="{_line(curve(_told(documents, field)))}"/>'
        f'<text x="8" y="{16 + 14 * row}" style="fill:{colour}">{field}</text>'
        for row, (field, colour) in enumerate(zip(fields, _COLOURS, strict=False))
    ]
    bar = _HEIGHT * (1 - 0.001 / _WORST)
    lines.append(f'<path d="M0 {bar:.1f}H{_WIDTH}" stroke="currentColor" stroke-dasharray="4"/>')
    lines.append(f'<text x="{_WIDTH - 90}" y="{bar - 4:.1f}">1 of 1,000 wrong</text>')
    lines.append(f'<path d="M0 0V{_HEIGHT}H{_WIDTH}" fill="none" stroke="currentColor"/>')
    lines.append(f'<text x="{_WIDTH - 120}" y="{_HEIGHT + 14}">all of them go through</text>')
    label = "By field: the share of wrong values, up to 5 %, by the share of values that go through"
    return (
        f'<svg viewBox="-4 -4 {_WIDTH + 8} {_HEIGHT + 24}" width="{_WIDTH}" role="img" '
        f'aria-label="{label}">'
        f"{''.join(lines)}</svg>"
    )


def _told(documents: Iterable[Document], field: str) -> list[Told]:
    return [document.told[field] for document in documents]


def _line(points: Iterable[Point]) -> str:
    return " ".join(
        (
            f"{_WIDTH * point.share:.1f},"
            f"{_HEIGHT * (1 - min(_WORST, point.wrong / point.through) / _WORST):.1f}"
        )
        for point in points
    )

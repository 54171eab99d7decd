"""Invoices as PDFs without a browser, as programs for accounts and for print write them: texts in
an order that nobody reads in, words one by one or signs with kerning between them, and fonts that
are only named.
"""

import random
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from bench.invoices.blocks import Document, Writer
from bench.invoices.setting import PAPERS, Mark, Run, place, width

_FACES = {
    "Helvetica": ("Helvetica", "Helvetica-Bold"),
    "Times": ("Times-Roman", "Times-Bold"),
    "Courier": ("Courier", "Courier-Bold"),
}
_ACCENTS = {
    "ACUTE": "acute",
    "BREVE": "breve",
    "CARON": "caron",
    "DOT ABOVE": "dotaccent",
    "OGONEK": "ogonek",
    "STROKE": "slash",
}
_STROKE = 0.3
"""How far the second stroke of a bold text is from the first."""
_NAMES = {"ı": "dotlessi", "\N{LATIN SMALL LIGATURE FI}": "fi", "\N{LATIN SMALL LIGATURE FL}": "fl"}
_FIRST_OWN_CODE = 128
_ORDERS: dict[str, Callable[[Run], tuple[float, ...]]] = {
    "foot first": lambda run: (run.region,),
    "columns": lambda run: (run.block, run.style.column),
    "faces": lambda run: (run.style.is_bold, -run.style.size),
    "values last": lambda run: (not run.style.is_fixed, run.region),
    "upward": lambda run: (-round(run.y), run.x),
}


def write_pdf(document: Document, writer: Writer) -> bytes:
    pages = [place(document, sheet) for sheet in document.sheets]
    codes = _codes("".join(run.text for page in pages for run in page.runs))
    chance = random.Random(writer.seed)
    high = PAPERS[document.paper][1]
    contents: list[bytes] = []
    for page in pages:
        drawn = _Page(chance, writer, codes, high)
        contents.append(drawn.content(page.runs, page.marks))
    return _file(document, writer, codes, contents)


def _codes(text: str) -> dict[str, int]:
    """The byte of each sign: Windows' own, or for others one that no sign of the text has."""
    codes: dict[str, int] = {}
    for sign in sorted({*text}):
        try:
            codes[sign] = sign.encode("cp1252")[0]
        except UnicodeEncodeError:
            codes[sign] = 0
    free = (code for code in range(_FIRST_OWN_CODE, 256) if code not in codes.values())
    return {sign: code or next(free) for sign, code in codes.items()}


def _glyph(sign: str) -> str:
    """Its name in a font, such as `lslash`."""
    if sign in _NAMES:
        return _NAMES[sign]
    letter, _, accent = unicodedata.name(sign).rpartition(" WITH ")
    name = letter.rpartition(" ")[2]
    return f"{name if 'CAPITAL' in letter else name.lower()}{_ACCENTS[accent]}"


class _Page:
    def __init__(
        self, chance: random.Random, writer: Writer, codes: dict[str, int], high: float
    ) -> None:
        self._chance, self._writer, self._codes, self._high = chance, writer, codes, high
        self._out: list[str] = []

    def content(self, runs: Sequence[Run], marks: Iterable[Mark]) -> bytes:
        if self._writer.is_flipped:
            self._out.append(f"1 0 0 -1 0 {self._high:.2f} cm")
        for mark in marks:
            self._mark(mark)
        if self._writer.grain == "rows":
            for row in _rows(runs):
                self._row(row)
        else:
            for run in self._ordered(runs):
                self._run(run)
                if run.style.is_bold and self._writer.is_struck_twice:
                    self._run(replace(run, x=run.x + _STROKE))
        return "\n".join(self._out).encode("latin-1")

    def _ordered(self, runs: Sequence[Run]) -> list[Run]:
        order = self._writer.order
        if order == "shuffled":
            blocks = [[*group] for _, group in groupby(runs, key=attrgetter("block"))]
            self._chance.shuffle(blocks)
            return [run for block in blocks for run in block]
        return sorted(runs, key=_ORDERS[order]) if order in _ORDERS else [*runs]

    def _run(self, run: Run) -> None:
        match self._writer.grain:
            case "words":
                x = run.x
                for word in run.text.split(" "):
                    spaced = f"{word} "
                    if word:
                        self._show(
                            run, x, self._literal(spaced if self._writer.has_spaces else word)
                        )
                    x += self._wide(spaced, run)
            case "glyphs":
                x = run.x
                for sign in run.text:
                    if sign != " " or self._writer.has_spaces:
                        self._show(run, x, self._literal(sign))
                    x += self._wide(sign, run)
            case "runs":
                self._show(run, run.x, f"[{self._kerned(run.text, run)}]", "TJ")
            case _:
                self._show(run, run.x, self._literal(run.text))

    def _row(self, row: Sequence[Run]) -> None:
        """What stands on a line, from one side of the page to the other, as one text with gaps."""
        first = row[0]
        x, parts = first.x, list[str]()
        for run in row:
            if run is not first:
                parts.append(f"{-(run.x - x) / first.style.size * 1000:.0f}")
            parts.append(self._literal(run.text))
            x = run.x + self._wide(run.text, run)
        self._show(first, first.x, f"[{' '.join(parts)}]", "TJ")

    def _kerned(self, text: str, run: Run) -> str:
        """Runs of a few signs, with gaps in thousandths of the size; spaces are gaps only, or signs
        too.
        """
        space = -self._wide(" ", run) / run.style.size * 1000
        parts: list[str] = []
        for word in text.split(" "):
            rest = word
            while rest:
                count = self._chance.randint(1, 6)
                parts.append(self._literal(rest[:count]))
                rest = rest[count:]
                if rest:
                    parts.append(str(self._chance.choice([-12, -5, 8, 15, 20])))
            parts.append(self._literal(" ") if self._writer.has_spaces else f"{space:.0f}")
        return " ".join(parts[:-1])

    def _show(self, run: Run, x: float, text: str, operator: str = "Tj") -> None:
        face = "F2" if run.style.is_bold else "F1"
        red, green, blue = _colour(run.style.colour)
        place = f"1 0 0 1 {x:.2f} {self._high - run.y:.2f} Tm"
        size = f"{run.style.size:.2f}"
        if self._writer.is_flipped:
            place, size = (
                f"{run.style.size:.2f} 0 0 {-run.style.size:.2f} {x:.2f} {run.y:.2f} Tm",
                "1",
            )
        self._out.append(
            f"BT {red} {green} {blue} rg /{face} {size} Tf {place} {text} {operator} ET"
        )

    def _literal(self, text: str) -> str:
        codes = [self._codes[sign] for sign in text]
        if self._writer.has_hex:
            return f"<{bytes(codes).hex()}>"
        return f"({''.join(_escaped(code) for code in codes)})"

    def _wide(self, text: str, run: Run) -> float:
        return width(text, self._writer.family, is_bold=run.style.is_bold) * run.style.size

    def _mark(self, mark: Mark) -> None:
        red, green, blue = _colour(mark.colour)
        points = [(x, y if self._writer.is_flipped else self._high - y) for x, y in mark.points]
        path = f"{points[0][0]:.2f} {points[0][1]:.2f} m " + " ".join(
            f"{x:.2f} {y:.2f} l" for x, y in points[1:]
        )
        if mark.is_filled:
            self._out.append(f"{red} {green} {blue} rg {path} f")
        else:
            self._out.append(
                f"0.5 w {red} {green} {blue} RG {path} {'s' if len(points) > 2 else 'S'}"
            )


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Texts of one line, size, face and colour."""
    rows = groupby(sorted(runs, key=_line), key=_line)
    return [sorted(group, key=lambda run: run.x) for _, group in rows]


def _line(run: Run) -> tuple[int, float, bool, str]:
    return round(run.y), run.style.size, run.style.is_bold, run.style.colour


def _escaped(code: int) -> str:
    if code in b"()\\":
        return f"\\{chr(code)}"
    return chr(code) if 31 < code < 127 else f"\\{code:03o}"


def _colour(colour: str) -> tuple[float, float, float]:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = (round(int(digits[at : at + 2], 16) / 255, 3) for at in (0, 2, 4))
    return red, green, blue


def _file(
    document: Document, writer: Writer, codes: dict[str, int], contents: Sequence[bytes]
) -> bytes:
    """The objects: the catalogue, the pages, two fonts, then a page and its content in turn."""
    wide, high = PAPERS[document.paper]
    pages = range(5, 5 + 2 * len(contents), 2)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        (
            f"<< /Type /Pages /Kids [{' '.join(f'{page} 0 R' for page in pages)}] /Count "
            f"{len(contents)} >>"
        ).encode(),
        *(
            _font(name, writer, codes, is_bold=at == 1)
            for at, name in enumerate(_FACES[writer.family])
        ),
    ]
    for page, content in zip(pages, contents, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {page + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        packed = zlib.compress(content) if writer.is_packed else content
        filters = "/Filter /FlateDecode " if writer.is_packed else ""
        objects.append(
            f"<< {filters}/Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"
        )
    made, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return bytes(made) + end.encode()


def _font(name: str, writer: Writer, codes: dict[str, int], *, is_bold: bool) -> bytes:
    own = sorted((code, sign) for sign, code in codes.items() if not _is_windows(sign))
    encoding = "/WinAnsiEncoding"
    if own:
        differences = " ".join(f"{code} /{_glyph(sign)}" for code, sign in own)
        encoding = (
            f"<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [{differences}] >>"
        )
    widths = ""
    if writer.has_widths:
        signs = {code: sign for sign, code in codes.items()}
        each = " ".join(
            f"{1000 * width(signs.get(code, ' '), writer.family, is_bold=is_bold):.0f}"
            for code in range(32, 256)
        )
        widths = f" /FirstChar 32 /LastChar 255 /Widths [{each}]"
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding {encoding}{widths} >>".encode()
    )


def _is_windows(sign: str) -> bool:
    try:
        return bool(sign.encode("cp1252"))
    except UnicodeEncodeError:
        return False

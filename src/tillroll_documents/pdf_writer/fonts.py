"""Noto Sans in parts, as its package has them: which letters each part has. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from tillroll_documents.pdf_writer.document import Document, Weight

FAMILY: Final = "NotoSans"
# What is written from right to left, or with letters that join, would be wrong letter by letter: it
# is not among these.
RANGES: Final = {
    "latin": (
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
        "U+2000-206F,U+20AC,"
        "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
    ),
    "latin-ext": (
        "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,"
        "U+1D00-1DBF,U+1E00-1E9F,"
        "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
    ),
    "greek": "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF",
    "greek-ext": "U+1F00-1FFF",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "vietnamese": (
        "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,"
        "U+0303-0304,"
        "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
    ),
}
_NUMBERS: Final = {Weight.REGULAR: 400, Weight.BOLD: 700}


def file_of(script: str, weight: Weight) -> str:
    """The name of a part's file, as the package has it."""
    return f"noto-sans-{script}-{_NUMBERS[weight]}-normal.woff"


def add_part(document: Document, script: str, files: Mapping[Weight, bytes]) -> None:
    """Give a document a part, by weight."""
    for weight, content in files.items():
        document.add_font(weight, f"{FAMILY}-{weight.capitalize()}-{script}", content)


def scripts_of(text: str) -> list[str]:
    """The parts that have letters of a text, in the order in which they are asked; always that with
    Latin letters.
    """
    characters = {ord(character) for character in text}
    return [
        script
        for script, ranges in RANGES.items()
        if script == "latin"
        or any(first <= each <= last for first, last in _read(ranges) for each in characters)
    ]


def _read(ranges: str) -> Iterable[tuple[int, int]]:
    for each in ranges.split(","):
        first, _, last = each.removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)

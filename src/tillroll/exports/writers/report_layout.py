"""How a report is set: its lines down a page, amounts and days, its fonts, and the papers behind an expense."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from tillroll.exports.writers.profile import DateForm, Profile
from tillroll.pdf.document import A4, Document, Page, Weight
from tillroll.pdf.objects import Jpeg
from tillroll.reading.voucher import ORIGINS, Voucher

MARGIN: Final = 36.0
WIDTH: Final = A4[0] - 2 * MARGIN
RIGHT: Final = A4[0] - MARGIN
# Above the foot.
BOTTOM: Final = A4[1] - 52


class Flow:
    """`y` is where the next line begins, on `page`. Each new page begins with what `head` draws."""

    def __init__(self, document: Document, head: Callable[["Flow"], None] = lambda _: None) -> None:
        self._document = document
        self._head = head
        self.pages: list[Page] = []
        self.y = MARGIN
        self._begin()

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def need(self, height: float) -> None:
        """Begin another page where so much does not fit onto this one."""
        if self.y + height > BOTTOM:
            self._begin()

    def down(self, height: float) -> float:
        """Go on below; where that is."""
        self.y += height
        return self.y

    def _begin(self) -> None:
        self.pages.append(self._document.page())
        self.y = MARGIN
        self._head(self)


_KB = 1024


class Form:
    """By a profile's decimal mark and form of days: 1,234.50 or 1.234,50; YYYY-MM-DD without a form."""

    def __init__(self, profile: Profile) -> None:
        self._mark = profile.decimal_mark
        self._thousands = "." if self._mark == "," else ","
        self._dates = profile.date_form or DateForm.ISO

    def amount(self, amount: str | None, currency: str | None = None) -> str:
        """A decimal string, with its currency behind it where that is given; empty where there is none."""
        if not amount:
            return ""
        whole, _, digits = amount.removeprefix("-").partition(".")
        grouped = f"{int(whole):,}".replace(",", self._thousands)
        said = f"{'-' if amount.startswith('-') else ''}{grouped}{self._mark + digits if digits else ''}"
        return said if currency is None else f"{said} {currency}"

    def rate(self, rate: str) -> str:
        return rate.replace(".", self._mark)

    def day(self, day: str) -> str:
        """`day` is YYYY-MM-DD."""
        return self._dates.write(day)

    def moment(self, at: str) -> str:
        """UTC text."""
        return f"{self.day(at[:10])} {at[11:16]} UTC"

    def size(self, count: int) -> str:
        """Of a file of so many bytes."""
        return self.amount(f"{count / _KB**2:.1f}", "MB") if count >= _KB**2 else f"{max(1, round(count / _KB))} KB"


FAMILY: Final = "NotoSans"
# What is written from right to left, or with letters that join, would be wrong letter by letter: it is not among these.
RANGES: Final = {
    "latin": (
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,"
        "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
    ),
    "latin-ext": (
        "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,"
        "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
    ),
    "greek": "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF",
    "greek-ext": "U+1F00-1FFF",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "vietnamese": (
        "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
        "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
    ),
}
_NUMBERS: Final = {Weight.REGULAR: 400, Weight.BOLD: 700}


def file_of(script: str, weight: Weight) -> str:
    """The name of a part's file, as the package has it."""
    return f"noto-sans-{script}-{_NUMBERS[weight]}-normal.woff"


def scripts_of(text: str) -> list[str]:
    """The parts that have letters of a text, in the order in which they are asked; always that with Latin letters."""
    characters = {ord(character) for character in text}
    return [
        script
        for script, ranges in RANGES.items()
        if script == "latin" or any(first <= each <= last for first, last in _read(ranges) for each in characters)
    ]


def _read(ranges: str) -> Iterable[tuple[int, int]]:
    for each in ranges.split(","):
        first, _, last = each.removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)


@dataclass(frozen=True)
class Paper:
    """The document that an expense was made from. `person` is the name of who handed it in.

    Of `picture` and `content` one is there at most: a picture that is shown; the bytes of a document that is no
    picture, or of a picture that cannot be shown. Neither, where the document is gone. `scans` are the pictures of a
    scanned PDF's pages, by their numbers.
    """

    media_type: str
    person: str | None = None
    picture: Jpeg | None = None
    content: bytes | None = None
    scans: Mapping[int, Jpeg] = field(default_factory=dict[int, Jpeg])

    @property
    def text(self) -> str:
        """A statement in place of a receipt, as text; empty for all else, and where it cannot be read."""
        if self.media_type not in ORIGINS or self.content is None:
            return ""
        try:
            return Voucher.model_validate_json(self.content).as_text()
        except ValidationError:
            return ""

"""A page that is drawn on. Lengths are points (1/72 inch), counted from the upper left corner, as it is read."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tillroll.pdf.fonts.lettering import Lettering
from tillroll.pdf.objects import Name, Ref, Value, number

A4: Final = (595.28, 841.89)


class Weight(StrEnum):
    REGULAR = "regular"
    BOLD = "bold"


@dataclass(frozen=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """A picture in the file; `width` and `height` as a person sees them, `matrix` turns it upright in a unit square."""

    ref: Ref
    width: int
    height: int
    matrix: tuple[int, int, int, int, int, int]


@dataclass
class Page:
    """`ref` is the page in the file, also before it is written, so that others may lead to it. `grey` is 0 for black
    and 1 for white."""

    ref: Ref
    letters: dict[Weight, Lettering]
    size: tuple[float, float] = A4
    drawn: bytearray = field(default_factory=bytearray)
    pictures: dict[str, Ref] = field(default_factory=dict[str, Ref])
    notes: list[dict[str, Value]] = field(default_factory=list[dict[str, Value]])

    def text(
        self, x: float, y: float, text: str, size: float, weight: Weight = Weight.REGULAR, *, grey: float = 0
    ) -> None:
        """`text` as `plain` gives it, on the line at `y`, which its letters stand on."""
        self._draw(b"BT", grey, "g", x, self.size[1] - y, "Td")
        for font, codes in self.letters[weight].runs(text):
            self._draw(f"/{font.resource}".encode(), size, "Tf", b"<" + codes.hex().encode() + b">", "Tj")
        self._draw(b"ET\n")

    def text_right(
        self, x: float, y: float, text: str, size: float, weight: Weight = Weight.REGULAR, *, grey: float = 0
    ) -> None:
        """The same, ending at `x`."""
        self.text(x - self.letters[weight].width(text, size), y, text, size, weight, grey=grey)

    def line(self, x: float, y: float, to_x: float, *, grey: float = 0, thickness: float = 0.5) -> None:
        """A level line."""
        level = self.size[1] - y
        self._draw(grey, "G", thickness, "w", x, level, "m", to_x, level, "l S\n")

    def fill(self, box: Box, grey: float) -> None:
        self._draw(grey, "g", box.x, self._below(box), box.width, box.height, "re f\n")

    def frame(self, box: Box, grey: float) -> None:
        self._draw(grey, "G 0.5 w", box.x, self._below(box), box.width, box.height, "re S\n")

    def picture(self, picture: Picture, box: Box, shown: Box | None = None) -> None:
        """The picture, stretched to `box`; where `shown` is given, what of it is inside of that."""
        name = f"P{len(self.pictures)}"
        self.pictures[name] = picture.ref
        self._draw(b"q")
        if shown is not None:
            self._draw(shown.x, self._below(shown), shown.width, shown.height, "re W n")
        self._draw(box.width, 0, 0, box.height, box.x, self._below(box), "cm")
        self._draw(*picture.matrix, f"cm /{name} Do Q\n")

    def link(self, box: Box, target: "Page") -> None:
        """Whoever clicks into the box is led to the other page."""
        destination: list[Value] = [target.ref, Name("XYZ"), None, None, None]
        self.notes.append({**self._note("Link", box), "Border": [0, 0, 0], "Dest": destination})

    def attachment(self, box: Box, file: Ref, name: str) -> None:
        """A paper clip, by which an attached file is opened."""
        note: dict[str, Value] = {"FS": file, "Name": Name("Paperclip"), "Contents": name, "F": 4}
        self.notes.append({**self._note("FileAttachment", box), **note})

    def _note(self, kind: str, box: Box) -> dict[str, Value]:
        below = self._below(box)
        corners: list[Value] = [box.x, below, box.x + box.width, below + box.height]
        return {"Type": Name("Annot"), "Subtype": Name(kind), "Rect": corners}

    def _below(self, box: Box) -> float:
        return self.size[1] - box.y - box.height

    def _draw(self, *operations: bytes | str | float) -> None:
        for operation in operations:
            match operation:
                case bytes():
                    self.drawn += operation
                case str():
                    self.drawn += operation.encode()
                case _:
                    self.drawn += number(operation)
            self.drawn += b" "

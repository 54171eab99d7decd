"""Pages that are drawn on, and the document of them. Lengths are points (1/72 inch) from the upper
left corner.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tillroll_documents.pdf_writer.archival import CONDITION, Schema, metadata, srgb_profile
from tillroll_documents.pdf_writer.lettering import EmbeddedFont, Lettering, TrueType
from tillroll_documents.pdf_writer.objects import Jpeg, Name, PdfFile, Ref, Value, number

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
    """A picture in the file; `width` and `height` as a person sees them, `matrix` turns it upright
    in a unit square.
    """

    ref: Ref
    width: int
    height: int
    matrix: tuple[int, int, int, int, int, int]


@dataclass
class Page:
    """`ref` is the page in the file, also before it is written. `grey` is 0 for black and 1 for
    white.
    """

    ref: Ref
    letters: dict[Weight, Lettering]
    size: tuple[float, float] = A4
    drawn: bytearray = field(default_factory=bytearray)
    pictures: dict[str, Ref] = field(default_factory=dict[str, Ref])
    notes: list[dict[str, Value]] = field(default_factory=list[dict[str, Value]])

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        weight: Weight = Weight.REGULAR,
        *,
        grey: float = 0,
    ) -> None:
        """`text` as `plain` gives it, on the line at `y`, which its letters stand on."""
        self._draw(b"BT", grey, "g", x, self.size[1] - y, "Td")
        for font, codes in self.letters[weight].runs(text):
            self._draw(
                f"/{font.resource}".encode(), size, "Tf", b"<" + codes.hex().encode() + b">", "Tj"
            )
        self._draw(b"ET\n")

    def text_right(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        weight: Weight = Weight.REGULAR,
        *,
        grey: float = 0,
    ) -> None:
        """Write text that ends at `x`."""
        self.text(
            x - self.letters[weight].width(text, size),
            y,
            text=text,
            size=size,
            weight=weight,
            grey=grey,
        )

    def line(
        self, x: float, y: float, to_x: float, *, grey: float = 0, thickness: float = 0.5
    ) -> None:
        """A level line."""
        level = self.size[1] - y
        self._draw(grey, "G", thickness, "w", x, level, "m", to_x, level, "l S\n")

    def fill(self, box: Box, grey: float) -> None:
        self._draw(grey, "g", box.x, self._below(box), box.width, box.height, "re f\n")

    def picture(self, picture: Picture, box: Box, clip: Box | None = None) -> None:
        """The picture, stretched to `box`; where `clip` is given, what of it is inside of that."""
        name = f"P{len(self.pictures)}"
        self.pictures[name] = picture.ref
        self._draw(b"q")
        if clip is not None:
            self._draw(clip.x, self._below(clip), clip.width, clip.height, "re W n")
        self._draw(box.width, 0, 0, box.height, box.x, self._below(box), "cm")
        self._draw(*picture.matrix, f"cm /{name} Do Q\n")

    def link(self, box: Box, target: "Page") -> None:
        """Anyone who clicks into the box is led to the other page."""
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


# By Exif's orientation, the way of a picture's corners in the unit square that it is drawn in.
_UPRIGHT: Final[Mapping[int, tuple[int, int, int, int, int, int]]] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_COLOURS: Final = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}


class Document:
    """Text needs fonts, which are added before it is drawn. `take` gives what was written since the
    last time. `made_at`, UTC text, and the rest is what the document says of itself.

    With `schemas`, also none, it is a PDF/A-3: its metadata stand in XMP, too. Then nothing but
    text in embedded fonts and pictures in grey or RGB may be drawn.
    """

    def __init__(
        self,
        title: str,
        made_at: str,
        producer: str,
        *,
        language: str = "en",
        schemas: Sequence[Schema] | None = None,
    ) -> None:
        self._file = PdfFile()
        self._language = language
        self._metadata = None
        if schemas is not None:
            self._metadata = metadata(title, producer, made_at=made_at, schemas=schemas)
        self._made_at = bytes(f"D:{''.join(filter(str.isdigit, made_at[:19]))}Z", "ascii")
        self._told: dict[str, Value] = {
            "Title": title,
            "Producer": producer,
            "CreationDate": self._made_at,
        }
        self.letters = {weight: Lettering() for weight in Weight}
        self._fonts: list[EmbeddedFont] = []
        self._resources = self._file.new()
        self._tree = self._file.new()
        self._closed: dict[Ref, Ref] = {}
        self._attached: dict[str, Ref] = {}
        self._related: list[Value] = []

    def add_font(self, weight: Weight, name: str, content: bytes) -> None:
        """A WOFF file, which is asked for a character behind those of its weight that are there."""
        font = EmbeddedFont(
            f"F{len(self._fonts)}", name, TrueType(content), is_bold=weight is Weight.BOLD
        )
        self._fonts.append(font)
        self.letters[weight].add(font)

    @property
    def missing(self) -> set[str]:
        """Characters that no font has."""
        return {character for each in self.letters.values() for character in each.missing}

    def take(self) -> bytes:
        return self._file.take()

    def page(self) -> Page:
        return Page(self._file.new(), self.letters)

    def close(self, page: Page) -> None:
        """Write the page's content: after that only its foot is drawn, and links are added."""
        self._closed[page.ref] = self._file.write_stream(bytes(page.drawn))
        page.drawn.clear()

    def picture(self, jpeg: Jpeg) -> Picture:
        entries: dict[str, Value] = {
            "Type": Name("XObject"),
            "Subtype": Name("Image"),
            "Width": jpeg.width,
            "Height": jpeg.height,
            "ColorSpace": Name(_COLOURS[jpeg.components]),
            "BitsPerComponent": 8,
            "Filter": Name("DCTDecode"),
        }
        if jpeg.is_inverted:
            entries["Decode"] = [1, 0] * jpeg.components
        ref = self._file.write_stream(jpeg.content, entries, deflate=False)
        return Picture(ref, *jpeg.upright, _UPRIGHT[jpeg.orientation])

    def attach(
        self, name: str, content: bytes, media_type: str, *, relationship: str | None = None
    ) -> Ref:
        """A file inside of the document, as it is, under a name of its own. `relationship` says
        what it is to the document (ISO 19005-3, annex E), such as Alternative.
        """
        stream = self._file.write_stream(
            content,
            {
                "Type": Name("EmbeddedFile"),
                "Subtype": Name(media_type),
                "Params": {"Size": len(content), "ModDate": self._made_at},
            },
            deflate=False,
        )
        file: dict[str, Value] = {
            "Type": Name("Filespec"),
            "F": name,
            "UF": name,
            "EF": {"F": stream, "UF": stream},
        }
        if relationship is not None:
            file["AFRelationship"] = Name(relationship)
        ref = self._file.write(file)
        self._attached[name] = ref
        if relationship is not None:
            self._related.append(ref)
        return ref

    def end(
        self,
        pages: Sequence[Page],
        foot: Callable[[Page, int, int], None],
        marks: Sequence[tuple[str, Page]] = (),
    ) -> bytes:
        """All that is left of the file. `pages` are in the order in which they are read; `foot`
        draws on each, given its number and how many there are. `marks` are the entries of the table
        of contents beside it.
        """
        for place, page in enumerate(pages, start=1):
            if page.ref not in self._closed:
                self.close(page)
            foot(page, place, len(pages))
            self._write_page(page)
        fonts = {font.resource: font.write(self._file) for font in self._fonts if font.is_used}
        self._file.write(fonts, self._resources)
        tree: dict[str, Value] = {
            "Type": Name("Pages"),
            "Kids": [page.ref for page in pages],
            "Count": len(pages),
        }
        self._file.write(tree, self._tree)
        root: dict[str, Value] = {
            "Type": Name("Catalog"),
            "Pages": self._tree,
            "Lang": self._language,
            "ViewerPreferences": {"DisplayDocTitle": True},
        }
        if self._attached:
            # In the order of their bytes, as a tree of names must be.
            names: list[Value] = [each for pair in sorted(self._attached.items()) for each in pair]
            root["Names"] = {"EmbeddedFiles": {"Names": names}}
        if self._related:
            root["AF"] = self._related
        if self._metadata is not None:
            root |= self._archival(self._metadata)
        if marks:
            root["Outlines"] = self._outline(marks)
        return self._file.end(self._file.write(root), self._file.write(self._told))

    def _archival(self, packet: bytes) -> dict[str, Value]:
        """Not deflated, so that programs find the metadata that know nothing of PDF."""
        entries: dict[str, Value] = {"Type": Name("Metadata"), "Subtype": Name("XML")}
        profile: dict[str, Value] = {"N": 3, "Alternate": Name("DeviceRGB")}
        intent: dict[str, Value] = {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": CONDITION,
            "Info": CONDITION,
            "DestOutputProfile": self._file.write_stream(srgb_profile(), profile),
        }
        return {
            "Metadata": self._file.write_stream(packet, entries, deflate=False),
            "OutputIntents": [self._file.write(intent)],
        }

    def _write_page(self, page: Page) -> None:
        foot = self._file.write_stream(bytes(page.drawn))
        pictures: dict[str, Value] = dict(page.pictures)
        written: dict[str, Value] = {
            "Type": Name("Page"),
            "Parent": self._tree,
            "MediaBox": [0, 0, *page.size],
            "Resources": {"Font": self._resources, "XObject": pictures},
            "Contents": [self._closed[page.ref], foot],
        }
        if page.notes:
            written["Annots"] = [self._file.write({**note, "P": page.ref}) for note in page.notes]
        self._file.write(written, page.ref)

    def _outline(self, marks: Sequence[tuple[str, Page]]) -> Ref:
        refs = [self._file.new() for _ in marks]
        top = self._file.new()
        for place, (title, page) in enumerate(marks):
            entry: dict[str, Value] = {
                "Title": title,
                "Parent": top,
                "Dest": [page.ref, Name("Fit")],
            }
            if place:
                entry["Prev"] = refs[place - 1]
            if place + 1 < len(refs):
                entry["Next"] = refs[place + 1]
            self._file.write(entry, refs[place])
        whole: dict[str, Value] = {
            "Type": Name("Outlines"),
            "First": refs[0],
            "Last": refs[-1],
            "Count": len(refs),
        }
        return self._file.write(whole, top)

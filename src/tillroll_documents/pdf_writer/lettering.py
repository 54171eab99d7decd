"""Text in several fonts: which font draws a character, how wide it is, and how its glyphs are
embedded in a PDF.

Fonts have TrueType outlines and come out of WOFF files: W3C WOFF 1.0; the OpenType specification's
tables cmap, glyf, head, hhea, hmtx, loca, maxp and OS/2.
"""

import hashlib
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Final

from tillroll_documents.pdf_writer.objects import Name, PdfFile, Ref, Value

# What a reader of a PDF uses of a TrueType font (ISO 32000-1, 9.9).
_EMBEDDED: Final = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")
# Flags of a part of a composed glyph.
_ARGUMENTS_ARE_WORDS = 0x1
_HAS_SCALE = 0x8
_MORE = 0x20
_HAS_TWO_SCALES = 0x40
_HAS_MATRIX = 0x80


class UnusableFont(ValueError):
    """The file is no WOFF file with TrueType outlines."""


class TrueType:
    """Lengths are in units of the font, of which `units` are the height of its text.
    Raises UnusableFont.
    """

    def __init__(self, content: bytes) -> None:
        self._tables = _unpacked(content)
        lacking = {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"} - self._tables.keys()
        if lacking:
            raise UnusableFont(f"the font has no table {', '.join(sorted(lacking))}")
        head = self._tables["head"]
        hhea = self._tables["hhea"]
        self.units: int = struct.unpack_from(">H", head, 18)[0]
        self.box: tuple[int, ...] = struct.unpack_from(">4h", head, 36)
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._widths: int = struct.unpack_from(">H", hhea, 34)[0]
        self._count: int = struct.unpack_from(">H", self._tables["maxp"], 4)[0]
        loca = "I" if struct.unpack_from(">h", head, 50)[0] else "H"
        places = struct.unpack_from(f">{self._count + 1}{loca}", self._tables["loca"])
        if loca == "I":
            self._places = places
        else:
            self._places = tuple(2 * place for place in places)

    @cached_property
    def glyphs(self) -> Mapping[int, int]:
        """The glyph of each character, by their numbers."""
        cmap = self._tables["cmap"]
        (count,) = struct.unpack_from(">H", cmap, 2)
        codes: dict[int, int] = {}
        for platform, encoding, at in (
            struct.unpack_from(">HHI", cmap, 4 + 8 * place) for place in range(count)
        ):
            if platform != 0 and (platform, encoding) not in {(3, 1), (3, 10)}:
                continue
            (form,) = struct.unpack_from(">H", cmap, at)
            if form == 4:
                codes |= _segments(cmap, at)
            elif form == 12:
                codes |= _groups(cmap, at)
        return codes

    def width(self, glyph: int) -> int:
        return struct.unpack_from(">H", self._tables["hmtx"], 4 * min(glyph, self._widths - 1))[0]

    def part(self, glyphs: Iterable[int]) -> bytes:
        """A TrueType font that draws these glyphs, and that of what is missing, under the numbers
        they have.
        """
        used = self._with_parts({0, *glyphs})
        outlines = bytearray()
        places = [0]
        for glyph in range(max(used) + 1):
            if glyph in used:
                outlines += self._outline(glyph)
                outlines += b"\0" * (-len(outlines) % 4)
            places.append(len(outlines))
        count = len(places) - 1
        tables = {name: self._tables[name] for name in _EMBEDDED if name in self._tables}
        widths = min(count, self._widths)
        tables |= {
            "glyf": bytes(outlines),
            "loca": struct.pack(f">{count + 1}I", *places),
            "head": _with(tables["head"], 50, form=">h", value=1),
            "maxp": _with(tables["maxp"], 4, form=">H", value=count),
            "hhea": _with(tables["hhea"], 34, form=">H", value=widths),
            # Those behind the last full entry have its width, and two bytes each.
            "hmtx": tables["hmtx"][: 4 * widths + 2 * (count - widths)],
        }
        return _font(tables)

    def _with_parts(self, glyphs: set[int]) -> set[int]:
        """With what composed glyphs are made of."""
        complete = set[int]()
        open_glyphs = [*glyphs]
        while open_glyphs:
            glyph = open_glyphs.pop()
            if glyph not in complete and glyph < self._count:
                complete.add(glyph)
                open_glyphs += _parts(self._outline(glyph))
        return complete

    def _outline(self, glyph: int) -> bytes:
        return self._tables["glyf"][self._places[glyph] : self._places[glyph + 1]]


def _unpacked(content: bytes) -> dict[str, bytes]:
    if content[:8] != b"wOFF\0\1\0\0":
        raise UnusableFont("it is no WOFF file with TrueType outlines")
    (count,) = struct.unpack_from(">H", content, 12)
    tables: dict[str, bytes] = {}
    for entry in range(count):
        tag, at, packed, size, _ = struct.unpack_from(">4s4I", content, 44 + 20 * entry)
        table = content[at : at + packed]
        if packed < size <= 8 * 2**20:
            table = zlib.decompressobj().decompress(table, size)
        if len(table) != size:
            raise UnusableFont(f"the table {tag!r} is cut off")
        tables[tag.decode("latin-1")] = table
    return tables


def _segments(cmap: bytes, at: int) -> dict[int, int]:
    """Format 4: segments of characters of the first plane."""
    (doubled,) = struct.unpack_from(">H", cmap, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", cmap, at + 14)
    starts = struct.unpack_from(f">{count}H", cmap, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", cmap, at + 16 + 2 * doubled)
    offsets_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", cmap, offsets_at)
    codes: dict[int, int] = {}
    for segment, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for character in range(start, min(end, 0xFFFE) + 1):
            glyph = character
            if offsets[segment]:
                place = offsets_at + 2 * segment + offsets[segment] + 2 * (character - start)
                (glyph,) = struct.unpack_from(">H", cmap, place)
                if glyph == 0:
                    continue
            glyph = (glyph + deltas[segment]) & 0xFFFF
            if glyph:
                codes[character] = glyph
    return codes


def _groups(cmap: bytes, at: int) -> dict[int, int]:
    """Format 12: groups of characters of all planes."""
    (count,) = struct.unpack_from(">I", cmap, at + 12)
    groups = (struct.unpack_from(">3I", cmap, at + 16 + 12 * place) for place in range(count))
    return {
        character: glyph + character - start
        for start, end, glyph in groups
        for character in range(start, end + 1)
    }


def _parts(outline: bytes) -> list[int]:
    """The glyphs that one is composed of."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts = list[int]()
    at = 10
    flags = _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        parts.append(glyph)
        at += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
        at += (
            2
            if flags & _HAS_SCALE
            else 4
            if flags & _HAS_TWO_SCALES
            else 8
            if flags & _HAS_MATRIX
            else 0
        )
    return parts


def _with(table: bytes, at: int, form: str, value: int) -> bytes:
    changed = bytearray(table)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


def _font(tables: Mapping[str, bytes]) -> bytes:
    """The tables as a file, with their checksums; nothing that reads a PDF asks for that of the
    whole.
    """
    count = len(tables)
    power = count.bit_length() - 1
    directory = [
        struct.pack(">I4H", 0x00010000, count, 16 << power, power, (count << 4) - (16 << power))
    ]
    at = 12 + 16 * count
    bodies = list[bytes]()
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory.append(struct.pack(">4s3I", tag.encode("latin-1"), checksum, at, len(table)))
        bodies.append(padded)
        at += len(padded)
    return b"".join([*directory, *bodies])


# Bit 3: its characters are its own.
_SYMBOLIC = 4
_THICK = 140
_THIN = 80
_UNITS = 1000
# A block of a CMap has at most so many lines.
_BLOCK = 100


class EmbeddedFont:
    """`resource` is what pages call it, `name` what readers show. It is written once, behind all
    text.
    """

    def __init__(self, resource: str, name: str, font: TrueType, *, is_bold: bool = False) -> None:
        self.resource = resource
        self._name = name
        self._font = font
        self._is_bold = is_bold
        self._codes: dict[str, int] = {}

    @property
    def is_used(self) -> bool:
        return bool(self._codes)

    def has(self, character: str) -> bool:
        return ord(character) in self._font.glyphs

    def encoded(self, text: str) -> bytes:
        """The text as its codes, two bytes a character."""
        codes = [self._codes.setdefault(character, len(self._codes) + 1) for character in text]
        return struct.pack(f">{len(codes)}H", *codes)

    def width(self, character: str) -> float:
        """In thousandths of the text's size."""
        return self._font.width(self._glyph(character)) * _UNITS / self._font.units

    def write(self, file: PdfFile) -> Ref:
        """Write the font with the characters that were encoded."""
        glyphs = {code: self._glyph(character) for character, code in self._codes.items()}
        part = self._font.part(glyphs.values())
        # Six letters tell parts of a font apart.
        tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(part).digest()[:6])
        name = Name(f"{tag}+{self._name}")
        scale = _UNITS / self._font.units
        descriptor: dict[str, Value] = {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": [round(side * scale) for side in self._font.box],
            "ItalicAngle": 0,
            "Ascent": round(self._font.ascent * scale),
            "Descent": round(self._font.descent * scale),
            "CapHeight": round(self._font.ascent * scale * 2 / 3),
            "StemV": _THICK if self._is_bold else _THIN,
            "FontFile2": file.write_stream(part, {"Length1": len(part)}),
        }
        by_code = struct.pack(f">{len(glyphs) + 1}H", 0, *glyphs.values())
        font: dict[str, Value] = {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
            "FontDescriptor": file.write(descriptor),
            "W": [1, [round(self.width(character), 1) for character in self._codes]],
            "CIDToGIDMap": file.write_stream(by_code),
        }
        whole: dict[str, Value] = {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [file.write(font)],
            "ToUnicode": file.write_stream("\n".join(self._to_unicode()).encode()),
        }
        return file.write(whole)

    def _glyph(self, character: str) -> int:
        """The glyph; that of what is missing, where the font has none."""
        return self._font.glyphs.get(ord(character), 0)

    def _to_unicode(self) -> Iterator[str]:
        yield from (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
        )
        lines = [
            f"<{code:04x}> <{character.encode('utf-16-be').hex()}>"
            for character, code in self._codes.items()
        ]
        for first in range(0, len(lines), _BLOCK):
            block = lines[first : first + _BLOCK]
            yield from (f"{len(block)} beginbfchar", *block, "endbfchar")
        yield "endcmap CMapName currentdict /CMap defineresource pop end end"


_CUT: Final = "…"
# Controls, halves of characters, and what stands for none.
_WITHOUT_MEANING: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_UNKNOWN: Final = "\ufffd"


def plain(text: str) -> str:
    """The text as it is printed: composed, on one line, without marks that have no form, such as
    those of direction.
    """
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    kinds = ((character, unicodedata.category(character)) for character in composed)
    return "".join(
        _UNKNOWN if kind in _WITHOUT_MEANING else character
        for character, kind in kinds
        if kind != "Cf"
    )


class Lettering:
    """The fonts of one weight, in the order in which they are asked. `missing` collects characters
    that none has.
    """

    def __init__(self) -> None:
        self.fonts: list[EmbeddedFont] = []
        self._chosen: dict[str, EmbeddedFont] = {}
        self._widths: dict[str, float] = {}
        self.missing: set[str] = set()

    def add(self, font: EmbeddedFont) -> None:
        """Add a font, which is asked last."""
        self.fonts.append(font)
        for character in self.missing:
            self._chosen.pop(character, None)
            self._widths.pop(character, None)
        self.missing.clear()

    def runs(self, text: str) -> Iterator[tuple[EmbeddedFont, bytes]]:
        """The text's stretches of one font each, encoded."""
        for font, characters in groupby(text, self._font):
            yield font, font.encoded("".join(characters))

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(map(self._width, text)) * size / 1000

    def cut(self, text: str, size: float, most: float) -> str:
        """As much of the text as fits into a width, with an ellipsis where it is not all."""
        text = plain(text)
        if self.width(text, size) <= most:
            return text
        fits = self._fitting(text, size, most - self.width(_CUT, size))
        if fits == len(text):
            return text
        return text[:fits].rstrip() + _CUT

    def lines(self, text: str, size: float, most: float, most_lines: int) -> list[str]:
        """The text broken at its spaces, or inside of words that do not fit; the last line is
        cut.
        """
        words = plain(text).split(" ")
        lines = list[str]()
        while words and len(lines) < most_lines - 1:
            line = words.pop(0)
            if self.width(line, size) > most:
                fits = max(1, self._fitting(line, size, most))
                words.insert(0, line[fits:])
                line = line[:fits]
            else:
                while words and self.width(f"{line} {words[0]}", size) <= most:
                    line = f"{line} {words.pop(0)}"
            lines.append(line)
        if words:
            lines.append(self.cut(" ".join(words), size, most))
        return lines

    def _fitting(self, word: str, size: float, most: float) -> int:
        room = most
        for place, character in enumerate(word):
            room -= self._width(character) * size / 1000
            if room < 0:
                return place
        return len(word)

    def _font(self, character: str) -> EmbeddedFont:
        if character not in self._chosen:
            suitable = next((font for font in self.fonts if font.has(character)), None)
            if suitable is None:
                self.missing.add(character)
            self._chosen[character] = suitable or self.fonts[0]
        return self._chosen[character]

    def _width(self, character: str) -> float:
        if character not in self._widths:
            self._widths[character] = self._font(character).width(character)
        return self._widths[character]

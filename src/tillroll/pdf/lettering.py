"""Text in several fonts: which font draws a character, how wide it is, and how its glyphs are embedded in a PDF."""

import hashlib
import struct
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tillroll.pdf.objects import Name, PdfFile, Ref, Value
from tillroll.pdf.truetype import TrueType

# Bit 3: its characters are its own.
_SYMBOLIC = 4
_THICK, _THIN = 140, 80
_UNITS = 1000
# A block of a CMap has at most so many lines.
_BLOCK = 100


class EmbeddedFont:
    """`resource` is what pages call it, `name` what readers show. It is written once, behind all text."""

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
        name = Name(f"{self._tag(part)}+{self._name}")
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

    def _tag(self, part: bytes) -> str:
        """Six letters that tell parts of a font apart."""
        return "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(part).digest()[:6])

    def _to_unicode(self) -> Iterator[str]:
        yield from (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
        )
        lines = [f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for character, code in self._codes.items()]
        for first in range(0, len(lines), _BLOCK):
            block = lines[first : first + _BLOCK]
            yield from (f"{len(block)} beginbfchar", *block, "endbfchar")
        yield "endcmap CMapName currentdict /CMap defineresource pop end end"


_CUT: Final = "…"
# Controls, halves of characters, and what stands for none.
_WITHOUT_MEANING: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_UNKNOWN: Final = "\ufffd"


def plain(text: str) -> str:
    """The text as it is printed: composed, on one line, without marks that have no form, such as those of direction."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    kinds = ((character, unicodedata.category(character)) for character in composed)
    return "".join(_UNKNOWN if kind in _WITHOUT_MEANING else character for character, kind in kinds if kind != "Cf")


class Lettering:
    """The fonts of one weight, in the order in which they are asked. A character that none has is drawn by the first,
    as what is missing; `missing` collects them."""

    def __init__(self) -> None:
        self.fonts: list[EmbeddedFont] = []
        self._chosen: dict[str, EmbeddedFont] = {}
        self._widths: dict[str, float] = {}
        self.missing: set[str] = set()

    def add(self, font: EmbeddedFont) -> None:
        """One more font, which is asked last."""
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
        left = most - self.width(_CUT, size)
        for place, character in enumerate(text):
            left -= self._width(character) * size / 1000
            if left < 0:
                return text[:place].rstrip() + _CUT
        return text

    def lines(self, text: str, size: float, most: float, most_lines: int) -> list[str]:
        """The text broken at its spaces, or inside of words that do not fit; the last line is cut."""
        words, found = plain(text).split(" "), list[str]()
        while words and len(found) < most_lines - 1:
            line = words.pop(0)
            if self.width(line, size) > most:
                fits = max(1, self._fitting(line, size, most))
                words.insert(0, line[fits:])
                line = line[:fits]
            else:
                while words and self.width(f"{line} {words[0]}", size) <= most:
                    line = f"{line} {words.pop(0)}"
            found.append(line)
        if words:
            found.append(self.cut(" ".join(words), size, most))
        return found

    def _fitting(self, word: str, size: float, most: float) -> int:
        left = most
        for place, character in enumerate(word):
            left -= self._width(character) * size / 1000
            if left < 0:
                return place
        return len(word)

    def _font(self, character: str) -> EmbeddedFont:
        if character not in self._chosen:
            found = next((font for font in self.fonts if font.has(character)), None)
            if found is None:
                self.missing.add(character)
            self._chosen[character] = found or self.fonts[0]
        return self._chosen[character]

    def _width(self, character: str) -> float:
        if character not in self._widths:
            self._widths[character] = self._font(character).width(character)
        return self._widths[character]

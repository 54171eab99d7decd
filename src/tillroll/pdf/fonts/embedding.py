"""A font inside of a PDF: Type 0 over TrueType, with what it draws and what that stands for (ISO 32000-1, 9.7 to 9.10).

Each character has a code of its own, so what is copied or searched for is the text that was written, also where two
characters share a glyph, and where the font has none.
"""

import hashlib
import struct
from collections.abc import Iterator

from tillroll.pdf.file import PdfFile
from tillroll.pdf.fonts.truetype import TrueType
from tillroll.pdf.objects import Name, Ref, Value

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

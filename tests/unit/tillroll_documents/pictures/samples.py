"""Pictures that tell where they were taken, by whom and with what, in every place that their
formats have for it.
"""

import io
import struct
import zlib
from typing import Final

from PIL import Image, PngImagePlugin

SECRETS: Final = (
    b"SECRET-MAKER",
    b"SECRET-OWNER",
    b"SECRET-NOTE",
    b"SECRET-XMP",
    b"SECRET-IPTC",
    b"SECRET-TAIL",
)
GPS: Final = 0x8825
_XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-XMP</x:xmpmeta>"


def exif(orientation: int = 6) -> bytes:
    """Exif with a place, a camera, an owner and a maker's note."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = "SECRET-MAKER"
    told[0x8298] = "SECRET-OWNER"
    told.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    told.get_ifd(0x8769)[0x927C] = b"SECRET-NOTE" * 20
    return told.tobytes()


def drawing(mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((40, 24)).convert(mode)


def jpeg(orientation: int = 6, mode: str = "RGB", **options: bool) -> bytes:
    """A photo as a phone writes it: Exif, XMP, IPTC, a comment, a profile, a preview with a place
    behind the end.
    """
    drawn = io.BytesIO()
    drawing(mode).save(
        drawn,
        "JPEG",
        exif=exif(orientation),
        comment=b"SECRET-NOTE",
        icc_profile=b"SECRET-MAKER" * 9,
        **options,
    )
    content = drawn.getvalue()
    said = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP) + _segment(
        0xED, b"Photoshop 3.0\0SECRET-IPTC"
    )
    return content[:2] + said + content[2:] + b"SECRET-TAIL" + content


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def png(orientation: int = 6) -> bytes:
    drawn, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Author", "SECRET-OWNER")
    told.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    told.add_text("Comment", "SECRET-NOTE", zip=True)
    told.add(b"prVt", b"SECRET-MAKER")
    drawing("P").save(
        drawn, "PNG", pnginfo=told, exif=exif(orientation), icc_profile=b"SECRET-MAKER" * 9
    )
    content = drawn.getvalue()
    late = b"tEXt" + b"Title\0SECRET-TAIL"
    return (
        content[:-12]
        + struct.pack(">I", len(late) - 4)
        + late
        + struct.pack(">I", zlib.crc32(late))
        + content[-12:]
        + b"SECRET-TAIL"
    )


def webp(orientation: int = 6, **options: bool) -> bytes:
    drawn = io.BytesIO()
    drawing().save(
        drawn, "WEBP", exif=exif(orientation), xmp=_XMP, icc_profile=b"SECRET-MAKER" * 9, **options
    )
    return drawn.getvalue() + b"SECRET-TAIL"


def heic() -> bytes:
    """Two coded pictures and a grid of them, with Exif and XMP as items, a description, a film, and
    a maker's box.
    """
    pixels = (b"\1\2\3PIXELS-ONE" * 5, b"\4\5\6PIXELS-TWO" * 5)
    told = exif()
    kinds = {1: b"hvc1", 2: b"hvc1", 3: b"grid", 4: b"Exif", 5: b"mime"}
    names = b"".join(
        _box(
            b"infe",
            b"\2\0\0\0"
            + struct.pack(">HH", item, 0)
            + kind
            + b"\0"
            + (b"application/rdf+xml\0" if kind == b"mime" else b""),
        )
        for item, kind in kinds.items()
    )
    idat = _box(b"idat", b"GRID" + b"SECRET-XMP")
    properties = _box(
        b"iprp",
        _box(
            b"ipco",
            _box(b"ispe", struct.pack(">III", 0, 40, 24))
            + _box(b"udes", b"\0\0\0\0en\0SECRET-NOTE\0")
            + _box(b"irot", b"\1"),
        ),
    )
    lengths = [len(pixels[0]), len(pixels[1]), 4, len(told), 10]

    def whole(start: int) -> bytes:
        places, at = list[bytes](), start
        for item, length in zip((1, 2, 4), (lengths[0], lengths[1], lengths[3]), strict=True):
            places.append(struct.pack(">HHHHII", item, 0, 0, 1, at, length))
            at += length
        places.append(struct.pack(">HHHHII", 3, 1, 0, 1, 0, 4))
        places.append(struct.pack(">HHHHII", 5, 1, 0, 1, 4, 10))
        iloc = _box(b"iloc", b"\1\0\0\0\x44\0" + struct.pack(">H", 5) + b"".join(places))
        iinf = _box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 5) + names)
        meta = _box(
            b"meta", b"\0\0\0\0" + _box(b"pitm", b"\0\0\0\0\0\3") + iinf + iloc + idat + properties
        )
        head = (
            _box(b"ftyp", b"heic\0\0\0\0mif1heic")
            + meta
            + _box(b"uuid", b"SECRET-MAKER" * 3)
            + _box(b"moov", _box(b"udta", b"SECRET-OWNER"))
        )
        return head + _box(b"mdat", b"".join(pixels) + told + b"SECRET-TAIL")

    return whole(whole(0).index(pixels[0]))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content

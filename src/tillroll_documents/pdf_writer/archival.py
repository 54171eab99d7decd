"""What a PDF/A-3 has beside its pages (ISO 19005-3, conformance B): metadata in XMP, and the
colours that it was made for. Pure.

The profile of colours is sRGB (IEC 61966-2-1) as an ICC profile of version 2 (ICC.1:2001-04): a
matrix and one curve.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

CONDITION: Final = "sRGB IEC61966-2.1"
# Adapted to D50, the white of the profile connection space: ICC.1, annex A.
_WHITE: Final = (0.9642, 1.0, 0.8249)
_RED: Final = (0.4361, 0.2225, 0.0139)
_GREEN: Final = (0.3851, 0.7169, 0.0971)
_BLUE: Final = (0.1431, 0.0606, 0.7141)
_STEPS: Final = 1024
_HEADER: Final = 128


@dataclass(frozen=True)
class Schema:
    """An extension of XMP that the file's metadata use: PDF/A asks that it is described. `fields`
    are its properties, each with what it says and what it means."""

    name: str
    uri: str
    prefix: str
    fields: Sequence[tuple[str, str, str]]


def metadata(title: str, producer: str, made_at: str, schemas: Sequence[Schema]) -> bytes:
    """The file's metadata in XMP, which say what its dictionary Info says. `made_at` is UTC
    text.
    """
    moment = f"{made_at[:19]}Z"
    descriptions = [
        _described(
            "pdfaid",
            "http://www.aiim.org/pdfa/ns/id/",
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        ),
        _described(
            "dc",
            "http://purl.org/dc/elements/1.1/",
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(title)}</rdf:li></rdf:Alt></dc:title>",
        ),
        _described(
            "pdf",
            "http://ns.adobe.com/pdf/1.3/",
            f"<pdf:Producer>{escape(producer)}</pdf:Producer>",
        ),
        _described(
            "xmp",
            "http://ns.adobe.com/xap/1.0/",
            f"<xmp:CreateDate>{moment}</xmp:CreateDate>",
        ),
    ]
    if schemas:
        descriptions.append(_extensions(schemas))
    for schema in schemas:
        fields = "".join(
            f"<{schema.prefix}:{name}>{escape(value)}</{schema.prefix}:{name}>"
            for name, value, _ in schema.fields
        )
        descriptions.append(_described(schema.prefix, schema.uri, fields))
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f"{''.join(descriptions)}</rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    )
    return packet.encode()


def _described(prefix: str, uri: str, content: str) -> str:
    return f'<rdf:Description rdf:about="" xmlns:{prefix}="{uri}">{content}</rdf:Description>\n'


def _extensions(schemas: Sequence[Schema]) -> str:
    spaces = {
        "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
        "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
        "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    }
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    items = "".join(_schema(each) for each in schemas)
    return (
        f'<rdf:Description rdf:about="" {declared}>'
        f"<pdfaExtension:schemas><rdf:Bag>{items}</rdf:Bag></pdfaExtension:schemas>"
        "</rdf:Description>\n"
    )


def _schema(schema: Schema) -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{escape(meaning)}</pdfaProperty:description></rdf:li>"
        for name, _, meaning in schema.fields
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{escape(schema.name)}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{schema.uri}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{schema.prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def srgb_profile() -> bytes:
    """The ICC profile of sRGB for displays."""
    curve = b"curv\0\0\0\0" + struct.pack(">I", _STEPS) + _curve()
    tags = [
        (b"desc", _description()),
        (b"wtpt", _place(_WHITE)),
        (b"rXYZ", _place(_RED)),
        (b"gXYZ", _place(_GREEN)),
        (b"bXYZ", _place(_BLUE)),
        (b"rTRC", curve),
        (b"cprt", b"text\0\0\0\0No copyright, use freely\0"),
    ]
    table = bytearray(struct.pack(">I", len(tags) + 2))
    bodies = bytearray()
    first = _HEADER + 4 + 12 * (len(tags) + 2)
    for tag, body in tags:
        at = first + len(bodies)
        table += _entry(tag, at, body)
        if tag == b"rTRC":  # all three colours have this curve
            table += _entry(b"gTRC", at, body)
            table += _entry(b"bTRC", at, body)
        bodies += body + b"\0" * (-len(body) % 4)
    size = first + len(bodies)
    kind = b"mntrRGB XYZ "
    made_on = bytes.fromhex("07ea 0001 0001 0000 0000 0000")  # 1 January 2026
    version = bytes.fromhex("02100000")
    header = struct.pack(">I", size) + b"\0" * 4 + version + kind + made_on + b"acsp"
    # The flags, who made it, and for what it is meant say nothing; then the white, D50.
    header += b"\0" * 28 + _fixed(_WHITE)
    return header.ljust(_HEADER, b"\0") + bytes(table) + bytes(bodies)


def _entry(tag: bytes, at: int, body: bytes) -> bytes:
    return tag + struct.pack(">II", at, len(body))


def _curve() -> bytes:
    values: list[int] = []
    for step in range(_STEPS):
        coded = step / (_STEPS - 1)
        if coded <= 0.04045:
            linear = coded / 12.92
        else:
            linear = ((coded + 0.055) / 1.055) ** 2.4
        values.append(round(linear * 0xFFFF))
    return struct.pack(f">{_STEPS}H", *values)


def _place(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _fixed(values: tuple[float, float, float]) -> bytes:
    return struct.pack(">3i", *(round(value * 0x10000) for value in values))


def _description() -> bytes:
    text = CONDITION.encode() + b"\0"
    # Behind it, no description in Unicode, and none for old Macintoshes.
    return b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * (8 + 3 + 67)

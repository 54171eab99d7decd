"""PDFs that ask for far more than they weigh, made by code."""

import zlib


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (
        len(packed),
        entries,
        packed,
    )


def _file(*objects: bytes, pages: int, resources: bytes = b"<< >>") -> bytes:
    """Object 1 is the catalogue, 2 the page tree, 3 the page, drawn `pages` times; 4 and on are
    `objects`.
    """
    kids = b" ".join([b"3 0 R"] * pages)
    whole = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
        % resources,
        *objects,
    ]
    body, offsets = b"%PDF-1.7\n", list[int]()
    for number, content in enumerate(whole, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(whole) + 1, table)
    return (
        body
        + head
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(whole) + 1, len(body))
    )


def many_operators(pages: int = 20, operators: int = 100_000) -> bytes:
    """Each page shows so many texts: a few kilobytes, since all pages are one."""
    text = b"BT /F1 9 Tf " + b"(a) Tj 1 0 Td " * (operators // 2) + b"ET"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return _file(_stream(text), font, pages=pages, resources=b"<< /Font << /F1 5 0 R >> >>")


def empty_subsections(size: int = 10_000_000) -> bytes:
    """A cross-reference table of nothing but empty subsections."""
    head = b"%PDF-1.7\n"
    line = b"0 0\n"
    table = b"xref\n" + line * ((size - 200) // len(line))
    return (
        head + table + b"trailer\n<< /Size 1 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(head)
    )


def jpeg_behind_flate(megabytes: int = 70) -> bytes:
    """A JPEG that unpacks to so many megabytes."""
    picture = b"\xff\xd8\xff\xe0" + bytes(megabytes * 1_000_000)
    packed = zlib.compress(picture, 9)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 900 /Height 900 /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 "
        b"/Filter [/FlateDecode /DCTDecode] /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed)
    )
    return _file(_stream(b"/Im Do"), image, pages=20, resources=b"<< /XObject << /Im 5 0 R >> >>")


def far_startxref(offset: int = 2**31) -> bytes:
    """A hundred and fifty bytes that point out of every file."""
    return (
        b"%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % offset


def nested_arrays(levels: int = 20_000) -> bytes:
    return _file(_stream(b"[" * levels + b"]" * levels + b" TJ"), pages=1)


def noisy_table(entries: int = 9_756) -> bytes:
    """A table whose every entry is worth a line of pypdf's log."""
    table = b"xref\n0 %d\n" % entries + b"xxxxxxxxxx xxxxx x \n" * entries
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    return (
        head + table + b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(head)
    )


HOSTILE_PDFS = {
    "startxref of 2^31": far_startxref(),
    "startxref of 2^63": far_startxref(2**63),
    "20 pages of 100,000 operators": many_operators(),
    "10 MB of empty subsections": empty_subsections(),
    "JPEG behind Flate": jpeg_behind_flate(),
    "nested arrays": nested_arrays(),
    "a log line an entry": noisy_table(),
}


def nested_forms(depth: int = 6, times: int = 40) -> bytes:
    """A page that draws a form, which draws the next so many times, and so on: a billion rectangles
    in a kilobyte.
    """
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 600 900]"
    forms = [
        _stream(
            b"/X Do " * times,
            b"%s /Resources << /XObject << /X %d 0 R >> >>" % (entries, 6 + level),
        )
        for level in range(depth)
    ]
    last = _stream(b"0 0 9 9 re f", entries)
    return _file(
        _stream(b"/X Do"), *forms, last, pages=1, resources=b"<< /XObject << /X 5 0 R >> >>"
    )

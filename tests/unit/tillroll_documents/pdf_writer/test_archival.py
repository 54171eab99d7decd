"""A PDF/A-3, rule by rule of ISO 19005-3 at conformance B: what a file says of itself, its colours,
its fonts, and the file that it carries."""

import importlib
import io
import re
from typing import Any, Final
from xml.etree import ElementTree

from tests.support.pdf_reading import attached_to, read_strictly
from tests.support.reports import fonts_of
from tests.unit.tillroll_documents.pdf_writer.test_document import no_foot
from tillroll_documents.invoice_writer import factur_x
from tillroll_documents.pdf_writer.archival import srgb_profile
from tillroll_documents.pdf_writer.document import Document

TITLE: Final = "Invoice <1> & Söhne"
_SPACES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "fx": factur_x.SCHEMA.uri,
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


def a_factur_x() -> bytes:
    document = Document(
        TITLE,
        "2026-04-01T08:00:00.000Z",
        "tests",
        language="de",
        schemas=[factur_x.SCHEMA],
    )
    for weight, content in fonts_of("latin").items():
        document.add_font(weight, f"NotoSans-{weight}", content)
    page = document.page()
    page.text(40, 60, "Invoice", 10)
    document.attach(
        factur_x.FILE_NAME,
        b"<invoice/>",
        factur_x.MEDIA_TYPE,
        relationship=factur_x.RELATIONSHIP,
    )
    return document.take() + document.end([page], no_foot)


def _root(content: bytes) -> Any:
    return read_strictly(content).trailer["/Root"]


def _told(content: bytes) -> ElementTree.Element:
    stream = _root(content)["/Metadata"]
    assert (stream["/Type"], stream["/Subtype"]) == ("/Metadata", "/XML")
    return ElementTree.fromstring(stream.get_data())  # noqa: S314 - our own


def _texts(told: ElementTree.Element, path: str) -> list[str | None]:
    return [each.text for each in told.iterfind(f".//{path}", _SPACES)]


def test_the_header_and_the_trailer_are_those_of_an_archive() -> None:
    content = a_factur_x()
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", content)  # 6.1.2
    trailer = read_strictly(content).trailer
    assert "/ID" in trailer  # 6.1.3
    assert "/Encrypt" not in trailer


def test_the_metadata_name_the_part_and_agree_with_the_dictionary() -> None:
    content = a_factur_x()
    told = _told(content)
    assert _texts(told, "pdfaid:part") == ["3"]  # 6.6.4
    assert _texts(told, "pdfaid:conformance") == ["B"]
    info = read_strictly(content).metadata
    assert _texts(told, "dc:title/rdf:Alt/rdf:li") == [TITLE] == [info.title]
    assert _texts(told, "pdf:Producer") == ["tests"] == [info.producer]
    assert _texts(told, "xmp:CreateDate") == ["2026-04-01T08:00:00Z"]
    assert info["/CreationDate"] in {"D:20260401080000Z", b"D:20260401080000Z"}
    # 6.6.2.1: the stream is not encoded, and the packet has its frame.
    stream = _root(content)["/Metadata"]
    assert "/Filter" not in stream
    assert stream.get_data().startswith(b"<?xpacket begin=")
    assert stream.get_data().endswith(b"?>")


def test_a_schema_of_ones_own_is_described() -> None:
    told = _told(a_factur_x())
    names = [name for name, _, _ in factur_x.SCHEMA.fields]
    assert _texts(told, "pdfaSchema:namespaceURI") == [factur_x.SCHEMA.uri]  # 6.6.2.3
    assert _texts(told, "pdfaSchema:prefix") == ["fx"]
    assert _texts(told, "pdfaProperty:name") == names
    assert [_texts(told, f"fx:{name}") for name in names] == [
        ["factur-x.xml"],
        ["INVOICE"],
        ["1.0"],
        ["EN 16931"],
    ]


def test_the_colours_are_those_of_an_embedded_profile() -> None:
    [intent] = _root(a_factur_x())["/OutputIntents"]  # 6.2.3
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"]
    assert profile["/N"] == 3
    assert profile.get_data() == srgb_profile()


def test_the_profile_is_srgb() -> None:
    # It has few types.
    cms: Any = importlib.import_module("PIL.ImageCms")
    profile = cms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    assert (profile.profile.xcolor_space, profile.profile.connection_space) == ("RGB ", "XYZ ")
    assert profile.profile.version < 5
    own = cms.createProfile("sRGB")
    reference = cms.ImageCmsProfile(own)
    for name in ("red_colorant", "green_colorant", "blue_colorant"):
        ours, theirs = (getattr(each.profile, name)[0] for each in (profile, reference))
        assert all(abs(a - b) < 0.002 for a, b in zip(ours, theirs, strict=True))


def test_fonts_are_embedded_with_their_glyphs() -> None:
    [page] = read_strictly(a_factur_x()).pages
    fonts = page["/Resources"]["/Font"]
    assert fonts
    for each in fonts.values():
        [inner] = each["/DescendantFonts"]  # 6.2.11
        assert "/FontFile2" in inner["/FontDescriptor"]
        assert "/CIDToGIDMap" in inner
        assert "/ToUnicode" in each
        assert each["/Encoding"] == "/Identity-H"


def test_the_file_that_it_carries_says_what_it_is_to_the_document() -> None:
    content = a_factur_x()
    assert attached_to(content) == {"factur-x.xml": [b"<invoice/>"]}
    root = _root(content)
    [file] = root["/AF"]  # 6.8, annex E
    assert (file["/Type"], file["/AFRelationship"]) == ("/Filespec", "/Alternative")
    assert (file["/F"], file["/UF"]) == ("factur-x.xml", "factur-x.xml")
    stream = file["/EF"]["/F"]
    assert (stream["/Subtype"], stream["/Params"]["/Size"]) == ("/text/xml", 10)
    assert "/ModDate" in stream["/Params"]
    assert root["/Lang"] == "de"


def test_nothing_acts_in_it() -> None:
    root = _root(a_factur_x())
    assert not {"/OpenAction", "/AA", "/AcroForm"} & root.keys()  # 6.4 and 6.5
    assert "/JavaScript" not in root["/Names"]


def test_another_document_is_as_it_was() -> None:
    document = Document(TITLE, "2026-04-01T08:00:00.000Z", "tests")
    page = document.page()
    content = document.take() + document.end([page], no_foot)
    assert not {"/Metadata", "/OutputIntents", "/AF"} & _root(content).keys()

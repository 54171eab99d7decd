"""The files that lie in a PDF: the XML of an e-invoice, which is read, and others, which are named.

They stand in the tree of embedded files, or beside the document (PDF/A-3, ISO 19005-3). Factur-X
1.07, 6.2 names the file and its place; older and sloppier files are found by any name that ends in
.xml.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from tillroll_documents.pdf_reader.reader import (
    Work,
    array_of,
    dictionary_of,
    filters_of,
    object_of,
    piece,
)
from tillroll_documents.reading.e_invoices.e_invoice import (
    MOST_BYTES,
    ElectronicInvoice,
    InvalidInvoice,
    UnknownDocument,
)
from tillroll_documents.reading.e_invoices.extraction import EMBEDDED_NAMES, read_invoice
from tillroll_documents.reading.extraction import Attachment
from tillroll_documents.reading.reasons import AttachmentReason, XmlReason

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_FILES: Final = 100
_MOST_XML: Final = 3
"""Each of them is read."""
_MOST_NAMED: Final = 20
_LONGEST_NAME: Final = 200
_DEEPEST_TREE: Final = 8
_MOST_NODES: Final = 1_000
_XML_ENDS: Final = (".xml", ".isdoc")
_FORMS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".csv"), "spreadsheet"),
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".txt"), "text"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic"), "picture"),
    **dict.fromkeys((".tif", ".tiff"), "picture"),
    **dict.fromkeys((".zip", ".7z", ".gz", ".isdocx"), "archive"),
    **dict.fromkeys(_XML_ENDS, "xml"),
    ".pdf": "pdf",
    ".p7m": "signed",
    ".json": "json",
}
"""What a file is by the end of its name."""


@dataclass(frozen=True)
class EmbeddedXml:
    """The XML's bytes, its name in the PDF, and the invoice in it: None where it cannot be read."""

    name: str
    content: bytes
    invoice: ElectronicInvoice | None


@dataclass(frozen=True)
class InnerFiles:
    """What lies in a PDF: the XML of its e-invoice, None where it holds none, and each file."""

    xml: EmbeddedXml | None
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class _File:
    name: str
    stream: Any

    @property
    def is_xml(self) -> bool:
        return self.name.casefold().endswith(_XML_ENDS)

    @property
    def has_known_name(self) -> bool:
        return self.name.casefold() in EMBEDDED_NAMES


@dataclass(frozen=True)
class _Look:
    """A file of XML that was looked at. `reason` is why it is not read: None where it can be."""

    file: _File
    content: bytes
    invoice: ElectronicInvoice | None
    reason: AttachmentReason | XmlReason | None


async def inner_files_of(reader: "PdfReader", work: Work) -> InnerFiles:
    """The files of a PDF. The e-invoice is one that can be read, of several the one with a known
    name; else what should be one by its name. Raises TooMuchWork."""
    files = await piece(work, _files, reader)
    xml_files = [file for file in files if file.is_xml]
    # The sort is stable: those with a known name come first, each group in the PDF's order.
    xml_files.sort(key=lambda file: not file.has_known_name)
    looks = [await piece(work, _look_at, file) for file in xml_files[:_MOST_XML]]
    source = _choose(looks)
    xml = None
    if source is not None:
        xml = EmbeddedXml(source.file.name, source.content, source.invoice)
    attachments = [_attachment_of(file, looks, source) for file in files[:_MOST_NAMED]]
    return InnerFiles(xml, tuple(attachments))


def _choose(looks: Sequence[_Look]) -> _Look | None:
    for each in looks:
        if each.invoice is not None:
            return each
    for each in looks:
        if each.file.has_known_name:
            return each
    return None


def _attachment_of(file: _File, looks: Sequence[_Look], source: _Look | None) -> Attachment:
    """Describe a file for people: its name, its form, whether it was read, and why not."""
    name = _readable(file.name)
    form = _FORMS.get(PurePosixPath(name).suffix.casefold())
    look = next((each for each in looks if each.file is file), None)
    if look is None:
        reason = AttachmentReason.NOT_XML
        if file.is_xml:
            reason = AttachmentReason.TOO_MANY
        return Attachment(name=name, form=form, is_read=False, reason=reason.sentence)
    if look.invoice is not None:
        form = look.invoice.syntax.value
    elif isinstance(look.reason, XmlReason):
        form = look.reason.form
    if look is source and look.invoice is not None:
        return Attachment(name=name, form=form, is_read=True)
    reason = look.reason or AttachmentReason.ANOTHER
    return Attachment(name=name, form=form, is_read=False, reason=reason.sentence)


def _readable(name: str) -> str:
    """The name without signs that show nothing, or that turn the direction of their neighbours."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name[: 2 * _LONGEST_NAME])
    return " ".join(printable.split())[:_LONGEST_NAME] or "?"


def _look_at(file: _File) -> _Look:
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as in pages

    content = b""
    try:
        content = _content(file.stream)
        invoice = read_invoice(content)
    except UnknownDocument as error:
        reason = AttachmentReason.UNKNOWN_XML
        if error.reason is not None:
            reason = XmlReason(error.reason)
        return _Look(file, content, invoice=None, reason=reason)
    except (InvalidInvoice, PyPdfError, zlib.error, ValueError, NotImplementedError):
        return _Look(file, content, invoice=None, reason=AttachmentReason.BROKEN)
    return _Look(file, content, invoice=invoice, reason=None)


def _files(reader: "PdfReader") -> list[_File]:
    """The files, each once, up to a bound."""
    catalog = dictionary_of(reader.root_object)
    tree = dictionary_of(catalog.get("/Names")).get("/EmbeddedFiles")
    specifications = [*_leaves(tree), *array_of(catalog.get("/AF"))]
    files: dict[tuple[str, int], _File] = {}
    for reference in specifications[:_MOST_FILES]:
        specification = dictionary_of(reference)
        entry = dictionary_of(specification.get("/EF"))
        stream = object_of(entry.get("/UF") or entry.get("/F"))
        name = object_of(specification.get("/UF") or specification.get("/F"))
        if stream is not None and name:
            files.setdefault((str(name), id(stream)), _File(str(name), stream))
    return [*files.values()]


def _leaves(root: Any) -> Iterator[Any]:
    """The values of a name tree (ISO 32000-1, 7.9.6), whose nodes may be wrong in any way."""
    waiting = [(root, 0)]
    count = 0
    while waiting and count < _MOST_NODES:
        node, depth = waiting.pop(0)
        count += 1
        if depth > _DEEPEST_TREE:
            continue
        branch = dictionary_of(node)
        yield from array_of(branch.get("/Names"))[1 : 2 * _MOST_FILES : 2]
        waiting += [(kid, depth + 1) for kid in array_of(branch.get("/Kids"))[:_MOST_FILES]]


def _content(stream: Any) -> bytes:
    """The bytes, decompressed no further than is taken."""
    filters = filters_of(stream)
    raw: bytes = stream._data  # noqa: SLF001 - get_data() decompresses all there is
    if filters == ["/FlateDecode"] and stream.get("/DecodeParms") is None:
        return zlib.decompressobj().decompress(raw, MOST_BYTES + 1)
    if filters:
        return stream.get_data()[: MOST_BYTES + 1]
    return raw[: MOST_BYTES + 1]

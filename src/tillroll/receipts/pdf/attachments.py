"""The e-invoice's XML that lies in a PDF (PDF/A-3, ISO 19005-3): in the tree of embedded files, or beside the document.

Factur-X 1.07, 6.2 names the file and its place; older and sloppier files are found by any name that ends in .xml.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tillroll.reading.invoices.e_invoice import MOST_BYTES, ElectronicInvoice, InvalidInvoice
from tillroll.reading.invoices.extraction import EMBEDDED_NAMES, read_invoice
from tillroll.receipts.pdf.reader import array_of, dictionary_of, object_of, piece
from tillroll.receipts.pdf.work import Work

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_FILES: Final = 100
_MOST_XML: Final = 3
"""Each of them is read."""
_DEEPEST_TREE: Final = 8
_MOST_NODES: Final = 1_000


@dataclass(frozen=True)
class EmbeddedXml:
    """The XML's bytes, its name in the PDF, and the invoice in it: None where it has an e-invoice's name, but cannot be
    read."""

    name: str
    content: bytes
    invoice: ElectronicInvoice | None


async def embedded_xml(reader: "PdfReader", work: Work) -> EmbeddedXml | None:
    """The XML of an e-invoice, of one with a known name first; None where the PDF holds none.

    Raises:
        TooMuchWork: it takes more work than a piece, or the file, may take.
        ValueError, KeyError, TypeError and others: the PDF is broken where its files are listed.
    """
    candidates = [await piece(work, _read, *found) for found in await piece(work, _found, reader)]
    readable = (xml for xml in candidates if xml.invoice is not None)
    named = (xml for xml in candidates if xml.name.casefold() in EMBEDDED_NAMES)
    return next(readable, None) or next(named, None)


def _found(reader: "PdfReader") -> list[tuple[str, bytes]]:
    found = [(name, file) for name, file in _files(reader) if name.casefold().endswith(".xml")]
    found.sort(key=lambda item: item[0].casefold() not in EMBEDDED_NAMES)
    return [(name, _content(file)) for name, file in found[:_MOST_XML]]


def _read(name: str, content: bytes) -> EmbeddedXml:
    try:
        return EmbeddedXml(name, content, read_invoice(content))
    except InvalidInvoice:
        return EmbeddedXml(name, content, None)


def _files(reader: "PdfReader") -> Iterator[tuple[str, Any]]:
    """Names and streams of the files, each as often as it is referred to, up to a bound."""
    catalog = dictionary_of(reader.root_object)
    tree = dictionary_of(catalog.get("/Names")).get("/EmbeddedFiles")
    specifications = [*_leaves(tree), *array_of(catalog.get("/AF"))]
    for reference in specifications[:_MOST_FILES]:
        specification = dictionary_of(reference)
        files = dictionary_of(specification.get("/EF"))
        stream = object_of(files.get("/UF") or files.get("/F"))
        name = object_of(specification.get("/UF") or specification.get("/F"))
        if stream is not None and name:
            yield str(name), stream


def _leaves(root: Any) -> Iterator[Any]:
    """The values of a name tree (ISO 32000-1, 7.9.6), whose nodes may be wrong in any way."""
    waiting, seen = [(root, 0)], 0
    while waiting and seen < _MOST_NODES:
        node, depth = waiting.pop(0)
        seen += 1
        if depth > _DEEPEST_TREE:
            continue
        found = dictionary_of(node)
        yield from array_of(found.get("/Names"))[1 : 2 * _MOST_FILES : 2]
        waiting += [(kid, depth + 1) for kid in array_of(found.get("/Kids"))[:_MOST_FILES]]


def _content(stream: Any) -> bytes:
    """The bytes, decompressed no further than is taken."""
    named = object_of(stream.get("/Filter"))
    filters = (
        [str(name) for name in array_of(named)] if isinstance(named, list) else [] if named is None else [str(named)]
    )
    raw: bytes = stream._data  # noqa: SLF001 - get_data() decompresses all there is
    if filters == ["/FlateDecode"] and stream.get("/DecodeParms") is None:
        try:
            return zlib.decompressobj().decompress(raw, MOST_BYTES + 1)
        except zlib.error as error:
            raise ValueError("an attached file is broken") from error
    return stream.get_data()[: MOST_BYTES + 1] if filters else raw[: MOST_BYTES + 1]

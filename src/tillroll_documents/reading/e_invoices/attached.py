"""Opens an AttachedDocument of UBL 2.1: a document lies as text in the description of its
attachment.

Colombia's DIAN prescribes it for what a seller sends to a buyer (resolución 000165 of 2023, anexo
técnico 1.9, "contenedor electrónico"): the invoice in `cac:Attachment`, and the tax office's answer
in `cac:ParentDocumentLineReference`, which is not opened. Pure.
"""

import re
from typing import Final
from xml.parsers import expat

from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.repairs import ContradictoryEncoding, one_reading

_PATH: Final = ("AttachedDocument", "Attachment", "ExternalReference", "Description")
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,200}\?>")


def open_attached(content: bytes) -> bytes:
    """The XML of the document that is attached, as UTF-8. `content` is well-formed: its envelope
    was parsed before, within the bounds of `parse`. Raises InvalidInvoice: nothing is attached.
    """
    collector = _Collector()
    try:
        content, encoding = one_reading(content)
        parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.StartElementHandler = collector.begin
        parser.CharacterDataHandler = collector.add
        parser.EndElementHandler = collector.end
        parser.Parse(content, True)
    except (ContradictoryEncoding, expat.ExpatError, ValueError, LookupError) as error:
        raise InvalidInvoice(f"the XML is not well-formed: {error}") from error
    text = "".join(collector.pieces)
    # Its encoding is that of the envelope, whatever it declares.
    text = _DECLARATION.sub("", text, count=1).strip()
    if not text.startswith("<"):
        raise InvalidInvoice("the AttachedDocument holds no invoice as text")
    return text.encode()


class _Collector:
    """The text at `_PATH`: of the first attachment only."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._path: list[str] = []
        self._is_complete = False

    def begin(self, name: str, _: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])

    def add(self, text: str) -> None:
        is_here = len(self._path) == len(_PATH) and tuple(self._path) == _PATH
        if is_here and not self._is_complete:
            self.pieces.append(text)

    def end(self, _: str) -> None:
        if self.pieces and tuple(self._path) == _PATH:
            self._is_complete = True
        self._path.pop()

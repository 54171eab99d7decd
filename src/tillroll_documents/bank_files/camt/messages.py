"""camt.052, camt.053 and camt.054 of ISO 20022, versions .001.01 to .001.13.

Read by expat's events: an entry at a time is held. A document type, which alone can declare
entities, is refused.
"""

import re
from typing import Final, NoReturn
from xml.parsers import expat

from tillroll_documents.bank_files.camt.statement import CamtStatement
from tillroll_documents.bank_files.camt.tree import Money, Tree
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_DEPTH, MAX_PAYMENTS, MAX_TEXT
from tillroll_documents.bank_files.printed import Format, UnreadableFile
from tillroll_documents.bank_files.reader import Reader
from tillroll_documents.bank_files.values import shown

NAMESPACE: Final = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.001\.(0[1-9]|1[0-3])"
)
_STATEMENTS: Final = {
    "BkToCstmrAcctRpt": "Rpt",
    "BkToCstmrStmt": "Stmt",
    "BkToCstmrDbtCdtNtfctn": "Ntfctn",
}
_MAX_TOKEN: Final = 1024 * 1024
"""Bytes of a tag, a comment or the like, before the file is refused."""


class CamtReader(Reader):
    """Reads one message."""

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__()
        parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser = parser
        self._prefix = ""
        self._format = Format.CAMT_053
        self._depth = 0
        self._names: list[str] = []
        self._trees: list[Tree] = []
        self._parts: list[str] = []
        self._length = 0
        self._money: str | None = None
        self._header: Tree = {}
        self._within: CamtStatement | None = None

    def _take(self, chunk: bytes) -> None:
        self._parse(chunk, final=False)
        if self._bytes - max(self._parser.CurrentByteIndex, 0) > _MAX_TOKEN:
            raise UnreadableFile(f"A tag at line {self._parser.CurrentLineNumber} does not end")

    def _end(self) -> None:
        self._parse(b"", final=True)
        if not self._prefix:
            raise UnreadableFile(
                "The file has no message of camt.052, camt.053 or camt.054, versions 01 to 13"
            )

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except UnreadableFile as error:
            if error.line is None:
                error.line = self._parser.CurrentLineNumber
            raise
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = self._parser.ErrorLineNumber
            raise UnreadableFile(f"The XML is broken at line {line}: {error}", line=line) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableFile(f"Elements are nested more than {MAX_DEPTH} deep")
        if not self._prefix:
            self._begin_document(name)
            self._names.append("")
            return
        name = name.removeprefix(self._prefix)
        self._names.append(name)
        self._parts.clear()
        self._length = 0
        self._money = None
        if attributes:
            if any(len(value) > MAX_TEXT for value in attributes.values()):
                raise UnreadableFile(
                    f"An attribute of {shown(name)} has more than {MAX_TEXT} characters"
                )
            self._money = attributes.get("Ccy")
        if name == "Ntry":
            if (
                self._within is None
                or self._within.is_in_entry
                or self._names[-2] not in _STATEMENTS.values()
            ):
                raise UnreadableFile("An entry (Ntry) is not directly in a statement")
            self._within.is_in_entry = True
            self._count_entry()
        elif name in {"Stmt", "Rpt", "Ntfctn"} and self._is_statement(name):
            self._within = CamtStatement(self._format, self._header)
            self._within.tree = {}
            self._trees.append(self._within.tree)
            return
        self._trees.append({})

    def _begin_document(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if local != "Document":
            if self._depth > 3:
                raise UnreadableFile("The XML is no message of camt.052, camt.053 or camt.054")
            return
        match = NAMESPACE.fullmatch(namespace)
        if match is None:
            raise UnreadableFile(
                f"The message is “{shown(namespace.rpartition(':')[2])}”, "
                "and not camt.052, camt.053 or camt.054 in a version from 01 to 13"
            )
        self._prefix = f"{namespace} "
        self._format = Format(f"camt.{match[1]}")

    def _is_statement(self, name: str) -> bool:
        return (
            self._within is None
            and len(self._names) > 1
            and _STATEMENTS.get(self._names[-2]) == name
        )

    def _text(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise UnreadableFile(f"{shown(self._names[-1])} has more than {MAX_TEXT} characters")

    def _close(self, _: str) -> None:
        self._depth -= 1
        name = self._names.pop()
        if not self._trees:
            return
        tree = self._trees.pop()
        value: str | Money | Tree = tree
        if not tree:
            value = "".join(self._parts).strip()
            if self._money is not None:
                value = Money(value, self._money)
                self._money = None
        self._parts.clear()
        self._length = 0
        within = self._within
        if within is not None and name == "Ntry":
            within.is_in_entry = False
            self._emit_entry(within.entry(tree))
        elif within is not None and within.tree is tree:
            self._within = None
            self._emit_statement(within.ended())
        elif name == "GrpHdr":
            self._header = tree
        elif self._trees:
            siblings = self._trees[-1].setdefault(name, [])
            if len(siblings) >= MAX_PAYMENTS:
                raise UnreadableFile(
                    f"There are more than {MAX_PAYMENTS} of {shown(name)} in one element"
                )
            siblings.append(value)


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnreadableFile("The XML has a document type (DTD), which a bank's file never has")

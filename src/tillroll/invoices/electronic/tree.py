"""XML as a tree of plain elements, with all that can harm refused.

Read by expat's events. A document type, which alone can declare entities and name external ones, ends the reading, as
do more bytes, elements or levels than any invoice has. Text that is too long for a value, such as an attached file in
Base64, is not kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from tillroll.invoices.electronic.errors import InvalidInvoice

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ELEMENTS: Final = 100_000
MOST_LEVELS: Final = 40
LONGEST_TEXT: Final = 4_000
"""Characters of one element that are kept; a longer text is no value of an invoice's head."""


@dataclass(slots=True, eq=False)
class Element:
    """An element with its direct text, its attributes by local name, and its children in order."""

    namespace: str
    local: str
    prefix: str
    parent: "Element | None"
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list["Element"])
    names: dict[str, int] = field(default_factory=dict[str, int])
    """How many children have each local name."""
    position: int = 1
    """Among the siblings of its name, from 1."""

    @property
    def value(self) -> str:
        """The text without white space around it."""
        return self.text.strip()

    @property
    def path(self) -> str:
        """Where it stands, as an XPath with the file's own prefixes; numbered where its name is there several times."""
        around = "" if self.parent is None else self.parent.path
        name = f"{self.prefix}:{self.local}" if self.prefix else self.local
        is_one_of_several = self.parent is not None and self.parent.names[self.local] > 1
        return f"{around}/{name}[{self.position}]" if is_one_of_several else f"{around}/{name}"

    def named(self, local: str) -> Iterator["Element"]:
        """The children of this name; those of a foreign vocabulary, such as an extension, are left out."""
        return (child for child in self.children if child.local == local and _is_kin(child.namespace, self.namespace))

    def all(self, *locals_: str) -> Iterator["Element"]:
        """The elements at the end of a path of local names, in the file's order."""
        if not locals_:
            yield self
            return
        for child in self.named(locals_[0]):
            yield from child.all(*locals_[1:])

    def first(self, *locals_: str) -> "Element | None":
        """The first of `all` that has a value or children."""
        return next((element for element in self.all(*locals_) if element.value or element.children), None)


def _is_kin(namespace: str, other: str) -> bool:
    """Whether two namespaces are of one vocabulary: CII and UBL each spread over several."""
    return namespace.split(":")[:3] == other.split(":")[:3] or (_is_cii(namespace) and _is_cii(other))


def _is_cii(namespace: str) -> bool:
    return namespace.startswith(("urn:un:unece:uncefact:", "urn:ferd:"))


def parse(content: bytes) -> Element:
    """The root element.

    Raises:
        InvalidInvoice: the XML is not well-formed, too large or too deep, or has a document type.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInvoice(f"the XML has more than {MOST_BYTES // 1024 // 1024} MB")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.begin
    parser.CharacterDataHandler = builder.add
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(content, True)
    except InvalidInvoice:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        # An encoding that is unknown, or has several bytes a sign, is Python's own error.
        raise InvalidInvoice(f"the XML is not well-formed: {error}") from error
    if builder.root is None:
        raise InvalidInvoice("the XML has no element")
    return builder.root


def _refuse_doctype(*_: object) -> NoReturn:
    raise InvalidInvoice("the XML has a document type (DOCTYPE), which no e-invoice has")


class _Builder:
    """Makes the tree of expat's events."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise InvalidInvoice(f"the XML has more than {MOST_ELEMENTS} elements")
        if len(self._open) >= MOST_LEVELS:
            raise InvalidInvoice(f"the XML's elements are nested more than {MOST_LEVELS} deep")
        namespace, local, prefix = _parts(name)
        parent = self._open[-1] if self._open else None
        plain = {_parts(key)[1]: value[:LONGEST_TEXT] for key, value in attributes.items()}
        element = Element(namespace, local, prefix, parent, plain)
        if parent is None:
            self.root = element
        else:
            element.position = parent.names[local] = parent.names.get(local, 0) + 1
            parent.children.append(element)
        self._open.append(element)

    def add(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) < LONGEST_TEXT:
            element.text = (element.text + text)[:LONGEST_TEXT]

    def end(self, _: str) -> None:
        self._open.pop()


def _parts(name: str) -> tuple[str, str, str]:
    """Namespace, local name and prefix of a name as expat gives it: "uri local prefix", "uri local" or "local"."""
    parts = name.split(" ")
    match parts:
        case [local]:
            return "", local, ""
        case [namespace, local]:
            return namespace, local, ""
        case _:
            return " ".join(parts[:-2]), parts[-2], parts[-1]

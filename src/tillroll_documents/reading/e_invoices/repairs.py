"""XML whose bytes contradict what it says of itself, read where there is one way to read it.
Pure.

Source: XML 1.0, appendix F (autodetection of character encodings): the first bytes tell how wide
a sign is, whatever the declaration calls the encoding. Software writes UTF-16 into the
declaration of UTF-8 (.NET's StringWriter), calls UTF-8 by a name of its own, or puts blanks and
marks before the declaration."""

import codecs
import re
from typing import Final

_DECLARATION: Final = re.compile(r"<\?xml\s[^<>]{0,200}?\?>")
_ENCODING: Final = re.compile(r"""\sencoding\s*=\s*["']([^"'<>]{0,40})["']""")
_LONGEST_DECLARATION: Final = 400
# A byte order mark, and how the bytes behind it are read. UTF-32 begins as UTF-16 does, so it is
# asked first.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<" or "<?" without a mark.
_WIDE: Final = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_BLANKS: Final = b" \t\r\n"
# Names that expat knows, or Python, for bytes of one sign each or of UTF-8.
_UTF_8: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


class ContradictoryEncoding(ValueError):
    """There is no way, or more than one, to read the bytes."""


def one_reading(content: bytes) -> tuple[bytes, str | None]:
    """The bytes for a parser, and the encoding that it is to take; None: as the declaration says.

    Raises ContradictoryEncoding.
    """
    content = content.lstrip(_BLANKS)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content.lstrip(mark), encoding)
    for begin, encoding in _WIDE:
        if content.startswith(begin):
            return _decoded(content, encoding)
    return _of_narrow_signs(content)


def _decoded(content: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes as UTF-8, without what stands before the first element or declaration."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ContradictoryEncoding(f"the XML begins as {encoding}, and is not") from error
    return text.lstrip("\ufeff \t\r\n").encode(), "utf-8"


def _of_narrow_signs(content: bytes) -> tuple[bytes, str | None]:
    name = _declared(content)
    if name in _UTF_8:
        if content.isascii():
            return content, "utf-8"
        if name == "utf-8":
            return content, None
        return content, "utf-8"
    is_wide = name.startswith(
        ("utf-16", "utf16", "ucs-2", "iso-10646", "utf-32", "utf32", "ucs-4", "unicode")
    )
    if not is_wide and _is_known(name):
        return content, None
    # The declaration is wrong. Valid UTF-8 beyond ASCII is hardly ever anything else.
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContradictoryEncoding(
            f"the XML says {name!r}, and its bytes are of another encoding"
        ) from error
    return content, "utf-8"


def _declared(content: bytes) -> str:
    head = content[:_LONGEST_DECLARATION].decode("latin-1")
    declaration = _DECLARATION.match(head)
    if declaration is None:
        return ""
    encoding = _ENCODING.search(declaration[0])
    if encoding is None:
        return ""
    return encoding[1].strip().lower()


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: it holds a NUL
        return False
    return True

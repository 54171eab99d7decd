"""Whether a file begins as an e-invoice in XML does: by its first bytes, without parsing it."""

import codecs
import re
from typing import Final

ROOTS: Final = frozenset({"Invoice", "CreditNote", "CrossIndustryInvoice", "CrossIndustryDocument"})
WINDOW: Final = 16 * 1024
"""Bytes that are looked at: licences stand in comments before the root element."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BEFORE_ROOT: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")


def begins_as_invoice(head: bytes) -> bool:
    """Whether the root element is an invoice's, or XML stands there whose root lies behind the window."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", "utf-8"))
    text = head[len(mark) :].decode(encoding, "replace")
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    root = _ROOT.match(text, place)
    if root:
        return root[1] in ROOTS
    is_cut_off = len(head) >= WINDOW and text.startswith("<!--", place)
    return is_cut_off and text.lstrip().startswith("<?xml")

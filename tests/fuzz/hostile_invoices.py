"""Hostile e-invoices made by code: entities, depth, size, encodings, numbers and days that are
none, elements in each other's places.
"""

import io
import random
import re
from collections.abc import Callable

from pypdf import PdfWriter

from tests.support.e_invoices import Facts, cii, ubl, zugferd_1
from tests.support.invoice import invoice_pdf

_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "latin-1",
    "cp1252",
    "cp037",
    "utf-7",
    "ascii",
)
_NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1E400000", "1e-400000", "9" * 4_000, "0." + "0" * 4_000 + "1",
    "-0", "1,5", "١٢",
    "0x10", "1_000", "", " ", "--1", "1.7976931348623157e309", "- 1",
)  # fmt: skip
_DAYS = (
    "0000-00-00",
    "20261345",
    "9999-12-31",
    "-2026-01-01",
    "2026-02-30",
    "20260230",
    "tomorrow",
    "99999999",
    "1",
)
_TEXTS = (
    "\u0000",
    "\u202e",
    "\ufffe",
    chr(0x1D50A) * 500,
    "'; DROP TABLE runs; --",
    "<script>",
    "]]>",
    "A" * 100_000,
    "\u0301" * 900,
)
_DOCTYPES = (
    '<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE Invoice [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/invoice.dtd">',
    '<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "file:///dev/random"> %p;]>',
    "<!DOCTYPE Invoice>",
)
_ELEMENT = re.compile(r"<((?:\w+:)?\w+)[^<>/]*>[^<>]*</\1>")


def hostile_invoices(random_: random.Random, count: int) -> list[bytes]:
    """So many files: invoices of each syntax, each with up to three things wrong; every eighth lies
    in a PDF.
    """
    return [_one(random_, number) for number in range(count)]


def _one(random_: random.Random, number: int) -> bytes:
    facts = Facts(type_code=random_.choice(("380", "381", "389", "999", "")))
    text = random_.choice((ubl, cii, zugferd_1))(facts).decode()
    for _ in range(random_.randrange(4)):
        text = random_.choice(_WRONGS)(random_, text)
    content = _encoded(random_, text)
    return _in_a_pdf(content) if number % 8 == 7 else content


def _encoded(random_: random.Random, text: str) -> bytes:
    """Mostly as it says, sometimes in another encoding than it says, sometimes cut off."""
    encoding = "utf-8" if random_.random() < 0.6 else random_.choice(_ENCODINGS)
    if random_.random() < 0.3:
        text = text.replace("UTF-8", random_.choice(_ENCODINGS), 1)
    content = text.encode(encoding, "replace")
    return content[: random_.randrange(len(content))] if random_.random() < 0.1 else content


def _in_a_pdf(content: bytes) -> bytes:
    writer = PdfWriter(
        clone_from=io.BytesIO(invoice_pdf(["Rechnung RE-2026-0042", "Rechnungsbetrag 83,30 EUR"]))
    )
    writer.add_attachment("factur-x.xml", content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _put(random_: random.Random, text: str, change: Callable[[re.Match[str]], str]) -> str:
    """The text with one of its innermost elements changed."""
    found = list(_ELEMENT.finditer(text))
    if not found:
        return text
    chosen = random_.choice(found)
    return text[: chosen.start()] + change(chosen) + text[chosen.end() :]


def _say(random_: random.Random, text: str, values: tuple[str, ...]) -> str:
    said = random_.choice(values)
    return _put(
        random_, text, lambda match: re.sub(r">[^<>]*<", lambda _: f">{said}<", match[0], count=1)
    )


def _doctype(random_: random.Random, text: str) -> str:
    return text.replace("?>", f"?>{random_.choice(_DOCTYPES)}", 1)


def _deep(random_: random.Random, text: str) -> str:
    depth = random_.choice((30, 45, 5_000))
    return _put(random_, text, lambda match: "<a>" * depth + match[0] + "</a>" * depth)


def _many(random_: random.Random, text: str) -> str:
    times = random_.choice((2, 500, 20_000))
    return _put(random_, text, lambda match: match[0] * times)


def _gone(random_: random.Random, text: str) -> str:
    return _put(random_, text, lambda _: "")


def _attributes(random_: random.Random, text: str) -> str:
    many = " ".join(f'a{number}="{number}"' for number in range(random_.choice((1, 3_000))))
    return _put(
        random_,
        text,
        lambda match: re.sub(r"^<([\w:]+)", lambda name: f"<{name[1]} {many}", match[0]),
    )


def _elsewhere(random_: random.Random, text: str) -> str:
    other = random_.choice(_ELEMENT.findall(text) or ["a"])
    return _put(random_, text, lambda match: f"<{other}>{match[0]}</{other}>")


def _noise(random_: random.Random, text: str) -> str:
    noise = random_.choice(
        ("&#0;", "&#xD800;", "&unknown;", "<![CDATA[<a>]]>", "<?php echo 1 ?>", "<!-- -- -->", "&")
    )
    return _put(random_, text, lambda match: match[0] + noise)


_WRONGS: tuple[Callable[[random.Random, str], str], ...] = (
    _doctype, _deep, _many, _gone, _attributes, _elsewhere, _noise,
    lambda random_, text: _say(random_, text, _NUMBERS),
    lambda random_, text: _say(random_, text, _NUMBERS),
    lambda random_, text: _say(random_, text, _DAYS),
    lambda random_, text: _say(random_, text, _TEXTS),
)  # fmt: skip

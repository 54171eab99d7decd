"""Labels of encodings, held against the Encoding Standard as Node.js implements it."""

import json
import subprocess

import pytest

from local.places import ROOT
from tillroll.received_mail.charsets import codec_of, text_of

_LABELS = """
iso-8859-1 us-ascii latin1 windows-1252 iso-8859-2 latin2 iso-8859-3 iso-8859-4 iso-8859-5 cyrillic
iso-8859-6
arabic iso-8859-7 greek8 iso-8859-8 iso-8859-8-i visual iso-8859-9 latin5 iso-8859-10 l6 iso-8859-11
tis-620
iso-8859-13 iso-8859-14 iso-8859-15 l9 iso-8859-16 windows-1250 x-cp1250 cp1251 windows-1253
windows-1254
windows-1255 windows-1256 windows-1257 windows-1258 windows-874 koi8-r koi8-ru koi8-u ibm866 866
macintosh
x-mac-roman x-mac-cyrillic
"""
_SEVERAL_BYTES = {
    "gb2312": "朱镕基 €".encode("gb18030"),
    "gbk": "発票 48.00".encode("gbk"),
    "big5": "發票 總計".encode("big5"),
    "x-x-big5": "發票".encode("big5"),
    "shift_jis": "①領収書㈱".encode("cp932"),
    "euc-kr": "영수증 합계".encode("cp949"),
    "ks_c_5601-1987": "합계".encode("cp949"),
    "euc-jp": "領収書 合計".encode("euc-jp"),
    "iso-2022-jp": "領収書 合計".encode("iso2022-jp"),
    "utf-16": "Total €".encode("utf-16-le"),
    "unicodefffe": "Total €".encode("utf-16-be"),
    "unicode-1-1-utf-8": "Total €".encode(),
}
_SCRIPT = """
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = ([label, hex]) => new TextDecoder(label).decode(Buffer.from(hex, "hex"));
console.log(JSON.stringify(asked.map(read)));
"""


def test_a_label_means_what_the_standard_gives_it() -> None:
    """Bytes that the standard gives to no letter are left out of this: Python has none for them
    either.
    """
    printable = bytes([*range(32, 127), *range(160, 256), 0x80, 0x85, 0x91])
    asked = [(label, printable) for label in _LABELS.split()] + [*_SEVERAL_BYTES.items()]
    node = ROOT / "node_modules" / ".bin" / "node"
    given = json.dumps([(label, content.hex()) for label, content in asked])
    answer = subprocess.run(
        [node, "-e", _SCRIPT], input=given, capture_output=True, text=True, check=True
    )
    for (label, content), text in zip(asked, json.loads(answer.stdout), strict=True):
        ours = text_of(content, f' "{label.upper()}" ')
        differs = [
            (one, other) for one, other in zip(ours, text, strict=False) if not _is_same(one, other)
        ]
        assert (differs, len(ours)) == ([], len(text)), label


def _is_same(one: str, other: str) -> bool:
    """Where Python has no letter, the standard has a control sign, one for private use, or a rare
    point of Hebrew.
    """
    is_none = ord(other) < 0xA0 or 0xE000 <= ord(other) <= 0xF8FF or other == "\u05ba"
    return one == other or (one == "\ufffd" and is_none)


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "unicode_escape", "base64", "rot13", "zip", "x-nothing", ""]
)
def test_nothing_but_an_encoding_of_text_is_one(label: str) -> None:
    assert codec_of(label) is None
    assert text_of("Total €".encode(), label) == "Total €"
    assert text_of("Total €".encode("cp1252"), label) == "Total €"


def test_what_calls_itself_ascii_and_is_more_is_read_by_its_bytes() -> None:
    assert text_of("Total €".encode(), "us-ascii") == "Total €"
    assert text_of("Total €".encode("cp1252"), "us-ascii") == "Total €"


@pytest.mark.parametrize(
    ("page", "codec"),
    [
        ('<meta charset="koi8-r">Счёт', "koi8-r"),
        (
            "<META http-equiv='Content-Type' content='text/html; charset = windows-1251'>Счёт",
            "cp1251",
        ),
        ("<meta charset=utf-16>Счёт", "utf-8"),
        ("<meta charset=x-nothing>Счёт", "utf-8"),
    ],
)
def test_a_page_names_its_encoding(page: str, codec: str) -> None:
    assert text_of(page.encode(codec), "", is_html=True) == page

"""Which letters bytes of a mail stand for. Labels of encodings mean what the WHATWG Encoding
Standard (section 4.2) gives them: programs write "iso-8859-1" and send the letters of Windows.
Pure."""

import codecs
import re
from typing import Final

# A codec of Python, and the labels of the standard for it. gb18030 and cp949 are supersets of what
# the standard decodes. It reads hz and iso-2022-kr as nothing, so that no page can smuggle
# anything, and does not know utf-7 (RFC 2152): mail still comes in them.
_LABELS: Final = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
cp866: 866 cp866 csibm866 ibm866
iso8859-2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2
  latin2
iso8859-3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3
  latin3
iso8859-4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4
  latin4
iso8859-5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5
  iso_8859-5:1988
iso8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6
  iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
iso8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7
  iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
iso8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8
  iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical
iso8859-10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso8859-13: iso-8859-13 iso8859-13 iso885913
iso8859-14: iso-8859-14 iso8859-14 iso885914
iso8859-15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
iso8859-16: iso-8859-16
koi8-r: cskoi8r koi koi8 koi8-r koi8_r
koi8-u: koi8-ru koi8-u
mac-roman: csmacintosh mac macintosh x-mac-roman
mac-cyrillic: x-mac-cyrillic x-mac-ukrainian
cp874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
cp1250: cp1250 windows-1250 x-cp1250
cp1251: cp1251 windows-1251 x-cp1251
cp1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1
  iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252
cp1253: cp1253 windows-1253 x-cp1253
cp1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989
  l5 latin5 windows-1254 x-cp1254
cp1255: cp1255 windows-1255 x-cp1255
cp1256: cp1256 windows-1256 x-cp1256
cp1257: cp1257 windows-1257 x-cp1257
cp1258: cp1258 windows-1258 x-cp1258
gb18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030
big5hkscs: big5 big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp: cseucpkdfmtjapanese euc-jp x-euc-jp
iso2022-jp: csiso2022jp iso-2022-jp
cp932: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
cp949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601
  ksc_5601 windows-949
utf-16-le: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
utf-16-be: unicodefffe utf-16be
hz: hz-gb-2312
iso2022-kr: csiso2022kr iso-2022-kr
utf-7: utf-7 unicode-1-1-utf-7 csunicode11utf7
"""


def _codecs() -> dict[str, str]:
    codec = ""
    codecs_by_label: dict[str, str] = {}
    for word in _LABELS.split():
        if word.endswith(":"):
            codec = word[:-1]
        else:
            codecs_by_label[word] = codec
    return codecs_by_label


_CODECS: Final = _codecs()
# The standard has two letters of Belarusian where Python's codec has lines of boxes.
_OF_KOI8_U: Final = str.maketrans("╝╬", "ўЎ")
_ASCII: Final = frozenset({"us-ascii", "ascii", "ansi_x3.4-1968"})
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# HTML Standard, section 13.2.3.2: the encoding that a page names stands in its first 1,024 bytes.
_WITHIN: Final = 1_024
_META: Final = re.compile(
    rb"""<meta\b[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})""", re.IGNORECASE
)


def codec_of(label: str) -> str | None:
    """Python's codec for a label in any case; None for one that nobody knows."""
    return _CODECS.get(label.strip().strip("\"'").lower())


def text_of(content: bytes, label: str, *, is_html: bool = False) -> str:
    """The text. A mark at its beginning counts first, then the label, then what a page says of
    itself. Text without any of these is UTF-8, or as Windows writes it."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace")
    codec = _named(content, label, is_html=is_html)
    if codec is not None:
        return _decoded(content, codec)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252")


def _named(content: bytes, label: str, *, is_html: bool) -> str | None:
    """The codec that is named; None for none, and where ASCII is named and the bytes are more."""
    if label.strip().lower() in _ASCII and not content.isascii():
        return None
    codec = codec_of(label)
    if codec is not None or not is_html:
        return codec
    within = _META.search(content[:_WITHIN])
    if within is None:
        return None
    codec = codec_of(within[1].decode("ascii"))
    # A page whose ASCII can be read is no UTF-16, whatever it says.
    if codec in {"utf-16-le", "utf-16-be"}:
        return "utf-8"
    return codec


def _decoded(content: bytes, codec: str) -> str:
    text = content.decode(codec, "replace")
    if codec == "koi8-u":
        return text.translate(_OF_KOI8_U)
    return text

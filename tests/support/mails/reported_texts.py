"""Texts: what of HTML is seen, in which letters, and how the bytes travelled."""
# ruff: noqa: RUF001 - letters of other alphabets are the subject

import base64
import binascii
from collections.abc import Iterator

from tests.support.files import png
from tests.support.mails import papers
from tests.support.mails.reported import Reported, alternative, coded, mixed
from tests.support.mails.writing import Part, attached, html, plain

_PDF = "application/pdf"


def _columns(style: str, cell: str) -> str:
    """A line of two columns, as pages for phones and desktops write them."""
    return f"""
    <html><body><h2>Harbour Cloud</h2><p>Date paid 2 November 2026</p>
    <table><tr><td style="{style}">
      <div style="display:inline-block;{cell}">Total paid</div>
      <div style="display:inline-block;{cell}">EUR 48.00</div>
    </td></tr></table></body></html>
    """


def pages() -> Iterator[Reported]:
    source = "litmus.com, hybrid coding: gaps of inline blocks"
    seen = ["Total paid EUR 48.00"]
    yield Reported(
        "columns-without-gap", source, html(_columns("font-size:0;", "font-size:14px")), seen
    )
    yield Reported(
        "columns-without-gap-by-px",
        source,
        html(_columns("font-size: 0px", "font: 14px/20px Arial")),
        seen,
    )
    yield Reported(
        "columns-without-gap-in-em",
        source,
        html(_columns("FONT-SIZE:0pt; line-height:0", "font-size:1rem;line-height:1.2")),
        seen,
    )
    hidden = html(
        '<div style="font-size:0;line-height:0">Total 99.99</div>'
        f'<div style="display:none">Total 98.98</div>{papers.receipt_html("Harbour Cloud")}'
    )
    yield Reported(
        "hidden-preheader",
        "litmus.com, preheader texts",
        hidden,
        ["Harbour Cloud"],
        hidden=["99.99", "98.98"],
    )
    office = papers.receipt_html("Harbour Cloud").replace(
        "<p>If you", "<!--[if mso]><p>Total 97.97</p><![endif]--><p>If you"
    )
    yield Reported(
        "for-outlook-alone",
        "learn.microsoft.com, conditional comments",
        html(office),
        ["Harbour Cloud"],
        hidden=["97.97"],
    )
    photo = base64.b64encode(papers.photo("DATA CAFE")).decode()
    yield Reported(
        "picture-within-the-page",
        "RFC 2397",
        html(f'<p>My lunch</p><img alt="lunch" src="data:image/jpeg;base64,{photo}">'),
        ["lunch"],
    )
    logo = base64.b64encode(papers.LOGO).decode()
    page = papers.receipt_html("Harbour Cloud").replace(
        "<p>Receipt", f'<img alt="our logo" src="data:image/png;base64,{logo}"><p>Receipt'
    )
    yield Reported(
        "logo-within-the-page", "RFC 2397", html(page), ["Harbour Cloud"], left=["our logo"]
    )
    link = base64.b64encode(papers.invoice("LINKED LTD")).decode()
    page = (
        f'<p>Hello</p><a download="invoice.pdf" href="data:application/pdf;base64,{link}">Invoice'
        "</a>"
    )
    yield Reported("file-within-the-page", "RFC 2397", html(page), ["invoice.pdf"])
    broken = '<p>Total paid EUR 48.00</p><img alt="lunch" src="data:image/jpeg;base64,####">'
    yield Reported(
        "broken-picture-within-the-page", "RFC 2397", html(broken), ["EUR 48.00"], left=["lunch"]
    )


def _in(label: str, codec: str, text: str) -> Part:
    return Part(
        f'Content-Type: text/plain; charset="{label}"\nContent-Transfer-Encoding: 8bit',
        text.replace("\n", "\r\n").encode(codec),
    )


def letters() -> Iterator[Reported]:
    source = "WHATWG Encoding Standard, section 4.2"
    euro = "Harbour Cloud\nDate: 02/11/2026\nTotal   €48.00\n"
    yield Reported("euro-as-latin-1", source, _in("iso-8859-1", "cp1252", euro), ["€48.00"])
    yield Reported("euro-as-ascii", source, _in("us-ascii", "cp1252", euro), ["€48.00"])
    yield Reported("euro-as-latin-5", source, _in("ISO-8859-9", "cp1254", euro), ["€48.00"])
    chinese = "Harbour Cloud\nDate: 2026-11-02\nTotal CNY 48.00 €\n"
    yield Reported(
        "gbk-as-gb2312", source, _in("gb2312", "gbk", chinese.replace("€", "ˉˇ")), ["CNY 48.00 ˉˇ"]
    )
    polish = "Kwiaciarnia Łąka\nData 2026-11-02\nRazem 48,00 zł\n"
    yield Reported("by-an-old-name", source, _in("x-cp1250", "cp1250", polish), ["Razem 48,00 zł"])
    russian = "Магазин\nДата 02.11.2026\nTotal 480,00 RUB\n"
    yield Reported("cyrillic-of-ukraine", source, _in("koi8-ru", "koi8-u", russian), ["Магазин"])
    hebrew = "Harbour Cloud\nDate: 02/11/2026\nTotal ILS 48.00\n"
    yield Reported(
        "hebrew-in-reading-order",
        "SpamScope/mail-parser#74",
        _in("iso-8859-8-i", "iso-8859-8", hebrew),
        ["ILS 48.00"],
    )
    yield Reported(
        "name-of-a-database",
        "zbateson/mail-mime-parser#17",
        _in("WE8MSWIN1252", "cp1252", euro),
        ["€48.00"],
    )
    page = (
        '<html><head><meta charset="windows-1251"></head><body>'
        f"<p>{russian.replace(chr(10), '<br>')}</p></body></html>"
    )
    named_within = Part(
        "Content-Type: text/html\nContent-Transfer-Encoding: 8bit", page.encode("cp1251")
    )
    yield Reported(
        "named-within-the-page", "HTML Standard, section 13.2.3.2", named_within, ["Магазин"]
    )
    marked = Part(
        "Content-Type: text/html; charset=us-ascii\nContent-Transfer-Encoding: base64",
        base64.encodebytes("\ufeff".encode("utf-16-le") + f"<p>{euro}</p>".encode("utf-16-le")),
    )
    yield Reported("named-by-its-mark", "WHATWG Encoding Standard, section 6", marked, ["€48.00"])


def _uuencoded(name: str, content: bytes) -> bytes:
    lines = [
        binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n") for at in range(0, len(content), 45)
    ]
    return b"\r\n".join([b"begin 644 " + name.encode(), *lines, b"`", b"end", b""])


def travels() -> Iterator[Reported]:
    document = papers.invoice("TRAVEL LTD")
    folded = base64.encodebytes(document).replace(b"\n", b"\r\n")
    named = 'Content-Disposition: attachment; filename="a.pdf"'
    note = plain("Attached.")
    yield Reported(
        "parameter-behind-base64",
        "RFC 2045, section 6.1; issue text of several importers",
        mixed(note, coded(_PDF, "base64; charset=utf-8", folded, named)),
        ["a.pdf"],
    )
    yield Reported(
        "blanks-behind-base64",
        "php-mime-mail-parser/php-mime-mail-parser#236",
        mixed(note, coded(_PDF, "base64  ", folded, named)),
        ["a.pdf"],
    )
    yield Reported(
        "comment-before-base64",
        "RFC 5322, section 3.2.2",
        mixed(note, coded(_PDF, "(by hand) BASE64", folded, named)),
        ["a.pdf"],
    )
    yield Reported(
        "encoded-by-uuencode",
        "nodemailer/mailparser#251, Sicos1977/MSGReader#168",
        mixed(note, coded(_PDF, "x-uuencode", _uuencoded("a.pdf", document), named)),
        ["a.pdf"],
    )
    body = b"See the attachment.\r\n\r\n" + _uuencoded("ICSC 2008 Logos.pdf", document)
    yield Reported(
        "uuencoded-within-the-text",
        "mscdex/node-imap#598, jstedfast/MimeKit#1143",
        Part("Content-Type: text/plain", body),
        ["ICSC 2008 Logos.pdf"],
    )
    two = b"".join(
        [
            _uuencoded("one.pdf", document),
            b"\r\nand\r\n\r\n",
            _uuencoded("two.pdf", papers.invoice("TWO LTD")),
        ]
    )
    yield Reported(
        "two-uuencoded-within-the-text",
        "mysociety/alaveteli#941",
        Part("Content-Type: text/plain", b"Both.\r\n" + two),
        ["one.pdf", "two.pdf"],
    )
    cut = (
        b"Total paid EUR 48.00 on 2 November 2026, Harbour Cloud\r\n"
        + _uuencoded("scan.pdf", document)[:400]
    )
    yield Reported(
        "uuencoded-and-cut",
        "POSIX, uuencode",
        Part("Content-Type: text/plain", cut),
        ["EUR 48.00"],
        left=["scan.pdf"],
    )
    flowed = "Harbour Cloud\r\nDate: 02/11/2026\r\nTotal \r\nto pay EUR 4 \r\n8.00\r\n"
    yield Reported(
        "flowed",
        "RFC 3676, section 4.2",
        Part(
            "Content-Type: text/plain; charset=utf-8; format=flowed",
            flowed.replace("EUR 4 \r\n8.00", "EUR \r\n48.00").encode(),
        ),
        ["Total to pay EUR 48.00"],
    )
    yield Reported(
        "flowed-without-blanks",
        "RFC 3676, section 4.1",
        Part(
            "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
            flowed.replace("Total \r", "Total  \r").encode(),
        ),
        ["Total to pay EUR 48.00"],
    )
    loose = b"Harbour Cloud=0d=0aDate: 02/11/2026 = \t\r\n=0aTotal =e2=82=ac48.00=\r\n"
    yield Reported(
        "loose-quoted-printable",
        "RFC 2045, section 6.7",
        coded("text/plain; charset=utf-8", "Quoted-Printable", loose),
        ["Total €48.00"],
    )
    picture = attached(png(640, 200), "image/png", "banner.png")
    yield Reported(
        "banner-beside-the-text",
        "hackclub/hcb#12595",
        mixed(alternative(plain(papers.receipt_text("Harbour Cloud"))), picture),
        ["Harbour Cloud"],
        left=["banner.png"],
    )

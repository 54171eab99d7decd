"""Mail within mail, and the same thing said in several ways."""

import base64
from collections.abc import Iterator

from tests.support.mails import papers
from tests.support.mails.reported import Reported, alternative, coded, mixed
from tests.support.mails.writing import Part, attached, html, mail, multipart, plain

_PDF = "application/pdf"
_EIGHT = "Content-Transfer-Encoding: 8bit"


def _folded(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _shops_mail(body: Part, subject: str = "Your receipt") -> bytes:
    return mail(
        f"From: Shop <shop@streamly.example>\nSubject: {subject}",
        body,
        above="",
        id_="i@streamly.example",
    )


def nested() -> Iterator[Reported]:
    note = plain("For the books, please.")
    shops = _shops_mail(plain(papers.receipt_text("Harbour Cloud")))
    yield Reported(
        "forwarded-in-base64",
        "stalwartlabs/mail-parser#9, cyrusimap/cyrus-imapd#2385",
        mixed(note, coded("message/rfc822", "base64", _folded(shops))),
        ["Harbour Cloud"],
    )
    yield Reported(
        "forwarded-as-global",
        "RFC 6532, section 3.7",
        mixed(
            note,
            Part(
                f"Content-Type: message/global\n{_EIGHT}",
                shops.replace(b"Your", "Ihr für".encode()),
            ),
        ),
        ["Harbour Cloud"],
    )
    yield Reported(
        "forwarded-as-global-in-base64",
        "RFC 6532, section 3.7",
        mixed(note, coded("message/global", "base64", _folded(shops))),
        ["Harbour Cloud"],
    )
    yield Reported(
        "forwarded-as-global-in-quoted-printable",
        "RFC 6532, section 3.7",
        mixed(note, coded("message/global", "quoted-printable", shops.replace(b"=", b"=3D"))),
        ["Harbour Cloud"],
    )
    yield Reported(
        "forwarded-calls-itself-base64",
        "stalwartlabs/mail-parser#78",
        mixed(note, coded("message/rfc822", "base64", shops)),
        ["Harbour Cloud"],
    )
    yield Reported(
        "mail-as-a-file",
        "jonaswinkler/paperless-ng#153",
        mixed(note, attached(shops, "application/octet-stream", "receipt.eml")),
        ["Harbour Cloud"],
    )
    both = [
        plain(papers.receipt_text("Harbour Cloud")),
        attached(papers.invoice("HARBOUR"), _PDF, "invoice.pdf"),
    ]
    yield Reported(
        "forwarded-with-its-document",
        "hackclub/hcb#15077",
        mixed(note, Part("Content-Type: message/rfc822", _shops_mail(mixed(*both)))),
        ["invoice.pdf"],
        left=["text"],
    )
    digest = multipart("digest", "of-digest", [Part("Content-Description: one", shops)])
    yield Reported("digest", "RFC 2046, section 5.1.5", mixed(note, digest), ["Harbour Cloud"])
    header = coded("application/applefile", "base64", _folded(b"\0\5\x16\7\0\2\0\0" + bytes(60)))
    document = attached(papers.invoice("SAP LTD"), _PDF, "invoice.pdf")
    yield Reported(
        "apple-double",
        "RFC 1740, section 4",
        mixed(note, multipart("appledouble", "of-appledouble", [header, document])),
        ["invoice.pdf"],
        left=["only mail programs read"],
    )
    inner = mixed(note, attached(papers.invoice("SAP LTD"), _PDF, "invoice.pdf"))
    yield Reported(
        "all-parts-in-base64",
        "zbateson/mail-mime-parser#202",
        Part(f"{inner.head}\nContent-Transfer-Encoding: base64", _folded(inner.body)),
        ["invoice.pdf"],
    )


def alternatives() -> Iterator[Reported]:
    text = plain(papers.receipt_text("Harbour Cloud"))
    page = html(papers.receipt_html("Harbour Cloud"))
    yield Reported(
        "stub-in-html",
        "RFC 2046, section 5.1.4",
        alternative(
            text, html("<p>Your mail program shows no remote content. View it in your browser.</p>")
        ),
        ["Harbour Cloud"],
    )
    yield Reported(
        "stub-in-text",
        "erp-mafia/accounted#2751",
        alternative(plain("Your mail program shows no HTML."), page),
        ["Harbour Cloud"],
    )
    yield Reported(
        "said-twice", "RFC 2046, section 5.1.4", alternative(text, page), ["Harbour Cloud"]
    )
    amp = Part(
        "Content-Type: text/x-amp-html; charset=utf-8",
        "<html ⚡4email><body>Total 1.00</body>".encode(),
    )
    yield Reported(
        "said-in-three-ways",
        "amp.dev, structure of AMP for Email",
        alternative(text, amp, page),
        ["Harbour Cloud"],
        hidden=["Total 1.00"],
    )
    document = multipart(
        "mixed",
        "of-rich",
        [html("<p>Attached.</p>"), attached(papers.invoice("APPLE"), _PDF, "a.pdf")],
    )
    yield Reported(
        "document-within-an-alternative",
        "jonaswinkler/paperless-ng#70",
        alternative(plain("Attached."), document),
        ["a.pdf"],
    )
    empty = html("<html><body><img src='https://shop.example/all.png' alt=''></body></html>")
    yield Reported(
        "html-of-a-picture", "RFC 2046, section 5.1.4", alternative(text, empty), ["Harbour Cloud"]
    )

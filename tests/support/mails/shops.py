"""What shops and machines send by themselves, and mail that is broken, hostile or forged."""

import base64
from collections.abc import Iterator

from tests.support.e_invoices import Facts, ubl
from tests.support.mails import papers
from tests.support.mails.mailed import Mailed
from tests.support.mails.writing import (
    ANN,
    Part,
    attached,
    file,
    html,
    mail,
    multipart,
    plain,
    stamped,
)

_PDF = "application/pdf"


def _shops() -> Iterator[Mailed]:
    sender = "receipts@streamly.example"
    head = (
        f"From: Streamly <{sender}>\nSubject: Your receipt from Streamly #2210-4471\nX-SG-EID: "
        "u001\nAuto-Submitted: auto-generated"
    )
    both = [
        plain(papers.receipt_text("Streamly Cloud")),
        html(papers.receipt_html("Streamly Cloud")),
    ]
    yield Mailed(
        "shop-receipt",
        mail(
            head,
            multipart("alternative", "sg-1", both),
            above=stamped(sender),
            id_="sg-1@streamly.example",
        ),
        ["text"],
        sender,
        is_automatic=True,
        says="Total   €48.00",
    )
    sender = "auto-confirm@marktplatz.example"
    order = """
    <html><body><h3>Marktplatz</h3><p>Bestellung 302-118</p><p>Bestelldatum: 2. November 2026</p>
    <table>
    <tr><td>Küchenwaage, weiß</td><td>19,99 €</td></tr><tr><td>Versand</td><td>3,99 €</td></tr>
    <tr><td>Gesamtbetrag inkl. USt.:</td><td>23,98 €</td></tr></table></body></html>
    """.replace("€", "EUR")
    yield Mailed(
        "shop-order-latin-1",
        mail(
            f"From: Marktplatz <{sender}>\nSubject: =?ISO-8859-1?Q?Best=E4tigung?=",
            html(order, "iso-8859-1"),
            above=stamped(sender),
            id_="o-1@marktplatz.example",
        ),
        ["text"],
        sender,
        says="Küchenwaage, weiß   19,99 EUR",
    )
    sender = "noreply@cabbly.example"
    trip = papers.receipt_html(
        "Cabbly", what="Trip fare, 7.2 km", net="$21.00", tax="$0.00", total="$21.00"
    )
    yield Mailed(
        "shop-trip",
        mail(
            f"From: Cabbly Receipts <{sender}>\nSubject: Your Monday morning trip",
            html(trip),
            above=stamped(sender),
            id_="t-1@cabbly.example",
        ),
        ["text"],
        sender,
        says="Trip fare, 7.2 km   $21.00",
    )
    sender = "tickets@norddal.example"
    ticket = multipart(
        "alternative",
        "n-1",
        [plain("Your ticket is attached."), html("<p>Your ticket is attached.</p>")],
    )
    invite = attached(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar", "flight.ics")
    body = multipart(
        "mixed",
        "n-2",
        [ticket, attached(papers.invoice("NORDDAL AIR"), _PDF, "eticket.pdf"), invite],
    )
    yield Mailed(
        "shop-ticket",
        mail(
            f"From: Norddal <{sender}>\nSubject: E-ticket",
            body,
            above=stamped(sender),
            id_="n-1@norddal.example",
        ),
        ["attached", "attached:no-document", "text:beside-document"],
        sender,
    )
    sender = "rechnung@hostwerk.example"
    body = multipart(
        "mixed",
        "h-1",
        [
            plain("Ihre Rechnung."),
            attached(papers.invoice("HOSTWERK"), _PDF, "R1.pdf"),
            attached(ubl(Facts()), "application/xml", "R1.xml"),
        ],
    )
    yield Mailed(
        "shop-e-invoice",
        mail(
            f"From: Hostwerk <{sender}>\nSubject: Rechnung",
            body,
            above=stamped(sender),
            id_="h-1@hostwerk.example",
        ),
        ["attached", "attached", "text:beside-document"],
        sender,
    )
    sender = "news@buecherwurm.example"
    head = (
        f"From: News <{sender}>\nSubject: This week\nList-Id: "
        "<news.buecherwurm.example>\nPrecedence: bulk"
    )
    yield Mailed(
        "newsletter",
        mail(
            head,
            html("<p>Books from 9 euros.</p>"),
            above=stamped(sender),
            id_="nl-1@buecherwurm.example",
        ),
        ["text:no-total"],
        sender,
        is_automatic=True,
    )
    sender = "facturation@telbleu.example"
    bill = (
        "Telbleu\nFacture du 02/11/2026\nForfait      EUR 24,99\nTotal TTC      EUR 24,99\nMerci "
        "de votre fidélité\n"
    )
    coded = Part(
        "Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: 8bit",
        bill.encode("cp1252"),
    )
    yield Mailed(
        "shop-windows-1252",
        mail(
            f"From: Telbleu <{sender}>\nSubject: Facture",
            coded,
            above=stamped(sender),
            id_="f-1@telbleu.example",
        ),
        ["text"],
        sender,
        says="fidélité",
    )
    sender = "biuro@kwiatek.example"
    bill = (
        "Kwiatek Sp. z o.o.\nParagon z dnia 02.11.2026\nRóże czerwone      59,00 PLN\nSuma PLN    "
        "  59,00\nDziękujemy\n"
    )
    yield Mailed(
        "shop-polish",
        mail(
            f"From: Kwiatek <{sender}>\nSubject: Paragon",
            plain(bill),
            above=stamped(sender),
            id_="p-1@kwiatek.example",
        ),
        ["text"],
        sender,
        says="Róże czerwone",
    )
    body = multipart(
        "mixed",
        "w-1",
        [
            plain("see file"),
            attached(
                papers.receipt_html("Webgarten").encode(),
                "text/html; charset=utf-8",
                "receipt.html",
            ),
        ],
    )
    yield Mailed(
        "html-as-a-file",
        mail(f"From: {ANN}\nSubject: receipt", body, id_="w-1@example.com"),
        ["attached", "text:beside-document"],
        says="Total   €48.00",
    )


def _broken() -> Iterator[Mailed]:
    head = f"From: Ann <{ANN}>\nSubject: receipt"
    raw_name = Part(
        (
            'Content-Type: application/pdf; name="Re\u00e7u.pdf"\n'
            'Content-Disposition: attachment; filename="Re\u00e7u.pdf"\n'
            "Content-Transfer-Encoding: base64"
        ),
        base64.encodebytes(papers.invoice("RAW NAME LTD")),
    )
    yield Mailed(
        "raw-utf-8-in-headers",
        mail(f"{head} \u00fcber", multipart("mixed", "r-1", [raw_name]), id_="b-1@example.com"),
        ["attached"],
        name="Reçu.pdf",
    )
    content = (
        base64.encodebytes(papers.invoice("CUT OFF LTD")).rstrip(b"=\n")
        + b"\r\n*** end of file ***"
    )
    damaged = Part(
        'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64', content
    )
    yield Mailed(
        "damaged-base64",
        mail(head, multipart("mixed", "r-2", [damaged]), id_="b-2@example.com"),
        ["attached"],
    )
    open_end = multipart(
        "mixed",
        "r-3",
        [plain("hi"), attached(papers.invoice("NO END LTD"), _PDF, "a.pdf")],
        ends=False,
    )
    yield Mailed(
        "no-last-boundary",
        mail(head, open_end, id_="b-3@example.com"),
        ["attached", "text:beside-document"],
    )
    mistaken = attached(papers.invoice("WRONG TYPE LTD"), "text/plain", "invoice.pdf")
    yield Mailed(
        "pdf-called-text",
        mail(head, multipart("mixed", "r-4", [mistaken]), id_="b-4@example.com"),
        ["attached"],
    )
    bare = mail(
        head,
        multipart(
            "mixed", "r-5", [plain("hi"), attached(papers.invoice("BARE LF LTD"), _PDF, "a.pdf")]
        ),
        id_="b-5@example.com",
    )
    yield Mailed(
        "bare-line-feeds", bare.replace(b"\r\n", b"\n"), ["attached", "text:beside-document"]
    )
    unknown = Part(
        "Content-Type: text/plain; charset=x-unknown-7\nContent-Transfer-Encoding: base64",
        base64.encodebytes(papers.receipt_text("Streamly Odd").encode()),
    )
    yield Mailed(
        "unknown-charset", mail(head, unknown, id_="b-6@example.com"), ["text"], says="Total"
    )
    empty = attached(b"", _PDF, "empty.pdf")
    yield Mailed(
        "empty-file",
        mail(head, multipart("mixed", "r-7", [empty]), id_="b-7@example.com"),
        ["attached:empty"],
    )


def _archives() -> Iterator[Mailed]:
    head = f"From: Ann <{ANN}>\nSubject: receipts"
    inside = papers.zipped({"a.pdf": papers.invoice("IN ARCHIVE LTD")})
    archives = {
        "zip-locked": (papers.locked(inside), "a.zip", ["attached:locked-archive"]),
        "zip-bomb": (
            papers.zipped({"bomb.pdf": b"\0" * 29_000_000}),
            "b.zip",
            ["attached:large-archive"],
        ),
        "zip-in-zip": (
            papers.zipped({"in.zip": inside, "b.pdf": papers.invoice("OUTER LTD")}),
            "c.zip",
            ["archived:nested-archive", "archived"],
        ),
        "zip-broken": (inside[:-30], "d.zip", ["attached:unreadable-archive"]),
        "rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 100, "e.rar", ["attached:unreadable-archive"]),
    }
    for number, (title, (content, name, expected)) in enumerate(archives.items()):
        body = multipart("mixed", f"z-{number}", [attached(content, "application/zip", name)])
        yield Mailed(title, mail(head, body, id_=f"z-{number}@example.com"), expected)


def _forged() -> Iterator[Mailed]:
    head = f"From: Ann <{ANN}>\nSubject: pay this"
    body = plain(papers.receipt_text("Evil Twin"))
    yield Mailed(
        "not-authenticated",
        mail(head, body, above="", id_="x-1@example.com"),
        ["text"],
        verdict="unauthenticated",
    )
    yield Mailed(
        "failed",
        mail(head, body, above=stamped(ANN, "fail"), id_="x-2@example.com"),
        ["text"],
        verdict="failed",
    )
    below = (
        f"{stamped(ANN, 'fail')}\nAuthentication-Results: mx.cloudflare.net; dmarc=pass "
        "header.from=example.com"
    )
    yield Mailed(
        "forged-below",
        mail(head, body, above=below, id_="x-3@example.com"),
        ["text"],
        verdict="failed",
    )
    other = "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com"
    yield Mailed(
        "forged-by-another",
        mail(head, body, above=other, id_="x-4@example.com"),
        ["text"],
        verdict="unauthenticated",
    )
    elsewhere = stamped("mallory@evil.example")
    yield Mailed(
        "proven-for-another-domain",
        mail(head, body, above=elsewhere, id_="x-5@example.com"),
        ["text"],
        verdict="unauthenticated",
    )
    away = f"From: Ann <{ANN}>\nSubject: Out of office\nAuto-Submitted: auto-replied"
    yield Mailed(
        "absence",
        mail(away, plain("I am away until Monday."), id_="x-6@example.com"),
        ["text:no-total"],
        is_automatic=True,
    )
    parts = [
        plain("The mail could not be delivered."),
        Part(
            "Content-Type: message/delivery-status",
            b"Reporting-MTA: dns; mail.example.com\r\n\r\nAction: failed\r\n",
        ),
        Part("Content-Type: text/rfc822-headers", b"Subject: Your receipts\r\n"),
    ]
    bounce = (
        f"Return-Path: <>\nFrom: Mail Delivery <{ANN}>\nSubject: Undelivered\nAuto-Submitted: "
        "auto-replied"
    )
    yield Mailed(
        "bounce",
        mail(
            bounce,
            multipart("report", "d-1", parts, "; report-type=delivery-status"),
            id_="x-7@example.com",
        ),
        ["attached:no-document", "attached:no-document", "text:no-total"],
        is_automatic=True,
    )
    opaque = file(
        b"\x30\x82" + b"\1" * 900,
        "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "Content-Disposition: attachment; filename=smime.p7m",
    )
    yield Mailed(
        "smime-opaque", mail(head, opaque, id_="x-8@example.com"), ["attached:opaque-signed"]
    )
    deep = plain("end")
    for level in range(8):
        deep = Part(
            "Content-Type: message/rfc822",
            mail(
                f"From: a{level}@example.com\nSubject: {level}",
                multipart("mixed", f"deep{level}", [deep]),
                above="",
            ),
        )
    yield Mailed(
        "forwarded-eight-times",
        mail(head, multipart("mixed", "deep", [deep]), id_="x-9@example.com"),
        ["attached:too-deep"],
    )


def by_machines() -> list[Mailed]:
    return [*_shops(), *_broken(), *_archives(), *_forged()]

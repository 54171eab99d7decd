"""What people send from their mail programs: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, phones
and scanners.
"""

from collections.abc import Iterator

from tests.support.mails import papers
from tests.support.mails.mailed import Mailed
from tests.support.mails.writing import ANN, Part, attached, file, html, mail, multipart, plain

_GMAIL = "000000000000{:04x}f506543d08fd"
_APPLE = "Apple-Mail=_5B1E7C3A-0F5D-4E0B-9C55-{:012X}"
_OUTLOOK = "_00{}_DB9PR05MB8507A1B2C3D4E5DB9PR05MB8507eurp_"
_PDF = "application/pdf"


def _gmail() -> Iterator[Mailed]:
    both = multipart(
        "alternative",
        _GMAIL.format(1),
        [plain("Here it is."), html('<div dir="ltr">Here it is.</div>')],
    )
    body = multipart(
        "mixed",
        _GMAIL.format(2),
        [both, attached(papers.invoice("HAWTHORN LTD"), _PDF, "invoice.pdf")],
    )
    head = f"From: Ann Ace <{ANN}>\nSubject: invoice"
    yield Mailed(
        "gmail-pdf",
        mail(head, body, id_="CAD+nX1@mail.gmail.com"),
        ["attached", "text:beside-document"],
    )
    picture = file(
        papers.photo("KEDAI BUNGA"),
        'image/jpeg; name="20261103_101405.jpg"',
        'Content-Disposition: attachment; filename="20261103_101405.jpg"',
        "Content-ID: <19ab2c3d4e5f>",
        "X-Attachment-Id: 19ab2c3d4e5f",
    )
    empty = multipart(
        "alternative", _GMAIL.format(3), [plain("\n"), html('<div dir="auto"></div>')]
    )
    body = multipart("mixed", _GMAIL.format(4), [empty, picture])
    yield Mailed(
        "gmail-android-photo", mail(head, body, id_="CAD+nX2@mail.gmail.com"), ["attached"]
    )
    shown = html(
        '<div dir="ltr">lunch<br><img src="cid:ii_mhx1" alt="IMG_2211.jpg" width="480"></div>'
    )
    picture = file(
        papers.photo("WARUNG SATU"), 'image/jpeg; name="IMG_2211.jpg"', "Content-ID: <ii_mhx1>"
    )
    both = multipart(
        "alternative", _GMAIL.format(5), [plain("lunch\n[image: IMG_2211.jpg]"), shown]
    )
    body = multipart("related", _GMAIL.format(6), [both, picture])
    yield Mailed(
        "gmail-inline-photo",
        mail(head, body, id_="CAD+nX3@mail.gmail.com"),
        ["inline", "text:beside-document"],
    )
    forwarded = f"""
    <div dir="ltr"><br><br><div class="gmail_quote">
    <div dir="ltr" class="gmail_attr">---------- Forwarded message ---------
    <br>From: <b>Streamly</b> <span dir="auto">&lt;receipts@streamly.example&gt;</span>
    <br>Date: Mon, 2 Nov 2026 at 09:14<br>
    Subject: Your receipt from Streamly<br>To: &lt;ann@example.com&gt;<br></div><br>
    <br>{papers.receipt_html("Streamly")}</div></div>
    """
    body = multipart(
        "alternative",
        _GMAIL.format(7),
        [plain("---------- Forwarded message ---------"), html(forwarded)],
    )
    head_of_forward = f"From: Ann Ace <{ANN}>\nSubject: Fwd: Your receipt from Streamly"
    yield Mailed(
        "gmail-forwarded",
        mail(head_of_forward, body, id_="CAD+nX4@mail.gmail.com"),
        ["text"],
        says="Total   €48.00",
    )
    inner = mail(
        "From: Hawthorn <billing@hawthorn.example>\nSubject: Invoice 77",
        multipart(
            "mixed",
            "b-77",
            [
                plain("See the file."),
                attached(papers.invoice("HAWTHORN LTD", "77"), _PDF, "77.pdf"),
            ],
        ),
        above="",
    )
    whole = Part(
        (
            'Content-Type: message/rfc822; name="Invoice 77.eml"\n'
            'Content-Disposition: attachment; filename="Invoice 77.eml"'
        ),
        inner,
    )
    body = multipart("mixed", _GMAIL.format(8), [plain("as discussed"), whole])
    yield Mailed(
        "gmail-forwarded-as-attachment",
        mail(head, body, id_="CAD+nX5@mail.gmail.com"),
        ["text:no-total", "attached", "text:beside-document"],
    )
    link = 'receipt.pdf <a href="https://drive.example/file/d/1">receipt.pdf</a>'
    yield Mailed(
        "gmail-link-to-a-drive",
        mail(head, html(link), id_="CAD+nX6@mail.gmail.com"),
        ["text:no-total"],
    )


def _outlook() -> Iterator[Mailed]:
    head = (
        f'From: "Ace, Ann" <{ANN}>\nSubject: WG: Rechnung\nX-Mailer: Microsoft Outlook 16.0\n'
        "Thread-Index: AdwBv"
    )
    signature = html(
        '<p>Please see attached.</p><p>Ann Ace</p><img src="cid:image001.png@01DC4B2A.5F1E">'
    )
    logo = file(
        papers.LOGO,
        'image/png; name="image001.png"',
        'Content-Disposition: inline; filename="image001.png"; size=4711',
        "Content-ID: <image001.png@01DC4B2A.5F1E>",
    )
    related = multipart("related", _OUTLOOK.format(4), [signature, logo])
    word = attached(
        papers.zipped({"word/document.xml": b"<w/>"}),
        "application/vnd.openxmlformats-officedocument",
        "Notes.docx",
    )
    body = multipart(
        "mixed",
        _OUTLOOK.format(5),
        [
            related,
            word,
            attached(papers.invoice("MÜHLE GMBH".replace("Ü", "UE")), _PDF, "Rechnung.pdf"),
        ],
    )
    yield Mailed(
        "outlook-with-signature",
        mail(head, body, id_="DB9PR05MB1@eurprd05.prod.outlook.com"),
        ["inline:small-picture", "attached:other-type", "attached", "text:beside-document"],
    )
    tnef = attached(b"\x78\x9f\x3e\x22" + b"\0" * 400, "application/ms-tnef", "winmail.dat")
    body = multipart("mixed", _OUTLOOK.format(6), [plain("Hi"), tnef])
    yield Mailed(
        "outlook-winmail", mail(head, body, id_="2@outlook.com"), ["attached:tnef", "text:no-total"]
    )
    forwarded = (
        '<div id="divRplyFwdMsg"><font><b>From:</b> Cabbly &lt;noreply@cabbly.example&gt;<br>'
        "<b>Sent:</b> Monday, November "
        "2, 2026 08:02<br><b>To:</b> Ann &lt;ann@example.com&gt;<br><b>Subject:</b> Your Monday "
        "trip</font></div>"
    )
    body = html(
        f"<p>for October</p><hr>{forwarded}{papers.receipt_html('Cabbly', what='Trip fare')}"
    )
    yield Mailed(
        "outlook-web-forwarded",
        mail(head, body, id_="3@outlook.com"),
        ["text"],
        says="Trip fare   €40.00",
    )
    picture = attached(papers.photo("NASI HOUSE"), "application/octet-stream", "image0.jpeg")
    body = multipart("mixed", _OUTLOOK.format(7), [plain("Get Outlook for iOS"), picture])
    yield Mailed(
        "outlook-ios-photo",
        mail(head, body, id_="4@outlook.com"),
        ["attached", "text:beside-document"],
    )
    german = (
        "Von: Blumen Krause <info@krause.example>\nGesendet: Montag, 2. November 2026 17:20\nAn: "
        "ann@example.com\nBetreff: Ihre Quittung\n\n"
    )
    said = (
        "Blumen Krause\nHauptstr. 3, Bremen\nQuittung 12\n02.11.2026\nStrauß      25,00 "
        "EUR\nSumme EUR      25,00\nBar      25,00\n"
    )
    yield Mailed(
        "outlook-german-forwarded",
        mail(head, plain(f"FYI\n\n{german}{said}"), id_="5@outlook.com"),
        ["text"],
        says="Summe EUR",
    )
    invite = Part(
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST; name=invite.ics",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )
    body = multipart("mixed", _OUTLOOK.format(8), [plain("Lunch?"), invite])
    yield Mailed(
        "outlook-invitation",
        mail(head, body, id_="6@outlook.com"),
        ["attached:no-document", "text:no-total"],
    )


def _apple() -> Iterator[Mailed]:
    head = f"From: Ann Ace <{ANN}>\nSubject: Receipts\nX-Mailer: Apple Mail (2.3826.700.81)"
    document = file(
        papers.invoice("PIER NINE LTD"),
        'application/pdf; name="Pier Nine.pdf"; x-unix-mode=0644',
        'Content-Disposition: inline; filename="Pier Nine.pdf"',
    )
    body = multipart("mixed", _APPLE.format(1), [plain("\n"), document, plain("\n")])
    yield Mailed("apple-mail-pdf", mail(head, body, id_="5B1E7C3A-1@example.com"), ["attached"])
    phone = f"From: Ann Ace <{ANN}>\nSubject: \nX-Mailer: iPhone Mail (23B85)"
    picture = file(
        papers.PHONE_PHOTO_HEIC,
        'image/heic; name="IMG_0042.heic"',
        'Content-Disposition: inline; filename="IMG_0042.heic"',
    )
    body = multipart(
        "mixed", _APPLE.format(2), [plain("\n"), picture, plain("\nSent from my iPhone")]
    )
    yield Mailed(
        "iphone-heic",
        mail(phone, body, id_="5B1E7C3A-2@example.com"),
        ["inline", "text:beside-document"],
    )
    told = """
    > Begin forwarded message:
    >
    > From: Streamly <receipts@streamly.example>
    > Subject: Your receipt
    > Date: 2 November 2026 at 09:14:00 GMT
    > To: ann@example.com
    >
    """
    text = "\n".join(
        f"> {line}" for line in papers.receipt_text("Streamly Video").strip().split("\n")
    )
    told = "\n".join(line.strip() for line in told.split("\n"))
    yield Mailed(
        "apple-mail-forwarded",
        mail(head, plain(f"{told}\n{text}"), id_="5B1E7C3A-3@example.com"),
        ["text"],
        says="Total",
    )
    pictures = [
        file(
            papers.photo(shop),
            f'image/jpeg; name="IMG_{number}.jpeg"',
            f'Content-Disposition: inline; filename="IMG_{number}.jpeg"',
        )
        for number, shop in enumerate(("CAFE UNO", "HOTEL DUE", "TAXI TRE IPOH"))
    ]
    yield Mailed(
        "iphone-three-photos",
        mail(phone, multipart("mixed", _APPLE.format(4), pictures), id_="5B1E7C3A-4@example.com"),
        ["inline"] * 3,
    )
    shot = file(
        papers.screenshot("RAPID RIDE"),
        "image/png; name=IMG_7.PNG",
        "Content-Disposition: inline; filename=IMG_7.PNG",
    )
    body = multipart("mixed", _APPLE.format(5), [shot])
    yield Mailed("iphone-screenshot", mail(phone, body, id_="5B1E7C3A-5@example.com"), ["inline"])


def _thunderbird() -> Iterator[Mailed]:
    agent = "User-Agent: Mozilla Thunderbird"
    head = f"From: Ann Ace <{ANN}>\nSubject: =?UTF-8?Q?Rechnung_f=C3=BCr_M=C3=A4rz?=\n{agent}"
    continued = file(
        papers.invoice("ATELIER NORD"),
        "application/pdf;\n name*0*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz%20mit%20langem;\n "
        "name*1*=%20Namen.pdf",
        "Content-Disposition: attachment;\n "
        "filename*0*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz%20mit%20langem;\n "
        "filename*1*=%20Namen.pdf",
    )
    body = multipart("mixed", "------------A1b2C3d4E5f6", [plain("Anbei."), continued])
    yield Mailed(
        "thunderbird-long-name",
        mail(head, body, id_="tb-1@example.com"),
        ["attached", "text:beside-document"],
        name="Rechnung für März mit langem Namen.pdf",
    )
    text = (
        "\n-------- Forwarded Message --------\nSubject: \tYour receipt\nDate: \tMon, 2 Nov 2026 "
        "09:14:00 +0000\n"
        "From: \tStreamly <receipts@streamly.example>\nTo: "
        f"\tann@example.com\n\n\n{papers.receipt_text('Streamly Music')}"
    )
    yield Mailed(
        "thunderbird-forwarded",
        mail(head, plain(text), id_="tb-2@example.com"),
        ["text"],
        says="Total",
    )
    inner = mail(
        "From: Cabbly <noreply@cabbly.example>\nSubject: Trip",
        html(papers.receipt_html("Cabbly Tuesday", what="Trip fare")),
        above="",
    )
    whole = Part(
        (
            'Content-Type: message/rfc822; charset=UTF-8; name="Trip.eml"\n'
            "Content-Transfer-Encoding: 7bit"
        ),
        inner,
    )
    body = multipart("mixed", "------------B1", [plain("\n"), whole])
    yield Mailed(
        "thunderbird-forwarded-whole",
        mail(head, body, id_="tb-3@example.com"),
        ["text"],
        says="Trip fare",
    )
    signed = multipart(
        "mixed",
        "------------C1",
        [plain("Signed."), attached(papers.invoice("KANZLEI WEST"), _PDF, "k.pdf")],
    )
    smime = attached(b"\x30\x82" + b"\1" * 800, "application/pkcs7-signature", "smime.p7s")
    more = '; protocol="application/pkcs7-signature"; micalg=sha-256'
    yield Mailed(
        "thunderbird-smime-signed",
        mail(
            head,
            multipart("signed", "------------ms01", [signed, smime], more),
            id_="tb-4@example.com",
        ),
        ["attached", "attached:signature", "text:beside-document"],
    )
    key = Part(
        (
            'Content-Type: application/pgp-keys; name="OpenPGP_0x1.asc"\n'
            'Content-Disposition: attachment; filename="OpenPGP_0x1.asc"'
        ),
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n",
    )
    signed = multipart(
        "mixed",
        "------------D1",
        [plain("Signed."), key, attached(papers.invoice("KANZLEI OST"), _PDF, "o.pdf")],
    )
    pgp = Part(
        'Content-Type: application/pgp-signature; name="OpenPGP_signature.asc"',
        b"-----BEGIN PGP SIGNATURE-----\r\n",
    )
    yield Mailed(
        "thunderbird-pgp-signed",
        mail(
            head,
            multipart("signed", "------------pgp1", [signed, pgp], '; micalg="pgp-sha512"'),
            id_="tb-5@example.com",
        ),
        ["attached:no-document", "attached", "attached:signature", "text:beside-document"],
    )
    parts = [
        Part("Content-Type: application/pgp-encrypted", b"Version: 1\r\n"),
        Part(
            'Content-Type: application/octet-stream; name="encrypted.asc"',
            b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n",
        ),
    ]
    more = '; protocol="application/pgp-encrypted"'
    yield Mailed(
        "thunderbird-pgp-encrypted",
        mail(head, multipart("encrypted", "--enc1", parts, more), id_="tb-6@example.com"),
        ["attached:encrypted"],
    )


def _others() -> Iterator[Mailed]:
    yahoo = f"From: Ann Ace <{ANN}>\nSubject: receipt\nX-Mailer: WebService/1.1.24866 YMailNovation"
    name = "=?UTF-8?B?UXVpdHR1bmcgTcOkcnoucG5n?="
    picture = file(
        papers.screenshot("PASAR MALAM"),
        f'image/png; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
    )
    body = multipart("mixed", "----=_Part_1_1.1762161245", [plain(" "), picture])
    yield Mailed(
        "yahoo-png",
        mail(yahoo, body, id_="1.1.1762161245@mail.yahoo.com"),
        ["attached"],
        name="Quittung März.png",
    )
    text = (
        "   ----- Forwarded message -----\n   From: Streamly <receipts@streamly.example>\n   To: "
        "ann@example.com\n"
        "   Sent: Monday, November 2, 2026\n   Subject: Your "
        f"receipt\n{papers.receipt_text('Streamly Books')}"
    )
    yield Mailed(
        "yahoo-forwarded",
        mail(yahoo, plain(text), id_="1.2@mail.yahoo.com"),
        ["text"],
        says="Total",
    )
    k9 = f"From: {ANN}\nSubject: Beleg\nUser-Agent: K-9 Mail for Android"
    body = multipart(
        "mixed",
        "----3PZ0",
        [
            plain("-- \nGesendet mit K-9 Mail."),
            attached(papers.photo("KIOSK ECKE"), "application/octet-stream", "IMG.jpg"),
        ],
    )
    yield Mailed(
        "k9-photo", mail(k9, body, id_="k9-1@example.com"), ["attached", "text:beside-document"]
    )
    samsung = f"From: Ann <{ANN}>\nSubject: Receipt\nImportance: Normal"
    body = multipart(
        "mixed",
        "--_com.samsung.android.email_1",
        [html("<br>"), attached(papers.photo("MAMAK 24"), "image/jpeg", "1.jpg")],
    )
    yield Mailed("samsung-photo", mail(samsung, body, id_="s-1@email.android.com"), ["attached"])
    pair = papers.zipped(
        {
            "Belege/a.pdf": papers.invoice("ALPHA LTD"),
            "Belege/b.pdf": papers.invoice("BETA LTD"),
            "__MACOSX/._a.pdf": b"x",
        }
    )
    body = multipart(
        "mixed", "rehash-1", [plain("zwei"), attached(pair, "application/zip", "Belege.zip")]
    )
    yield Mailed(
        "gmx-zip",
        mail(k9, body, id_="trinity-1@gmx.example"),
        ["archived", "archived", "text:beside-document"],
    )
    scanner = f"From: {ANN}\nSubject: Scanned from a Brightline MFP\nX-Mailer: MFP"
    body = multipart(
        "mixed",
        "MFP_1",
        [
            plain("Do not reply."),
            file(papers.invoice("OFFICE DEPOT 9"), 'application/pdf; name="SCAN0001.PDF"'),
        ],
    )
    yield Mailed("scanner", mail(scanner, body), ["attached", "text:beside-document"])
    fax = attached(b"II*\0" + b"\0" * 300, "image/tiff", "fax.tif")
    yield Mailed(
        "fax",
        mail(scanner, multipart("mixed", "FAX_1", [fax]), id_="fax-1@example.com"),
        ["attached:other-type"],
    )


def by_people() -> list[Mailed]:
    return [*_gmail(), *_outlook(), *_apple(), *_thunderbird(), *_others()]

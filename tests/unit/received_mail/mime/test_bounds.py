"""Hostile mail: what would exhaust the parser is refused before it sees it."""

import tracemalloc
from datetime import date

import pytest

from tests.support.mails import papers
from tests.support.mails.writing import ANN, Part, attached, html, mail, multipart, plain
from tillroll.received_mail.attachments import IS_REFUSED, Reason
from tillroll.received_mail.headers import (
    MOST_BYTES,
    NoSender,
    Unreadable,
    body_of,
    date_of,
    head_of,
    message_id_of,
    parts_of,
    sender_of,
)
from tillroll.received_mail.html_text import text_of_html
from tillroll.received_mail.text import unwrap
from tillroll.received_mail.walk import MOST_ATTACHMENTS, read_attachments

_TODAY = date(2026, 11, 3)
_HEAD = f"From: Ann <{ANN}>\nSubject: receipts"


def _nested(levels: int) -> Part:
    inner = plain("end")
    for level in range(levels):
        inner = multipart("mixed", f"level{level}", [inner])
    return inner


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"From: a@example.com\r\n\r\n" + b"x" * MOST_BYTES, "more than 14 MB"),
        (b"From: a@example.com\r\n" + b"X-A: b\r\n" * 50_000, "headers do not end"),
        (mail(_HEAD, multipart("mixed", "b", [plain("x")] * 2_100)), "more parts"),
        (mail(_HEAD, _nested(150)), "more parts"),
        (b"From: a@example.com\r\n\r\n" + b"\n" * 500_000, "more lines"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parts_of(raw)


def test_ninety_levels_are_followed() -> None:
    assert [each.reason for each in read_attachments(mail(_HEAD, _nested(90)), _TODAY)] == [
        Reason.NO_TOTAL
    ]


def test_a_large_mail_takes_few_times_its_size_of_memory() -> None:
    raw = mail(
        _HEAD,
        multipart(
            "mixed", "b", [attached(b"%PDF-1.4" + b"\x9a" * 3_000_000, "application/pdf", "a.pdf")]
        ),
    )
    tracemalloc.start()
    read_attachments(raw, _TODAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(raw)


def test_no_more_files_are_offered_than_a_mail_may_bring() -> None:
    files = [
        attached(papers.invoice(f"SHOP {number}"), "application/pdf", f"{number}.pdf")
        for number in range(33)
    ]
    found = read_attachments(mail(_HEAD, multipart("mixed", "b", files)), _TODAY)
    assert sum(each.is_offered for each in found) == MOST_ATTACHMENTS
    assert [each.reason for each in found][-3:] == [Reason.TOO_MANY] * 3


def test_hidden_text_is_not_read_and_wrong_tags_hide_nothing() -> None:
    hidden = html("<p style='display:none'>Total EUR 99.00</p><p>Hello</p>")
    assert [each.reason for each in read_attachments(mail(_HEAD, hidden), _TODAY)] == [
        Reason.NO_TOTAL
    ]
    open_tag = html(
        "<div hidden><p>Kiosk Ltd</p><p>02/11/2026</p><p>Total EUR 9.00</p><p>Thank you</p>"
    )
    (paper,) = read_attachments(mail(_HEAD, open_tag), _TODAY)
    assert paper.printed is not None


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "undisclosed-recipients:;",
        "Ann <ann@example.com>, Eve <eve@evil.example>",
        "<ann@example.com> <eve@evil.example>",
        "ann@example.com <eve@evil.example>",
        "ann@example.com (x) eve@evil.example",
        f"<{'a' * 300}@example.com>",
    ],
)
def test_a_mail_has_one_sender(sender: str) -> None:
    with pytest.raises(NoSender):
        sender_of(head_of(f"From: {sender}\r\n\r\n".encode()))


def test_an_address_in_quotes_or_in_a_comment_is_none() -> None:
    for value in ('"ann@example.com" <eve@evil.example>', "(ann@example.com) eve@evil.example"):
        assert sender_of(head_of(f"From: {value}\r\n\r\n".encode())) == "eve@evil.example"
    with pytest.raises(NoSender):
        sender_of(head_of(b"From: ann@example.com\r\nFrom: eve@evil.example\r\n\r\n"))


def test_headers_that_cannot_be_read_are_none() -> None:
    head = head_of(b"Date: the day before\r\nMessage-ID: <" + b"x" * 400 + b">\r\n\r\nbody")
    assert date_of(head) is None
    assert not message_id_of(head)
    assert body_of(b"A: b\r\n\r\nbody") == b"body"


def test_each_reason_says_something() -> None:
    assert all(reason.says for reason in Reason)
    assert {Reason.TNEF, Reason.ENCRYPTED, Reason.OTHER_TYPE} < IS_REFUSED


@pytest.mark.parametrize("begins", ["<!--", "<![CDATA[", "<?a", "<!a ", "<a ", "<"])
def test_markup_that_nothing_ends_is_left_out(begins: str) -> None:
    """Each was looked for through all that follows: 100 KB took nine seconds, and the square of
    that the double.
    """
    shown = "<p>Kiosk Ltd</p><!-- a comment -->"
    assert text_of_html(f"{shown}{begins * 20_000}") == "Kiosk Ltd"
    assert text_of_html(f"{shown}<p>a < b") == "Kiosk Ltd\n\na < b"


def test_what_is_forwarded_is_followed_ten_times() -> None:
    head = "From: Ann <ann@example.com>\nSent: Monday\nTo: Bo\n\n"
    found = unwrap(f"{head * 30}the end")
    assert found is not None
    assert found.text == f"{head * 20}the end".strip("\n")


def test_only_texts_are_read_in_the_encoding_that_they_name() -> None:
    """In punycode, each letter is put into its place: the square of the time."""
    body = "<p>Kiosk Ltd</p><p>02/11/2026</p><p>Total EUR 9.00</p>"
    text = f"From: Ann <{ANN}>\nContent-Type: text/html; charset={{}}\n\n{body}"
    for charset in ("punycode", "idna", "unicode_escape", "no-such-one", "utf-8"):
        (paper,) = read_attachments(text.format(charset).encode(), _TODAY)
        assert paper.printed is not None, charset

"""Headers that a stranger writes to hold the Worker up, or to be taken for somebody else."""

import pytest

from tests.support.mails.writing import ANN
from tillroll.received_mail.headers import (
    LONGEST_HEADER,
    Kind,
    Malformed,
    NoSender,
    Verdict,
    decoded,
    head_of,
    name_of_sender,
    parts_of,
    pieces,
    sender_of,
    verdict_on,
    words,
)

_HEAD = "Authentication-Results: mx.cloudflare.net"


def _verdict(results: str, sender: str = ANN) -> Verdict:
    return verdict_on(head_of(f"{results}\r\n\r\n".encode()), sender)


@pytest.mark.parametrize(
    "filling", ['"', '"\\"', "(", "(\\(", "<", "=?a?q?", "a \t", ",", "a@", '""', "()", "\\"]
)
def test_a_header_that_is_longer_than_is_read_is_an_empty_one(filling: str) -> None:
    value = filling * (40 * 1024 // len(filling))
    head = head_of(
        f"From: {value} <ann@example.com>\r\nSubject: {value}\r\n{_HEAD}; {value}\r\n\r\n".encode()
    )
    with pytest.raises(NoSender):
        sender_of(head)
    assert words(head, "subject") is None
    assert name_of_sender(head) is None
    assert verdict_on(head, ANN) is Verdict.UNAUTHENTICATED
    # The longest that is read takes one pass.
    for longest in (value[: LONGEST_HEADER - 100], value[:2_000]):
        with pytest.raises(NoSender):
            sender_of(head_of(f"From: {longest}\r\n\r\n".encode()))
        assert len(decoded(longest) or "") <= 200


@pytest.mark.parametrize(
    "value", ["a;" * 5_000, 'a="' + ";" * 8_000 + '"', "; a=b" * 80, '; a="' + ';"' * 90]
)
def test_parameters_beyond_what_is_read_are_none(value: str) -> None:
    mail = (
        f"Content-Type: multipart/mixed; {value}\r\nContent-Disposition: attachment; "
        f"{value}\r\n\r\nx"
    )
    part = parts_of(mail.encode())
    assert (part.get_content_type(), part.get_filename(), part.get_boundary()) == (
        "text/plain",
        None,
        None,
    )


def test_a_header_is_taken_apart_in_one_pass() -> None:
    found = pieces(r'Ann "of \"(ACME" (a (nested) "comment\)) <ann@example.com>')
    assert [(piece.kind, piece.text) for piece in found if piece.text.strip()] == [
        (Kind.PLAIN, "Ann "),
        (Kind.QUOTED, 'of "(ACME'),
        (Kind.PLAIN, " <ann@example.com>"),
    ]
    for broken in ('"open', "(open", "((closed once)", "(" * 11 + ")" * 11):
        with pytest.raises(Malformed):
            pieces(broken)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dmarc=pass header.from=example.com", Verdict.AUTHENTICATED),
        (
            "DMARC (p=none) = Pass (a comment; dmarc=fail) header . from = EXAMPLE.com.",
            Verdict.AUTHENTICATED,
        ),
        ('dkim/1=pass reason="good; very" header.d=example.com', Verdict.AUTHENTICATED),
        ("spf=pass smtp.mailfrom=bounce+x=y@example.com", Verdict.AUTHENTICATED),
        ('spf=pass smtp.mailfrom="a b; c"@example.com', Verdict.AUTHENTICATED),
        ("spf=pass smtp.mailfrom=example.com", Verdict.AUTHENTICATED),
        ("none", Verdict.UNAUTHENTICATED),
        # What a sender can choose stands in quotes or comments, and says nothing.
        (
            'spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.com"@evil.example',
            Verdict.UNAUTHENTICATED,
        ),
        (
            'spf=pass smtp.mailfrom="(x; dkim=pass header.d=example.com"@evil.example',
            Verdict.UNAUTHENTICATED,
        ),
        (
            "spf=pass (domain of dmarc=pass header.from=example.com) smtp.mailfrom=evil.example",
            Verdict.UNAUTHENTICATED,
        ),
        (
            'dkim=fail reason="; dkim=pass header.d=example.com" header.d=example.com',
            Verdict.UNAUTHENTICATED,
        ),
        (
            'dmarc=fail reason="(" header.from=example.com; dkim=pass header.d=example.com (")',
            Verdict.FAILED,
        ),
        # Only the very domain proves anything: example.com may stand on a suffix that it shares
        # with strangers.
        ("dkim=pass header.d=com", Verdict.UNAUTHENTICATED),
        ("dkim=pass header.d=mail.example.com", Verdict.UNAUTHENTICATED),
        ("dkim=pass header.d=notexample.com", Verdict.UNAUTHENTICATED),
        ("dmarc=pass header.from=mail.example.com", Verdict.UNAUTHENTICATED),
        # What contradicts itself or has no end is not read at all.
        ("dkim=pass header.d=evil.example header.d=example.com", Verdict.UNAUTHENTICATED),
        ('dkim=pass header.d=example.com; spf=pass smtp.mailfrom="open', Verdict.UNAUTHENTICATED),
    ],
)
def test_results_are_read_as_the_standard_has_them(results: str, verdict: Verdict) -> None:
    assert _verdict(f"{_HEAD}; {results}") is verdict
    assert _verdict(f"{_HEAD} 1; {results}") is verdict
    assert _verdict(f'Authentication-Results: "mx.cloudflare.net" (us); {results}') is verdict


def test_a_domain_above_the_senders_proves_nothing() -> None:
    assert (
        _verdict(f"{_HEAD}; dkim=pass header.d=co.uk", "ann@shop.co.uk") is Verdict.UNAUTHENTICATED
    )


@pytest.mark.parametrize(
    "first", [f'{_HEAD}; x="open', f"{_HEAD}; {'a' * LONGEST_HEADER}", "Authentication-Results:"]
)
def test_what_stands_below_a_header_that_cannot_be_read_is_not_taken_in_its_place(
    first: str,
) -> None:
    forged = f"{_HEAD}; dmarc=pass header.from=example.com"
    assert _verdict(f"{first}\r\n{forged}") is Verdict.UNAUTHENTICATED
    assert (
        _verdict(f"Authentication-Results: mx.other.example; dmarc=fail\r\n{forged}")
        is Verdict.AUTHENTICATED
    )

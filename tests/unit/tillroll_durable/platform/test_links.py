"""The page behind an answer, by its Link header: found where it stands, and never at another
origin.
"""

import pytest

from tests.support.growth import assert_linear
from tillroll_durable import HttpAnswer, NonRetryable, next_link

URL = "https://shop.example/api/customers?page=1"
NEXT = "https://shop.example/api/customers?page=2"


@pytest.mark.parametrize(
    ("link", "following"),
    [
        (None, None),
        ("", None),
        (f'<{NEXT}>; rel="next"', NEXT),
        (f"<{NEXT}>; rel=next", NEXT),
        (f'<{NEXT}>;REL="Last NEXT"', NEXT),
        (f'<{URL}>; rel="prev", <{NEXT}>; rel="next", <{URL}>; rel="first"', NEXT),
        ('<?page=2>; rel="next"', NEXT),
        ('</api/customers?page=2>; rel="next"', NEXT),
        (
            "<//shop.example/api/customers?page=2>; rel=next",
            "https://shop.example/api/customers?page=2",
        ),
        (
            '<https://SHOP.example:443/api/customers?page=2>; rel="next"',
            "https://SHOP.example:443/api/customers?page=2",
        ),
        (f'<{NEXT}>; title="a \\"quoted\\", comma"; rel="next"', NEXT),
        (f'<{URL}>; title="; rel=next"; rel="last"', None),
        (
            f'<{URL}>; title="x, <{NEXT}>; rel=next", <?page=3>; rel="next"',
            "https://shop.example/api/customers?page=3",
        ),
        (f'<{URL}>; rel="nextish"', None),
        (f'<{URL}>; title="; rel=next', None),
        (f'<{URL}>; rel="last"; rel="next"', None),
        (f"{NEXT}; rel=next", None),
        ("<>; rel=next", URL),
    ],
)
def test_where_it_stands(link: str | None, following: str | None) -> None:
    assert next_link(HttpAnswer(200, "[]", link=link), URL) == following


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/api/customers?page=2",
        "//evil.example/",
        "http://shop.example/api/customers?page=2",
        "https://shop.example:8443/api/customers?page=2",
        "https://shop.example:0/api/customers?page=2",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://someone@shop.example/",
        "javascript:alert(1)",
        "https://[shop.example/",
        "https://shop.example:port/",
    ],
)
def test_nothing_is_sent_to_another_origin(address: str) -> None:
    with pytest.raises(NonRetryable, match=r"another origin|no address"):
        next_link(HttpAnswer(200, "[]", link=f'<{address}>; rel="next"'), URL)


def test_what_is_refused_tells_no_secret() -> None:
    with pytest.raises(NonRetryable, match=r"than https://shop\.example: nothing") as refused:
        next_link(HttpAnswer(200, "[]", link="<//evil.example/>; rel=next"), f"{URL}&key=secret")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "part", ["<", ', ;="', "; x", '<a>; rel="\\\\', " ", "<a>;", ', <a>; x="', '<a>\\"', '<a>\\"\\']
)
def test_a_header_that_is_none_takes_no_time(part: str) -> None:
    def look(count: int) -> None:
        next_link(HttpAnswer(200, "[]", link=f"<a>{part * count}"), URL)

    assert_linear(look, 20_000)

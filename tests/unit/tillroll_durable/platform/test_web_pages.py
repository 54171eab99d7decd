"""Which addresses from outside a page makes links of."""

import pytest

from tillroll_durable.platform.web.links import is_web_page


@pytest.mark.parametrize(
    "url",
    ["https://books.example/1", "HTTPS://books.example", "https://books.example:8443/a?b=c#d"],
)
def test_https_addresses_are_links(url: str) -> None:
    assert is_web_page(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "http://books.example/1",
        "//books.example/1",
        "/settings",
        "https:",
        "https:///x",
        "https://[",
        "https://books.example/\n",
        "https://books.example/a b",
    ],
)
def test_nothing_else_is_a_link(url: str) -> None:
    assert not is_web_page(url)

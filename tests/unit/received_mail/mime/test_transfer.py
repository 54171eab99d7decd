"""How bytes travelled: prose is no file, and what is cut, or long, costs no more than its
length.
"""

import binascii

import pytest

from tests.support.growth import assert_linear
from tillroll.received_mail.html_text import text_of_html, without_files
from tillroll.received_mail.transfer import encoding_of, unfolded, uuencoded


@pytest.mark.parametrize(
    "prose",
    [
        "We\nbegin 644 the work tomorrow\nand end it soon\nend\n",
        "begin 644 a.txt\n\nend",
        "begin 755 x",
        "begin with 10% off\n#86%B\n`\nend",
    ],
)
def test_prose_is_no_file(prose: str) -> None:
    assert uuencoded(prose).files == []
    assert uuencoded(prose).text == prose


def test_blanks_at_the_ends_of_lines_may_be_lost() -> None:
    content = bytes(range(256)) * 3
    lines = [
        binascii.b2a_uu(content[at : at + 45]).decode().rstrip()
        for at in range(0, len(content), 45)
    ]
    taken = uuencoded("\n".join(["Hello", "begin 644 a b.bin", *lines, "", "end", "Bye"]))
    assert [(each.name, each.content) for each in taken.files] == [("a b.bin", content)]
    assert taken.text == "Hello\nBye"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("base64", "base64"),
        ("Base64; charset=utf-8", "base64"),
        ('"base64"', "base64"),
        ("(comment) quoted-printable", "quoted-printable"),
        ("", ""),
        (" ; ", ""),
    ],
)
def test_an_encoding_is_its_first_word(header: str, encoding: str) -> None:
    assert encoding_of(header) == encoding


def test_lines_are_joined_where_they_were_broken() -> None:
    text = "> Quoted \n> line\nOwn \nline\n-- \nAnn"
    assert unfolded(text, deletes_space=False) == "> Quoted line\nOwn line\n-- \nAnn"
    assert unfolded("Amt \nsterdam", deletes_space=True) == "Amtsterdam"


@pytest.mark.parametrize("part", ["begin 644 a\n", "begin 644 a\nM\n", "begin 644 a\n#86%B\n"])
def test_files_that_never_end_cost_no_more_than_their_length(part: str) -> None:
    assert_linear(lambda count: uuencoded(part * count), 8_000)


@pytest.mark.parametrize(
    ("before", "part", "after", "end"),
    [
        ("", "<img src='data:image/png;base64,AAAA", "", ""),
        ("<img src='data:image/png", ";a=b;a=b;a=b;a=b;a=b", "", ""),
        ("", "<div style='font-size:0'>", "</div>", ""),
        ("", "<p><td><div>", "</p></p>", ""),
        ("<div style='", "font:", "", "'>x"),
    ],
)
def test_pages_cost_no_more_than_their_length(before: str, part: str, after: str, end: str) -> None:
    def read(count: int) -> None:
        hostile = f"{before}{part * count}{after * count}{end}"
        text_of_html(without_files(hostile).html)

    assert_linear(read, 4_000)

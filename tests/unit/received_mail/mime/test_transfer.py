"""How bytes travelled: prose is no file, and what is cut, or long, costs no more than its
length.
"""

import binascii
import time

import pytest

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


@pytest.mark.parametrize(
    "hostile",
    [
        "begin 644 a\n" * 8_000,
        "begin 644 a\nM\n" * 8_000,
        "begin 644 a\n#86%B\n" * 8_000,
    ],
)
def test_files_that_never_end_cost_no_more_than_their_length(hostile: str) -> None:
    began = time.process_time()
    uuencoded(hostile)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src='data:image/png;base64,AAAA" * 4_000,
        "<img src='data:image/png" + ";a=b" * 100_000,
        "<div style='font-size:0'>" * 4_000 + "</div>" * 4_000,
        "<p><td><div>" * 4_000 + "</p>" * 8_000,
        "<div style='" + "font:" * 4_000 + "'>x",
    ],
)
def test_pages_cost_no_more_than_their_length(hostile: str) -> None:
    began = time.process_time()
    text_of_html(without_files(hostile).html)
    assert time.process_time() - began < 1

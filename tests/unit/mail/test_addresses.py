"""What is an address that mail could be sent to, and what is none."""

import pytest

from tillroll.fields import InvalidAddress, read_mail_address
from tillroll.mail.addresses import hash_of_address


@pytest.mark.parametrize(
    "given", ["ann@example.com", " ann.b+tillroll@books.example.co.uk ", "jürgen@bücher.example"]
)
def test_addresses_are_taken(given: str) -> None:
    assert read_mail_address(given) == given.strip()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ann",
        "ann@localhost",
        "ann@example.com, bob@example.com",
        "Ann <ann@example.com>",
        "ann@example.com\r\nBcc: all@example.com",
        "ann\x00@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "e" * 250 + ".com",
    ],
)
def test_others_are_refused(given: str) -> None:
    with pytest.raises(InvalidAddress):
        read_mail_address(given)


def test_an_address_is_one_in_capitals_too() -> None:
    assert hash_of_address("Ann@Example.com") == hash_of_address("ann@example.com")

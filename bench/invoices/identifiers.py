"""Invented numbers whose check digits are right: tax ids and IBANs of each country, and numbers by a pattern."""

import random
from collections.abc import Sequence

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_IBAN = {
    "AT": "################",
    "BE": "############",
    "CH": "#################",
    "DE": "##################",
    "DK": "##############",
    "ES": "####################",
    "FR": "#######################",
    "GB": "AAAA##############",
    "IE": "AAAA##############",
    "IT": "A######################",
    "NL": "AAAA##########",
    "PL": "########################",
    "PT": "#####################",
    "SE": "####################",
}


def by_pattern(chance: random.Random, pattern: str) -> str:
    """A digit for each #, never 0 for the first or after a 0; a small letter for each x."""
    made = ""
    for sign in pattern:
        if sign == "#":
            made += str(chance.randint(0 if made and made[-1] != "0" else 1, 9))
        elif sign == "x":
            made += chance.choice("abdfghkmprstvwxyz")
        else:
            made += sign
    return made


def iban(chance: random.Random, country: str, bank: str = "") -> str:
    """Without spaces. `bank` gives the letters of the bank where the country's IBAN has them."""
    letters = iter((bank + "BANK")[:4])
    account = "".join(
        str(chance.randint(0, 9)) if sign == "#" else (next(letters) if country != "IT" else chance.choice(_LETTERS))
        for sign in _IBAN[country]
    )
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02}{account}"


def grouped(number: str, size: int = 4) -> str:
    return " ".join(number[at : at + size] for at in range(0, len(number), size))


def vat_id(chance: random.Random, country: str) -> str:
    """As the country writes it, without spaces; "" in the United States, which has none."""
    while True:  # some ways to compute a check digit have no result for a few numbers
        digits = [chance.randint(1, 9), *(chance.randint(0, 9) for _ in range(10))]
        if made := _MAKERS[country](digits):
            return made


def _text(digits: Sequence[int]) -> str:
    return "".join(map(str, digits))


def luhn(digits: Sequence[int]) -> int:
    """The digit that follows them."""
    doubled = [digit if at % 2 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(reversed(digits))]
    return -sum(doubled) % 10


def _weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _german(digits: Sequence[int]) -> str:
    product = 10
    for digit in digits[:8]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return f"DE{_text(digits[:8])}{(11 - product) % 10}"


def _austrian(digits: Sequence[int]) -> str:
    total = sum(digit if at % 2 == 0 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(digits[:7]))
    return f"ATU{_text(digits[:7])}{(96 - total) % 10}"


def _swiss(digits: Sequence[int]) -> str:
    check = 11 - _weighted(digits[:8], (5, 4, 3, 2, 7, 6, 5, 4)) % 11
    text = f"{_text(digits[:8])}{check % 11}"
    return "" if check == 10 else f"CHE-{text[:3]}.{text[3:6]}.{text[6:]}"


def _french(digits: Sequence[int]) -> str:
    siren = f"{_text(digits[:8])}{luhn(digits[:8])}"
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _italian(digits: Sequence[int]) -> str:
    body = [0, *digits[:6], 0, digits[7] % 10, digits[8]]
    return f"IT{_text(body)}{luhn(body)}"


def _british(digits: Sequence[int]) -> str:
    total = _weighted(digits[:7], (8, 7, 6, 5, 4, 3, 2)) + 55
    return f"GB{_text(digits[:7])}{97 - total % 97:02}"


def _none(digits: Sequence[int]) -> str:
    return f"{_text(digits[:2])}-{_text(digits[2:9])}"


_MAKERS = {
    "AT": _austrian,
    "CH": _swiss,
    "DE": _german,
    "FR": _french,
    "GB": _british,
    "IT": _italian,
    "US": _none,
}

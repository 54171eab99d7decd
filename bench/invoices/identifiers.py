"""Invented numbers whose check digits are right: tax ids and IBANs of each country, and numbers by
a pattern.
"""

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
        str(chance.randint(0, 9))
        if sign == "#"
        else (next(letters) if country != "IT" else chance.choice(_LETTERS))
        for sign in _IBAN[country]
    )
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02}{account}"


def grouped(number: str, size: int = 4) -> str:
    return " ".join(number[at : at + size] for at in range(0, len(number), size))


def filled(pattern: str, text: str) -> str:
    """The next sign of the text for each #."""
    signs = iter(text)
    return "".join(next(signs) if sign == "#" else sign for sign in pattern)


def vat_id(chance: random.Random, country: str, *, is_sole: bool = False) -> str:
    """As the Union writes it, without spaces; in the United States the tax office's number of an
    employer.
    """
    maker = _MAKERS_OF_PEOPLE.get(country) if is_sole else None
    while True:  # some ways to compute a check digit have no result for a few numbers
        digits = [chance.randint(1, 9), *(chance.randint(0, 9) for _ in range(10))]
        if made := (maker or _MAKERS[country])(digits):
            return made


def registered(chance: random.Random, vat: str) -> dict[str, str]:
    """Other numbers with check digits, for patterns of registers and accounts, by their names
    there.
    """
    digits = [chance.randint(1, 9) for _ in range(14)]
    regon, giro, aba = digits[:8], digits[:7], digits[:8]
    aba[0] = 0
    end = -_weighted(aba, (3, 7, 1, 3, 7, 1, 3, 7)) % 10
    return {
        "org": f"{vat[2:8]}-{vat[8:12]}",
        "regon": f"{_text(regon)}{_weighted(regon, (8, 9, 2, 3, 4, 5, 6, 7)) % 11 % 10}",
        "bankgiro": f"{_text(giro[:3])}-{_text(giro[3:6])}{luhn(giro[:6])}",
        "plusgiro": (
            f"{_text(giro[:2])} {_text(giro[2:4])} {_text(giro[4:5])}{luhn(giro[:5])}-{giro[6]}"
        ),
        "aba": f"{_text(aba)}{end}",
    }


def payment_reference(chance: random.Random, kind: str) -> str:
    """What a buyer writes on the payment: `be`, `ocr` (Sweden) or `fik` (Denmark)."""
    digits = [chance.randint(1, 9) for _ in range(14)]
    match kind:
        case "be":
            text = f"{_text(digits[:10])}{int(_text(digits[:10])) % 97 or 97:02}"
            return filled("+++###/####/#####+++", text)
        case "ocr":
            return f"{_text(digits[:9])}{luhn(digits[:9])}"
        case _:
            return f"+71<{_text(digits)}{luhn(digits)}+8{_text(digits[:7])}<"


def _text(digits: Sequence[int]) -> str:
    return "".join(map(str, digits))


def luhn(digits: Sequence[int]) -> int:
    """The digit that follows them."""
    doubled = [
        digit if at % 2 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(reversed(digits))
    ]
    return -sum(doubled) % 10


def _weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _german(digits: Sequence[int]) -> str:
    product = 10
    for digit in digits[:8]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return f"DE{_text(digits[:8])}{(11 - product) % 10}"


def _austrian(digits: Sequence[int]) -> str:
    total = sum(
        digit if at % 2 == 0 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(digits[:7])
    )
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


def _dutch(digits: Sequence[int]) -> str:
    check = _weighted(digits[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return "" if check == 10 else f"NL{_text(digits[:8])}{check}B01"


def _dutch_person(digits: Sequence[int]) -> str:
    body = f"{_text(digits[:9])}"
    return f"NL{body}B{98 - int(f'2321{body}1100') % 97:02}"


def _belgian(digits: Sequence[int]) -> str:
    body = [0, *digits[:7]]
    return f"BE{_text(body)}{97 - int(_text(body)) % 97:02}"


def _spanish(digits: Sequence[int]) -> str:
    return f"ES{'BBBA'[digits[9] % 4]}{_text(digits[:7])}{luhn(digits[:7])}"


def _spanish_person(digits: Sequence[int]) -> str:
    return f"ES{_text(digits[:8])}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(_text(digits[:8])) % 23]}"


def _portuguese(digits: Sequence[int]) -> str:
    body = [5, *digits[:7]]
    check = 11 - _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return f"PT{_text(body)}{check if check < 10 else 0}"


def _polish(digits: Sequence[int]) -> str:
    check = _weighted(digits[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
    return "" if check == 10 else f"PL{_text(digits[:9])}{check}"


def _swedish(digits: Sequence[int]) -> str:
    body = [5, 5, 6, *digits[:6]]
    return f"SE{_text(body)}{luhn(body)}01"


def _danish(digits: Sequence[int]) -> str:
    check = -_weighted(digits[:7], (2, 7, 6, 5, 4, 3, 2)) % 11
    return "" if check == 10 else f"DK{_text(digits[:7])}{check}"


def _none(digits: Sequence[int]) -> str:
    return f"{_text(digits[:2])}-{_text(digits[2:9])}"


_MAKERS = {
    "AT": _austrian,
    "BE": _belgian,
    "CH": _swiss,
    "DE": _german,
    "DK": _danish,
    "ES": _spanish,
    "FR": _french,
    "GB": _british,
    "IT": _italian,
    "NL": _dutch,
    "PL": _polish,
    "PT": _portuguese,
    "SE": _swedish,
    "US": _none,
}
_MAKERS_OF_PEOPLE = {"ES": _spanish_person, "NL": _dutch_person}

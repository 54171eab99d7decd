"""Invented sellers and buyers, as a country names them."""

import random
import unicodedata
from typing import Any

from bench.invoices.facts import Party
from bench.invoices.identifiers import by_pattern, grouped, iban, registered, vat_id
from bench.invoices.words import coined, country, language

_STARTS = (
    "b",
    "br",
    "c",
    "d",
    "f",
    "fl",
    "g",
    "h",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "v",
    "z",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "io", "eo")
_ENDS = (
    "n",
    "ra",
    "tis",
    "mo",
    "lux",
    "via",
    "ro",
    "ntec",
    "x",
    "ly",
    "sol",
    "dex",
    "ma",
    "berg",
    "lis",
)
_MAILBOXES = ("info", "office", "kontakt", "rechnung", "hello", "contact")
_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "ı": "i", "ä": "ae", "ö": "oe", "ü": "ue"}


def party(
    chance: random.Random, country_code: str, language_code: str, trade: dict[str, Any], sole: float
) -> Party:
    """A firm, or with the chance `sole` somebody who trades by their own name."""
    customs = country(country_code)
    is_sole = chance.random() < sole
    first, last = chance.choice(customs["first"]), chance.choice(customs["last"])
    street, city_line, city = _place(chance, customs, language_code)
    name, brand = _name(chance, customs, language_code, trade, (first, last, city["city"], is_sole))
    made_vat = vat_id(chance, country_code, is_sole=is_sole)
    plain = _plain(brand or name)
    domain = f"{plain}.{customs['tld'] if chance.random() < 0.75 else 'com'}"
    bank_name, bic = chance.choice(customs["banks"])
    siren = made_vat[4:]
    values = {
        **city,
        **registered(chance, made_vat),
        "name": name,
        "street": street,
        "siren": grouped(siren, 3),
        "siret": f"{grouped(siren, 3)} {by_pattern(chance, '000##')}",
    }
    registers = customs.get("registers", {}).get(language_code) or [""]
    accounts = chance.choice(customs.get("accounts") or [""])
    has_register = not is_sole or customs.get("always_register", False)
    numbers = customs.get("tax_numbers", {}).get("patterns") or [""]
    people = (
        (f"{first} {last}",)
        if is_sole
        else tuple(_person(chance, customs) for _ in range(chance.choice([1, 1, 2])))
    )
    return Party(
        name=name,
        brand=brand,
        address=(street, *city_line.split("\n")),
        city=city["city"],
        country=country_code,
        vat_id=made_vat,
        tax_number=by_pattern(chance, chance.choice(numbers)),
        register=_filled(chance, chance.choice(registers), values) if has_register else "",
        phone=by_pattern(chance, chance.choice(customs["phones"])),
        fax=by_pattern(chance, chance.choice(customs["phones"])) if chance.random() < 0.2 else "",
        mail=f"{chance.choice([*_MAILBOXES, _plain(last)])}@{domain}",
        web=f"{chance.choice(['www.', 'www.', 'https://', ''])}{domain}",
        iban=iban(chance, country_code, bic) if country_code != "US" else "",
        bic=bic,
        bank=bank_name.format(city=city["city"]),
        accounts=tuple(_filled(chance, accounts, values).split("\n")) if accounts else (),
        people=people,
        is_sole=is_sole,
    )


def private_person(chance: random.Random, country_code: str, language_code: str) -> Party:
    customs = country(country_code)
    street, city_line, city = _place(chance, customs, language_code)
    return Party(
        _person(chance, customs),
        (street, *city_line.split("\n")),
        city["city"],
        country_code,
        is_sole=True,
    )


def trade_of(chance: random.Random, language_code: str) -> dict[str, Any]:
    return chance.choice(language(language_code)["trades"])


def _person(chance: random.Random, customs: dict[str, Any]) -> str:
    return f"{chance.choice(customs['first'])} {chance.choice(customs['last'])}"


def _place(
    chance: random.Random, customs: dict[str, Any], language_code: str
) -> tuple[str, str, dict[str, str]]:
    """The line of the street, the line or lines of the city, and the city's words for other
    sentences.
    """
    streets = customs.get("streets_by", {}).get(language_code, customs["streets"])
    cities = customs.get("cities_by", {}).get(language_code, customs["cities"])
    ending = chance.choice(["", "", "", "a", " b", "-5"]) if chance.random() < 0.3 else ""
    number = f"{chance.randint(1, customs.get('numbers_high', 180))}{ending}"
    street = customs["street"].format(street=chance.choice(streets), number=number)
    code, city, *province = chance.choice(cities)
    words = {"code": code, "city": city, "province": province[0] if province else ""}
    return street, customs["city"].format(**words), words


def _name(
    chance: random.Random,
    customs: dict[str, Any],
    language_code: str,
    trade: dict[str, Any],
    who: tuple[str, str, str, bool],
) -> tuple[str, str]:
    """The name, and a brand that is another one or ""."""
    first, last, city, is_sole = who
    noun, word = chance.choice(trade["nouns"]), _coin(chance)
    other = chance.choice(customs["last"])
    if is_sole:
        name = chance.choice(
            [
                f"{first} {last}",
                f"{first} {last} {noun}",
                f"{noun} {first} {last}",
                f"{last} {noun}",
                f"{word} {noun}",
            ]
        )
        return name, word if word not in name and chance.random() < 0.15 else ""
    joined = language(language_code)["and"]
    stem = chance.choice(
        [
            f"{last} {noun}",
            f"{last} & {other} {noun}",
            f"{word} {noun}",
            word,
            f"{noun} {last}",
            f"{first} {last} {noun}",
            f"{last} {joined} {other}",
            f"{noun} {city}",
            f"{word} {noun} {joined} {chance.choice(trade['nouns'])} {city}",
            f"{chance.randint(2, 99)}{chance.choice(['', ' '])}{word}",
        ]
    )
    forms = customs.get("forms_by", {}).get(language_code, customs["forms"])
    firsts = customs.get("forms_first", [])
    if firsts and chance.random() < 0.2:
        name = f"{chance.choice(firsts)} {stem}"
    else:
        name = f"{stem} {chance.choice(forms).format(first=first, last=last, city=city)}".replace(
            " ,", ","
        )
    if chance.random() < 0.08:
        name = name.upper()
    return name, _coin(chance) if chance.random() < 0.18 else ""


def _coin(chance: random.Random) -> str:
    """A word that firms are named by: half of them are on a list, so that another seed has
    others.
    """
    if chance.random() < 0.5:
        return chance.choice(coined())
    syllables = "".join(
        chance.choice(_STARTS) + chance.choice(_VOWELS) for _ in range(chance.choice([1, 2, 2]))
    )
    word = f"{syllables}{chance.choice(_ENDS)}".capitalize()
    return chance.choice(
        [
            word,
            word,
            word,
            word.upper(),
            f"{word}{chance.choice(['.io', '24', ' Group', 'Works', '+'])}",
        ]
    )


def _filled(chance: random.Random, pattern: str, values: dict[str, str]) -> str:
    """The pattern first, as a name may have an x in it."""
    return by_pattern(chance, pattern).format(**values)


def _plain(text: str) -> str:
    """As a part of a web address."""
    small = "".join(_LETTERS.get(sign, sign) for sign in text.lower())
    bare = unicodedata.normalize("NFKD", small).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in bare).split()
    return "-".join(words[:2]) or "firma"

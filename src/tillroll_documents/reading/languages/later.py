"""Languages whose tables are imported where a page uses them, with the signs of each.

A script shows its languages. A language in Latin letters is recognized by two words of its own, or
by its country.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Later:
    """A language: the module with its table, and its signs: folded words that its receipts have."""

    module: str
    signs: str = ""
    country: str = ""
    """The ISO 3166 code of the one country whose receipts have it; a script shows the others."""
    is_spaced: bool = True
    """Whether spaces part its words."""


LATER: Final[Mapping[str, Later]] = {
    "bg": Later("bulgarian", country="BG"),
    "el": Later("greek"),
    "et": Later(
        "estonian",
        "kokku summa kaibemaks kaibemaksuta sularaha kviitung arve tasuda kuupaev "
        "vahesumma maksetahtaeg tagasi pangakaart kmkr kassapidaja tsekk soodustus "
        "allahindlus ostja regnr maksta osauhing hinnapakkumine",
        country="EE",
    ),
    "fi": Later(
        "finnish",
        "yhteensa kateinen kuitti alv veroton verollinen valisumma paivamaara kortti "
        "tunnus loppusumma erapaiva takaisin maksettava lasku pankkikortti kiitos "
        "korttimaksu alennus pvm laskun myyja oy vaihtoraha kassa",
        country="FI",
    ),
    "hr": Later(
        "croatian",
        "ukupno sveukupno oib gotovina kartica osnovica pdv racun placanje platiti povrat naplatu "
        "iznos operater hvala dospijece popust blagajnik kupac meduzbroj zki jir ponuda vrijeme",
        country="HR",
    ),
    "hu": Later(
        "hungarian",
        "osszesen afa nyugta keszpenz adoszam bankkartya visszajaro fizetendo szamla "
        "vegosszeg kelt datum ft kft reszosszesen kartya netto brutto vevo elado "
        "koszonjuk penztaros hatarido nyugtaszam szamlaszam bt",
        country="HU",
    ),
    "lt": Later(
        "lithuanian",
        "pvm viso moketi kvitas kvito suma grynieji grynais graza uab kortele saskaita "
        "faktura apmoketi pirkejas nuolaida mokejimo moketina kasininkas aciu moketojo "
        "kodas iki imones",
        country="LT",
    ),
    "lv": Later(
        "latvian",
        "pvn kopa ceks ceka apmaksai samaksai skaidra nauda karte rekins rekina sia "
        "atlikums izdots datums atlaide paldies kopsumma starpsumma kasieris pircejs bez "
        "termins summa iela",
        country="LV",
    ),
    "ro": Later(
        "romanian",
        "lei bon fiscal numerar rest cif cui tva plata factura casier srl subtotal bancar multumim "
        "furnizor scadenta cumparator valoare buc emiterii reducere str sc nefiscal",
        country="RO",
    ),
    "sk": Later(
        "slovak",
        "spolu celkom uhradu dph hotovost ico dic doklad pokladnicny karta zaklad faktura "
        "medzisucet splatnosti datum dakujeme zlava vydavok vratene odberatel "
        "uhrade pokladnik platobna",
        country="SK",
    ),
    "sl": Later(
        "slovenian",
        "skupaj placilo ddv racun gotovina osnova kartica vracilo znesek hvala davcna blagajnik "
        "kupec zoi eor popust placila rok izdaje vmesna predracun zapade placilna",
        country="SI",
    ),
    "vi": Later(
        "vietnamese",
        "tong cong tien thanh toan hoa don mat thue gtgt ngay ban khach mst thua dua cam quy giam",
        country="VN",
    ),
    "uk": Later("ukrainian", country="UA"),
    "ru": Later("russian"),
    "he": Later("hebrew"),
    "ar": Later("arabic"),
    "ja": Later("japanese", is_spaced=False),
    "zh": Later("chinese", is_spaced=False),
    "ko": Later("korean", is_spaced=False),
    "th": Later("thai", is_spaced=False),
}
_FEWEST_SIGNS: Final = 2


def _read_signs() -> Mapping[str, tuple[str, ...]]:
    signs: dict[str, tuple[str, ...]] = {}
    for code, later in LATER.items():
        for word in later.signs.split():
            signs[word] = (*signs.get(word, ()), code)
    return signs


_SIGNS: Final = _read_signs()
_SCRIPTS: Final[Mapping[str, str]] = {
    "\u0400-\u04ff": "bg uk ru",
    "\u0370-\u03ff": "el",
    "\u0590-\u05ff": "he",
    "\u0600-\u06ff": "ar",
    "\u0e00-\u0e7f": "th",
    "\u3040-\u30ff": "ja",
    "\u3400-\u9fff": "zh ja",
    "\u1100-\u11ff\uac00-\ud7af": "ko",
}
"""Letters, as a range of a regular expression, and the languages that may be written in them."""
_LETTERS: Final = {codes: re.compile(f"[{letters}]{{2}}") for letters, codes in _SCRIPTS.items()}
_ANY: Final = re.compile(f"[{''.join(_SCRIPTS)}]{{2}}")
_KANA: Final = re.compile("[\u3040-\u30ff]")


def by_script(text: str, words: Iterable[str]) -> Mapping[str, int]:
    """How many words of a folded text are in the letters of each language."""
    if text.isascii() or not _ANY.search(text):
        return {}
    counts: Counter[str] = Counter()
    for word in words:
        if word.isascii():
            continue
        for codes, letters in _LETTERS.items():
            if letters.search(word):
                counts.update(codes.split())
    if _KANA.search(text):
        counts.pop("zh", None)
    return counts


def by_signs(words: Set[str]) -> frozenset[str]:
    """The languages in Latin letters of which the folded words hold two signs."""
    counts: Counter[str] = Counter()
    for word in words & _SIGNS.keys():
        counts.update(_SIGNS[word])
    return frozenset(code for code, count in counts.items() if count >= _FEWEST_SIGNS)

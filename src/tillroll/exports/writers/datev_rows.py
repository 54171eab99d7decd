"""Rows of a file in DATEV's format: headings, texts in Windows-1252, and lines. Pure.

The rules are those of "DATEV-Format" on developer.datev.de.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

DATEV_ENCODING: Final = "cp1252"


def _numbered(kinds: tuple[str, str], times: int) -> list[str]:
    return [f"{kind} {number}" for number in range(1, times + 1) for kind in kinds]


DATEV_HEADINGS: Final = (
    *(
        "Umsatz (ohne Soll/Haben-Kz)",
        "Soll/Haben-Kennzeichen",
        "WKZ Umsatz",
        "Kurs",
        "Basis-Umsatz",
    ),
    *(
        "WKZ Basis-Umsatz",
        "Konto",
        "Gegenkonto (ohne BU-Schlüssel)",
        "BU-Schlüssel",
        "Belegdatum",
        "Belegfeld 1",
    ),
    *(
        "Belegfeld 2",
        "Skonto",
        "Buchungstext",
        "Postensperre",
        "Diverse Adressnummer",
        "Geschäftspartnerbank",
    ),
    *("Sachverhalt", "Zinssperre", "Beleglink"),
    *_numbered(("Beleginfo - Art", "Beleginfo - Inhalt"), 8),
    *(
        "KOST1 - Kostenstelle",
        "KOST2 - Kostenstelle",
        "Kost-Menge",
        "EU-Land u. UStID (Bestimmung)",
    ),
    *(
        "EU-Steuersatz (Bestimmung)",
        "Abw. Versteuerungsart",
        "Sachverhalt L+L",
        "Funktionsergänzung L+L",
    ),
    *("BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung"),
    *_numbered(("Zusatzinformation - Art", "Zusatzinformation- Inhalt"), 20),
    *(
        "Stück",
        "Gewicht",
        "Zahlweise",
        "Forderungsart",
        "Veranlagungsjahr",
        "Zugeordnete Fälligkeit",
        "Skontotyp",
    ),
    *("Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)"),
    *(
        "Sachverhalt L+L (Anzahlungen)",
        "EU-Steuersatz (Anzahlungen)",
        "Erlöskonto (Anzahlungen)",
        "Herkunft-Kz",
    ),
    *("Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername"),
    *("Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis"),
    *(
        "Bezeichnung SoBil-Sachverhalt",
        "Kennzeichen SoBil-Buchung",
        "Festschreibung",
        "Leistungsdatum",
    ),
    *(
        "Datum Zuord. Steuerperiode",
        "Fälligkeit",
        "Generalumkehr (GU)",
        "Steuersatz",
        "Land",
        "Abrechnungsreferenz",
    ),
    *(
        "BVV-Position",
        "EU-Land u. UStID (Ursprung)",
        "EU-Steuersatz (Ursprung)",
        "Abw. Skontokonto",
    ),
)

# By their place, counted from 1.
_DATEV_TEXTS: Final = (
    *(
        2,
        3,
        6,
        9,
        11,
        12,
        14,
        16,
        *range(20, 39),
        40,
        42,
        *range(48, 88),
        91,
        95,
        96,
        98,
        102,
        103,
        105,
        107,
    ),
    *(109, 110, 112, 118, 120, 121, 123),
)
DATEV_TEXTS: Final = frozenset(DATEV_HEADINGS[place - 1] for place in _DATEV_TEXTS)


# Letters that are no composition of another one, and what stands for them in Latin letters. Then
# hyphens, dashes, primes and blanks, and the plain mark that is meant by each.
_NEAREST = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ẞ": "SS"}
    | {"‐": "-", "‑": "-", "−": "-", "―": "-", "′": "'", "″": '"'}  # noqa: RUF001 - marks that look alike
    | {"\N{NO-BREAK SPACE}": " "}
)


class Transliterated:
    """Writes texts in Windows-1252, and counts the marks that it had to replace."""

    def __init__(self) -> None:
        self.marks: set[str] = set()
        self.texts = 0

    def write(self, text: str) -> str:
        """The text in marks that Windows-1252 has, a question mark where nothing is near; no
        control characters.
        """
        plain = "".join(
            mark if mark.isprintable() else " " for mark in unicodedata.normalize("NFC", text)
        )
        written = "".join(mark if _is_there(mark) else _nearest(mark) for mark in plain)
        missing = {mark for mark in plain if not _is_there(mark)}
        self.marks |= missing
        self.texts += bool(missing)
        return written

    def remarks(self) -> list[str]:
        if not self.texts:
            return []
        marks = " ".join(sorted(self.marks)[:20])
        if self.texts == 1:
            return [
                f"1 text has marks that Windows-1252 does not have; it was written without: {marks}"
            ]
        return [
            (
                f"{self.texts} texts have marks that Windows-1252 does not have; they were "
                f"written without: {marks}"
            )
        ]


def _is_there(mark: str) -> bool:
    try:
        mark.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _nearest(mark: str) -> str:
    bare = unicodedata.normalize("NFKD", mark.translate(_NEAREST))
    return (
        "".join(each for each in bare if not unicodedata.combining(each) and _is_there(each)) or "?"
    )


def booking_line(fields: Mapping[str, str]) -> str:
    """A booking as it stands in the file: texts by the headings of their fields."""
    return line_of([_field(heading, fields.get(heading, "")) for heading in DATEV_HEADINGS])


def line_of(fields: Iterable[str]) -> str:
    """A line of a file in DATEV's format."""
    return ";".join(fields) + "\r\n"


def quoted(text: str) -> str:
    """A field of text."""
    return '"' + text.replace('"', '""') + '"'


def _field(heading: str, value: str) -> str:
    if heading in DATEV_TEXTS:
        return quoted(value)
    return value

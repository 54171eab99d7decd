"""DATEV's master data of debtors: EXTF 700, Debitoren/Kreditoren 5, in Windows-1252.

The rules are those of "Debitoren/Kreditoren" of the DATEV-Format on developer.datev.de. A line has
254 fields, of which the first 33 have all that is known of a client here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.expenses.sellers import EU
from tillroll.exports.writers.datev import (
    moment_of,
)
from tillroll.exports.writers.datev_charts import chart_number
from tillroll.exports.writers.datev_rows import (
    DATEV_ENCODING,
    Transliterated,
    line_of,
    quoted,
)
from tillroll.exports.writers.formats import About, ProfileOptions, harmless

_EU_PREFIXES: Final = (EU - {"GR"}) | {"EL", "XI"}
"""What VAT ids of the EU begin with: Greece's with EL, Northern Ireland's with XI."""


@dataclass(frozen=True)
class Debtor:
    """A client as DATEV keeps it. `account` has five digits, `vat_id` its country's letters;
    `terms_days` are those until an invoice is due."""

    account: int
    name: str
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    vat_id: str | None = None
    mail: str | None = None
    terms_days: int | None = None


def _of_bank(number: int) -> list[str]:
    return [
        f"Bankleitzahl {number}",
        f"Bankbezeichnung {number}",
        f"Bank-Kontonummer {number}",
        f"Länderkennzeichen {number}",
        f"IBAN-Nr. {number}",
        "Leerfeld",
        f"SWIFT-Code {number}",
        f"Abw. Kontoinhaber {number}",
        f"Kennz. Hauptbankverb. {number}",
        f"Bankverb {number} Gültig von",
        f"Bankverb {number} Gültig bis",
    ]


def _of_banks(first: int, last: int) -> list[str]:
    return [heading for number in range(first, last + 1) for heading in _of_bank(number)]


def _numbered(kind: str, times: int) -> list[str]:
    return [f"{kind} {number}" for number in range(1, times + 1)]


_ADDRESS: Final = (
    *("Straße", "Postfach", "Postleitzahl", "Ort", "Land", "Versandzusatz", "Adresszusatz"),
)
_DELIVERY: Final = ("Abw. Zustellbezeichnung 1", "Abw. Zustellbezeichnung 2")
_VALID: Final = ("Adresse Gültig von", "Adresse Gültig bis")
DEBTOR_HEADINGS: Final = (
    *("Konto", "Name (Adressattyp Unternehmen)", "Unternehmensgegenstand"),
    *("Name (Adressattyp natürl. Person)", "Vorname (Adressattyp natürl. Person)"),
    *("Name (Adressattyp keine Angabe)", "Adressattyp", "Kurzbezeichnung", "EU-Land", "EU-UStID"),
    *("Anrede", "Titel/Akad. Grad", "Adelstitel", "Namensvorsatz", "Adressart", *_ADDRESS),
    *("Abweichende Anrede", *_DELIVERY, "Kennz. Korrespondenzadresse", *_VALID),
    *("Telefon", "Bemerkung (Telefon)", "Telefon GL", "Bemerkung (Telefon GL)"),
    *("E-Mail", "Bemerkung (E-Mail)", "Internet", "Bemerkung (Internet)"),
    *("Fax", "Bemerkung (Fax)", "Sonstige", "Bemerkung (Sonstige)"),
    *_of_banks(1, 5),
    *("Leerfeld", "Briefanrede", "Grußformel", "Kundennummer", "Steuernummer", "Sprache"),
    *("Ansprechpartner", "Vertreter", "Sachbearbeiter", "Diverse-Konto", "Ausgabeziel"),
    *("Währungssteuerung", "Kreditlimit (Debitor)", "Zahlungsbedingung"),
    *("Fälligkeit in Tagen (Debitor)", "Skonto in Prozent (Debitor)"),
    *("Kreditoren-Ziel 1 Tg.", "Kreditoren-Skonto 1 %"),
    *("Kreditoren-Ziel 2 Tg.", "Kreditoren-Skonto 2 %", "Kreditoren-Ziel 3 Brutto Tg."),
    *("Kreditoren-Ziel 4 Tg.", "Kreditoren-Skonto 4 %"),
    *("Kreditoren-Ziel 5 Tg.", "Kreditoren-Skonto 5 %"),
    *("Mahnung", "Kontoauszug", *_numbered("Mahntext", 3), "Kontoauszugstext"),
    *("Mahnlimit Betrag", "Mahnlimit %", "Zinsberechnung", *_numbered("Mahnzinssatz", 3)),
    *("Lastschrift", "Leerfeld", "Mandantenbank", "Zahlungsträger"),
    *_numbered("Indiv. Feld", 15),
    *(
        f"{heading} (Rechnungsadresse)"
        for heading in ("Abweichende Anrede", "Adressart", *_ADDRESS, *_DELIVERY, *_VALID)
    ),
    *_of_banks(6, 10),
    *("Nummer Fremdsystem", "Insolvent", *_numbered("SEPA-Mandatsreferenz", 10)),
    *("Verknüpftes OPOS-Konto", "Mahnsperre bis", "Lastschriftsperre bis", "Zahlungssperre bis"),
    *("Gebührenberechnung", *_numbered("Mahngebühr", 3)),
    *("Pauschalenberechnung", *_numbered("Verzugspauschale", 3)),
    *("Alternativer Suchname", "Status"),
    *(
        "Anschrift manuell geändert (Korrespondenzadresse)",
        "Anschrift individuell (Korrespondenzadresse)",
        "Anschrift manuell geändert (Rechnungsadresse)",
        "Anschrift individuell (Rechnungsadresse)",
    ),
    *("Fristberechnung bei Debitor", *_numbered("Mahnfrist", 3), "Letzte Frist"),
)

_LENGTHS: Final[Mapping[str, int]] = {
    "Name (Adressattyp Unternehmen)": 50,
    "EU-Land": 2,
    "EU-UStID": 13,
    "Straße": 36,
    "Postleitzahl": 10,
    "Ort": 30,
    "Land": 2,
    "E-Mail": 60,
}
"""The most marks of a text that is filled."""
_COMPANY: Final = "2"
# By their places, counted from 1: numbers and days stand without quotation marks.
_PLAIN: Final = frozenset(
    {
        *(1, 26, 27, 28, 101, 105, 106, *range(108, 133), 135, 163, 164, 221),
        *(
            place
            for begin in (50, 174)
            for day in range(begin, begin + 45, 11)
            for place in (day, day + 1)
        ),
        *(*range(232, 244), 245, 246, 248, *range(250, 255)),
    }
)


def write_debtors(about: About, debtors: Iterable[Debtor]) -> bytes:
    """The file, each account once and in their order. What is longer than a field is cut. The
    profile has DATEV's numbers, and the days of `about` are of one fiscal year.
    """
    texts = Transliterated()
    by_account = {debtor.account: debtor for debtor in debtors}
    lines = [line_of(_head(about)), line_of(DEBTOR_HEADINGS)]
    lines += [_line(by_account[account], about, texts) for account in sorted(by_account)]
    return "".join(lines).encode(DATEV_ENCODING)


def _line(debtor: Debtor, about: About, texts: Transliterated) -> str:
    written = {
        "Name (Adressattyp Unternehmen)": debtor.name,
        "EU-Land": _eu_country(debtor.vat_id),
        "EU-UStID": _eu_number(debtor.vat_id),
        "Straße": debtor.street or "",
        "Postleitzahl": debtor.postal_code or "",
        "Ort": debtor.city or "",
        "Land": debtor.country or "",
        "E-Mail": debtor.mail or "",
    }
    fields = {
        heading: harmless(texts.write(text))[: _LENGTHS[heading]]
        for heading, text in written.items()
    }
    fields |= {
        "Konto": debtor_account(debtor.account, about.profile),
        "Adressattyp": _COMPANY,
        "Fälligkeit in Tagen (Debitor)": _number(debtor.terms_days),
    }
    if debtor.street is not None:
        fields["Adressart"] = "STR"
    return line_of(
        _field(place, fields.get(heading, ""))
        for place, heading in enumerate(DEBTOR_HEADINGS, start=1)
    )


def debtor_account(debtor: int, profile: ProfileOptions) -> str:
    """A client's personal account, one digit longer than the other accounts of the profile."""
    return str(debtor).ljust(profile.account_length + 1, "0")


def _number(number: int | None) -> str:
    if number is None:
        return ""
    return str(number)


def _eu_country(vat_id: str | None) -> str:
    if vat_id is None or vat_id[:2] not in _EU_PREFIXES:
        return ""
    return vat_id[:2]


def _eu_number(vat_id: str | None) -> str:
    """The number behind the country's letters; none of a country outside of the EU."""
    if vat_id is None or vat_id[:2] not in _EU_PREFIXES:
        return ""
    return vat_id[2:]


def _field(place: int, value: str) -> str:
    if place in _PLAIN:
        return value
    return quoted(value)


def _head(about: About) -> Sequence[str]:
    """The 31 fields of the header."""
    client = about.profile.datev
    if client is None:
        raise ValueError("DATEV's master data needs the numbers of the consultant and the client")
    year = client.fiscal_year_of(date.fromisoformat(about.last_day or about.asked_at[:10]))
    made_at = moment_of(about)
    chart = f'"{chart_number(about.profile)}"'
    return [
        *('"EXTF"', "700", "16", '"Debitoren/Kreditoren"', "5", made_at, "", '"TR"', '""', '""'),
        *(str(client.consultant), str(client.client), f"{year:%Y%m%d}", str(client.account_length)),
        *("", "", '""', '""', "", "", "", '""', "", '""', "", "", chart, "", "", '""', '""'),
    ]

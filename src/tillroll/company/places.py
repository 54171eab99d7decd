"""What follows from a country where nobody said it: the language of papers, the time zone, what
stands between the columns of a table. Pure.

Countries are named by ISO 3166-1, zones as the IANA time zone database names them (`zone.tab`).
A list separator is Windows's, by which Excel opens a CSV file: the semicolon where the comma is the
decimal sign (Unicode CLDR, `numbers/symbols`), and in Switzerland and Liechtenstein.
"""

from datetime import tzinfo
from typing import Final, Literal

from tillroll_durable.platform.clock import UnknownZone, Zones, zone_of

GERMAN: Final = frozenset({"AT", "DE", "LI"})
PARTLY_GERMAN: Final = frozenset({"BE", "CH", "LU"})
"""In these, people speak German or something else."""
_SEMICOLON: Final = frozenset(
    {
        *("AL", "AR", "AT", "BA", "BE", "BG", "BR", "BY", "CH", "CL", "CO", "CY", "CZ", "DE", "DK"),
        *("EE", "ES", "FI", "FR", "GR", "HR", "HU", "ID", "IS", "IT", "KZ", "LI", "LT", "LU", "LV"),
        *("MC", "MD", "ME", "MK", "NL", "NO", "PL", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "TR"),
        *("UA", "VN", "ZA"),
    }
)
Separator = Literal[",", ";", "\t"]
_ZONES: Final = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CH": "Europe/Zurich",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}


def language_of_country(country: str | None, *, otherwise: str | None = None) -> str | None:
    """The language of a paper for somebody in `country`; of one where people speak several, or
    that is not known, that of the country `otherwise`. None where that says nothing."""
    for each in (country, otherwise):
        if each in GERMAN:
            return "de"
        if each is not None and each not in PARTLY_GERMAN:
            return None
    return None


def list_separator(country: str | None) -> Separator:
    """What stands between columns where a spreadsheet of the country opens them."""
    if country in _SEMICOLON:
        return ";"
    return ","


def zone_here(zones: Zones, country: str | None) -> tzinfo | None:
    """The time zone of a country's capital, for countries whose mainland has one; else None, as
    where `zones` do not know it."""
    name = _ZONES.get(country or "")
    if name is None:
        return None
    try:
        return zone_of(zones, name)
    except UnknownZone:
        return None

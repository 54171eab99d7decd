"""Categories to begin with, for a freelancer and for a small company, in English and German.

Account numbers are those of DATEV's standard charts of accounts SKR 03 and SKR 04 (DATEV eG, articles 11174 and 11175).
They name the account of each cost; which one is right for an expense, its tax and what is deductible of it, a tax
adviser says.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class StarterSet(Enum):
    """Whom a set is for."""

    FREELANCER = "freelancer"
    COMPANY = "company"


class Language(Enum):
    """The languages of names."""

    EN = "en"
    DE = "de"


class Chart(Enum):
    """Whose account numbers categories get: none, SKR 03 or SKR 04."""

    NONE = "none"
    SKR03 = "skr03"
    SKR04 = "skr04"


@dataclass(frozen=True)
class Starter:
    """A category of a set. Where a freelancer's own travel has an account of its own, it is named apart."""

    key: str
    en: str
    de: str
    skr03: str
    skr04: str
    sets: frozenset[StarterSet]

    def name(self, language: Language) -> str:
        return self.de if language is Language.DE else self.en

    def ledger_code(self, chart: Chart) -> str | None:
        return {Chart.NONE: None, Chart.SKR03: self.skr03, Chart.SKR04: self.skr04}[chart]


_BOTH: Final = frozenset(StarterSet)
_FREELANCER: Final = frozenset({StarterSet.FREELANCER})
_COMPANY: Final = frozenset({StarterSet.COMPANY})

STARTERS: Final = (
    Starter("office", "Office supplies", "Bürobedarf", "4930", "6815", _BOTH),
    Starter("software", "Software and licences", "Software und Lizenzen", "4964", "6837", _BOTH),
    Starter("phone", "Phone", "Telefon", "4920", "6805", _BOTH),
    Starter("internet", "Internet", "Internet", "4925", "6810", _BOTH),
    Starter("postage", "Postage", "Porto", "4910", "6800", _BOTH),
    Starter("travel", "Travel", "Reisekosten", "4670", "6670", _FREELANCER),
    Starter("fares", "Fares", "Fahrtkosten", "4673", "6673", _FREELANCER),
    Starter("lodging", "Accommodation", "Übernachtung", "4676", "6680", _FREELANCER),
    Starter("subsistence", "Meals while travelling", "Verpflegung auf Reisen", "4674", "6674", _FREELANCER),
    Starter("travel_staff", "Travel", "Reisekosten", "4660", "6650", _COMPANY),
    Starter("fares_staff", "Fares", "Fahrtkosten", "4663", "6663", _COMPANY),
    Starter("lodging_staff", "Accommodation", "Übernachtung", "4666", "6660", _COMPANY),
    Starter("subsistence_staff", "Meals while travelling", "Verpflegung auf Reisen", "4664", "6664", _COMPANY),
    Starter("entertaining", "Entertaining", "Bewirtung", "4650", "6640", _BOTH),
    Starter("gifts", "Gifts", "Geschenke", "4630", "6610", _BOTH),
    Starter("advertising", "Advertising", "Werbung", "4600", "6600", _BOTH),
    Starter("vehicle", "Vehicle running costs", "Kfz-Betriebskosten", "4530", "6530", _BOTH),
    Starter("vehicle_repairs", "Vehicle repairs", "Kfz-Reparaturen", "4540", "6540", _COMPANY),
    Starter("rent", "Rent", "Miete", "4210", "6310", _BOTH),
    Starter("energy", "Electricity, gas and water", "Strom, Gas und Wasser", "4240", "6325", _COMPANY),
    Starter("cleaning", "Cleaning", "Reinigung", "4250", "6330", _COMPANY),
    Starter("books", "Books and journals", "Bücher und Zeitschriften", "4940", "6820", _BOTH),
    Starter("training", "Training", "Fortbildung", "4945", "6821", _BOTH),
    Starter("advice", "Legal and tax advice", "Rechts- und Steuerberatung", "4950", "6825", _BOTH),
    Starter("bookkeeping", "Bookkeeping", "Buchführung", "4955", "6830", _COMPANY),
    Starter("insurance", "Insurance", "Versicherungen", "4360", "6400", _BOTH),
    Starter("dues", "Membership fees", "Beiträge", "4380", "6420", _BOTH),
    Starter("tools", "Tools and small equipment", "Werkzeuge und Kleingeräte", "4985", "6845", _BOTH),
    Starter("maintenance", "Repairs and maintenance", "Reparatur und Instandhaltung", "4805", "6470", _COMPANY),
    Starter("freight", "Freight and packaging", "Fracht und Verpackung", "4730", "6740", _COMPANY),
    Starter("services", "Purchased services", "Fremdleistungen", "3100", "5900", _BOTH),
    Starter("goods", "Goods for resale", "Wareneingang", "3200", "5200", _COMPANY),
    Starter("bank", "Bank charges", "Kontoführung", "4970", "6855", _BOTH),
    Starter("other", "Other", "Sonstiges", "4980", "6850", _BOTH),
)


def starters(chosen: StarterSet) -> tuple[Starter, ...]:
    """The categories of a set."""
    return tuple(each for each in STARTERS if chosen in each.sets)

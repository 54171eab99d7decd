"""The categories that an account can begin with, by language and chart of accounts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Account numbers are those of DATEV's standard charts of accounts SKR 03 and SKR 04 (DATEV eG,
# articles 11174 and 11175). They name the account of each cost; which one is right for an expense,
# its tax and what is deductible of it, a tax adviser says.


class StarterSet(StrEnum):
    """Whom a set is for. `basic` is small, fits both, and is what a new account has."""

    BASIC = "basic"
    FREELANCER = "freelancer"
    COMPANY = "company"


class Language(StrEnum):
    """The languages of names."""

    EN = "en"
    DE = "de"


class Chart(StrEnum):
    """Whose account numbers categories get: none, SKR 03 or SKR 04."""

    NONE = "none"
    SKR03 = "skr03"
    SKR04 = "skr04"


@dataclass(frozen=True)
class Starter:
    """A category of a set. Where a freelancer's own travel has an account of its own, it is named
    apart.
    """

    key: str
    en: str
    de: str
    skr03: str
    skr04: str
    sets: frozenset[StarterSet]

    def name(self, language: Language) -> str:
        if language is Language.DE:
            return self.de
        return self.en

    def ledger_code(self, chart: Chart) -> str | None:
        return {Chart.NONE: None, Chart.SKR03: self.skr03, Chart.SKR04: self.skr04}[chart]


_ALL: Final = frozenset(StarterSet)
_BASIC: Final = frozenset({StarterSet.BASIC})
_BOTH: Final = frozenset({StarterSet.FREELANCER, StarterSet.COMPANY})
_BASIC_AND_COMPANY: Final = frozenset({StarterSet.BASIC, StarterSet.COMPANY})
_FREELANCER: Final = frozenset({StarterSet.FREELANCER})
_COMPANY: Final = frozenset({StarterSet.COMPANY})

STARTERS: Final = (
    Starter("office", "Office supplies", de="Bürobedarf", skr03="4930", skr04="6815", sets=_ALL),
    Starter(
        "software",
        "Software and licences",
        de="Software und Lizenzen",
        skr03="4964",
        skr04="6837",
        sets=_ALL,
    ),
    Starter("meals", "Meals", de="Verpflegung", skr03="4664", skr04="6664", sets=_BASIC),
    Starter("fuel", "Fuel", de="Kraftstoff", skr03="4530", skr04="6530", sets=_BASIC),
    Starter(
        "phone_internet",
        "Phone and internet",
        de="Telefon und Internet",
        skr03="4920",
        skr04="6805",
        sets=_BASIC,
    ),
    Starter("phone", "Phone", de="Telefon", skr03="4920", skr04="6805", sets=_BOTH),
    Starter("internet", "Internet", de="Internet", skr03="4925", skr04="6810", sets=_BOTH),
    Starter("postage", "Postage", de="Porto", skr03="4910", skr04="6800", sets=_ALL),
    Starter("travel", "Travel", de="Reisekosten", skr03="4670", skr04="6670", sets=_FREELANCER),
    Starter("fares", "Fares", de="Fahrtkosten", skr03="4673", skr04="6673", sets=_FREELANCER),
    Starter(
        "lodging", "Accommodation", de="Übernachtung", skr03="4676", skr04="6680", sets=_FREELANCER
    ),
    Starter(
        "subsistence",
        "Meals while travelling",
        de="Verpflegung auf Reisen",
        skr03="4674",
        skr04="6674",
        sets=_FREELANCER,
    ),
    Starter(
        "travel_staff",
        "Travel",
        de="Reisekosten",
        skr03="4660",
        skr04="6650",
        sets=_BASIC_AND_COMPANY,
    ),
    Starter("fares_staff", "Fares", de="Fahrtkosten", skr03="4663", skr04="6663", sets=_COMPANY),
    Starter(
        "lodging_staff",
        "Accommodation",
        de="Übernachtung",
        skr03="4666",
        skr04="6660",
        sets=_BASIC_AND_COMPANY,
    ),
    Starter(
        "subsistence_staff",
        "Meals while travelling",
        de="Verpflegung auf Reisen",
        skr03="4664",
        skr04="6664",
        sets=_COMPANY,
    ),
    Starter("entertaining", "Entertaining", de="Bewirtung", skr03="4650", skr04="6640", sets=_ALL),
    Starter("gifts", "Gifts", de="Geschenke", skr03="4630", skr04="6610", sets=_BOTH),
    Starter("advertising", "Advertising", de="Werbung", skr03="4600", skr04="6600", sets=_ALL),
    Starter(
        "vehicle",
        "Vehicle running costs",
        de="Kfz-Betriebskosten",
        skr03="4530",
        skr04="6530",
        sets=_ALL,
    ),
    Starter(
        "vehicle_repairs",
        "Vehicle repairs",
        de="Kfz-Reparaturen",
        skr03="4540",
        skr04="6540",
        sets=_COMPANY,
    ),
    Starter("rent", "Rent", de="Miete", skr03="4210", skr04="6310", sets=_ALL),
    Starter(
        "energy",
        "Electricity, gas and water",
        de="Strom, Gas und Wasser",
        skr03="4240",
        skr04="6325",
        sets=_COMPANY,
    ),
    Starter("cleaning", "Cleaning", de="Reinigung", skr03="4250", skr04="6330", sets=_COMPANY),
    Starter(
        "books",
        "Books and journals",
        de="Bücher und Zeitschriften",
        skr03="4940",
        skr04="6820",
        sets=_ALL,
    ),
    Starter("training", "Training", de="Fortbildung", skr03="4945", skr04="6821", sets=_ALL),
    Starter(
        "advice",
        "Legal and tax advice",
        de="Rechts- und Steuerberatung",
        skr03="4950",
        skr04="6825",
        sets=_ALL,
    ),
    Starter(
        "bookkeeping", "Bookkeeping", de="Buchführung", skr03="4955", skr04="6830", sets=_COMPANY
    ),
    Starter("insurance", "Insurance", de="Versicherungen", skr03="4360", skr04="6400", sets=_ALL),
    Starter("dues", "Membership fees", de="Beiträge", skr03="4380", skr04="6420", sets=_BOTH),
    Starter(
        "tools",
        "Tools and small equipment",
        de="Werkzeuge und Kleingeräte",
        skr03="4985",
        skr04="6845",
        sets=_ALL,
    ),
    Starter(
        "maintenance",
        "Repairs and maintenance",
        de="Reparatur und Instandhaltung",
        skr03="4805",
        skr04="6470",
        sets=_COMPANY,
    ),
    Starter(
        "freight",
        "Freight and packaging",
        de="Fracht und Verpackung",
        skr03="4730",
        skr04="6740",
        sets=_COMPANY,
    ),
    Starter(
        "services",
        "Purchased services",
        de="Fremdleistungen",
        skr03="3100",
        skr04="5900",
        sets=_ALL,
    ),
    Starter("goods", "Goods for resale", de="Wareneingang", skr03="3200", skr04="5200", sets=_ALL),
    Starter("bank", "Bank charges", de="Kontoführung", skr03="4970", skr04="6855", sets=_ALL),
    Starter("other", "Other", de="Sonstiges", skr03="4980", skr04="6850", sets=_ALL),
)

OWN_TRAVEL: Final = {
    "travel_staff": "travel",
    "fares_staff": "fares",
    "lodging_staff": "lodging",
    "subsistence_staff": "subsistence",
    "meals": "subsistence",
}
"""By a category of employees' travel the one of the owner's own."""


def starters(chosen: StarterSet) -> tuple[Starter, ...]:
    """The categories of a set."""
    return tuple(each for each in STARTERS if chosen in each.sets)

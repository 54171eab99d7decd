"""What a purchase is, by any seller; and which of an account's categories that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll_documents.reading.text.folding import (
    fold,
)


class Kind(StrEnum):
    """What is bought. The tables of words have its value before the words."""

    MEALS = "meals"
    GROCERIES = "groceries"
    LODGING = "lodging"
    FARES = "fares"
    PARKING = "parking"
    FUEL = "fuel"
    VEHICLE = "vehicle"
    OFFICE = "office"
    SOFTWARE = "software"
    PHONE = "phone"
    POSTAGE = "postage"
    ADVERTISING = "advertising"
    INSURANCE = "insurance"
    TRAINING = "training"
    BANK = "bank"
    TOOLS = "tools"
    BOOKS = "books"
    ADVICE = "advice"
    RENT = "rent"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Sorted:
    """A category that an account sorts by now. `starter` is which of a set it was, None for an own
    one.
    """

    name: str
    starter: str | None = None


# By kind the categories of starter sets that hold it, the closest first; and names that people give
# their own.
_STARTERS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.MEALS: ("meals", "subsistence_staff", "subsistence", "entertaining"),
    Kind.GROCERIES: ("meals", "subsistence_staff", "subsistence"),
    Kind.LODGING: ("lodging_staff", "lodging", "travel_staff", "travel"),
    Kind.FARES: ("fares_staff", "fares", "travel_staff", "travel"),
    Kind.PARKING: ("vehicle", "fares_staff", "fares", "travel_staff", "travel"),
    Kind.FUEL: ("fuel", "vehicle"),
    Kind.VEHICLE: ("vehicle_repairs", "vehicle"),
    Kind.OFFICE: ("office",),
    Kind.SOFTWARE: ("software",),
    Kind.PHONE: ("phone_internet", "phone", "internet"),
    Kind.POSTAGE: ("postage",),
    Kind.ADVERTISING: ("advertising",),
    Kind.INSURANCE: ("insurance",),
    Kind.TRAINING: ("training",),
    Kind.BANK: ("bank",),
    Kind.TOOLS: ("tools", "maintenance"),
    Kind.BOOKS: ("books",),
    Kind.ADVICE: ("advice", "bookkeeping"),
    Kind.RENT: ("rent",),
    Kind.HEALTH: ("other",),
}
_NAMES: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.MEALS: (
        "Meals",
        "Food",
        "Food and drink",
        "Restaurants",
        "Catering",
        "Verpflegung",
        "Bewirtung",
        "Repas",
    ),
    Kind.GROCERIES: ("Groceries", "Food", "Food and drink", "Meals", "Lebensmittel", "Verpflegung"),
    Kind.LODGING: (
        "Lodging",
        "Hotel",
        "Hotels",
        "Accommodation",
        "Übernachtung",
        "Travel",
        "Hébergement",
    ),
    Kind.FARES: ("Transport", "Fares", "Travel", "Reisekosten", "Fahrtkosten", "Déplacements"),
    Kind.PARKING: ("Parking", "Vehicle", "Car", "Transport", "Travel", "Kfz", "Reisekosten"),
    Kind.FUEL: ("Fuel", "Petrol", "Gas", "Vehicle", "Car", "Kraftstoff", "Kfz", "Carburant"),
    Kind.VEHICLE: ("Vehicle", "Car", "Kfz", "Fahrzeug", "Véhicule"),
    Kind.OFFICE: ("Office", "Office supplies", "Stationery", "Bürobedarf", "Büro", "Fournitures"),
    Kind.SOFTWARE: ("Software", "Subscriptions", "Licences", "Hosting", "Logiciels"),
    Kind.PHONE: ("Phone", "Phone and internet", "Telephone", "Internet", "Telefon", "Téléphone"),
    Kind.POSTAGE: ("Postage", "Post", "Shipping", "Porto", "Versand"),
    Kind.ADVERTISING: ("Advertising", "Marketing", "Werbung", "Publicité"),
    Kind.INSURANCE: ("Insurance", "Versicherung", "Versicherungen", "Assurance"),
    Kind.TRAINING: ("Training", "Education", "Fortbildung", "Formation"),
    Kind.BANK: ("Bank fees", "Bank charges", "Fees", "Bankgebühren", "Kontoführung"),
    Kind.TOOLS: ("Tools", "Hardware", "Equipment", "Werkzeug", "Material"),
    Kind.BOOKS: ("Books", "Bücher", "Livres"),
    Kind.ADVICE: ("Legal", "Accounting", "Advice", "Beratung", "Honoraires"),
    Kind.RENT: ("Rent", "Miete", "Loyer"),
    Kind.HEALTH: ("Health", "Gesundheit", "Other", "Sonstiges"),
}


def category_of(kind: Kind, categories: Iterable[Sorted]) -> str | None:
    """The account's category for a kind; None where it has none that is named for it."""
    listed = [*categories]
    by_starter = {each.starter: each.name for each in reversed(listed)}
    by_name = {fold(each.name): each.name for each in reversed(listed)}
    matches = (by_starter.get(starter) for starter in _STARTERS[kind])
    named = (by_name.get(fold(name)) for name in _NAMES[kind])
    return next((name for name in (*matches, *named) if name is not None), None)

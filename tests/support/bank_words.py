"""What invented months of a bank account are called by: who is paid, and how banks spell it."""

import random
from typing import Final

CITIES: Final = (
    "BERLIN", "HAMBURG", "MUENCHEN", "KOELN", "FRANKFURT AM", "LEIPZIG", "WIEN", "ZUERICH",
    "BREMEN", "NUERNBERG",
    "STUTTGART", "DRESDEN",
)  # fmt: skip
CHAINS: Final = (
    ("REWE Markt GmbH", "REWE SAGT DANKE"), ("EDEKA Schulze", "EDEKA SCHULZE"),
    ("Shell Station", "SHELL"),
    ("Aral AG", "ARAL STATION"), ("DB Vertrieb GmbH", "DB VERTRIEB GMBH"),
    ("Lufthansa", "LUFTHANSA AG"),
    ("IKEA Deutschland GmbH & Co. KG", "IKEA"), ("MediaMarkt", "MEDIA MARKT"),
    ("Saturn", "SATURN ELECTRO"),
    ("dm-drogerie markt", "DM DROGERIEMARKT"), ("Rossmann", "ROSSMANN"),
    ("Bauhaus", "BAUHAUS GMBH"),
    ("Amazon", "AMZN MKTP DE"), ("Amazon EU S.à r.l.", "AMAZON.DE"), ("Uber", "UBER   *TRIP"),
    ("FREE NOW", "FREE NOW"),
    ("Bolt Operations OÜ", "BOLT.EU"), ("Motel One", "MOTEL ONE"), ("Ibis Hotel", "IBIS"),
    ("Starbucks", "STARBUCKS"),
    ("McDonald's", "MCDONALDS"), ("Vapiano SE", "VAPIANO"),
    ("Conrad Electronic", "CONRAD ELECTRONIC"),
    ("Deutsche Post AG", "DEUTSCHE POST AG"), ("DHL Paket GmbH", "DHL PAKET"),
    ("Thalia Bücher GmbH", "THALIA BUCH"),
    ("Müller Handels GmbH", "MUELLER SAGT DANKE"), ("Galeria Kaufhof", "GALERIA"),
    ("Decathlon", "DECATHLON"),
    ("Sixt GmbH", "SIXT"), ("Europcar", "EUROPCAR"), ("BVG", "BVG APP"), ("HVV", "HVV"),
    ("Netto Marken-Discount", "NETTO"),
    ("Lidl", "LIDL SAGT DANKE"), ("Aldi Nord", "ALDI SAGT DANKE"), ("Penny", "PENNY SAGT DANKE"),
    ("Tchibo", "TCHIBO"),
)  # fmt: skip
SUBSCRIPTIONS: Final = (
    ("Adobe Systems", "ADOBE  *CREATIVE"), ("GitHub, Inc.", "GITHUB"),
    ("Spotify AB", "PAYPAL *SPOTIFY"),
    ("Google Ireland Ltd", "GOOGLE *GSUITE"), ("Slack Technologies", "SLACK T04AB"),
    ("Notion Labs, Inc.", "NOTION LABS"),
    ("Telekom Deutschland GmbH", "TELEKOM DEUTSCHLAND"), ("Vodafone GmbH", "VODAFONE"),
    ("Microsoft", "MSFT * E0400"),
    ("Zoom Video Communications", "ZOOM.US"), ("Figma, Inc.", "FIGMA"),
    ("Hetzner Online GmbH", "HETZNER ONLINE"),
)  # fmt: skip
ABROAD: Final = (
    ("Blue Bottle Coffee", "SQ *BLUE BOTTLE COFF", "USD", 0.92),
    ("Hilton Garden Inn", "HILTON GARDEN INN", "USD", 0.92),
    ("Pret A Manger", "PRET A MANGER", "GBP", 1.17),
    ("Transport for London", "TFL TRAVEL CH", "GBP", 1.17),
    ("SBB CFF FFS", "SBB CFF FFS", "CHF", 1.05), ("Migros", "MIGROS M", "CHF", 1.05),
    ("OpenAI, LLC", "OPENAI *CHATGPT", "USD", 0.92),
    ("Namecheap, Inc.", "NAME-CHEAP.COM*", "USD", 0.92), ("Żabka", "ZABKA Z4711", "PLN", 0.23),
    ("SJ AB", "SJ AB", "SEK", 0.088),
)  # fmt: skip
HALF_NAMES: Final = (
    "SATURN ELECTRO", "IBIS", "GALERIA", "NETTO", "ALDI SAGT DANKE", "UBER   *TRIP", "BVG APP",
    "MUELLER SAGT DANKE", "BOLT.EU", "ADOBE  *CREATIVE", "GOOGLE *GSUITE", "SLACK T04AB", "ZOOM.US",
    "TFL TRAVEL CH", "OPENAI *CHATGPT",
)  # fmt: skip
"""What a bank prints that is only half of the name on the receipt, or has more than it."""
FIRST_NAMES: Final = (
    "Anna", "Anne", "Jan", "Jana", "Michael", "Michaela", "Stefan", "Stephan", "Maria", "Marie",
    "Paul", "Paula", "Ali",
    "Aylin", "Sofie", "Sophia", "Tom", "Thomas",
)  # fmt: skip
LAST_NAMES: Final = (
    "Schmidt", "Schmitt", "Meyer", "Maier", "Müller", "Weber", "Yılmaz", "Nowak", "Kowalski",
    "Hoffmann", "Hofmann",
    "Fischer", "Becker", "Schneider",
)  # fmt: skip
SHOP_KINDS: Final = (
    "Café",
    "Restaurant",
    "Bäckerei",
    "Imbiss",
    "Hotel",
    "Buchhandlung",
    "Kiosk",
    "Apotheke",
    "Taxi",
)
SHOP_NAMES: Final = (
    "Sonnenschein", "Marie's", "Zum Löwen", "Adler", "Post", "Rosengarten", "Lindenhof",
    "Nordlicht", "Kranz", "Mokka",
    "Bella Italia", "Olive", "Krone", "Alte Mühle", "Hafen 7", "Zentral", "Goldener Hirsch",
    "Pinte", "Atlas", "Sakura",
)  # fmt: skip
CLIENT_NAMES: Final = (
    "Kontor Nord", "Alpenblick", "Rheinwerk", "Hansa Logistik", "Blaufuchs Media", "Müritz Energie",
    "Quantum Labs",
    "Feldmann & Söhne", "Ostsee Reederei", "Zweigstein", "Delta Pharma", "Delta Technik",
    "Weserstahl", "Nordwind",
)  # fmt: skip
FORMS: Final = ("GmbH", "AG", "GmbH & Co. KG", "UG", "KG", "Ltd")
COMMON_PRICES: Final = (
    250,
    290,
    320,
    350,
    350,
    380,
    420,
    450,
    500,
    790,
    990,
    1_000,
    1_290,
    1_500,
    2_000,
    2_990,
    4_990,
    5_000,
)
FEE_TEXTS: Final = (
    "Entgeltabschluss",
    "Kontoführungsentgelt",
    "Auslandseinsatzentgelt",
    "Kartenentgelt",
)


def transliterated(name: str) -> str:
    for letter, written in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("é", "e"),
        ("ı", "i"),
        ("Ü", "Ue"),
    ):
        name = name.replace(letter, written)
    return name


def mangled(name: str, chance: random.Random) -> str:
    """A small shop's name as a card terminal has it."""
    written = transliterated(name)
    if chance.random() < 0.4:
        written = written.replace("'", "")
    if chance.random() < 0.15:
        written = written.replace(" ", "")
    if chance.random() < 0.12 and " " in written:
        written = written.partition(" ")[2]
    if chance.random() < 0.5:
        written = written.upper()
    provider = chance.choices(
        ("", "SumUp  *", "SUMUP *", "ZETTLE_*", "PAYPAL *", "SQ *"), (50, 20, 10, 8, 6, 6)
    )[0]
    return f"{provider}{written}"[: chance.choice((18, 22, 25, 40))]


def has_first_word(name: str, printed: str) -> bool:
    """Whether a terminal's print has the first word of a shop's name."""
    first = transliterated(name).partition(" ")[0][:3].casefold()
    return first in printed.casefold()


def slipped(number: str, chance: random.Random) -> str:
    """A number or a name with a sign changed, lost, or swapped with the next."""
    at = chance.randrange(len(number) // 2, len(number) - 1)
    what = chance.random()
    if what < 0.4:
        return f"{number[:at]}{chance.randrange(10)}{number[at + 1 :]}"
    if what < 0.7:
        return number[:at] + number[at + 1 :]
    return f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"

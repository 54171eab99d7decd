"""Prints the heads of invented receipts: the names of a shop among all that stands around them.

Brand and firm in any order, broken over lines, with legal forms of several countries; numbers,
scribbles, stamps, slogans and the end of another receipt above; branches, malls, plots and towns
below.
"""

import random
from dataclasses import dataclass

_WORDS_TEXT = (
    "KENARI MAJU JAYA TERATAI CEMERLANG SURIA BINTANG LEMBAH PUTRA SERI MUTIARA NIPAH RIMBA "
    "EVERBRIGHT GOLDLEAF "
    "MAPLE ORIENT SUNRISE PACIFICA NORTHGATE RIVERSIDE HOE HUAT SENG HENG FATT KEE LOONG SIANG WAH "
    "YONG CHUAN "
    "TIEN MEI LING RAJAN KUMAR ANAND PRISTINE ZENITH QUBE VELA NOVA LUMI ARKA TIMBERLAND WESTPORT "
    "BLUEBELL "
    "HARVEST COPPER TULIP AZALEA"
)
_WORDS = _WORDS_TEXT.split()
_KINDS = (
    "HARDWARE", "STATIONERY", "MINI MARKET", "PHARMACY", "RESTAURANT", "BAKERY", "CAFE",
    "ELECTRICAL", "BOOKSTORE",
    "SUPERMARKET", "SEAFOOD", "KOPITIAM", "MOTOR", "TAILORING", "HOME DECO", "GROCER",
    "TYRE CENTRE", "OPTICAL",
)  # fmt: skip
_FRONT = (
    "RESTORAN",
    "KEDAI BUKU",
    "KEDAI PAPAN",
    "SYARIKAT",
    "PERNIAGAAN",
    "PASAR MINI",
    "FARMASI",
    "KLINIK",
    "BUTIK",
)
_FIRMS = (
    "TRADING",
    "ENTERPRISE",
    "RESOURCES",
    "HOLDINGS",
    "MARKETING",
    "VENTURES",
    "INDUSTRIES",
    "MANAGEMENT",
    "FOOD SERVICES",
    "RETAIL",
    "GROUP",
    "F&B",
)
_FORMS = ("SDN BHD", "SDN. BHD.", "SDN.BHD", "Sdn Bhd", "S/B", "BHD", "SB")
_ELSEWHERE = (
    "PTE LTD",
    "LTD",
    "LIMITED",
    "LLC",
    "INC",
    "GMBH",
    "PTY LTD",
    "S.R.L.",
    "SARL",
    "B.V.",
)
_PLACES = ("(M)", "(MALAYSIA)", "(JOHOR)", "(KL)", "(TAMAN DAYA)", "(PJ)", "(SUBANG)")
_STREETS = ("JALAN", "JLN", "LORONG", "PERSIARAN", "LEBUH")
_AREAS = ("TAMAN", "BANDAR", "SEKSYEN", "KAMPUNG", "BUKIT")
_TOWNS = (
    "43000 KAJANG, SELANGOR",
    "81300 SKUDAI, JOHOR.",
    "50450 KUALA LUMPUR",
    "SHAH ALAM",
    "PETALING JAYA",
    "47100 PUCHONG, SELANGOR D.E.",
    "10300 GEORGE TOWN, PENANG",
    "SELANGOR DARUL EHSAN",
)
_MALLS = (
    "PAVILION",
    "SUNWAY PYRAMID",
    "MID VALLEY MEGAMALL",
    "AEON TEBRAU CITY",
    "IOI CITY MALL",
    "1 UTAMA",
)
_STAMPS = (
    "POSTED",
    "COPY",
    "*** COPY ***",
    "DUPLICATE",
    "REPRINT",
    "(P)",
    "R",
    "3180405",
    "A04112",
    "3-1707041",
    "ah keong",
    "lim siew yen",
    "2",
    "TAN SIEW LAN",
    "p/m 12",
)
_HEADINGS = (
    "TAX INVOICE",
    "CASH SALES",
    "RECEIPT",
    "SIMPLIFIED TAX INVOICE",
    "CASH RECEIPT",
    "GUEST CHECK",
)
_SLOGANS = (
    "YOUR FRIENDLY NEIGHBOURHOOD STORE",
    "ALWAYS LOW PRICES",
    "Serving you since 1987",
    "Good food, good mood!",
    "EVERYDAY GUARANTEED CHEAP",
    "Home of the best laksa",
    "WE CARE FOR YOU",
)
_ENDS = (
    "CASH  50.00\nCHANGE  12.40\nTHANK YOU PLEASE COME AGAIN",
    "GOODS SOLD ARE NOT RETURNABLE THANK YOU",
    "THANK YOU FOR SHOPPING WITH US",
)
_OWNED = ("OWNED BY:", "OPERATED BY", "DIMILIKI OLEH", "MANAGED BY :")


@dataclass(frozen=True)
class Head:
    """A receipt's text, and the names on it: `registered` is None where no firm is told."""

    text: str
    merchant: str
    registered: str | None
    layout: str


def print_head(chance: random.Random) -> Head:
    """A receipt with an invented head, of one of the layouts."""
    layout = chance.choice(
        (
            "firm",
            "firm",
            "firm",
            "trader",
            "trader",
            "brand_above",
            "brand_above",
            "brand_below",
            "firm_below_address",
            "broken",
            "broken",
            "owned",
            "brand_alone",
            "branch_named",
        )
    )
    brand, firm = _brand(chance), _firm(chance)
    number = f"{chance.randint(100000, 1299999)}-{chance.choice('ABDHKMPTUVWX')}"
    registered: str | None = firm
    address = _address(chance)
    match layout:
        case "firm":
            merchant, names = firm, [_numbered(chance, firm, number)]
        case "trader":
            merchant = registered = _trader(chance)
            names = [
                merchant,
                chance.choice(
                    (f"({number})", f"CO. REG. NO : {number}", f"Company No: SA0{number}")
                ),
            ]
        case "brand_above":
            merchant, names = brand, [brand, _numbered(chance, firm, number)]
        case "brand_below":
            merchant, names = brand, [_numbered(chance, firm, number), brand]
        case "firm_below_address":
            merchant, names = brand, [brand, *address, _numbered(chance, firm, number)]
            address = []
        case "broken":
            merchant, lines = _broken(chance)
            registered, names = merchant, [*lines[:-1], _numbered(chance, lines[-1], number)]
        case "owned":
            merchant, names = brand, [brand, f"{chance.choice(_OWNED)} {firm}", f"({number})"]
        case "brand_alone":
            merchant, registered, names = brand, None, [brand]
        case _:
            merchant = firm
            names = [
                _numbered(chance, firm, number),
                chance.choice(("{} OUTLET", "{} BRANCH", "CAWANGAN {}")).format(
                    chance.choice(_WORDS)
                ),
            ]
    lines = [*_above(chance), *names, *_between(chance), *address, *_contacts(chance, merchant)]
    lines += _goods(chance, merchant)
    text = "\n".join(lines)
    if chance.random() < 0.3:
        text = "\n".join(
            line.title() if line in names and line.isupper() else line for line in lines
        )
    return Head(text, merchant, registered, layout)


def _words(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.sample(_WORDS, chance.randint(least, most)))


def _brand(chance: random.Random) -> str:
    words = _words(chance, 1, 2)
    return chance.choice(
        (
            f"{words} {chance.choice(_KINDS)}",
            f"{words} HOUSE",
            f"THE {words}",
            f"{words} & {chance.choice(_WORDS)}",
            f"{chance.choice(_FRONT[:1] + _FRONT[7:])} {words}",
            f"{chance.randint(2, 99)} {words} CAFE",
        )
    )


def _firm(chance: random.Random) -> str:
    middle = chance.choice(
        (
            "",
            "",
            f" {chance.choice(_KINDS)}",
            f" {chance.choice(_FIRMS)}",
            f" {chance.choice(_FIRMS)}",
        )
    )
    place = f" {chance.choice(_PLACES)}" if chance.random() < 0.25 else ""
    form = chance.choice(_FORMS if chance.random() < 0.8 else _ELSEWHERE)
    return f"{_words(chance, 1, 3)}{middle}{place} {form}"


def _trader(chance: random.Random) -> str:
    return chance.choice(
        (
            f"{chance.choice(_FRONT)} {_words(chance, 1, 3)}",
            f"{_words(chance, 1, 3)} {chance.choice(_KINDS)}",
            f"{_words(chance, 1, 2)} {chance.choice(_KINDS)} {chance.choice(_FIRMS[:3])}",
            f"{_words(chance, 1, 3)} {chance.choice(_FIRMS[:3])}",
        )
    )


def _broken(chance: random.Random) -> tuple[str, list[str]]:
    words, kind, form = _words(chance, 2, 3), chance.choice(_KINDS), chance.choice(_FORMS[:4])
    lines = chance.choice(
        (
            [f"{words} {kind}", form],
            [f"{words} {kind}", f"{chance.choice(_PLACES)} {form}"],
            [f"{words} {kind} &", f"{chance.choice(_KINDS)} {form}"],
            [words, f"{kind} {form}"],
            [f"{words} {kind}", chance.choice(_FIRMS[:3]), form],
            [chance.choice(_FRONT[:1] + _FRONT[3:5]), words],
            [f"{words} {kind}", chance.choice(_FIRMS[:2])],
        )
    )
    return " ".join(lines), lines


def _numbered(chance: random.Random, firm: str, number: str) -> str:
    return chance.choice(
        (firm, f"{firm} ({number})", f"{firm}\n({number})", f"{firm}\nCO REG NO: {number}")
    )


def _above(chance: random.Random) -> list[str]:
    lines: list[str] = []
    if chance.random() < 0.1:
        lines += chance.choice(_ENDS).split("\n")
    if chance.random() < 0.35:
        lines.append(chance.choice(_STAMPS))
    if chance.random() < 0.15:
        lines.append(chance.choice(_HEADINGS))
    if chance.random() < 0.08:
        lines.append(chance.choice(("WELCOME TO", "Welcome")))
    return lines


def _between(chance: random.Random) -> list[str]:
    lines = [chance.choice(_SLOGANS)] if chance.random() < 0.1 else []
    return [*lines, f"{chance.choice(_MALLS)}"] if chance.random() < 0.1 else lines


def _address(chance: random.Random) -> list[str]:
    street = (
        f"{chance.choice(_STREETS)} {chance.choice(_WORDS)} "
        f"{chance.randint(1, 20)}/{chance.randint(1, 40)}"
    )
    plot = chance.choice(
        ("NO. {}, ", "LOT {}, ", "{}G, ", "UNIT G-{}, ", "PT {}, ", "{} & 88, ")
    ).format(chance.randint(1, 400))
    area = f"{chance.choice(_AREAS)} {chance.choice(_WORDS)}"
    town = chance.choice(_TOWNS)
    return chance.choice(
        (
            [plot + street + ",", area + ",", town],
            [plot.rstrip(", "), street, area, town],
            [plot + street, town],
        )
    )


def _contacts(chance: random.Random, merchant: str) -> list[str]:
    lines = [f"TEL: 03-{chance.randint(20000000, 89999999)}"] if chance.random() < 0.8 else []
    if chance.random() < 0.6:
        lines.append(f"GST ID NO: 000{chance.randint(100000000, 999999999)}")
    if chance.random() < 0.2:
        lines.append(f"www.{''.join(c for c in merchant.lower() if c.isalnum())[:12]}.com.my")
    return lines


def _goods(chance: random.Random, merchant: str) -> list[str]:
    prices = [chance.randint(100, 9000) for _ in range(chance.randint(1, 5))]
    total = sum(prices)
    lines = [
        (
            f"DATE: {chance.randint(13, 28)}/0{chance.randint(1, 9)}/2018 "
            f"1{chance.randint(0, 9)}:{chance.randint(10, 59)}"
        ),
        "ITEM  QTY  PRICE  AMOUNT",
    ]
    lines += [
        f"{chance.choice(('PAPER A4', 'NASI LEMAK', 'BULB 9W', 'TEH AIS', 'PVC PIPE'))}  1  "
        f"{p / 100:.2f}"
        for p in prices
    ]
    lines += [f"TOTAL  RM {total / 100:.2f}", f"CASH  {total / 100 + 5:.2f}", "CHANGE  5.00"]
    thanks = (
        "THANK YOU PLEASE COME AGAIN",
        "GOODS SOLD ARE NOT RETURNABLE",
        f"THANK YOU FOR VISITING {merchant}",
    )
    return [*lines, chance.choice(thanks)]

"""Papers whose day is easily read as another: other calendars, other orders, and other days beside it.

Sources: CLDR's short dates by country; the Japanese eras (Reiwa 1 is 2019), the Thai Buddhist era (543 years ahead), the
Minguo calendar of Taiwan (year 1 is 1912), Bikram Sambat as Nepal's tax office prints it beside the Gregorian day, and
Umm al-Qura as Saudi tills print it. What a paper prints beside its day is after public bug reports: expiry, lot, period
of service, arrival and departure, the next renewal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

TODAY = date(2026, 11, 27)


@dataclass(frozen=True)
class Dated:
    """A transcript, the day that it was paid, and the account's currency."""

    name: str
    text: str
    day: date
    default: str | None = None


def _slip(place: str, day: str, mark: str = "USD", *further: str) -> str:
    lines = (
        "BLUE HERON KITCHEN",
        place,
        day,
        f"Grill plate        {mark} 84.00",
        f"Juice              {mark} 36.00",
        f"Subtotal           {mark} 120.00",
        f"Total              {mark} 120.00",
        f"Visa               {mark} 120.00",
        *further,
    )
    return "\n".join(lines)


_DOLLARS_ELSEWHERE: Sequence[str] = (
    "Dubai Marina, Dubai, UAE",
    "Street 240, Phnom Penh, Cambodia",
    "Av. Amazonas, Quito, Ecuador",
    "Jl. Raya Ubud 8, Bali, Indonesia",
    "Hulhumalé, Maldives",
    "Samora Machel Ave, Harare, Zimbabwe",
    "Hamra, Beirut, Lebanon",
    "San Salvador, El Salvador",
    "Corniche, Doha, Qatar",
    "Nairobi, Kenya",
    "Istanbul, Türkiye",
    "Tel +855 23 210 400",
    "www.heron.example.kh",
)
"""Where tills print dollars, and the day first."""


def dollars_elsewhere() -> Iterator[Dated]:
    """The 3rd of April, on slips in dollars from countries that print the day first."""
    for place in _DOLLARS_ELSEWHERE:
        yield Dated(place, _slip(place, "03/04/2026"), date(2026, 4, 3), "USD")


def years_of_others() -> Iterator[Dated]:
    """The 14th of March 2026, in eras of other calendars."""
    day = date(2026, 3, 14)
    for text in (
        "令和8年3月14日 12:31",
        "令和 8年 3月14日(土) 12:31",
        "R8.3.14 12:31",
        "R08/03/14 12:31",
    ):
        yield Dated(text, _slip("東京都港区芝1-2-3", text, "¥").replace(".00", ""), day, "JPY")
    for text in (
        "Date 14/03/2569 Time 12:40",
        "14-03-2569 12:40",
        "14 มี.ค. 2569 12:40",
        "14/03/69 12:40",
    ):
        yield Dated(text, _slip("88 Sukhumvit Rd Bangkok 10110, Thailand", text, "THB"), day, "THB")
    for text in (
        "民國115年3月14日",
        "115年03月14日 12:31",
        "115/03/14 12:31",
        "中華民國115年3月14日",
    ):
        yield Dated(text, _slip("台北市中正區", text, "NT$").replace(".00", ""), day, "TWD")
    for text in ("2082/12/01 B.S.", "Miti: 2082-11-30", "मिति: २०८२/११/३०"):
        yield Dated(text, _slip("Thamel, Kathmandu, Nepal", text, "NPR"), day, "NPR")
    for text in ("25/09/1447 هـ", "1447/09/25", "25 Ramadan 1447"):
        yield Dated(text, _slip("Olaya Street, Riyadh, Saudi Arabia", text, "SAR"), day, "SAR")


def other_days() -> Iterator[Dated]:
    """Papers with another day, which tells no order and was no purchase."""
    boston = "12 Elm St, Boston, MA 02110"
    plain = "12 Elm Street"
    may = date(2026, 5, 6)
    yield Dated(
        "expiry, day first", _slip(boston, "05/06/2026 10:10", "$", "EXP 28/02/2028"), may, "USD"
    )
    yield Dated("lot", _slip(boston, "05/06/2026 10:10", "$", "LOT 22/11/2025"), may, "USD")
    yield Dated(
        "best before", _slip(plain, "05/06/2026", "$", "Best before 30/12/2026"), may, "USD"
    )
    yield Dated("card valid", _slip(boston, "05/06/2026", "$", "Valid thru 31/12/2029"), may, "USD")
    yield Dated(
        "warranty", _slip(boston, "05/06/2026", "$", "Warranty until 30/06/2028"), may, "USD"
    )
    yield Dated(
        "next visit",
        _slip("Hamburg, Germany", "05/06/2026", "EUR", "Next service 12/31/2026"),
        date(2026, 6, 5),
        "EUR",
    )
    yield Dated(
        "Nepal, both calendars",
        _slip("Thamel, Kathmandu, Nepal", "Date : 07/05/2024\nMiti : 21/03/2081", "NPR"),
        date(2024, 7, 5),
        "NPR",
    )
    yield Dated(
        "Riyadh, both calendars",
        _slip("Riyadh, Saudi Arabia", "04/05/2026\n17/11/1447 H", "SAR"),
        date(2026, 5, 4),
        "SAR",
    )
    yield Dated(
        "printed three times and once",
        "\n".join(
            (
                "MERCADO BOM DIA",
                "Distribuicao Alimentar, S.A. NIPC: 500111222",
                "SUMO LARANJA 1L 3,84",
                "TOTAL A PAGAR 3,84",
                "Multibanco 3,84",
                "Data de emissao: 10-02-2019",
                "396111 2019-02-10 13:39 0005 0002",
                "Local carga: 19 Dezembro",
                "Data: 20-12-19 Hora: 13:39",
                "Terminal 00123456 2019-02-10 13:39:53",
                "COMPRA 3,84 EUR VISA",
            )
        ),
        date(2019, 2, 10),
        "EUR",
    )
    yield Dated(
        "hotel",
        "\n".join(
            (
                "SEASIDE INN & SUITES",
                "500 Ocean Blvd, Myrtle Beach, SC 29577",
                "Arrival 09/20/2026   Departure 09/22/2026",
                "09/20/26    Room charge             129.00",
                "09/21/26    Room charge             129.00",
                "09/22/26    Visa ****1881          258.00",
                "Total                              258.00",
                "Balance Due                          0.00",
            )
        ),
        date(2026, 9, 22),
        "USD",
    )
    yield Dated(
        "year first, or day first",
        _slip("Main Street 4", "17-11-24 12:10", "€"),
        date(2024, 11, 17),
        "EUR",
    )
    yield Dated(
        "year first, or day first, in Spain",
        _slip("Calle Mayor 4, Madrid", "21/11/24 12:10", "€"),
        date(2024, 11, 21),
        "EUR",
    )
    yield Dated(
        "a fair in another country",
        _slip(boston, "05/06/2026", "$", "Visit us in London 28/05/2026"),
        may,
        "USD",
    )

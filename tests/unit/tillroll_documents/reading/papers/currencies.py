"""Slips of tills in the currencies of the world, and papers that print two currencies.

Codes and decimals follow ISO 4217, list one, with its amendments to 2026. The marks are those that CLDR lists as local
symbols, or that tills print (central banks' pages on notes). Papers with two currencies follow Article 230 of Directive
2006/112/EC (VAT restated in the national currency), the Swiss rules on prices in euros beside francs, the card schemes'
rules for dynamic currency conversion, and invoices of software firms that restate VAT.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MARKS: Mapping[str, Sequence[tuple[str, str]]] = {
    "AED": (("Dhs. {}", "Dubai Marina, Dubai, UAE"), ("AED {}", "Abu Dhabi")),
    "ALL": (("{} Lek", "Tirana, Albania"),),
    "AMD": (("{} ֏", "Yerevan, Armenia"),),
    "AOA": (("{} Kz", "Luanda, Angola"),),
    "AWG": (("Afl. {}", "Oranjestad, Aruba"),),
    "AZN": (("{} ₼", "Baku, Azerbaijan"),),
    "BAM": (("{} KM", "Ferhadija 12, Sarajevo"),),
    "BBD": (("Bds${}", "Bridgetown, Barbados"),),
    "BDT": (("৳{}", "Gulshan, Dhaka"), ("Tk {}", "Dhaka")),
    "BHD": (("BD {}", "Manama, Bahrain"),),
    "BOB": (("Bs. {}", "La Paz, Bolivia"),),
    "BRL": (("R$ {}", "Rio de Janeiro"),),
    "BWP": (("P {}", "Gaborone, Botswana"),),
    "BZD": (("BZ${}", "Belize City"),),
    "CRC": (("₡{}", "San José, Costa Rica"),),
    "DOP": (("RD$ {}", "Santiago de los Caballeros"),),
    "DZD": (("{} DA", "Alger, Algérie"),),
    "EGP": (("LE {}", "Zamalek, Cairo"), ("E£{}", "Giza, Egypt")),
    "ETB": (("Br {}", "Bole Road, Addis Ababa"),),
    "FJD": (("FJ${}", "Suva, Fiji"),),
    "GEL": (("{} ₾", "Rustaveli Ave, Tbilisi"),),
    "GHS": (("GH₵ {}", "Osu, Accra"), ("GH¢ {}", "Kumasi, Ghana")),
    "GTQ": (("Q {}", "Zona 10, Guatemala"), ("Q{}", "Antigua Guatemala")),
    "HNL": (("L {}", "Tegucigalpa, Honduras"),),
    "ILS": (("₪{}", "Dizengoff 50, Tel Aviv"), ("NIS {}", "Haifa")),
    "IQD": (("IQD {}", "Baghdad"),),
    "INR": (("Rupees {}", "MG Road, Bengaluru"), ("₹{}", "Mumbai")),
    "JMD": (("J${}", "Montego Bay, Jamaica"),),
    "JOD": (("JD {}", "Rainbow Street, Amman"), ("JOD {}", "Aqaba")),
    "KES": (("KSh {}", "Westlands, Nairobi"), ("Kshs. {}", "Mombasa")),
    "KWD": (("KD {}", "Salmiya, Kuwait"), ("K.D. {}", "Kuwait City")),
    "KZT": (("{} ₸", "Almaty, Kazakhstan"),),
    "LBP": (("L.L. {}", "Hamra, Beirut"),),
    "LKR": (("Rs. {}", "Galle Road, Colombo, Sri Lanka"),),
    "LYD": (("LD {}", "Tripoli, Libya"),),
    "MAD": (("{} DH", "Rabat, Maroc"), ("{} MAD", "Tanger")),
    "MDL": (("{} lei", "Chisinau, Moldova"),),
    "MKD": (("{} den", "Skopje, North Macedonia"),),
    "MUR": (("Rs {}", "Port Louis, Mauritius"),),
    "MVR": (("Rf {}", "Malé, Maldives"),),
    "MZN": (("{} MT", "Maputo, Moçambique"),),
    "NAD": (("N${}", "Windhoek, Namibia"),),
    "NGN": (("₦{}", "Victoria Island, Lagos"), ("N{}", "Abuja, Nigeria")),
    "NIO": (("C$ {}", "Managua, Nicaragua"),),
    "NPR": (("Rs. {}", "Thamel, Kathmandu, Nepal"), ("NRs {}", "Pokhara")),
    "OMR": (("R.O. {}", "Muscat, Oman"), ("RO {}", "Salalah"), ("OMR {}", "Muscat")),
    "PAB": (("B/. {}", "Ciudad de Panamá"),),
    "PEN": (("S/ {}", "Miraflores, Lima"), ("S/. {}", "Cusco, Perú")),
    "PKR": (("Rs. {}", "Clifton, Karachi, Pakistan"),),
    "PYG": (("₲ {}", "Asunción, Paraguay"), ("Gs. {}", "Ciudad del Este")),
    "QAR": (("QR {}", "West Bay, Doha"),),
    "RON": (("{} lei", "Strada Lipscani 5, Bucharest"), ("{} RON", "Cluj-Napoca")),
    "RSD": (("{} din", "Knez Mihailova 10, Beograd"), ("{} RSD", "Novi Sad")),
    "RUB": (("{} ₽", "Tverskaya 1, Moscow"),),
    "RWF": (("RWF {}", "Kigali, Rwanda"), ("FRw {}", "Kigali")),
    "SAR": (("SR {}", "Olaya Street, Riyadh"), ("SAR {}", "Jeddah")),
    "SCR": (("SCR {}", "Victoria, Seychelles"),),
    "TND": (("{} DT", "Avenue Habib Bourguiba, Tunis"), ("{} TND", "Sfax")),
    "TRY": (("{} TL", "Kadikoy, Istanbul"),),
    "TTD": (("TT${}", "Port of Spain, Trinidad"),),
    "TZS": (("TSh {}", "Dar es Salaam"), ("TZS {}", "Arusha, Tanzania")),
    "UAH": (("{} грн", "Khreshchatyk 1, Kyiv"), ("{} ₴", "Lviv")),
    "UGX": (("USh {}", "Kampala, Uganda"), ("UGX {}", "Entebbe")),
    "UYU": (("$U {}", "Montevideo, Uruguay"),),
    "VND": (("{} ₫", "Hoan Kiem, Hanoi"), ("{} VND", "Ho Chi Minh City")),
    "XAF": (("{} FCFA", "Douala, Cameroun"),),
    "XCD": (("EC${}", "Castries, Saint Lucia"),),
    "XCG": (("Cg {}", "Willemstad, Curaçao"),),
    "XOF": (("{} FCFA", "Plateau, Dakar, Sénégal"), ("{} F CFA", "Abidjan")),
    "ZAR": (("R{}", "Long Street, Cape Town"), ("R {}", "Sandton")),
    "ZMW": (("K{}", "Cairo Road, Lusaka, Zambia"), ("ZMW {}", "Livingstone")),
    "ZWG": (("ZiG {}", "Samora Machel Ave, Harare"),),
}
"""By code: how an amount is printed, and where."""

_WITHOUT = frozenset({"IQD", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "LBP", "TZS", "AMD", "KZT"})
"""Printed without decimals, by law or since coins are gone."""
_THREE = frozenset({"BHD", "JOD", "KWD", "LYD", "OMR", "TND"})


@dataclass(frozen=True)
class Slip:
    """A transcript with the total that it shows, in the currency's own decimals, and the currency."""

    name: str
    text: str
    total: str
    currency: str


def slips() -> Iterator[Slip]:
    """A restaurant's slip for each mark, with two dishes, the tax within and a card."""
    for code, forms in MARKS.items():
        for form, place in forms:
            yield _slip(code, form, place)


def _slip(code: str, form: str, place: str) -> Slip:
    amounts = ("84.00", "36.00", "120.00", "15.65")
    total = "120.00"
    if code in _THREE:
        amounts = ("8.400", "3.600", "12.000", "0.571")
        total = "12.000"
    if code in _WITHOUT:
        amounts = ("8,400", "3,600", "12,000", "1,565")
        total = "12000"
        if code in ("LBP", "TZS", "AMD", "KZT"):
            total = "12000.00"
        if code == "IQD":
            total = "12000.000"
    first, second, sum_of, tax = (form.format(amount) for amount in amounts)
    text = "\n".join(
        (
            "BLUE HERON KITCHEN LTD",
            place,
            "24/09/2026 19:40",
            f"Grill plate        {first}",
            f"Juice              {second}",
            f"Subtotal           {sum_of}",
            f"Total              {sum_of}",
            f"VAT incl.          {tax}",
            f"Visa               {sum_of}",
        )
    )
    return Slip(f"{code} {form} {place}", text, total, code)


_LETTER = """\
Cloudpeak Ireland Limited
1 Grand Canal Square
Dublin 2, Ireland
VAT number IE6388047V
billing@cloudpeak.example

Bill to
Muster Handel KG
Am Markt 3
10115 Berlin
VAT DE123456788

Invoice number  CP-1002003
Invoice date  24 Sep 2026

"""
_POLISH = """\
Sprzedawca:
Serwis Komputerowy Lipa Sp. z o.o.
ul. Długa 4
31-147 Kraków
NIP 6762345673

Nabywca:
Muster Handel KG
Am Markt 3
10115 Berlin
DE123456788

Faktura VAT nr FV/2026/09/045
Data wystawienia: 24.09.2026
"""

INVOICES: Sequence[Slip] = (
    Slip(
        "both totals",
        f"""{_LETTER}Compute                     USD 300.00
Subtotal in USD             USD 300.00
VAT 0% (reverse charge)     USD   0.00
Total in USD                USD 300.00
Exchange rate 1 USD = 0.9123 EUR
Total in EUR                EUR 273.69
""",
        "300.00",
        "USD",
    ),
    Slip(
        "VAT restated in a footnote",
        f"""{_LETTER}Compute                     USD 300.00
Subtotal                    USD 300.00
VAT (23%)                   USD  69.00
Total                       USD 369.00
For VAT purposes: EUR 63.00 at 1 USD = 0.9130 EUR
""",
        "369.00",
        "USD",
    ),
    Slip(
        "marks, and VAT restated",
        f"""{_LETTER}Compute                     $300.00
Subtotal                    $300.00
VAT (23%)                    $69.00
Total                       $369.00
VAT in EUR: 63.00 EUR (rate 0.9130)
Total VAT due in EUR         63.00 EUR
""",
        "369.00",
        "USD",
    ),
    Slip(
        "Polish VAT in zloty",
        f"""{_POLISH}Lp  Nazwa           Ilość  Cena netto  Wartość netto  VAT   Wartość brutto
1   Serwer          1      400,00      400,00         23%   492,00
Razem netto                400,00 EUR
Podatek VAT 23%             92,00 EUR
Razem brutto               492,00 EUR
Kwota VAT w PLN            391,00 PLN
Kurs NBP 1 EUR = 4,2500 PLN
Do zapłaty                 492,00 EUR
""",
        "492.00",
        "EUR",
    ),
    Slip(
        "Polish, all restated in zloty",
        f"""{_POLISH}1   Serwer          1      400,00      400,00         23%   492,00
Razem netto                400,00 EUR
Podatek VAT 23%             92,00 EUR
Razem brutto               492,00 EUR
Równowartość brutto       2091,00 PLN
Kurs NBP 1 EUR = 4,2500 PLN
Do zapłaty                 492,00 EUR
""",
        "492.00",
        "EUR",
    ),
)
"""Read as the text of a digital PDF."""

TILLS: Sequence[Slip] = (
    Slip(
        "Swiss, euros on the line of the total",
        """COOPI RESTAURANT AG
6900 Lugano
CHE-116.281.710 MWST
24.09.2026 13:40
Menu                24.50
Caffe                5.50
TOTALE CHF 30.00    EUR 32.26
Carta di credito    30.00
IVA 8.1%             2.25
""",
        "30.00",
        "CHF",
    ),
    Slip(
        "Swiss, euros below the total",
        """BÄCKEREI LINDENHOF
8001 Zürich
24.09.2026 08:10
Gipfeli              3.20
Kaffee               4.80
Total CHF            8.00
Total EUR            8.60
Bar CHF             10.00
Rückgeld CHF         2.00
""",
        "8.00",
        "CHF",
    ),
    Slip(
        "paid in euros, change in francs",
        """BÄCKEREI LINDENHOF
8001 Zürich
24.09.2026 08:10
Gipfeli              3.20
Kaffee               4.80
Total CHF            8.00
Bar EUR             10.00
Kurs 0.93
Rückgeld CHF         1.30
""",
        "8.00",
        "CHF",
    ),
    Slip(
        "converted at the terminal",
        """CAFE LUNA
Praha 1
24.9.2026 12:11
Kava                 85,00
Dort                115,00
Celkem              200,00 CZK
--- Platba kartou ---
Castka        EUR 8,24
CZK 200,00  kurz 24,27
Zakaznik zvolil EUR
""",
        "200.00",
        "CZK",
    ),
    Slip(
        "converted before the total in pounds",
        """THE HARBOUR INN
12 Quay Street, Galway, Ireland
24/09/2026 21:02
Dinner              42.00
Total              €42.00
Card sale
DCC transaction
GBP 36.12
Exchange rate 1 EUR = 0.8600 GBP incl. 3% markup
Cardholder chose GBP
""",
        "42.00",
        "EUR",
    ),
    Slip(
        "duty free in two currencies",
        """SKYLINE DUTY FREE
Istanbul Airport
24/09/2026 10:02
Perfume            USD 45.00
Chocolate          USD 15.00
TOTAL              USD 60.00
TOTAL              EUR 55.20
CASH               EUR 60.00
CHANGE             EUR  4.80
""",
        "60.00",
        "USD",
    ),
    Slip(
        "Bulgarian, both currencies by law",
        """KAFENE RILA EOOD
Sofia, bul. Vitosha 10
24.09.2025 09:20
Kafe                 3,00
Banitsa              4,00
TOTAL BGN            7,00
TOTAL EUR            3,58
Cash BGN            10,00
Change BGN           3,00
""",
        "7.00",
        "BGN",
    ),
)
"""Read as photos. Where the paper was paid in another currency, its total still stands as it is printed."""

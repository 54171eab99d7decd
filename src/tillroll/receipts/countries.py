"""Countries as receipts give them away: names, cities, phone prefixes, web domains, legal forms, tax words.

A country brings a currency and the order of dates of digits only. Extend the table; no code needs to change.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tillroll.receipts.dates import Order
from tillroll.receipts.patterns import one_of
from tillroll.receipts.vocabulary import fold

_PATTERN_COUNTS: Final = 2
_DMY, _MDY, _YMD = Order.DAY_FIRST, Order.MONTH_FIRST, Order.YEAR_FIRST


@dataclass(frozen=True, slots=True)
class Country:
    """An ISO 3166 country. `words` are looked for as whole words, `prefix` as +NN, `domain` as .xx in web and mail
    addresses; `languages` are the codes of our language files that are spoken there, besides English."""

    code: str
    currency: str
    order: Order
    prefix: str
    domain: str
    languages: str
    words: str
    """Separated by commas."""
    pattern: str = ""
    """A regular expression for postcodes, telephone numbers, tax numbers and scripts, matched with case."""


COUNTRIES: Final = (
    Country("MY", "MYR", _DMY, "60", "my", "ms",
            "malaysia,kuala lumpur,selangor,johor,penang,pulau pinang,sabah,sarawak,petaling jaya,shah alam,"
            "melaka,perak,kedah,pahang,sdn bhd,sdn. bhd.,s/b,jalan,jln,ringgit,sst id"),
    Country("SG", "SGD", _DMY, "65", "sg", "", "singapore,pte ltd,pte. ltd.,uen"),
    Country("GB", "GBP", _DMY, "44", "uk", "", "united kingdom,england,london,scotland,wales,manchester,birmingham",
            r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\bGB\s?\d{3}\s?\d{4}\s?\d{2}\b"),
    Country("IE", "EUR", _DMY, "353", "ie", "", "ireland,dublin,cork"),
    Country("US", "USD", _MDY, "1", "us", "",
            "usa,united states,new york,california,texas,florida,los angeles,chicago,san francisco,seattle,"
            "boston,llc,sales tax,zip",
            r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\(\d{3}\)\s?\d{3}-\d{4}"),
    Country("CA", "CAD", _YMD, "1", "ca", "",
            "canada,ontario,toronto,vancouver,montreal,quebec,calgary,ottawa,hst,tps,tvq",
            r"\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"),
    Country("AU", "AUD", _DMY, "61", "au", "",
            "australia,sydney,melbourne,brisbane,perth,adelaide,abn,nsw,qld,pty ltd"),
    Country("NZ", "NZD", _DMY, "64", "nz", "", "new zealand,auckland,wellington,christchurch"),
    Country("DE", "EUR", _DMY, "49", "de", "de",
            "deutschland,germany,berlin,münchen,hamburg,köln,frankfurt,stuttgart,gmbh,mwst,ust-id,steuernummer"),
    Country("AT", "EUR", _DMY, "43", "at", "de", "österreich,austria,wien,graz,salzburg,linz,atu"),
    Country("CH", "CHF", _DMY, "41", "ch", "de fr it", "schweiz,suisse,svizzera,zürich,genève,basel,bern,lausanne"),
    Country("FR", "EUR", _DMY, "33", "fr", "fr", "france,paris,lyon,marseille,toulouse,sarl,siret,tva,cedex"),
    Country("BE", "EUR", _DMY, "32", "be", "fr nl", "belgium,belgique,belgië,bruxelles,brussel,antwerpen,gent,bvba"),
    Country("NL", "EUR", _DMY, "31", "nl", "nl",
            "nederland,netherlands,amsterdam,rotterdam,utrecht,den haag,btw,kvk",
            r"\b\d{4}\s[A-Z]{2}\b(?=\s+[A-Z][a-z])"),
    Country("LU", "EUR", _DMY, "352", "lu", "fr de", "luxembourg,luxemburg"),
    Country("ES", "EUR", _DMY, "34", "es", "es",
            "españa,spain,madrid,barcelona,valencia,sevilla,s.l.,nif,cif,factura simplificada"),
    Country("PT", "EUR", _DMY, "351", "pt", "pt", "portugal,lisboa,porto,coimbra,lda,contribuinte,nipc"),
    Country("BR", "BRL", _DMY, "55", "br", "pt", "brasil,brazil,são paulo,rio de janeiro,ltda,cnpj,icms",
            r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}"),
    Country("IT", "EUR", _DMY, "39", "it", "it",
            "italia,italy,roma,milano,torino,napoli,firenze,bologna,s.r.l.,srl,p.iva,partita iva,"
            "documento commerciale"),
    Country("MX", "MXN", _DMY, "52", "mx", "es", "méxico,mexico,cdmx,guadalajara,monterrey,s.a. de c.v.,rfc"),
    Country("AR", "ARS", _DMY, "54", "ar", "es", "argentina,buenos aires,cuit"),
    Country("CL", "CLP", _DMY, "56", "cl", "es", "chile,santiago,boleta electronica"),
    Country("CO", "COP", _DMY, "57", "co", "es", "colombia,bogotá,medellín"),
    Country("DK", "DKK", _DMY, "45", "dk", "", "danmark,denmark,københavn,cvr,moms"),
    Country("SE", "SEK", _YMD, "46", "se", "", "sverige,sweden,stockholm,göteborg,malmö"),
    Country("NO", "NOK", _DMY, "47", "no", "", "norge,norway,oslo,bergen,mva"),
    Country("FI", "EUR", _DMY, "358", "fi", "", "suomi,finland,helsinki,alv"),
    Country("PL", "PLN", _DMY, "48", "pl", "", "polska,poland,warszawa,kraków,nip,ptu,paragon fiskalny"),
    Country("CZ", "CZK", _DMY, "420", "cz", "", "česká republika,praha,brno,dph,s.r.o."),
    Country("HU", "HUF", _YMD, "36", "hu", "", "magyarország,hungary,budapest,áfa"),
    Country("TR", "TRY", _DMY, "90", "tr", "", "türkiye,istanbul,ankara,kdv"),
    Country("JP", "JPY", _YMD, "81", "jp", "", "japan,tokyo,osaka,kyoto,日本,東京,税込,株式会社",
            r"[\u3040-\u30ff]+"),
    Country("CN", "CNY", _YMD, "86", "cn", "", "china,beijing,shanghai,中国,北京,上海"),
    Country("KR", "KRW", _YMD, "82", "kr", "", "korea,seoul,busan",
            r"[\uac00-\ud7af]+"),
    Country("TW", "TWD", _YMD, "886", "tw", "", "taiwan,taipei"),
    Country("HK", "HKD", _DMY, "852", "hk", "", "hong kong,kowloon"),
    Country("IN", "INR", _DMY, "91", "in", "",
            "india,mumbai,delhi,bengaluru,bangalore,chennai,gstin,cgst,sgst,pvt ltd",
            r"\b\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z]\d\b"),
    Country("ID", "IDR", _DMY, "62", "id", "", "indonesia,jakarta,bandung,surabaya,npwp,ppn"),
    Country("TH", "THB", _DMY, "66", "th", "", "thailand,bangkok,phuket",
            r"[\u0e00-\u0e7f]+"),
    Country("PH", "PHP", _MDY, "63", "ph", "", "philippines,manila,makati,quezon"),
    Country("VN", "VND", _DMY, "84", "vn", "", "vietnam,việt nam,hà nội"),
    Country("AE", "AED", _DMY, "971", "ae", "", "united arab emirates,dubai,abu dhabi"),
    Country("SA", "SAR", _DMY, "966", "sa", "", "saudi arabia,riyadh,jeddah"),
    Country("KW", "KWD", _DMY, "965", "kw", "", "kuwait"),
    Country("ZA", "ZAR", _DMY, "27", "za", "", "south africa,johannesburg,cape town,durban"),
)  # fmt: skip


def country_hints(text: str) -> Mapping[str, int]:
    """How much the text speaks for each country (ISO code): a different word counts once, what matches a country's
    pattern twice, since a shop may be named after Paris, but has the postcode of where it is."""
    words: dict[str, set[str]] = {}
    for match in _pattern().finditer(fold(text)):
        sign = match["web"] or match["second"] or match[0]
        for code in _hint_owners()[sign]:
            words.setdefault(code, set()).add(sign)
    hints = Counter({code: len(seen) for code, seen in words.items()})
    for code, pattern in _PATTERNS.items():
        hints[code] += _PATTERN_COUNTS * len({match[0] for match in pattern.finditer(text)})
    return +hints


def is_place(name: str) -> bool:
    """Whether the name is a country's or a city's, and no more."""
    return fold(name).strip(" .,") in _hint_owners()


def by_code(code: str) -> Country:
    """The country of an ISO 3166 code. Raises KeyError for one that is not in the table."""
    return _BY_CODE[code]


_PATTERNS: Final = {country.code: re.compile(country.pattern) for country in COUNTRIES if country.pattern}
_BY_CODE: Final = {country.code: country for country in COUNTRIES}


@lru_cache(maxsize=1)
def _hint_owners() -> Mapping[str, tuple[str, ...]]:
    owners: dict[str, tuple[str, ...]] = {}
    for country in COUNTRIES:
        for hint in (*country.words.split(","), f"+{country.prefix}", f".{country.domain}"):
            key = fold(hint)
            owners[key] = (*owners.get(key, ()), country.code)
    return owners


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    words = sorted((w for w in _hint_owners() if w[0] not in "+."), key=len, reverse=True)
    prefixes = sorted((c.prefix for c in COUNTRIES), key=len, reverse=True)
    domains = "|".join(sorted({c.domain for c in COUNTRIES}))
    return re.compile(
        rf"(?<![^\W_])(?:{one_of(words)})(?![^\W_])"
        rf"|\+(?:{'|'.join(prefixes)})(?=[\s().\-]?\d)"
        rf"|(?:www\.|@|//)[a-z0-9.\-]*?(?P<web>\.(?:{domains}))(?![^\W_.@])"
        rf"|\.(?:com|co|net|org)(?P<second>\.(?:{domains}))(?![^\W_.@])"
    )

"""Places that receipts name: countries with their signs, states, provinces and towns. Extend the
tables; no code needs to change.
"""

import re
import string
from collections.abc import Mapping
from typing import Final

from tillroll_documents.reading.text.countries import COUNTRIES, Country
from tillroll_documents.reading.text.folding import (
    Folded,
    fold,
)

_PATTERN_COUNTS: Final = 2


def country_hints(text: str, folded: Folded) -> Mapping[str, int]:
    """How much the text speaks for each country (ISO code): a different word counts once, a
    pattern's match twice, since a shop may be named after Paris, but has the postcode of where it
    is.
    """
    places: list[tuple[int, str]] = []

    def note(match: re.Match[str]) -> str:
        places.append((match.start(), match["web"] or match["second"] or match[0]))
        return " " * len(match[0])

    words = _ADDRESSES.sub(note, folded.text)  # a word in a web address is no sign
    candidates = [word for first in _BY_FIRST.keys() & folded.words for word in _BY_FIRST[first]]
    for word in candidates:
        place = _place(word, words)
        if place >= 0:
            places.append((place, word))
    hints: dict[str, int] = {}
    for sign in dict.fromkeys([sign for _, sign in sorted(places)]):
        for code in _OWNERS[sign]:
            hints[code] = hints.get(code, 0) + 1
    shape = text.translate(_SHAPE)
    for code, pattern, shapes in _PATTERNS:
        if any(map(shape.__contains__, shapes)) if shapes else not text.isascii():
            postcodes = {match[0] for match in pattern.finditer(text)}
            if postcodes:
                hints[code] = hints.get(code, 0) + _PATTERN_COUNTS * len(postcodes)
    return hints


def _place(word: str, text: str) -> int:
    """Where it first stands as a whole word, or -1."""
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if not text[max(0, place - 1) : place].isalnum() and not text[end : end + 1].isalnum():
            break
        place = text.find(word, place + 1)
    return place


def is_place(name: str) -> bool:
    """Whether the name is a country's or a city's, and no more."""
    return fold(name).strip(" .,") in _OWNERS


def by_code(code: str) -> Country:
    """The country of an ISO 3166 code. Raises KeyError for one that is not in the table."""
    return _BY_CODE[code]


def _read_owners() -> Mapping[str, tuple[str, ...]]:
    owners: dict[str, dict[str, None]] = {}
    for country in COUNTRIES:
        for hint in (*country.words.split(","), f"+{country.prefix}", f".{country.domain}"):
            key = fold(hint)
            owners.setdefault(key, {})[country.code] = (
                None  # a word once, though it is spelt with accents and without
            )
    return {sign: tuple(codes) for sign, codes in owners.items()}


def _read_by_first() -> Mapping[str, list[str]]:
    """The signs that are words, by their first run of letters and digits."""
    by_first: dict[str, list[str]] = {}
    for sign in _OWNERS:
        if sign[0] not in "+.":
            by_first.setdefault(_WORD.findall(sign)[0], []).append(sign)
    return by_first


_WORD: Final = re.compile(r"[^\W_]+")
_SHAPE: Final = str.maketrans(
    dict.fromkeys(string.digits, "0") | dict.fromkeys(string.ascii_uppercase, "A") | {"\n": " "}
)
_THAI_YEAR: Final = re.compile(r"\b\d{1,2}[/.-]25[5-9]\d\b")
"""Years of the Buddhist era are Thai in any script."""
_OF_COUNTRIES: Final = tuple(
    (country.code, re.compile(country.pattern), tuple(filter(None, country.shapes.split(","))))
    for country in COUNTRIES
    if country.pattern
)
_PATTERNS: Final = (*_OF_COUNTRIES, ("TH", _THAI_YEAR, ("/0000", "-0000", ".0000")))
_BY_CODE: Final = {country.code: country for country in COUNTRIES}
_OWNERS: Final = _read_owners()
_BY_FIRST: Final = _read_by_first()
_PREFIX: Final = "|".join(sorted((country.prefix for country in COUNTRIES), key=len, reverse=True))
_DOMAIN: Final = "|".join(sorted({country.domain for country in COUNTRIES}))
_ADDRESSES: Final = re.compile(
    rf"[+w@/.](?:(?<=\+)(?:{_PREFIX})(?=[ ().\-]?\d)"
    rf"|(?:(?<=w)ww\.|(?<=@)|(?<=/)/)[a-z0-9.\-]*?(?P<web>\.(?:{_DOMAIN}))(?![^\W_.@])"
    rf"|(?<=\.)(?:com|co|net|org)(?P<second>\.(?:{_DOMAIN}))(?![^\W_.@]))"
)
"""The first signs of all of them are looked for before all else."""


_UNITED_STATES: Final = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
_CANADA: Final = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
_AUSTRALIA: Final = "ACT NSW NT QLD SA TAS VIC WA"
_NAMES: Final = (
    "alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,"
    "hawaii,idaho,illinois,"
    "indiana,iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,"
    "mississippi,missouri,"
    "montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,north "
    "dakota,ohio,oklahoma,"
    "oregon,pennsylvania,rhode island,south carolina,south "
    "dakota,tennessee,texas,utah,vermont,virginia,washington,"
    "west virginia,wisconsin,wyoming,alberta,british columbia,manitoba,new "
    "brunswick,newfoundland,nova scotia,ontario,"
    "quebec,saskatchewan,new south wales,queensland,south australia,tasmania,victoria,western "
    "australia"
)
_REGIONS: Final = frozenset(
    [*f"{_UNITED_STATES} {_CANADA} {_AUSTRALIA}".lower().split(), *_NAMES.split(",")]
)
_CITY_AND_REGION: Final = re.compile(
    r"[^\W\d][^\d,]*,\s*(?P<region>[^\W\d][^\d,]*?)\.?(?:[\s,]+\d[\d-]*)?\s*"
)


def names_region(text: str) -> bool:
    """Whether a text is a city with its state or province, and no more than a postcode behind
    it.
    """
    match = _CITY_AND_REGION.fullmatch(text)
    return match is not None and fold(match["region"]) in _REGIONS


_MALAYSIA: Final = (
    "kuala lumpur,kl,wp kuala lumpur,selangor,selangor darul ehsan,sel,johor,johor darul "
    "takzim,jdt,johor bahru,jb,"
    "johore bahru,johor baru,penang,pulau pinang,p pinang,george town,butterworth,bukit "
    "mertajam,melaka,"
    "malacca,negeri sembilan,n sembilan,negeri sembilan darul khusus,seremban,nilai,port "
    "dickson,perak,"
    "perak darul ridzuan,ipoh,taiping,teluk intan,kampar,kedah,kedah darul aman,alor setar,sungai "
    "petani,kulim,"
    "langkawi,perlis,kangar,kelantan,kelantan darul naim,kota bharu,terengganu,kuala "
    "terengganu,kemaman,pahang,"
    "pahang darul makmur,kuantan,bentong,raub,temerloh,cameron highlands,genting "
    "highlands,sabah,kota kinabalu,"
    "sandakan,tawau,sarawak,kuching,miri,sibu,bintulu,labuan,putrajaya,cyberjaya,petaling "
    "jaya,pj,subang jaya,subang,"
    "usj,shah alam,klang,port klang,pelabuhan klang,kajang,semenyih,bangi,bandar baru "
    "bangi,puchong,seri kembangan,"
    "sri kembangan,serdang,balakong,cheras,ampang,gombak,selayang,batu "
    "caves,kepong,segambut,setapak,wangsa maju,"
    "sentul,bangsar,mont kiara,damansara,kota damansara,damansara utama,ara damansara,damansara "
    "jaya,"
    "mutiara damansara,bandar utama,bandar sunway,kelana jaya,sri hartamas,sungai buloh,sg "
    "buloh,rawang,serendah,"
    "batang kali,btg kali,hulu selangor,kuala selangor,ijok,bestari jaya,batang berjuntai,tanjong "
    "karang,sekinchan,"
    "sabak bernam,banting,dengkil,sepang,salak,kuala langat,jenjarom,telok panglima garang,setia "
    "alam,"
    "bukit jelutong,skudai,masai,pasir gudang,plentong,ulu tiram,kulai,senai,kota "
    "tinggi,pontian,batu pahat,muar,"
    "kluang,segamat,mersing,tangkak,gelang patah,nusajaya,iskandar puteri,tampoi,permas "
    "jaya,tebrau,desaru,"
    "mutiara rini,sri petaling,bukit jalil,sungai besi,old klang road,jalan klang "
    "lama,titiwangsa,brickfields,chow kit,"
    "pudu,bukit bintang,taman tun dr ismail,ttdi,malaysia"
)
_ELSEWHERE: Final = (
    "singapore,jurong,tampines,woodlands,brooklyn,manhattan,bronx,philadelphia,san antonio,"
    "san diego,dallas,houston,denver,portland,las "
    "vegas,atlanta,miami,minneapolis,leeds,liverpool,bristol,"
    "sheffield,glasgow,edinburgh,cardiff,belfast,oxford,cambridge,brighton,nottingham,leicester,"
    "dusseldorf,dortmund,"
    "essen,leipzig,dresden,hannover,nurnberg,bremen,bonn,mannheim,karlsruhe,wiesbaden,munster,"
    "augsburg,bordeaux,lille,"
    "nantes,strasbourg,rennes,grenoble,zaragoza,malaga,murcia,bilbao,alicante,braga,setubal,"
    "verona,genova,"
    "palermo,catania,venezia,padova,eindhoven,groningen,tilburg,almere,breda"
)
_TOWNS: Final = frozenset(f"{_MALAYSIA},{_ELSEWHERE}".split(","))
_FIRST_WORDS: Final = frozenset(town.split()[0] for town in _TOWNS)
_LONGEST: Final = max(len(town.split()) for town in _TOWNS)
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def is_town(text: str) -> bool:
    """Whether a text names towns, districts and states, and nothing else but numbers: "43200
    CHERAS, SELANGOR".
    """
    folded = fold(text)
    first = _LETTERS.search(folded)
    if first is None or first[0] not in _FIRST_WORDS:
        return False
    words = _LETTERS.findall(folded)
    at = 0
    while at < len(words):
        length = next(
            (n for n in range(_LONGEST, 0, -1) if " ".join(words[at : at + n]) in _TOWNS), 0
        )
        if not length:
            return False
        at += length
    return True

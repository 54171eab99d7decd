"""Words where names stand: legal forms, slogans, plots, branches, trades; and what an account calls
itself. Extend the tables; no code needs to change.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tillroll_documents.reading import words
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.patterns import (
    any_case,
    one_of,
    whole_words,
)

# Forms that OCR is known to misread, with the spelling that puts them right.
_REPAIRED: Final = (
    (r"S(?:D|(?<![^\W_]S)[O0])N[.,]? ?[B8]H[DO0][I1l|]?\b\.?", "SDN BHD"),
    # One of the two words is read well, and two letters of the other.
    (r"S(?<![^\W_]S)(?:[A-Z0-9]N|D[A-Z0-9])[.,]? ?BHD\b\.?", "SDN BHD"),
    (r"SDN[.,]? (?:[A-Z0-9]HD|B[A-Z0-9]D|BH[A-Z0-9]?)\b\.?", "SDN BHD"),
    # Two are misread, but no other word ends so; "SOH BHD" may be Mr Soh's.
    (r"S(?<![^\W_]S)[O0][HM][.,]?BHD\b\.?", "SDN BHD"),
    (r"S(?<=[A-Z ]S) ?/ ?[B8]\b\.?", "S/B"),
)
ANYWHERE: Final = (
    "BHD", "BERHAD", r"PTE\.? ?LTD", r"PTY\.? ?LTD", r"PVT\.? ?LTD", r"LTD\.? ?ŞT\w",
    r"LTD\.? ?STI", "LTD", "LIMITED",
    r"L\.L\.C", "LLC", r"L\.L\.P", "LLP", "PLC", "CORP", "CORPORATION", "INCORPORATED", "GMBH",
    "MBH", "KGAA", "SARL",
    "SÀRL", "SAGL", "EURL", "SASU", "LTDA",
    "EIRELI", "UNIPESSOAL", "OYJ", "APS", "KFT", "ZRT", "TBK", r"S\.A\.R\.L", r"S\.A\.S",
    r"S\.A\. de C\.V", r"S\.A\.U",
    r"S\.A", r"S\.L\.U", r"S\.L\.L", r"S\.L\.P", r"S\.L", r"S\.R\.L\.?S", r"S\.R\.L", r"S\.P\.A",
    r"P\.S\.A",
    r"S\.N\.C", r"A\.Ş", r"A\.S", r"B\.V",
    r"N\.V", r"V\.O\.F", r"Sp\.? ?z ?o\.? ?o", "AKTIENGESELLSCHAFT", "AKTIEBOLAG", "HANDELSBOLAG",
    "VVAG", "GBR",
    r"PARTG ?MBB",
    "SPRL", "BVBA", "CVBA", "ASBL", "VZW", "SCOP", r"SOC\.? ?COOP", r"S\.? ?COOP", r"COMM\.? ?V",
    "SCOMM", "SELARL",
    r"COÖPERATIE U\.A", "EKONOMISK FÖRENING", "KOMMANDITBOLAG", r"GES\. ?M\. ?B\. ?H", "GESMBH",
    "GGMBH", "PARTG",
    r"SPÓŁKA Z O\.? ?O", "SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "SPÓŁKA AKCYJNA",
    "SPÓŁKA KOMANDYTOWA",
    "SPÓŁKA JAWNA", "SPÓŁKA CYWILNA",
    r"A\.M\.B\.A", "AMBA", "PLLC",
)  # fmt: skip
AS_WRITTEN: Final = (
    r"s\.? ?r\. ?o\.", r"e\. ?K\.", r"A/S\b", r"a\. ?G\.", r"e\. ?U\.", r"e\. ?V\.", r"e\. ?G\.",
    r"d\. ?o\. ?o\.",
    r"S\.a\.s\.", r"Sp\. ?k\.", r"Sp\. ?j\.", r"Sp\. ?p\.", r"C\.B\.", r"K/S\b", r"I/S\b", r"P/S\b",
    r"L\.P\.",
    r"s\.c\.", r"U\.A\.",
    "haftungsbeschränkt",
)  # fmt: skip
"""Their last point is part of them, or none follows."""
LEADING: Final = ("SARL", "EURL", "SASU", "SAS", r"S\.A\.R\.L\.?", r"S\.A\.S\.?", r"PT\.?")
"""Forms that stand before the name: "SARL ZINC ET CIE"."""
WITHOUT_SPACES: Final = ("株式会社", "有限会社", "有限公司")
"""Scripts that write no spaces, so that these stand within a word."""
# Short forms, which are also words, count only where a name ends.
AT_THE_END: Final = (
    "SB", "PLT", "INC", "AG", "KG", "OHG", "UG", "SA", "SAS", "SL", "SLU", "LDA", "SRL", "SRLS",
    "SPA", "SNC", "BV",
    "NV", "VOF", "OY", "AB", "AS", "EG", "SE", "OG", "CV", "HB", "KB", "IVS", "SCI", "EIRL", "CRL",
    "SC",
    "GENOSSENSCHAFT",
)  # fmt: skip

_WORDS: Final = whole_words(
    (
        *(rf"{form}\b\.?" for form in ANYWHERE),
        *AS_WRITTEN,
        *(rf"{form}\b\.?(?=\W*$| *[(·•])" for form in AT_THE_END),
    )
)
_FIVE_FOR_S: Final = r"5(?<![^\W_]5)DN[.,]? ?[B8]H[DO0]\b\.?"
_REPAIRABLE_FORM: Final = any_case([*(pattern for pattern, _ in _REPAIRED), _FIVE_FOR_S])
_BEFORE_NAME: Final = rf"(?<![^\n])(?:{any_case(LEADING)})(?= +[^\W\d]{{2}})"
LEGAL_FORM: Final = re.compile(
    "|".join(
        [
            _BEFORE_NAME,
            _REPAIRABLE_FORM,
            one_of(WITHOUT_SPACES),
            _WORDS,
        ]
    ),
    re.IGNORECASE | re.MULTILINE,
)
_REPAIRS: Final = (
    *(
        (re.compile(any_case([pattern]), re.IGNORECASE), spelling)
        for pattern, spelling in _REPAIRED
    ),
    (re.compile(_FIVE_FOR_S, re.IGNORECASE), "SDN BHD"),
)
_REPAIRABLE: Final = re.compile(_REPAIRABLE_FORM, re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s.,&+(]*(?:co\b[\s.,]*)?", re.IGNORECASE)
"""Between two legal forms that are one: "GmbH & Co. KG"."""
_LEADS: Final = re.compile(_BEFORE_NAME, re.IGNORECASE)
_WELL_READ: Final = re.compile(r"SDN[.,]? ?BHD\.?|S ?/ ?B\.?", re.IGNORECASE)


def find_legal_form(text: str) -> tuple[int, int] | None:
    """The span of the first legal form in the text, with those that go on from it: "Corporation Sdn
    Bhd".
    """
    match = LEGAL_FORM.search(text)
    if match is None:
        return None
    start, end = match.span()
    while following := LEGAL_FORM.search(text, end):
        if not _BETWEEN.fullmatch(text, end, following.start()):
            break
        end = following.end()
    return start, end


def leads_name(text: str) -> bool:
    """Whether the text begins with a legal form and a name behind it."""
    return _LEADS.match(text) is not None


def repair_legal_form(name: str) -> str:
    """The name with a misread legal form put right ("SDN 8HD" → "SDN BHD"); a well-read one stays
    as printed.
    """
    if not _REPAIRABLE.search(name):
        return name
    for pattern, spelling in _REPAIRS:
        match = pattern.search(name)
        if match and not _WELL_READ.fullmatch(match[0]):
            return name[: match.start()] + spelling + name[match.end() :]
    return name


_ADDRESSED: Final = re.compile(
    r"^\W*(?:(?:(?:bill|sold|ship|invoiced?|deliver(?:ed|y)?) "
    r")?to|attn|customer|client|company|buyer|kunde|an|firma"
    r"|facturé à|destinataire|cliente|klant|kepada)\b\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Own:
    """What the account calls itself: names as `name_key` gives them, and tax ids without spaces."""

    names: frozenset[str] = frozenset()
    tax_ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], tax_ids: Iterable[str]) -> "Own":
        """Read the names and numbers that an owner typed in."""
        return cls(
            frozenset(filter(None, map(name_key, names))),
            frozenset(filter(None, map(plain_id, tax_ids))),
        )

    def is_name(self, name: str | None) -> bool:
        """Whether the name is one of them, whatever its legal form."""
        return name is not None and name_key(name) in self.names

    def is_addressed(self, text: str) -> bool:
        """Whether the text is one of them, alone or behind a word that addresses it: "Sold to:
        Kontor Nord AG".
        """
        return bool(self.names) and (self.is_name(text) or self.is_name(_ADDRESSED.sub("", text)))

    def is_tax_id(self, tax_id: str | None) -> bool:
        return tax_id is not None and plain_id(tax_id) in self.tax_ids


def name_key(name: str) -> str:
    """Letters and digits of a name without its legal form, folded."""
    return "".join(sign for sign in fold(LEGAL_FORM.sub(" ", name)) if sign.isalnum())


def plain_id(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


_SLOGAN_WORDS: Final = (
    "your", "our", "we", "you", "always", "everyday", "every day", "guaranteed", "lowest",
    "trusted", "lovin",
    "loving", "serving", "home of", "quality you", "save money", "low price", "low prices",
    "best price", "best prices",
    "good food", "eat fresh", "since 1", "since 2", "est 1", "est 2", "established",
    "makes a difference", "the way",
    "happiness", "enjoy", "taste the", "feel the", "live better", "number 1", "no 1 in", "one stop",
    "halal certified",
    "anda", "kami", "kita", "sentiasa", "pilihan", "mesra", "ihr", "ihre", "unser", "unsere",
    "wir lieben", "seit",
    "votre", "notre", "depuis", "vuestra", "nuestra", "nuestro", "su tienda", "desde", "il tuo",
    "la tua",
    "dal 19", "dal 20", "sua loja", "onze", "altid", "alltid",
)  # fmt: skip
_SLOGAN: Final = re.compile(
    rf"(?:{whole_words(map(re.escape, _SLOGAN_WORDS))})(?=\b|\d)", re.IGNORECASE
)
_QUOTED: Final = re.compile(r"[\"“].*[\"”]$")
_BRANCHES: Final = (
    "branch", "outlet", "cawangan", r"caw\.", "filiale", "succursale", "sucursal", "filial",
    "agencia", "oddzia[lł]",
)  # fmt: skip
_BRANCH: Final = re.compile(rf"(?:{whole_words(_BRANCHES)})\b", re.IGNORECASE)
_BRANCH_FIRST: Final = re.compile(r"@|(?:head|main|registered) office\b|page\s*\d", re.IGNORECASE)
STORE_NUMBER: Final = re.compile(
    r"(?:store|shop|stor|outlet|branch|kedai)[\s:#.-]*(?:(?:no|id|code)\b[\s:#.-]*\w|\d|:)",
    re.IGNORECASE,
)
"""At a line's beginning: "STORE #1123", "Shop no. 4"."""
PLOT: Final = re.compile(
    r"(?:no|lot|plot|unit|ptd?|p\.t\.?|blk|block|bldg|suite|ste|shop|kiosk|km|level|lvl|floor|flr"
    r"|g/?f|[1-9]/?f|gnd)\.?"
    r"[\s.:#-]*[A-Z]{0,5}[-\s]?\d\w{0,5}(?:[\s/&,.-]{1,3}\w{1,5})*"
    r"|[A-Z]{0,3}[-.]?\d[\d/&.,-]*[A-Z]{0,2}(?:[-/&.]\w{1,4})*",
    re.IGNORECASE,
)
"""All of a line, a number of a plot, a unit or a house: "LOT 13", "NO.2-1-1", "B12", "69G", "4-20",
"L1-05 & 06".
"""
_OTHERS: Final = (
    "formerly", "previously", r"f\.?k\.?a", "known as", "member of", "division of", "subsidiary of",
    "licensee of",
    "part of", "dahulu", "powered by", "software by", "system by", "printed by", "developed by",
)  # fmt: skip
OTHER_FIRM: Final = re.compile(rf"(?:{whole_words(_OTHERS)})\b", re.IGNORECASE)
"""Before a firm that does not sell: a former name, an owner of the brand, a maker of tills."""
_SURNAMES: Final = words("""
    tan lim lee ng wong chan chong chin yap ong goh teo teh koh low loh lau leong liew lai ho foo
    cheah chew chua khoo kok kong kwan lam looi mah ooi phang poh quek saw seah sim soh soo sia tay
    tey thong toh wee woo yeo yeoh yong yee zhang wang li liu chen yang huang zhao wu zhou
""")
_PERSON_LINKS: Final = re.compile(r"\b(?:bin|binti|bt|a/l|a/p|s/o|d/o)\b\.?", re.IGNORECASE)
_PERSON_WORDS: Final = 3
_LONGEST_SYLLABLE: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]+")
_SCRIBBLED: Final = frozenset("~^`|{}<>=*_%$?")
_SMALL_WORDS: Final = words("""
    of and the a an by at in on for to n de du des la le les di da del della dei e et y und von van
    der den das do dos dan und og i na @ co com
""")


def is_slogan(text: str) -> bool:
    """Whether a line praises the shop, calls out or quotes: "YOUR TRUSTED STORE"."""
    return bool(_SLOGAN.search(text) or text.rstrip().endswith(("!", "?")) or _QUOTED.match(text))


def is_branch(text: str) -> bool:
    """Whether a line says which branch it is: "DAMANSARA BRANCH", "@ OAK MALL"."""
    return bool(_BRANCH.search(text) or _BRANCH_FIRST.match(text))


def is_person(name: str) -> bool:
    """Whether a name is a person's, as a stamp or a note has it: "TAN CHAY YEE", "AHMAD BIN
    ALI".
    """
    words = _WORD.findall(name)
    if len(words) < _PERSON_WORDS:
        return False
    if _PERSON_LINKS.search(name):
        return True
    is_short = len(words) == _PERSON_WORDS and all(len(word) <= _LONGEST_SYLLABLE for word in words)
    return is_short and words[0].casefold() in _SURNAMES and name.replace(" ", "").isalpha()


def is_scribble(name: str) -> bool:
    """Whether a name looks like handwriting or a torn logo: words in lower case, or capitals and
    digits amid one.
    """
    if not _SCRIBBLED.isdisjoint(name):
        return True
    if name.isupper():
        return False
    words = [word for word in name.split() if word.strip(".,&'()-/").isalnum()]
    plain = [word for word in words if word.casefold().strip(".,") not in _SMALL_WORDS]
    lower = [word for word in plain if word[0].islower()]
    mixed = [
        word
        for word in plain
        if word[1:].lower() != word[1:] and word.upper() != word and word[0].islower()
    ]
    return bool(mixed) or (bool(lower) and len(lower) * 2 >= len(plain) and len(words) > 1)


KINDS: Final = words("""
    accessories advertising aluminium antiques appliances aquarium art auto automobile autoparts
    baby bags batteries battery beauty bedding beer beverages bicycle bicycles bike bikes biscuit
    biscuits book bread building burger cake cakes camera candle candy car carpet carpets ceramics
    chicken children chocolate chocolates cleaning clothing communication communications computer
    confectioner confectioners convenience cosmetic crab crafts curry curtain curtains cycle deco
    decor decoration delights dessert desserts donut donuts doughnut drinks duck egg electric
    electronic equipment fabric fabrics fertilizer fish fishery fitness flower flowers footwear
    fresh fried frozen fruit fruits fuel furnishing furnishings games garden gardening garment
    garments gas gelato gems gift glass gold gourmet grains hair handphone hawker healthcare herbal
    herbs hobby home homeware household houseware ice instruments interior ironmongery jewels juice
    karaoke kids kitchenware lamp landscape leather lighting lightings lights linen livestock
    lubricants luggage machinery maternity meat medical medicine medicines motor motorcycle music
    noodle nursery nutrition nuts oil optic optician opticians optics optometry organic outdoor
    outfitters paint paper parts party pasta pastry perfume pet petrol petroleum pets phone photo
    photocopy photography photostat plants plastic plastics plumbing poultry prawn print printers
    printing produce rice roast roasted sanitary satay school scooter security shoe signage signs
    soup souvenir souvenirs spare spares spectacles spices sport sporting sports stationer
    stationers steel surf sweets telecom telecommunication tile tiles timber tire tires tobacco
    tools toy travel tyre tyres uniform uniforms utensils vape vegetables veterinary video watch
    watches wear wedding weddings wellness western wine wines wood yarn academic academy barbershop
    beautician builder builders carpark carwash center centre cineplex cleaners clinics club
    construction contractor contractors courier dental development distribution dobby education
    entertainment estate gym hairdressing healthcare homestay hospital hospitality industrial
    industry insurance international kindergarten laundrette laundromat learning lodge logistics
    maintenance massage nail optometrist packaging parking party pawnshop photographer polyclinic
    recycle recycling renovation rental repair repairs safety salons saloon service spa specialist
    surgery tailoring technologies technology theatre tour tours training transport transportation
    tuition university vet warehouse workshop workwear yoga bakehouse bistrot brewhouse cellar
    chophouse coffeehouse cookhouse corner creperie donutshop doughnuts eateries foodcourt foodstuff
    gastropub gelateria grillhouse hotpot icecream izakaya kopi meals noodles parlor parlour pizzas
    porridge roastery sandwich sandwiches snack snacks steaks teahouse teppanyaki udon vegetarian
    yakiniku yogurt alat andaman ayam bakar barang basikal bateri besi buah buku bunga cat cuci
    daging elektrik emas foto gas gigi gunting hiasan ikan jahit jahitan jualan kaca kain kandar
    kari kasut kayu kek kereta komputer koperasi kopi makan makanan mee mi minum minuman minyak nasi
    optik pakaian pejabat pelancongan pembinaan pemborong pengangkutan pengantin peralatan
    percetakan pergigian perkhidmatan perubatan poliklinik pos roti sayur seluar servis songket
    surgeri susu tayar telekomunikasi tomyam tudung tulis ubat
""")
"""What shops sell, what is done there, and what is eaten there, in English and Malay."""
_KIND_WORD: Final = re.compile(r"[^\W_]+")


def tells_kind(name: str) -> bool:
    """Whether a name of several words says with one of them what the shop sells or does."""
    if not name[0].isupper():
        return False
    words = _KIND_WORD.findall(fold(name))
    kinds = [word for word in words if word in KINDS]
    return bool(kinds) and len(kinds) < len(words)

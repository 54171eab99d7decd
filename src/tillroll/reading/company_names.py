"""Legal forms, by which a registered name is known, and what an account calls itself. Extend the tables; no code needs
to change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tillroll.reading.vocabulary import any_case, fold, one_of

# Forms that OCR is known to misread, with the spelling that puts them right.
_REPAIRED: Final = (
    (r"S(?:D|(?<![^\W_]S)[O0])N[.,]? ?[B8]H[DO0][I1l|]?\b\.?", "SDN BHD"),
    # One of the two words is read well, and two letters of the other.
    (r"S(?<![^\W_]S)(?:[A-Z0-9]N|D[A-Z0-9])[.,]? ?BHD\b\.?", "SDN BHD"),
    (r"SDN[.,]? (?:[A-Z0-9]HD|B[A-Z0-9]D|BH[A-Z0-9]?)\b\.?", "SDN BHD"),
    (r"S(?<=[A-Z ]S) ?/ ?[B8]\b\.?", "S/B"),
)
ANYWHERE: Final = (
    "BHD", "BERHAD", r"PTE\.? ?LTD", r"PTY\.? ?LTD", r"PVT\.? ?LTD", r"LTD\.? ?ŞT\w", r"LTD\.? ?STI", "LTD", "LIMITED",
    "LLC", "LLP", "PLC", "CORP", "CORPORATION", "INCORPORATED", "GMBH", "MBH", "KGAA", "SARL", "EURL", "SASU", "LTDA",
    "EIRELI", "UNIPESSOAL", "OYJ", "APS", "KFT", "ZRT", "TBK", r"S\.A\.R\.L", r"S\.A\.S", r"S\.A\. de C\.V", r"S\.A",
    r"S\.L\.U", r"S\.L", r"S\.R\.L\.?S", r"S\.R\.L", r"S\.P\.A", r"S\.N\.C", r"A\.Ş", r"A\.S", r"B\.V", r"N\.V",
    r"V\.O\.F", r"Sp\.? ?z ?o\.? ?o",
)  # fmt: skip
AS_WRITTEN: Final = (r"s\.? ?r\. ?o\.", r"e\. ?K\.", r"A/S\b")
"""Their last point is part of them, or none follows."""
LEADING: Final = ("SARL", "EURL", "SASU", "SAS", r"S\.A\.R\.L\.?", r"S\.A\.S\.?", r"PT\.?")
"""Forms that stand before the name: "SARL ZINC ET CIE"."""
WITHOUT_SPACES: Final = ("株式会社", "有限会社", "有限公司")
"""Scripts that write no spaces, so that these stand within a word."""
# Short forms, which are also words, count only where a name ends.
AT_THE_END: Final = (
    "SB", "PLT", "INC", "AG", "KG", "OHG", "UG", "SA", "SAS", "SL", "SLU", "LDA", "SRL", "SRLS", "SPA", "SNC", "BV",
    "NV", "VOF", "OY", "AB", "AS",
)  # fmt: skip

_WORDS: Final = any_case(
    (*(rf"{form}\b\.?" for form in ANYWHERE), *AS_WRITTEN, *(rf"{form}\b\.?(?=\W*$| *\()" for form in AT_THE_END))
)
_FIVE_FOR_S: Final = r"(?<![^\W_])5DN[.,]? ?[B8]H[DO0]\b\.?"
_BEFORE_NAME: Final = rf"(?<![^\n])(?:{any_case(LEADING)})(?= +[^\W\d]{{2}})"
LEGAL_FORM: Final = re.compile(
    "|".join(
        [
            _BEFORE_NAME,
            any_case(pattern for pattern, _ in _REPAIRED),
            _FIVE_FOR_S,
            one_of(WITHOUT_SPACES),
            rf"\b(?:{_WORDS})",
        ]
    ),
    re.IGNORECASE | re.MULTILINE,
)
_REPAIRS: Final = (
    *((re.compile(any_case([pattern]), re.IGNORECASE), spelling) for pattern, spelling in _REPAIRED),
    (re.compile(_FIVE_FOR_S, re.IGNORECASE), "SDN BHD"),
)
_BETWEEN: Final = re.compile(r"[\s.,&+]*(?:co\b[\s.,]*)?", re.IGNORECASE)
"""Between two legal forms that are one: "GmbH & Co. KG"."""
_LEADS: Final = re.compile(_BEFORE_NAME, re.IGNORECASE)
_WELL_READ: Final = re.compile(r"SDN[.,]? ?BHD\.?|S ?/ ?B\.?", re.IGNORECASE)


def find_legal_form(text: str) -> tuple[int, int] | None:
    """The span of the first legal form in the text, with those that go on from it: "Corporation Sdn Bhd"."""
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
    """The name with a misread legal form put right ("SDN 8HD" → "SDN BHD"); a well-read one stays as printed."""
    for pattern, spelling in _REPAIRS:
        match = pattern.search(name)
        if match and not _WELL_READ.fullmatch(match[0]):
            return name[: match.start()] + spelling + name[match.end() :]
    return name


_ADDRESSED: Final = re.compile(
    r"^\W*(?:(?:(?:bill|sold|ship|invoiced?|deliver(?:ed|y)?) )?to|attn|customer|client|company|buyer|kunde|an|firma"
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
        """From what an owner typed in."""
        return cls(frozenset(filter(None, map(name_key, names))), frozenset(filter(None, map(plain_id, tax_ids))))

    def is_name(self, name: str | None) -> bool:
        """Whether the name is one of them, whatever its legal form."""
        return name is not None and name_key(name) in self.names

    def is_addressed(self, text: str) -> bool:
        """Whether the text is one of them, alone or behind a word that addresses it: "Sold to: Kontor Nord AG"."""
        return bool(self.names) and (self.is_name(text) or self.is_name(_ADDRESSED.sub("", text)))

    def is_tax_id(self, tax_id: str | None) -> bool:
        return tax_id is not None and plain_id(tax_id) in self.tax_ids


def name_key(name: str) -> str:
    """Letters and digits of a name without its legal form, folded."""
    return "".join(sign for sign in fold(LEGAL_FORM.sub(" ", name)) if sign.isalnum())


def plain_id(text: str) -> str:
    """A tax id's letters and digits."""
    return "".join(sign for sign in text.upper() if sign.isalnum())

"""Legal forms of companies, by which a registered name is known. Extend the tables; no code needs to change."""

import re
from typing import Final

from tillroll.receipts.page.patterns import any_case, one_of

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

"""Legal forms of companies, by which a registered name is known. Extend the tables and `_FIRST_SIGNS`; no code needs to
change."""

import re
from functools import lru_cache
from typing import Final

# Forms that OCR is known to misread, with the spelling that puts them right.
_REPAIRED: Final = (
    (r"S[DO0]N[.,]?\s?[B8]H[DO0][I1l|]?\b\.?", "SDN BHD"),
    (r"(?<=[A-Z\s])S\s?/\s?[B8]\b\.?", "S/B"),
)
ANYWHERE: Final = (
    r"(?:BHD|PTE\.?\s?LTD|PTY\.?\s?LTD|PVT\.?\s?LTD|LTD|LIMITED|LLC|LLP|PLC|CORP|CORPORATION|INCORPORATED)\b\.?",
    r"(?:GMBH|MBH|KGAA|SARL|EURL|SASU|LTDA|EIRELI|UNIPESSOAL|OYJ|APS|KFT|ZRT|TBK)\b\.?",
    r"(?:S\.A\.R\.L|S\.A\.S|S\.A\. de C\.V|S\.A|S\.L\.U|S\.L|S\.R\.L\.?S|S\.R\.L|S\.P\.A|S\.N\.C)\b\.?",
    r"(?:B\.V|N\.V|V\.O\.F)\b\.?",
    r"s\.r\.o\.|e\.\s?K\.|Sp\.?\s?z\s?o\.?\s?o\b\.?|A/S\b",
)
WITHOUT_SPACES: Final = r"株式会社|有限会社|有限公司"
"""Scripts that write no spaces, so that these stand within a word."""
# Short forms, which are also words, count only where a name ends.
AT_THE_END: Final = (
    r"(?:SB|INC|AG|KG|OHG|UG|SA|SAS|SL|SLU|LDA|SRL|SRLS|SPA|SNC|BV|NV|VOF|OY|AB|AS)\b\.?(?=\W*$|\s*\()",
)

_FIRST_SIGNS: Final = "ABCEFGIKLMNOPSTUVZ株有"
"""What all of these begin with. Looked at first, as a line is searched three times as fast so."""

_FORMS: Final = (*(pattern for pattern, _ in _REPAIRED), WITHOUT_SPACES, rf"\b(?:{'|'.join(ANYWHERE + AT_THE_END)})")
_FORM: Final = re.compile(rf"(?=[{_FIRST_SIGNS}])(?:{'|'.join(_FORMS)})", re.IGNORECASE)
_REPAIRS: Final = tuple((re.compile(pattern, re.IGNORECASE), spelling) for pattern, spelling in _REPAIRED)
_MISREAD: Final = re.compile(r"[081|]|SON|I$", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def find_legal_form(text: str) -> tuple[int, int] | None:
    """The span of the first legal form in the text."""
    match = _FORM.search(text)
    return match.span() if match else None


def repair_legal_form(name: str) -> str:
    """The name with a misread legal form put right ("SDN 8HD" → "SDN BHD"); a well-read one stays as printed."""
    for pattern, spelling in _REPAIRS:
        match = pattern.search(name)
        if match and _MISREAD.search(match[0]):
            return name[: match.start()] + spelling + name[match.end() :]
    return name

"""The VAT category that a paper prints in words: its buyer owes the tax, or goods left the country
of its seller. Sources are the mentions of Article 226 (11) and (11a) of Directive 2006/112/EC in
the languages of the EU, and § 14a (5) of the German UStG.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from tillroll_documents.money import NO_CURRENCY, decimal_string, minor_digits
from tillroll_documents.reading.extraction import Evidence, Extraction, TaxLine, Transcript
from tillroll_documents.reading.text.folding import fold
from tillroll_documents.reading.text.patterns import one_of

_REVERSE_CHARGE: Final = (
    "reverse charge", "reverse-charge", "reverse charged", "steuerschuldnerschaft",
    "übergang der steuerschuld", "autoliquidation", "inversión del sujeto pasivo",
    "inversione contabile", "btw verlegd", "autoliquidação", "odwrotne obciążenie",
    "omvendt betalingspligt", "omvänd betalningsskyldighet", "omvänd skattskyldighet",
    "käännetty verovelvollisuus", "daň odvede zákazník", "prenesenie daňovej povinnosti",
    "obrnjena davčna obveznost", "fordított adózás", "taxare inversă", "обратно начисляване",
    "αντίστροφη επιβάρυνση", "pöördmaksustamine", "nodokļa apgrieztā maksāšana",
    "atvirkštinis apmokestinimas", "prijenos porezne obveze",
)  # fmt: skip
_EU_SUPPLY: Final = (
    "innergemeinschaftliche lieferung", "innergemeinschaftlichen lieferung",
    "intra-community supply", "intra community supply", "intracommunity supply",
    "intra-eu supply", "livraison intracommunautaire", "cessione intracomunitaria",
    "entrega intracomunitaria", "intracommunautaire levering",
    "wewnątrzwspólnotowa dostawa",
)  # fmt: skip
_EXPORT: Final = ("ausfuhrlieferung", "steuerfreie ausfuhr", "zero-rated export")
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "AE": re.compile(
        rf"\b(?:{one_of([fold(each) for each in _REVERSE_CHARGE])})"
        r"|\bart[a-z]*\W{0,3}19[4-9]\b.{0,40}2006/112|§? ?13 ?b\W{0,3}(?:abs\b.{0,12})?ustg"
    ),
    "K": re.compile(rf"\b(?:{one_of([fold(each) for each in _EU_SUPPLY])})"),
    "G": re.compile(rf"\b(?:{one_of([fold(each) for each in _EXPORT])})"),
}
"""By category of EN 16931 (BT-118), over folded text. What the buyer owes comes first."""
_DENIED_BEFORE: Final = re.compile(
    r"\b(?:no|not|not subject to|without|kein|keine|ohne|pas d|pas de|geen|senza|sin)\W{1,3}$"
)
_DENIED_BEHIND: Final = re.compile(
    r"[a-z-]*\W{1,3}(?:verfahren )?"
    r"(?:no\b|n/a|not? appl|does not|is not|nein\b|nicht|gilt nicht|findet keine)"
)


class _Mention(NamedTuple):
    category: str
    evidence: Evidence


def with_printed_category(extraction: Extraction, transcript: Transcript) -> Extraction:
    """The extraction with the category that the transcript names on its tax lines. Without such a
    line it gets one over the total at zero percent, which stands on the words. A paper that charges
    tax, that names its categories or has no total stays as it is.
    """
    total = extraction.total.value
    is_charged = _is_more_than_nothing(extraction.tax.value) or any(
        _is_more_than_nothing(line.tax) for line in extraction.tax_lines
    )
    is_named = extraction.e_invoice is not None or any(
        line.vat_category for line in extraction.tax_lines
    )
    if total is None or is_charged or is_named:
        return extraction
    mention = _mention_in(transcript)
    if mention is None:
        return extraction
    lines = extraction.tax_lines
    if not lines:
        digits = minor_digits(extraction.currency.value or NO_CURRENCY)
        nothing = decimal_string(0, digits)
        lines = (TaxLine(rate="0", net=total, tax=nothing, evidence=mention.evidence),)
    with_category = tuple(
        line.model_copy(update={"vat_category": mention.category}) for line in lines
    )
    return extraction.model_copy(update={"tax_lines": with_category})


def _is_more_than_nothing(amount: str | None) -> bool:
    return amount is not None and Decimal(amount) != 0


def _mention_in(transcript: Transcript) -> _Mention | None:
    """The first line that names a category and does not deny it."""
    lines = [(line, fold(line.plain)) for line in transcript.lines]
    for category, pattern in _PATTERNS.items():
        for line, folded in lines:
            match = pattern.search(folded)
            if match is not None and not _is_denied(folded, match):
                return _Mention(category, line.evidence(0, len(line.plain)))
    return None


def _is_denied(folded: str, match: re.Match[str]) -> bool:
    is_before = _DENIED_BEFORE.search(folded[: match.start()]) is not None
    return is_before or _DENIED_BEHIND.match(folded, match.end()) is not None

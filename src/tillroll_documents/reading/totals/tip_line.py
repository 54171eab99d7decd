"""A tip beside the tax lines: it bears no tax, so that they add up to the total without it."""

from decimal import Decimal

from tillroll_documents.reading.extraction import Extraction, TaxLine
from tillroll_documents.reading.totals.figures import contains_tax


def with_tip_line(extraction: Extraction) -> Extraction:
    """The extraction with a tax line of no tax over the tip, where the other lines and the tip are
    the total. A single line without a net amount gets the one that its rate tells. All else stays
    as it is.
    """
    total = extraction.total.value
    tip = extraction.tip
    if total is None or tip.value is None or tip.evidence is None or not extraction.tax_lines:
        return extraction
    bill = Decimal(total) - Decimal(tip.value)
    lines = _lines_of_bill(extraction.tax_lines, bill)
    gross = sum(Decimal(line.net or 0) + Decimal(line.tax) for line in lines)
    if gross != bill or any(line.net is None for line in lines):
        return extraction
    nothing = f"{Decimal(0).quantize(bill):f}"
    of_tip = TaxLine(rate="0", net=tip.value, tax=nothing, evidence=tip.evidence)
    return extraction.model_copy(update={"tax_lines": (*lines, of_tip)})


def _lines_of_bill(lines: tuple[TaxLine, ...], bill: Decimal) -> tuple[TaxLine, ...]:
    """The lines, with the net amount of the bill (in its currency) where they have one line, its
    tax fits the rate, and no net amount is printed.
    """
    if len(lines) != 1:
        return lines
    line = lines[0]
    if line.net is not None or line.rate is None:
        return lines
    tax = Decimal(line.tax)
    if not contains_tax(_minor(bill), _minor(tax), frozenset({Decimal(line.rate)})):
        return lines
    return (line.model_copy(update={"net": f"{bill - tax:f}"}),)


def _minor(amount: Decimal) -> int:
    """In the amount's last printed digits."""
    return int(amount.scaleb(-int(amount.as_tuple().exponent)))

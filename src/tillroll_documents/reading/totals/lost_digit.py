"""A total that lost a digit in print: "5.80" where the goods, and the cash less the change, both
come to 15.80. What the sums come to is proposed, on the line of the total, and stays asked.
"""

from tillroll_documents.money import decimal_string, minor_digits
from tillroll_documents.reading.extraction import Field
from tillroll_documents.reading.totals.figures import Figures


def with_lost_digit(
    total: Field[str],
    minor: int,
    *,
    figures: Figures,
    currency: str,
) -> Field[str]:
    """The field with the only sum that is made in two ways, where the printed total (minor units)
    is that sum without one digit.
    """
    sums = [value for value in figures.made_twice if lost_a_digit(minor, value)]
    if minor in figures.made_twice or len(sums) != 1:
        return total
    return total.model_copy(update={"value": decimal_string(sums[0], minor_digits(currency))})


def lost_a_digit(paid: int, total: int) -> bool:
    """Whether one of the amounts is the other without a digit that OCR lost: 28.17 of 228.17."""
    shorter, longer = sorted((str(paid), str(total)), key=len)
    if len(longer) != len(shorter) + 1:
        return False
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))

"""Whether the text of a mail is a receipt: the rules that read receipts find a total in it."""

from datetime import date
from typing import Final

from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reading import read_page

_LONGEST: Final = 60_000
_LABELLED: Final = "labelled_total"


def is_receipt(text: str, today: date) -> bool:
    """Whether a total stands in it that is called one. That asks for little: what is read from it is doubted by the
    same rules as any receipt, and a person decides where these do. A currency is not asked for: "$" is several."""
    if not any(character.isdigit() for character in text):
        return False
    total = read_page(Page.of(Transcript.from_text(text[:_LONGEST])), today=today).extraction.total
    return total.value is not None and any(reason.code == _LABELLED for reason in total.reasons)

"""Words on receipts, a file a language. To add one: write its file like the others and name it here."""

from typing import Final

from tillroll.receipts.languages.czech import CZECH
from tillroll.receipts.languages.danish import DANISH
from tillroll.receipts.languages.dutch import DUTCH
from tillroll.receipts.languages.english import ENGLISH
from tillroll.receipts.languages.french import FRENCH
from tillroll.receipts.languages.german import GERMAN
from tillroll.receipts.languages.italian import ITALIAN
from tillroll.receipts.languages.language import Concept, Language
from tillroll.receipts.languages.malay import MALAY
from tillroll.receipts.languages.norwegian import NORWEGIAN
from tillroll.receipts.languages.polish import POLISH
from tillroll.receipts.languages.portuguese import PORTUGUESE
from tillroll.receipts.languages.spanish import SPANISH
from tillroll.receipts.languages.swedish import SWEDISH
from tillroll.receipts.languages.turkish import TURKISH

LANGUAGES: Final = (
    ENGLISH,
    MALAY,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    DUTCH,
    POLISH,
    CZECH,
    SWEDISH,
    DANISH,
    NORWEGIAN,
    TURKISH,
)

__all__ = ["LANGUAGES", "Concept", "Language"]

"""Words on receipts, a file a language. To add one: write its file like the others and name it here."""

from typing import Final

from tillroll.receipts.languages.dutch import DUTCH
from tillroll.receipts.languages.english import ENGLISH
from tillroll.receipts.languages.french import FRENCH
from tillroll.receipts.languages.german import GERMAN
from tillroll.receipts.languages.italian import ITALIAN
from tillroll.receipts.languages.language import Concept, Language
from tillroll.receipts.languages.malay import MALAY
from tillroll.receipts.languages.portuguese import PORTUGUESE
from tillroll.receipts.languages.spanish import SPANISH

LANGUAGES: Final = (ENGLISH, MALAY, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH)

__all__ = ["LANGUAGES", "Concept", "Language"]

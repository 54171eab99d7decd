"""Words on receipts, a file a language. To add one: write its file like the others and name it here."""

from typing import Final

from tillroll.reading.languages.czech import CZECH
from tillroll.reading.languages.danish import DANISH
from tillroll.reading.languages.dutch import DUTCH
from tillroll.reading.languages.english import ENGLISH
from tillroll.reading.languages.french import FRENCH
from tillroll.reading.languages.german import GERMAN
from tillroll.reading.languages.italian import ITALIAN
from tillroll.reading.languages.language import Concept, Language
from tillroll.reading.languages.malay import MALAY
from tillroll.reading.languages.norwegian import NORWEGIAN
from tillroll.reading.languages.polish import POLISH
from tillroll.reading.languages.portuguese import PORTUGUESE
from tillroll.reading.languages.spanish import SPANISH
from tillroll.reading.languages.swedish import SWEDISH
from tillroll.reading.languages.turkish import TURKISH

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

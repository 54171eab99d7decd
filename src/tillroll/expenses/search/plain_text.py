"""Words that are looked for: without case, accents and widths; and a month that somebody types.
Pure.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

# Scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Burmese) become pairs of
# neighbouring letters, so that any two that stand together are found.

LONGEST_WORD: Final = 40
# Shorter words must be met as they are: too many begin with one or two letters.
SHORTEST_BEGINNING: Final = 3

# Letters with a stroke, and ligatures, which Unicode does not take apart.
_APART: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
_UNSPACED: Final = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# 1,234.50 and 76,30, but no day (07.05.2018) and no version (1.2.3). Three digits behind a mark may
# be either. It has 15 digits at most, so that a text of digits and spaces takes linear time.
_AMOUNT: Final = re.compile(
    r"(?<![\w.,])([0-9]{1,3}(?:[.,' ][0-9]{3}){1,4}|[0-9]{1,15})[.,]([0-9]{2})(?![\w]|[.,][0-9])"
)
_WORD: Final = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED: Final = re.compile(rf"[{_UNSPACED}]")
_NO_DIGIT: Final = re.compile(r"[^0-9]")


def plain(sentence: str) -> str:
    """The text without case, accents and widths, by Unicode's compatibility decomposition (UAX 15,
    NFKD).
    """
    if sentence.isascii():
        return sentence.lower()
    decomposed = unicodedata.normalize("NFKD", sentence.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(_APART)


def sort_name(name: str) -> str:
    """A name as names are put in order: its letters and digits only."""
    return " ".join(_WORD.findall(plain(name))) or name


def words_of(sentence: str) -> Iterator[str]:
    """The words of a text in its order, with repetitions. An amount with a decimal mark is one:
    "76.30".
    """
    bare = plain(sentence)
    for match in _AMOUNT.finditer(bare):
        yield f"{_NO_DIGIT.sub('', match[1]).lstrip('0') or '0'}.{match[2]}"
    for word in _WORD.findall(_AMOUNT.sub(" ", bare)):
        if _IS_UNSPACED.match(word) and len(word) > 1:
            yield from (word[place : place + 2] for place in range(len(word) - 1))
        else:
            yield word[:LONGEST_WORD]


def plain_words(sentence: str) -> str:
    """The words of a text, each once, with a space between: what is kept beside a text so that SQL
    finds it.
    """
    return " ".join(dict.fromkeys(words_of(sentence)))


def joined(number: str) -> str:
    """A number's letters and digits without what stands between: "INV-2018/42" is also found as
    "inv201842".
    """
    return "".join(_WORD.findall(plain(number)))[:LONGEST_WORD]


def telling_words(lines: Iterable[str], most: int) -> list[str]:
    """The first words of a long text, each once, that may tell it from others: no single letters,
    no short figures.
    """
    result: dict[str, None] = {}
    for line in lines:
        for word in words_of(line):
            if len(word) > 1 and not (word.isdigit() and len(word) < SHORTEST_BEGINNING):
                result.setdefault(word)
                if len(result) >= most:
                    return [*result]
    return [*result]


def may_begin(word: str) -> bool:
    """Whether a word that is asked for also stands for words that begin with it."""
    return len(word) >= SHORTEST_BEGINNING and not _IS_UNSPACED.match(word)


_NAME: Final = re.compile(r"[^\W\d_]{3,12}\.?")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class NamedMonth:
    """Its days."""

    first_day: date
    last_day: date


def month_in(sentence: str) -> NamedMonth | None:
    """The month that two words name with its year, by its name or its beginning in a language that
    receipts are read in. None where they name none.
    """
    words = sentence.split()
    if len(words) != 2:
        return None
    name, year = words if _YEAR.fullmatch(words[1]) else reversed(words)
    if not _NAME.fullmatch(name) or not _YEAR.fullmatch(year):
        return None
    month = _number_of(name.rstrip("."))
    if month is None:
        return None
    last = calendar.monthrange(int(year), month)[1]
    return NamedMonth(date(int(year), month, 1), date(int(year), month, last))


def _number_of(name: str) -> int | None:
    # Nothing but a search for a month needs the words of all languages.
    from tillroll_documents.reading.languages import LANGUAGES  # noqa: PLC0415 - see above

    typed = plain(name)
    months = [
        (plain(each), number) for language in LANGUAGES for each, number in language.months.items()
    ]
    exact = {number for each, number in months if each == typed}
    numbers = exact or {number for each, number in months if each.startswith(typed)}
    if len(numbers) == 1:
        return numbers.pop()
    return None

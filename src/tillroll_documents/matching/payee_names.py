"""Names as banks write them, compared with those of documents: prefixes of payment providers, cut
and joined words, cities behind the name, legal forms. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import log2
from typing import Final

from tillroll_documents.matching.trades import is_of_trade
from tillroll_documents.reading import words
from tillroll_documents.reading.text.company_names import LEGAL_FORM, find_legal_form
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.place_names import CITIES

_PROVIDER: Final = re.compile(
    r"^\s*(?:(?:sumup|sq|zettle|izettle|iz|paypal|pp|stripe|sp|klarna|adyen|mollie|payone|square"
    r"|tst|wpy|ppro|concardis"
    r"|nexi|worldline|viva|crv|sixpay|toast)(?:\s*[*_]+\s*|\s+\.?\s*\*?)|visa\s+|mastercard\s+"
    r"|kartenzahlung\s+"
    r"|lastschrift\s+)",
    re.IGNORECASE,
)
"""Before the name of who sells: "SumUp  *Marie's", "PAYPAL *SPOTIFY", "SQ *BLUE BOTTLE"."""
_MISREAD: Final = re.compile(r"[a-z]{3,}[0-9][a-z]+|[a-z]+[0-9][a-z]{3,}")
_CUT_FORM: Final = re.compile(r"[&+]\s*co?\.?\s*$", re.IGNORECASE)
_OF_PAYMENTS: Final = re.compile(
    r"\b(?:kartenzahlung|karte|visa|mastercard|debitk\w*|card|sepa|lastschrift|retoure"
    r"|r[uü]e?ckgabe"
    r"|rechnung\w*|rg|re|inv\w*|facture|fattura|factura|kundenn\w*|vertrag\w*|bestellung|order"
    r"|erstattung|gutschrift|auslagen|zahlung|[uü]e?berweisung|payment|ref\w*)\b",
    re.IGNORECASE,
)
"""Words behind a payee's name, where the bank writes both into the text."""
_WORD: Final = re.compile(r"[^\W_]+")
_WITH_NUMBER: Final = re.compile(r"[a-z]{5,}[0-9]{1,3}")
"""A name that ends with a number: "buerowelt24"."""
_UMLAUT: Final = re.compile("([aou])e")
"""As banks write what folding makes a, o and u."""
_APOSTROPHE: Final = re.compile("['`\u2019\u00b4]")
_SHORT_FORMS: Final = {
    "amzn": "amazon", "amz": "amazon", "mktp": "marketplace", "mktplace": "marketplace",
    "msft": "microsoft",
    "goog": "google", "db": "bahn", "dbvertrieb": "bahn", "lh": "lufthansa", "rest": "restaurant",
    "restaur": "restaurant", "htl": "hotel", "apo": "apotheke", "back": "backerei",
    "intl": "international", "ger": "germany", "svcs": "services", "svc": "service",
    "str": "strasse",
}  # fmt: skip
_LONG_FORMS: Final = frozenset(_SHORT_FORMS.values())
_NO_NAME: Final = words("""
    dr prof herr herrn frau mr mrs ms mme mlle dhr mevr firma sig sra the and und der die das of by
    at in am im an zum zur fur von e k gmbh ag kg ohg mbh ltd limited inc llc sa sarl srl bv nv co
    com de www eu fr uk us net org payment payments zahlung marketplace mktp europe deutschland
    germany markt store shop filiale station sagt danke
""")
_LONGEST: Final = 200
"""Signs of a name that are compared."""
_MOST_TOKENS: Final = 8
_CUT: Final = 5
"""Letters; a shorter beginning of a word is not taken for the word."""
_LEAST_OF_WORD: Final = 3
"""Letters that a bank leaves of each word that it cuts."""
_AS_LONG_AS_BANKS_WRITE: Final = 20
"""Signs to which terminals and banks cut names: 22 in ISO 8583's field 43, 27 in SWIFT's :86:."""
_SAME_FORMS: Final = (
    ("limited", "ltd"),
    ("incorporated", "inc"),
    ("corporation", "corp"),
    ("aktiengesellschaft", "ag"),
)
_LONG_ENOUGH_TO_CUT: Final = 8
"""Letters that a bank leaves of a name that it cuts inside a word."""
_CUT_WORD: Final = 4
"""Letters that are left of that word: "RESTAURANT ZEN" may be any restaurant that begins so."""
_WHOLE: Final = 3
"""Letters of a name that may be the beginning of what the bank writes, if all its words are
there.
"""
_CUT_LIKENESS: Final = (0.0, 0.0, 0.0, 0.3, 0.6, 0.9)
"""Likeness of a word and its beginning that the bank left, by the letters of the beginning."""
_OTHER_WORD: Final = 0.45
"""Likeness of two words that may be one with a slip, and may be two: alone they are no name."""
_SAME: Final = 1000
_WITH_PLACE: Final = 900
"""Likeness of a name with a branch or a city behind it."""
_OF_TRADE: Final = 450
"""Likeness, at most, where all that a side says is a trade: "RESTAURANT" may be any restaurant."""
_SAME_TRADE: Final = 300
"""Likeness, at least, of two of one trade: their names differ, and may be one's name and its
town.
"""
_SHARE_OF_TRADE: Final = 0.25
"""What a word of a trade says, of what another word does."""
_FIRST: Final = 1.5
"""What the first word of a name says, of what another word does."""
_FIRST_BESIDE_TRADE: Final = 2.25
"""The same of the first that is no word of a trade, where there is one."""
_BEHIND_ANOTHER: Final = 0.6
"""What is left of a likeness where the bank's name begins with another word: "ANNA WEBER" is not
"Weber GmbH".
"""


@dataclass(frozen=True, slots=True)
class Name:
    """`tokens` without words that name nobody; `whole` is them joined; `key` identifies the name in
    what is learned.

    `trades` has the words of a trade, "restaurant" of "Restaurant Adler"; `own` those that name
    somebody, "adler".
    """

    tokens: tuple[str, ...]
    whole: str
    own: frozenset[str]
    trades: frozenset[str]
    form: str = ""
    """The legal form without blanks and points: "gmbhcokg". Another one is another company."""
    words: tuple[str, ...] = ()
    """All words but the legal form: "dm", "drogerie", "markt"."""
    places: frozenset[str] = frozenset()
    """Words that a bank writes behind a slash, as it does the town of a card payment."""
    is_cut_form: bool = False
    """The bank left "& Co" of "& Co. KG" behind the legal form."""
    is_misread: bool = False
    """A word has a digit among its letters, so it is no number: "technologi9s"."""
    is_long: bool = False
    """As long as banks let names be, so it may be cut between two words."""

    @property
    def key(self) -> str:
        return self.whole

    @property
    def letters(self) -> str:
        """All words but the legal form, joined: "dmdrogeriemarkt"."""
        return "".join(self.words)


@lru_cache(maxsize=65_536)
def read_name(text: str) -> Name:
    """The name without providers, legal forms, numbers and words that name nobody."""
    text = text[:_LONGEST]
    bare = _PROVIDER.sub("", text, count=1)
    folded = _APOSTROPHE.sub("", fold(bare))
    parts: list[str] = [_UMLAUT.sub(r"\1", word) for word in _WORD.findall(folded)]
    words = [_SHORT_FORMS.get(word, word) for word in parts]
    tokens = [word for word in words if _may_be_a_name(word)]
    if len(tokens) > 1:
        without: set[str] = {
            _UMLAUT.sub(r"\1", word) for word in _WORD.findall(LEGAL_FORM.sub(" ", folded))
        }
        tokens = [word for word in tokens if word in without or word in _LONG_FORMS] or tokens
    if not tokens:
        tokens = [word for word in words if word not in _NO_NAME]  # "1&1", "4711"
    if tokens and all(map(is_of_trade, tokens)):
        tokens = _with_small_words(words, folded)
    tokens = tokens[:_MOST_TOKENS]
    trades = frozenset(filter(is_of_trade, tokens))
    own = frozenset(tokens) - trades - _NO_NAME
    place = folded.partition("/")[2]
    return Name(
        tuple(tokens),
        "".join(tokens),
        own=own,
        trades=trades,
        form=_form_of(bare),
        is_misread=any(_MISREAD.fullmatch(word) for word in words),
        is_cut_form=_CUT_FORM.search(bare) is not None,
        words=tuple(
            _UMLAUT.sub(r"\1", word) for word in _WORD.findall(LEGAL_FORM.sub(" ", folded))
        ),
        places=frozenset(_UMLAUT.sub(r"\1", word) for word in _WORD.findall(place)),
        is_long=len(text) >= _AS_LONG_AS_BANKS_WRITE and tokens[-1:] == words[-1:],
    )


def read_payee(text: str) -> Name:
    """The name at the beginning of a text, up to the first word of what is paid, and how."""
    return read_name(_OF_PAYMENTS.split(text, maxsplit=1)[0])


def _form_of(text: str) -> str:
    """The legal form of a name, as it is compared; "" for none."""
    span = find_legal_form(text)
    if span is None:
        return ""
    form = "".join(_WORD.findall(fold(text[slice(*span)])))
    for long, short in _SAME_FORMS:
        form = form.replace(long, short)
    return form


def is_other_form(bank: Name, document: Name) -> bool:
    """Whether two names have legal forms, and not the same: "GmbH & Co." is cut, "GmbH" is not."""
    if not bank.form or not document.form or bank.form == document.form:
        return False
    return not (bank.is_cut_form and document.form.startswith(bank.form))


@lru_cache(maxsize=131_072)
def is_whole_name(bank: Name, document: Name) -> bool:
    """Whether a bank's name is a document's, and nothing else is in either.

    They are equal, or one has all of the other, and what is left over is a place or a number. Legal
    forms are compared apart. Or the bank cut the name.
    """
    if not bank.tokens or not document.tokens or is_other_form(bank, document):
        return False
    if document.is_misread:
        return bank.letters == document.letters
    words = _without_place(bank)
    others = _without_place(document)
    is_same = "".join(words) == "".join(others) or set(words) == set(others)
    return is_same or _is_joined(bank, document) or is_cut_name(bank, document)


def is_cut_name(bank: Name, document: Name) -> bool:
    """Whether a bank's name is a document's but for letters at the ends of its words."""
    if document.is_misread:
        return False
    words = _without_place(bank)
    whole = "".join(words)
    is_beginning = len(whole) < len(document.whole) and document.whole.startswith(whole)
    if is_beginning and len(whole) >= _LONG_ENOUGH_TO_CUT:
        is_cut_between = bank.is_long and len(words) == len(bank.tokens)
        return is_cut_between or not _ends_a_word(document.tokens, len(whole))
    if not words or len(words) > len(document.tokens):
        return False
    pairs = [*zip(words, document.tokens, strict=False)]
    are_cut = all(len(word) >= _LEAST_OF_WORD and full.startswith(word) for word, full in pairs)
    return are_cut and len(words) == len(document.tokens)


def _with_small_words(words: Iterable[str], folded: str) -> list[str]:
    """All words of a name that is made of words of trades: the rest tells "Apotheke am Markt" from
    "Apotheke".
    """
    without = {_UMLAUT.sub(r"\1", word) for word in _WORD.findall(LEGAL_FORM.sub(" ", folded))}
    return [word for word in words if word.isalpha() and (word in without or is_of_trade(word))]


def _may_be_a_name(word: str) -> bool:
    """Whether a word names somebody: "buerowelt24" does, the number of a branch does not."""
    if len(word) <= 1 or word in _NO_NAME:
        return False
    return not any(map(str.isdecimal, word)) or _WITH_NUMBER.fullmatch(word) is not None


def _tokens_of(text: str) -> list[str]:
    words = [_UMLAUT.sub(r"\1", word) for word in _WORD.findall(fold(text))]
    return [word for word in words if _may_be_a_name(word)]


_CITY_KEYS: Final = frozenset("".join(_tokens_of(city)) for city in CITIES)
_BEGINNINGS_OF_CITIES: Final = frozenset(
    key[:length] for key in _CITY_KEYS for length in range(2, len(key))
)
"""What a bank leaves of a city behind a long name."""
_MOST_WORDS_OF_A_CITY: Final = 3


def _without_place(name: Name) -> tuple[str, ...]:
    """The words of a name without the town behind it; all of them where nothing else is there."""
    tokens = name.tokens
    if name.places:
        before = tuple(word for word in tokens if word not in name.places)
        return before or tokens
    for count in range(min(_MOST_WORDS_OF_A_CITY, len(tokens) - 1), 0, -1):
        town = "".join(tokens[-count:])
        if town in _CITY_KEYS or (name.is_long and town in _BEGINNINGS_OF_CITIES):
            return tokens[:-count]
    return tokens


def _is_joined(bank: Name, document: Name) -> bool:
    """Whether all words of a document's name, joined, are the bank's, perhaps with a town.

    Behind it may be numbers, and words that name nobody: "DM DROGERIEMARKT 1232 WIEN DE".
    """
    letters = document.letters
    if not letters or not bank.letters.startswith(letters):
        return False
    rest = bank.letters[len(letters) :]
    if not rest or rest.isdecimal():
        return True
    ends = [*accumulate(map(len, bank.words))]
    if len(letters) not in ends:
        return False
    following = bank.words[ends.index(len(letters)) + 1 :]
    names = "".join(word for word in following if _may_be_a_name(word))
    return not names or names in _CITY_KEYS


def name_key(text: str | None) -> str:
    """Identifies a payee or merchant in what was learned; "" for no name."""
    if text:
        return read_name(text).key
    return ""


class Weights:
    """How much a word says: the rarer among the documents, the more. "Restaurant" says little where
    many are.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._times = Counter(token for name in names for token in set(name.tokens))

    def of(self, token: str) -> float:
        """Weigh a word: 1 where no document has it, and a small part of that where all have it."""
        return 1 / (1 + log2(1 + self._times.get(token, 0)) / 4)


def likeness(bank: Name, document: Name, weights: Weights) -> int:
    """How alike two names are: 0 to 1000. Above 750 they are one as far as banks write names; below
    250 they differ.

    A person's name with a letter changed is another person as often as a slip, so that counts as
    less than half. A word of a trade is no name: "HOTEL" is not "Hotel Post", nor is "HOTEL LOEWEN"
    or "KIOSK POST".
    """
    if not bank.tokens or not document.tokens:
        return 0
    alike = _likeness(bank, document, weights)
    if bank.own and document.own and _is_joined(bank, document):
        return max(alike, _WITH_PLACE)
    if not bank.own or not document.own:
        is_whole = len(bank.tokens) > 1 and bank.tokens == document.tokens
        return _SAME if is_whole else min(alike, _OF_TRADE)
    if not bank.trades or not document.trades:
        return alike
    if bank.trades.isdisjoint(document.trades):
        is_cut = any(
            _word_likeness(bank=one, document=other)
            for one in bank.trades
            for other in document.trades
        )
        return alike if is_cut else min(alike, _OF_TRADE)
    return max(alike, _SAME_TRADE)


def _likeness(bank: Name, document: Name, weights: Weights) -> int:
    one = bank.whole
    other = document.whole
    if one == other or set(bank.tokens) == set(document.tokens):
        return _SAME
    short, long = sorted((one, other), key=len)
    if len(other) >= _WHOLE and bank.tokens[: len(document.tokens)] == document.tokens:
        return _WITH_PLACE  # however short the name is
    if len(short) >= _CUT and long.startswith(short) and _is_whole_word(bank, document):
        # Cut by the bank, or a city behind the name: so much the surer, the more is left.
        if len(short) * 2 >= len(long) or len(short) >= 8:
            return 950
        return 850
    return round(_shared(bank.tokens, document.tokens, weights))


def _is_whole_word(bank: Name, document: Name) -> bool:
    """Whether the shorter of two names, with which the longer one begins, ends where a word does.

    A bank cuts long names, so what is left may end inside a word of the document's name. The
    document's name does not end inside a word of the bank's: "Shell" is not "SHELLFISH BAR", and
    "SHELL" is not "Shellfish Bar" either.
    """
    if len(bank.whole) > len(document.whole):
        return _ends_a_word(bank.tokens, len(document.whole))
    is_cut = len(bank.whole) >= _LONG_ENOUGH_TO_CUT and len(bank.tokens[-1]) >= _CUT_WORD
    return is_cut or _ends_a_word(document.tokens, len(bank.whole))


def is_cut_short(bank: Name, document: Name) -> bool:
    """Whether the bank left so little of a word that it may be another one.

    "GASTHOF PER" may be "Gasthof Perlmutt" or "Gasthof Perle".
    """
    last = bank.tokens[-1] if bank.tokens else ""
    is_short = len(last) < _CUT_WORD and last not in document.tokens
    return is_short and any(token.startswith(last) for token in document.tokens)


def _ends_a_word(tokens: Iterable[str], length: int) -> bool:
    """Whether so many letters of the joined words end where one of these does."""
    return length in accumulate(map(len, tokens))


def _shared(bank: Sequence[str], document: Sequence[str], weights: Weights) -> float:
    remaining = list(bank)
    total = common = 0.0
    factors = _factors(bank, document)
    for token, factor in zip(document, factors, strict=True):
        weight = weights.of(token) * factor
        total += weight
        best = 0.0
        at = -1
        for place, candidate in enumerate(remaining):
            alike = _word_likeness(bank=candidate, document=token)
            if alike > best:
                best = alike
                at = place
        if at >= 0:
            del remaining[at]
            common += weight * best
    share = common / total
    # What the bank writes besides (a city, a branch) says a little against the two being one.
    extra = sum(weights.of(token) for token in remaining)
    share *= 1 - min(0.3, 0.05 * extra / total)
    if remaining and remaining[0] == bank[0] and not is_of_trade(bank[0]):
        share *= _BEHIND_ANOTHER
    return _SAME * share


def _factors(bank: Sequence[str], document: Sequence[str]) -> list[float]:
    """What each word of a document's name says, of what another word does.

    The first one says most. Where both sides have words of a trade, these say little, and the first
    other word takes their place: "Restaurant Adler" and "RESTAURANT KRONE" share next to nothing.
    """
    trades = [is_of_trade(token) for token in document]
    first = trades.index(False) if False in trades else 0
    factors = [1.0] * len(document)
    factors[first] = _FIRST
    if any(trades) and any(map(is_of_trade, bank)):
        factors = [_SHARE_OF_TRADE if is_trade else 1.0 for is_trade in trades]
        factors[first] = _FIRST_BESIDE_TRADE
    return factors


@lru_cache(maxsize=131_072)
def _word_likeness(*, bank: str, document: str) -> float:
    if bank == document:
        return 1.0
    if document.startswith(bank):
        # The bank cut the word.
        return _CUT_LIKENESS[min(len(bank), _CUT)]
    if len(document) >= _WHOLE and bank.startswith(document):
        # Another word that begins alike: "Shell" and "Shellfish".
        return _OTHER_WORD
    short, long = sorted((bank, document), key=len)
    if len(short) >= _CUT and is_slip(short, long):
        return _OTHER_WORD
    return 0.0


def is_slip(one: str, other: str) -> bool:
    """Whether one sign was lost, added, changed, or swapped with its neighbour; False for equal
    texts.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next(
        (place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    rest_one = short[at + 1 :]
    rest_other = long[at + 1 :]
    is_swap = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return rest_one == rest_other or is_swap

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
from tillroll_documents.reading.text.company_names import LEGAL_FORM
from tillroll_documents.reading.text.folding import (
    fold,
)

_PROVIDER: Final = re.compile(
    r"^\s*(?:(?:sumup|sq|zettle|izettle|iz|paypal|pp|stripe|sp|klarna|adyen|mollie|payone|square"
    r"|tst|wpy|ppro|concardis"
    r"|nexi|worldline|viva|crv|sixpay|toast)(?:\s*[*_]+\s*|\s+\.?\s*\*?)|visa\s+|mastercard\s+"
    r"|kartenzahlung\s+"
    r"|lastschrift\s+)",
    re.IGNORECASE,
)
"""Before the name of who sells: "SumUp  *Marie's", "PAYPAL *SPOTIFY", "SQ *BLUE BOTTLE"."""
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

    @property
    def key(self) -> str:
        return self.whole


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
    return Name(tuple(tokens), "".join(tokens), own=own, trades=trades)


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
        return 900  # a branch or a city behind the whole name, however short that is
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

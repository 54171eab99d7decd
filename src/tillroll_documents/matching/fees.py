"""The bank's own fees: by its code of the transaction, else by whole words of its text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.matching.evidence import Evidence, LineView
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Match,
    MatchKind,
    Pair,
)
from tillroll_documents.matching.open_amounts import Open, first_by_day, level
from tillroll_documents.matching.transaction_codes import CodeMeaning, meaning_of
from tillroll_documents.reading import words
from tillroll_documents.reading.text.folding import (
    fold,
)

_POINTS: Final = 700
_MOST_TEXT: Final = 500
_WORD: Final = re.compile(r"[^\W_]+")
_BANK: Final = re.compile(
    r"\b(?:\w*bank|\w*sparkasse|sparkassen?|banque|banco|banca|credit union)\b",
    re.IGNORECASE,
)
"""A bank's own name, as it may write it beside its fee."""

_OF_ACCOUNTS: Final = words("""
    account accounts atm buchung buchungen buchungsposten card cards compte conti conto
    corrente cuenta custody dauerauftrag depot einsatz fremdwahrung geldautomat geschaftskonto
    girocard girokonto karte karten kartenzahlung konto kontoauszug kontofuehrung kontofuhrung
    kontokorrent kreditkarte lastschrift maestro maintenance mantenimiento rachunku sepa
    service statement tenue transfers uberweisung ueberweisung wire zahlungsverkehr
""")
"""What banks charge for, folded. Beside it a word of fees is no wage, allowance or public fee."""

_NEUTRAL: Final = _OF_ACCOUNTS | words("""
    abrechnung allgemeine am an annual ap aus ausland auslands auszahlung auszug bargeld basis
    beleglose beleghafte betrag bis business costs de debit del della der di die du einzel eur
    euro euros fixed foreign fur fuer grund gutschrift halbjahr im in iva jahr jahres jahrlich
    mastercard mensile mensuel mensuels monat monatlich monatliche monats monthly mwst nr of
    online outgoing package paket pauschale per periode plus porto posten preis preise premium
    pro quartal quarterly standing steuer the to transaction transactions transfer umsatz
    umsatze und usage ust vat vierteljahr visa vom von year yearly za zahlung zum zur januar
    februar marz maerz april mai juni juli august september oktober november dezember jan feb
    mrz apr jun jul aug sep sept okt nov dez january february march may june july october
    december janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
    q1 q2 q3 q4
""")
"""Words, folded, that are nobody's name: what is charged for, how often, and for when."""

_STEMS: Final = (
    *("konto", "karten", "abschluss", "ausland", "buchung", "depot", "lastschrift", "retouren"),
    *("uberweisung", "ueberweisung", "fremdwahrung", "grundentgelt", "grundgebuhr"),
)
"""Parts of words of fees that say what the fee is for: "kontoführungsentgelt". Folded."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A document of fees, and its words as sequences of folded words."""

    document: Document
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    """What says that a line is a fee. `is_sure`: it cannot be anything else."""

    reason: str
    is_sure: bool


def match_fees(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match what no document explains with the first rule that fits. Its amount bounds the fee.

    Automatic only if no document was a candidate, the bank names nobody, and either its code says a
    fee, or all of its text does.
    """
    views = opened.index.views.values()
    documents = [view.document for view in views if view.document.kind is DocumentKind.FEE]
    rules = [_rule(document) for document in documents]
    if not rules:
        return
    for line in first_by_day(opened):
        match = _match(opened, line, rules, has_candidates=bool(candidates.get(line.line.id)))
        if match is not None:
            opened.add(match)


def _match(
    opened: Open,
    line: LineView,
    rules: Sequence[_Rule],
    *,
    has_candidates: bool,
) -> Match | None:
    """Match a line with the first rule that fits; None without one."""
    entry = line.line
    for rule in rules:
        sign = _find(line, rule)
        if sign is None or opened.weigher.is_declined(entry.id, rule.document.id):
            continue
        is_sure = sign.is_sure and not entry.is_pending and not has_candidates
        pair = Pair(line=entry.id, document=rule.document.id, amount=entry.amount, settles=0)
        return Match(
            kind=MatchKind.FEE,
            lines=(entry.id,),
            pairs=(pair,),
            score=_POINTS,
            reasons=(sign.reason, "the amount is within the rule's"),
            level=level(is_sure=is_sure, is_tie=False),
        )
    return None


def _rule(document: Document) -> _Rule:
    phrases = (tuple(_words(name)) for name in document.names)
    return _Rule(document, tuple(phrase for phrase in phrases if phrase))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text[:_MOST_TEXT]))


def _find(line: LineView, rule: _Rule) -> _Sign | None:
    """Why a line is a fee of the rule; None for what is not."""
    entry = line.line
    document = rule.document
    is_same_way = (entry.amount > 0) == (document.amount > 0)
    is_within = is_same_way and abs(entry.amount) <= abs(document.amount)
    is_own = document.bank_account in {None, entry.account} and document.currency == entry.currency
    if not is_within or not is_own or _is_of_another(line):
        return None
    if meaning_of(entry.code) is CodeMeaning.FEE:
        return _Sign("the bank's code says a fee", is_sure=True)
    text = _words(entry.text)
    phrase = next((each for each in rule.phrases if _has(text, each)), None)
    if phrase is None:
        return None
    is_sure = _is_all_of_fees(text, rule.phrases)
    return _Sign(f"the bank's text has “{' '.join(phrase)}”", is_sure=is_sure)


def _is_of_another(line: LineView) -> bool:
    """Whether the bank names another side than itself."""
    entry = line.line
    is_named = bool(entry.name) and _BANK.search(entry.name or "") is None
    return bool(entry.counterparty) or is_named


def _has(text: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a text has a phrase as whole words."""
    length = len(phrase)
    starts = range(len(text) - length + 1)
    return any(tuple(text[start : start + length]) == tuple(phrase) for start in starts)


def _is_all_of_fees(text: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text is about a fee of a bank, and no word of it can be somebody's name."""
    of_fees = {word for phrase in phrases for word in phrase}
    compounds = {word for word in of_fees if any(stem in word for stem in _STEMS)}
    nameless = of_fees | _NEUTRAL
    is_about_accounts = any(word in _OF_ACCOUNTS or word in compounds for word in text)
    return is_about_accounts and all(word in nameless or _has_digits(word) for word in text)


def _has_digits(word: str) -> bool:
    return any(map(str.isdecimal, word))

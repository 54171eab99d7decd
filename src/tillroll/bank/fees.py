"""The bank's own fees: by its code of the transaction, else by whole words of its text, where it names nobody."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.bank.evidence import Evidence, LineView
from tillroll.bank.matching_models import Document, DocumentKind, Match, MatchKind, Pair
from tillroll.bank.open_amounts import Open, first_by_day, level
from tillroll.bank.transaction_codes import Says, code_says
from tillroll.reading import words
from tillroll.reading.vocabulary import fold

_POINTS: Final = 700
_MOST_TEXT: Final = 500
_WORD: Final = re.compile(r"[^\W_]+")
_BANK: Final = re.compile(r"\b(?:\w*bank|\w*sparkasse|sparkassen?|banque|banco|banca|credit union)\b", re.IGNORECASE)
"""A bank's own name, as it may write it beside its fee."""

_OF_ACCOUNTS: Final = words("""
    account accounts atm buchung buchungen buchungsposten card cards compte conti conto corrente
    cuenta custody dauerauftrag depot einsatz fremdwahrung geldautomat geschaftskonto girocard
    girokonto karte karten kartenzahlung konto kontoauszug kontofuehrung kontofuhrung
    kontokorrent kreditkarte lastschrift maestro maintenance mantenimiento rachunku sepa service
    statement tenue transfers uberweisung ueberweisung wire zahlungsverkehr
""")
"""What banks charge for. Folded. Beside such a word, a word of fees is no wage, allowance or public fee."""

_BESIDE: Final = _OF_ACCOUNTS | words("""
    abrechnung allgemeine am an annual ap aus ausland auslands auszahlung auszug bargeld basis beleglose beleghafte
    betrag bis business costs de debit del della der di die du einzel eur euro euros fixed foreign fur fuer grund
    gutschrift halbjahr im in iva jahr jahres jahrlich mastercard mensile mensuel mensuels monat
    monatlich monatliche monats monthly mwst nr of online outgoing package paket pauschale per periode plus porto
    posten preis preise premium pro quartal quarterly standing steuer the to transaction transactions transfer
    umsatz umsatze und usage ust vat vierteljahr visa vom von year yearly za zahlung zum zur
    januar februar marz maerz april mai juni juli august september oktober november dezember jan feb mrz apr jun
    jul aug sep sept okt nov dez january february march may june july october december janvier fevrier mars avril
    juin juillet aout septembre octobre novembre decembre q1 q2 q3 q4
""")
"""Words beside those of fees that are nobody's name: what is charged for, how often, and for when. Folded."""

_LONG: Final = 10
"""Letters of a word of fees that says what the fee is for: "kontoführungsentgelt"."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A document of fees, and its words as sequences of folded words."""

    document: Document
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What says that a line is a fee. `is_sure`: it cannot be anything else."""

    reason: str
    is_sure: bool


def match_fees(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match what no document explains with the first rule that fits. A rule's amount bounds the fee.

    Automatic only if no document was a candidate, the bank names no other account, and either its code says a fee, or
    all of its text does.
    """
    rules = [_rule(view.document) for view in opened.index.views.values() if view.document.kind is DocumentKind.FEE]
    for line in first_by_day(opened) if rules else ():
        what = line.line
        for rule in rules:
            found = _find(line, rule)
            if found is None or opened.weigher.is_declined(what.id, rule.document.id):
                continue
            is_sure = found.is_sure and not (what.is_pending or candidates.get(what.id))
            opened.add(
                Match(
                    kind=MatchKind.FEE,
                    lines=(what.id,),
                    pairs=(Pair(what.id, rule.document.id, what.amount, 0),),
                    score=_POINTS,
                    reasons=(found.reason, "the amount is within the rule's"),
                    level=level(is_sure=is_sure, is_tie=False),
                )
            )
            break


def _rule(document: Document) -> _Rule:
    phrases = (tuple(_words(name)) for name in document.names)
    return _Rule(document, tuple(phrase for phrase in phrases if phrase))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text[:_MOST_TEXT]))


def _find(line: LineView, rule: _Rule) -> _Found | None:
    """Why a line is a fee of the rule; None for what is not."""
    what = line.line
    document = rule.document
    is_within = (what.amount > 0) == (document.amount > 0) and abs(what.amount) <= abs(document.amount)
    is_own = document.bank_account in {None, what.account} and document.currency == what.currency
    is_of_another = bool(what.counterparty) or (bool(what.name) and not _BANK.search(what.name or ""))
    if not is_within or not is_own or is_of_another:
        return None
    said = code_says(what.code)
    if said is Says.FEE:
        return _Found("the bank's code says a fee", is_sure=True)
    written = _words(what.text)
    phrase = next((each for each in rule.phrases if _has(written, each)), None)
    if phrase is None:
        return None
    is_all = said is Says.NOTHING and _is_all_of_fees(written, rule.phrases)
    return _Found(f"the bank's text has “{' '.join(phrase)}”", is_sure=is_all)


def _has(written: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a text has a phrase as whole words."""
    length = len(phrase)
    return any(tuple(written[at : at + length]) == tuple(phrase) for at in range(len(written) - length + 1))


def _is_all_of_fees(written: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text is about a fee of a bank, and no word of it can be somebody's name."""
    known = {word for phrase in phrases for word in phrase}
    is_about_accounts = any(word in _OF_ACCOUNTS or (word in known and len(word) >= _LONG) for word in written)
    numbers = [word for word in written if any(map(str.isdecimal, word))]
    return is_about_accounts and all(word in known or word in _BESIDE or word in numbers for word in written)

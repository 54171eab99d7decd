"""How the receipt was paid, and the last four digits of the card."""

import re
from collections.abc import Sequence
from typing import Final

from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.extraction import PaymentMethod
from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_MASKED: Final = re.compile(
    r"(?:[Xx*#•.·] ?){4,30}-? ?(?P<last>[0-9]{4})(?![0-9])"
    r"|(?<![0-9])[0-9]{4,6}[Xx*#•]{4,30}(?P<mixed>[0-9]{4})(?![0-9])"
    r"|(?:[Xx*•]{2,4}[ -]){2,3}(?P<grouped>[0-9]{4})(?![0-9])"
)
_HIDDEN: Final = re.compile(r"[Xx*#•.·] ?[Xx*#•.·]")
"""Two signs that hide digits, as every masked number holds: few lines do."""

_METHODS: Final = {Concept.CASH: PaymentMethod.CASH, Concept.CARD: PaymentMethod.CARD}


def find_payment_methods(
    page: Page, labelled: Sequence[LabelledAmount], cards: Sequence[Candidate[str]], total: int | None
) -> list[Candidate[PaymentMethod]]:
    """Candidates for the way of paying: what an amount paid is labelled with, and masked numbers of `cards`.

    `total` in minor units; an amount beside the word that is no less than it speaks for the word.
    """
    candidates: dict[PaymentMethod, Candidate[PaymentMethod]] = {}
    paid = {item.line: item.amount.minor for item in labelled if item.role is Role.PAID}
    given_back = any(item.role is Role.CHANGE and item.amount.minor > 0 for item in labelled)
    for line in page.naming(*_METHODS):
        index = line.index
        for found in page.found(line):
            method = _METHODS.get(found.concept)
            if method is None:
                continue
            candidate = Candidate(method, line, found.start, found.end)
            signs = {
                "paid_beside_it": index in paid,
                "pays_total": total is not None and paid.get(index, 0) >= total,
                "change_given": method is PaymentMethod.CASH and given_back and index in paid,
                "named_only": index not in paid,
                "part_of_heading": bool({Concept.HEADING, Concept.FIRM, Concept.TRADE} & page.named(line)),
            }
            candidate.give_all(signs, weights.PAYMENT)
            known = candidates.get(method)
            if known is None or candidate.score > known.score:
                candidates[method] = candidate
    for card in cards:
        candidate = candidates.setdefault(
            PaymentMethod.CARD, Candidate(PaymentMethod.CARD, card.line, card.start, card.end)
        )
        candidate.give("card_number_printed", weights.PAYMENT)
    return list(candidates.values())


def find_card_numbers(page: Page) -> list[Candidate[str]]:
    """Candidates for the card's last four digits: behind at least four signs that hide the others."""
    candidates: list[Candidate[str]] = []
    for line in {line.index: line for line, _, _ in page.search(_HIDDEN)}.values():
        for match in _MASKED.finditer(line.plain):
            group = match.lastgroup or "last"
            candidate = Candidate(match[group], line, match.start(group), match.end(group))
            signs = {"masked": True, "card_named": Concept.CARD in page.named(line)}
            candidate.give_all(signs, weights.CARD_NUMBER)
            candidates.append(candidate)
    return candidates

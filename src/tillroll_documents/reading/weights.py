"""Candidates for a value, weighed by one table: what speaks for a value is above 0, what speaks
against it below.

The best candidate wins; its confidence grows with its score and with its lead over the next one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Generic, Self, TypeVar

from tillroll_documents.reading.extraction import Evidence, Line, Reason

TOTAL: Final = {
    # What the words before the amount say.
    "labelled_payable": 55, "labelled_total": 50, "labelled_rounded_total": 36,
    "labelled_gross": 20,
    "labelled_amount": 12, "labelled_subtotal": 8, "labelled_paid": 10, "unlabelled": 4,
    # What else on the receipt agrees.
    "printed_again_as_total": 12, "equals_paid_minus_change": 30,
    "equals_paid_minus_change_rounded": 16,
    "equals_paid": 20, "equals_net_plus_tax": 22, "equals_subtotal_and_adjustments": 20,
    "equals_sum_of_lines": 20,
    "equals_lines_above": 20, "equals_tax_table": 20, "equals_total_rounded": 36,
    "equals_total_discounted": 36, "only_amount": 56,
    "contains_tax_at_rate": 20,
    # What speaks against it.
    "in_tax_table": -60, "contradicted": -20, "less_than_its_parts": -25, "paid_otherwise": -20,
    "other_payable_below": -20, "before_rounding": -40, "near_another": -12, "before_tax": -20,
    "before_tip": -40,
    "before_service": -40, "before_discount": -40, "ten_times_its_goods": -60, "before_charge": -60,
    "paid_with_change": -20,
    "point_not_read": -15, "leading_zero": -25,
}  # fmt: skip

DATE: Final = {
    "printed": 10, "labelled_date": 30, "time_beside_it": 20, "printed_again": 12, "month_named": 4,
    "near_top_or_bottom": 2, "only_date": 10, "time_on_next_line": 8, "order_certain": 4,
    "order_fits_country": 4,
    "order_fits_other_dates": 4, "weekday_agrees": 12, "digits_in_number": 8,
    "labelled_other_date": -30,
    "part_of_a_range": -40, "repaired": -24, "uneven": -16, "guessed": -4, "weekday_differs": -50,
    "year_put_right": -40, "implausible": -50, "beside_payment": 16, "printed_often": 20,
    "long_ago": 0, "begins_stay": -30, "ends_stay": 0,
}  # fmt: skip

MERCHANT: Final = {
    "has_legal_form": 42, "has_firm_word": 26, "has_trade_word": 30, "owner_named": 26,
    "at_top": 30, "second_name": 14,
    "among_first_lines": 6, "capitals": 8, "named_again": 18, "goes_on_from_name": 18,
    "two_lines": 18,
    "above_address": 18, "registered_beside": 18, "below_address": -26, "only_kind": -24,
    "is_entry": -40,
    "below_items": -40, "too_short": -20, "few_letters": -40, "is_heading": -60, "is_greeting": -60,
    "is_address": -40,
    "has_address_word": -16, "is_contact": -50, "is_registration": -45, "is_staff_or_customer": -50,
    "has_amount_or_date": -50, "spelt_elsewhere": 12, "greeted": 20, "beside_brand": 0,
    "only_form": -100,
    "before_head": -40, "is_slogan": -30, "is_branch": -40, "is_plot": -40, "is_other_firm": -50,
    "is_person": -24,
    "is_scribble": -20,
}  # fmt: skip

BRAND: Final = {
    "above_firm": 32, "below_firm": 4, "has_trade_word": 30, "brand_in_firm": 30, "named_again": 24,
    "in_address_of_web": 30, "two_lines": 6, "is_scribble": -30,
}  # fmt: skip

CURRENCY: Final = {
    "code_printed": 30, "marked": 20, "country": 8, "account_default": 14,
    "account_default_doubted": 8,
    "beside_total": 60,
}  # fmt: skip

ADJUSTMENT: Final = {
    "labelled": 30, "adds_up": 30, "printed_again": 6, "nothing": -10, "more_than_total": -60,
    "not_in_total": -40,
    "in_tax_table": -20, "point_not_read": -20,
}  # fmt: skip

TAX_ID: Final = {
    "labelled_tax_number": 20, "labelled_registration": 20, "check_digits_right": 12,
    "fits_country": 10,
    "country_prefix": 14, "labelled_otherwise": -40,
}  # fmt: skip

RECEIPT_NUMBER: Final = {
    "labelled_number": 30, "behind_heading": 20, "long_number": 6, "labelled_tax_number": -40,
}  # fmt: skip

PAYMENT: Final = {
    "paid_beside_it": 30, "pays_total": 10, "change_given": 20, "card_number_printed": 20,
    "named_only": 6,
    "part_of_heading": -20,
}  # fmt: skip

CARD_NUMBER: Final = {
    "masked": 30, "card_named": 10,
}  # fmt: skip

# What an account's confirmed receipts say; for people to read, since nothing is chosen by it.
KNOWN_MERCHANT: Final = {
    "known_name": 40, "known_look_alike": 30, "known_tax_id": 40, "known_iban": 40,
    "known_contact": 30,
    "usual_category": 20, "rule": 40,
}  # fmt: skip

MODEL: Final = {"model_agrees": 25, "decision_agrees": 25}


Value = TypeVar("Value")

CLEAR_LEAD: Final = 30
"""A candidate that leads by this much is not doubted for the next one's sake."""
_STEEPNESS: Final = 12
"""How many points of score take the confidence from one half to about three quarters."""


@dataclass(slots=True)
class Candidate(Generic[Value]):
    """A possible value with its place; `reasons` are codes of one table of `weights`."""

    value: Value
    line: Line
    start: int
    end: int
    reasons: dict[str, int] = field(default_factory=dict[str, int])

    def give(self, code: str, weights: Mapping[str, int]) -> None:
        """Note a reason once, with its weight from the table."""
        self.reasons[code] = weights[code]

    def give_all(self, signs: Mapping[str, bool], weights: Mapping[str, int]) -> Self:
        """Note the reasons that hold."""
        for code, holds in signs.items():
            if holds:
                self.reasons[code] = weights[code]
        return self

    @property
    def score(self) -> int:
        return sum(self.reasons.values())

    @property
    def evidence(self) -> Evidence:
        return self.line.evidence(self.start, self.end)

    @property
    def explained(self) -> tuple[Reason, ...]:
        return tuple([_reason(code, weight) for code, weight in self.reasons.items()])


@lru_cache(maxsize=1_000)
def _reason(code: str, weight: int) -> Reason:
    """There are few different ones, each made once."""
    return Reason(code=code, weight=weight)


def ranked(candidates: Sequence[Candidate[Value]]) -> list[Candidate[Value]]:
    """Sort candidates, the best first; of equal ones, the earlier comes first."""
    return sorted(candidates, key=lambda candidate: -candidate.score)


def confidence(candidates: Sequence[Candidate[Value]], *, half: int) -> float:
    """How sure the first of the ranked candidates is, 0..1: one half at the score `half`, less by a
    rival.
    """
    certain = 1 / (1 + math.exp((half - candidates[0].score) / _STEEPNESS))
    if len(candidates) > 1:
        lead = max(0, candidates[0].score - candidates[1].score)
    else:
        lead = CLEAR_LEAD
    return round(certain * (0.5 + 0.5 * min(lead, CLEAR_LEAD) / CLEAR_LEAD), 3)

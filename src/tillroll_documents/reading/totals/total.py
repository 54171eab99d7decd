"""The total: every amount that may be it, before and after a rounding, a tax or a tip. Money that
came back is read turned round.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Extraction, Field, Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.patterns import (
    one_of,
)
from tillroll_documents.reading.totals.figures import NOT_SUMS, Figures, contains_tax, sums_above
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role
from tillroll_documents.reading.weights import Candidate, ranked

_UNITS: Final[Mapping[str, int]] = {
    "MYR": 5, "SGD": 5, "BND": 5, "HKD": 10, "AUD": 5, "NZD": 10, "CAD": 5, "CHF": 5, "EUR": 5,
    "ZAR": 10, "ILS": 10,
    "SEK": 100, "NOK": 100, "DKK": 50, "CZK": 100, "HUF": 500, "PHP": 25, "THB": 25, "TRY": 5,
    "RON": 10,
}  # fmt: skip


_MAY_BE_PAID_EXACTLY: Final = frozenset({"EUR", "SGD", "PHP", "THB", "TRY", "RON", "ZAR"})
"""There smaller coins are legal tender, and the shops or countries that round are some of many."""


class Coins(NamedTuple):
    """What cash is rounded to: `unit` in minor units, 0 for nothing; `always` where no coins pay
    anything else.
    """

    unit: int = 0
    always: bool = False

    @classmethod
    def of(cls, currency: str | None) -> "Coins":
        """The coins of a currency (ISO 4217): "MYR" is always rounded to 5 sen."""
        unit = _UNITS.get(currency or "", 0)
        return cls(unit, always=unit > 0 and currency not in _MAY_BE_PAID_EXACTLY)

    def pay(self, minor: int) -> bool:
        return not self.always or minor % self.unit == 0


_LEADING: Final = 30
"""So many candidates are compared with each other; a long invoice has thousands of amounts."""
_CALLED_TOTAL: Final = frozenset({"labelled_payable", "labelled_total", "labelled_rounded_total"})
_LABELLED_SUM: Final = _CALLED_TOTAL | {"labelled_gross", "labelled_amount", "labelled_subtotal"}
_SETTLED: Final = frozenset({"equals_paid_minus_change", "equals_total_rounded"})
_NEAR_ROLES: Final = frozenset(
    {
        Role.PAYABLE,
        Role.TOTAL,
        Role.ROUNDED_TOTAL,
        Role.AMOUNT,
        Role.GROSS_OR_TAX,
        Role.PAID,
        Role.CHANGE,
    }
)


def weigh_stages(
    candidates: Sequence[Candidate[int]],
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    unit: int,
) -> None:
    """Weigh each candidate against what stands below it. `unit` is what cash is rounded to, in
    minor units, or 0.
    """
    leading = ranked(candidates)[:_LEADING]
    for earlier, later in product(leading, leading):
        apart = later.value - earlier.value
        if apart and earlier.line.index < later.line.index:
            is_total = bool(_CALLED_TOTAL & later.reasons.keys())
            stages = {
                "before_rounding": apart in figures.roundings
                or (-unit < apart < unit and _is_adjusted(earlier, later, labelled)),
                "before_tip": apart in figures.tips,
                "before_tax": apart in figures.taxes and is_total,
                "before_service": apart in figures.services and is_total,
                "before_charge": _is_paid_with_charge(earlier, later, labelled),
                "before_discount": is_total and _is_discounted(earlier, later, labelled),
            }
            earlier.give_all(stages, weights.TOTAL)
            if stages["before_rounding"] and _LABELLED_SUM & earlier.reasons.keys():
                later.give("equals_total_rounded", weights.TOTAL)
            if stages["before_discount"]:
                later.give("equals_total_discounted", weights.TOTAL)


def _is_adjusted(
    earlier: Candidate[int], later: Candidate[int], labelled: Sequence[LabelledAmount]
) -> bool:
    """Whether what is between two sums is printed between them, whatever its label."""
    apart = abs(later.value - earlier.value)
    between = range(earlier.line.index, later.line.index + 1)
    return any(
        abs(item.amount.minor) == apart and item.amount.exact and item.line in between
        for item in labelled
    )


def _is_paid_with_charge(
    earlier: Candidate[int], later: Candidate[int], labelled: Sequence[LabelledAmount]
) -> bool:
    """Whether amounts between a total and what was paid lead to that, as postage does."""
    if "labelled_paid" not in later.reasons or _CALLED_TOTAL.isdisjoint(earlier.reasons):
        return False
    between = range(earlier.line.index + 1, later.line.index)
    charges = [
        item.amount.minor
        for item in labelled
        if item.line in between and item.amount.exact and item.role in (Role.NONE, Role.SERVICE)
    ]
    return bool(charges) and sum(charges) == later.value - earlier.value


def _is_discounted(
    earlier: Candidate[int], later: Candidate[int], labelled: Sequence[LabelledAmount]
) -> bool:
    """Whether a discount between two totals leads from the first to the second."""
    if _CALLED_TOTAL.isdisjoint(earlier.reasons):
        return False
    apart = earlier.value - later.value
    between = range(earlier.line.index + 1, later.line.index)
    return any(
        item.role is Role.DISCOUNT and item.amount.exact and abs(item.amount.minor) == apart
        for item in labelled
        if item.line in between
    )


def doubt_before_rounding(
    candidates: Sequence[Candidate[int]],
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    coins: Coins,
) -> None:
    """Doubt the best total where another sum is less than the smallest coin away, and nothing says
    why.
    """
    unit = coins.unit
    for best in ranked(candidates)[:1] if unit else ():
        is_uneven = best.value % unit != 0
        is_settled = bool(_SETTLED & best.reasons.keys())
        # What was handed over is more than the uneven total, and coins.
        is_paid_in_coins = best.value not in figures.paid and any(
            paid > best.value and paid % unit == 0 for paid in figures.paid
        )
        signs = {
            "before_rounding": is_uneven
            and any((best.value + r) % unit == 0 for r in figures.roundings if r),
            "near_another": not is_settled
            and (
                _has_near(best, labelled, figures=figures, unit=unit)
                or (coins.always and is_uneven and is_paid_in_coins)
            ),
        }
        best.give_all(signs, weights.TOTAL)


def _has_near(
    best: Candidate[int], labelled: Sequence[LabelledAmount], figures: Figures, unit: int
) -> bool:
    """Where the other is uneven and stands above an even one, that one is what rounding left."""
    is_even = best.value % unit == 0
    handed_over = {paid - change for paid, change in product(figures.paid, figures.change)}
    if any(0 < abs(value - best.value) < unit for value in handed_over):
        return True
    for item in labelled:
        value = item.amount.minor
        is_below = item.line > best.line.index
        if not 0 < abs(value - best.value) < unit or item.in_summary:
            continue
        is_even_below = (
            item.role is Role.NONE
            and item.amount.exact
            and is_below
            and value % unit == 0
            and not is_even
        )
        is_sum = item.role in _NEAR_ROLES and not (is_even and value % unit and not is_below)
        if is_even_below or is_sum:
            return True
    return False


AGREEMENTS: Final = frozenset(
    (
        "printed_again_as_total", "equals_paid_minus_change", "equals_paid_minus_change_rounded",
        "equals_paid",
        "equals_net_plus_tax", "equals_subtotal_and_adjustments", "equals_sum_of_lines",
        "equals_lines_above",
        "equals_tax_table", "equals_total_rounded", "equals_total_discounted",
        "only_amount",
    )
)  # fmt: skip
"""Reasons that corroborate a total: another part of the receipt says the same. A tax that fits its
rate is none of them: a total with another last digit contains the same tax.
"""

_SUMS_MADE: Final = frozenset(
    {"equals_net_plus_tax", "equals_subtotal_and_adjustments", "equals_sum_of_lines"}
)

REPETITIONS: Final = frozenset({"printed_again_as_total", "equals_paid"})
"""Agreements in which no sum is made: the same amount, printed twice."""

_LABELS: Final = {
    Role.PAYABLE: "labelled_payable",
    Role.TOTAL: "labelled_total",
    Role.ROUNDED_TOTAL: "labelled_rounded_total",
    Role.ROUNDING: "labelled_rounded_total",  # when it is too much to be rounded off
    Role.GROSS_OR_TAX: "labelled_gross",
    Role.AMOUNT: "labelled_amount",
    Role.SUBTOTAL: "labelled_subtotal",
    Role.PAID: "labelled_paid",
    Role.NONE: "unlabelled",
}
_WITH_TAX: Final = TOTALS | {Role.AMOUNT, Role.PAID}
_LABELLED_TOTAL: Final = frozenset(_LABELS[role] for role in TOTALS)
_CALLED_SO: Final = frozenset({"labelled_payable", "labelled_total", "labelled_paid"})
_MOST_LINES_OF_ONE_AMOUNT: Final = 12
_MOST_PRICES: Final = 40
"""So many of a page are tried: a hostile one has thousands."""
_NO_COINS: Final = Coins()
_LEADING_ZERO: Final = re.compile(r"[^0-9]*0[0-9]")


def find_totals(
    lines: Sequence[Line],
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    coins: Coins = _NO_COINS,
    *,
    says_paid: bool = False,
) -> list[Candidate[int]]:
    """Candidates for the total in minor units, one for each different amount above zero.
    `says_paid` is whether a word of the page says that somebody paid.
    """
    first_sum = next((item.line for item in labelled if item.role not in NOT_SUMS), len(lines))
    by_value: dict[int, list[LabelledAmount]] = {}
    with_tax = _with_tax_below(labelled, figures)
    unlabelled = _only_marked(labelled, lines)
    for item in unlabelled or labelled:
        is_alone = bool(unlabelled) or item in with_tax
        may_be_total = is_alone or _may_be_total(item, first_sum, figures)
        if may_be_total and not _is_tax_within(item, labelled, figures):
            by_value.setdefault(item.amount.minor, []).append(item)
    candidates = [_candidate(value, items, lines) for value, items in by_value.items()]
    for candidate in candidates:
        _weigh_agreement(candidate, figures)
        # Where no labels tell which amounts make the total, those right above it may.
        if (
            not (_SUMS_MADE & candidate.reasons.keys())
            and _LABELLED_TOTAL & candidate.reasons.keys()
        ):
            sums = sums_above(labelled, candidate.line.index)
            candidate.give_all({"equals_lines_above": candidate.value in sums}, weights.TOTAL)
    if len(candidates) == 1:
        is_only = _is_only_amount(
            candidates[0], labelled, lines, figures=figures, says_paid=says_paid
        )
        candidates[0].give_all({"only_amount": is_only}, weights.TOTAL)
    weigh_stages(candidates, labelled, figures=figures, unit=coins.unit)
    # Where another final amount is printed below ("Receipt total", "Balance due"), it was split, or
    # paid in part.
    finals = [
        item
        for item in labelled
        if item.role is Role.PAYABLE and item.amount.minor > 0 and not item.in_summary
    ]
    for candidate in candidates:
        below = {item.amount.minor for item in finals if item.line > candidate.line.index}
        is_paid_in_part = bool(below - {candidate.value}) and candidate.value not in below
        candidate.give_all({"other_payable_below": is_paid_in_part}, weights.TOTAL)
    # others may well be less than their parts: that makes the best no surer
    for best in ranked(candidates)[:1]:
        if best.value + max(figures.roundings) < figures.least:
            best.give("less_than_its_parts", weights.TOTAL)
        if any(best.value in (10 * goods, 100 * goods) for goods in figures.goods if goods):
            best.give("ten_times_its_goods", weights.TOTAL)
    doubt_before_rounding(candidates, labelled, figures=figures, coins=coins)
    return candidates


def _is_only_amount(
    candidate: Candidate[int],
    labelled: Sequence[LabelledAmount],
    lines: Sequence[Line],
    figures: Figures,
    *,
    says_paid: bool,
) -> bool:
    """Whether a short paper names this amount alone, with its currency or twice, beside the tax in
    it: a mail of a payment, a meter's slip, a form of a receipt that is filled in.

    It says that this was paid, prints it twice, or has the tax in it. Nothing is there that it
    could be mistaken for. A longer paper has lost the amounts that it had.
    """
    if len([line for line in lines if line.plain.strip()]) > _MOST_LINES_OF_ONE_AMOUNT:
        return False
    if _CALLED_SO.isdisjoint(candidate.reasons):
        return False
    own = [item for item in labelled if _is_money(item) and item.amount.minor == candidate.value]
    others = [item for item in labelled if _is_money(item) and item not in own]
    is_firm = all(item.amount.exact and not item.amount.repaired for item in own)
    is_twice = len({item.line for item in own}) > 1
    is_named = is_twice or any(item.amount.marked for item in own)
    if not (is_twice or others or says_paid):
        return False
    are_taxes = all(
        item.role in (Role.TAX, Role.GROSS_OR_TAX)
        and contains_tax(candidate.value, item.amount.minor, figures.rates)
        for item in others
    )
    return is_firm and is_named and are_taxes


def _may_be_total(item: LabelledAmount, first_sum: int, figures: Figures) -> bool:
    if item.amount.minor <= 0 or (
        item.role is Role.ROUNDING and item.amount.minor in figures.roundings
    ):
        return False
    if item.role is Role.NONE:
        return item.amount.exact and item.line > first_sum
    return item.role in _LABELS and (item.amount.exact or item.amount.marked)


def _is_tax_within(
    item: LabelledAmount,
    labelled: Sequence[LabelledAmount],
    figures: Figures,
) -> bool:
    """Whether "incl. 19 % VAT" names the tax in another amount, as on a parking slip, whose price
    may have no label.
    """
    if item.role is not Role.GROSS_OR_TAX:
        return False
    return any(
        (other.role in _WITH_TAX or other.role is Role.NONE)
        and other.amount.exact
        and contains_tax(other.amount.minor, item.amount.minor, figures.rates)
        for other in labelled
    )


def _with_tax_below(
    labelled: Sequence[LabelledAmount],
    figures: Figures,
) -> Collection[LabelledAmount]:
    """The amount without a label that is right above the tax in it, as on a parking slip."""
    if any(item.role in _WITH_TAX for item in labelled):
        return ()
    taxes = [item for item in labelled if item.role is Role.GROSS_OR_TAX and item.amount.exact]
    prices = [item for item in labelled if item.role is Role.NONE and item.amount.exact]
    above: list[LabelledAmount] = []
    for price in prices[:_MOST_PRICES]:
        below = [tax.amount.minor for tax in taxes[:_MOST_PRICES] if price.line < tax.line]
        if any(contains_tax(price.amount.minor, tax, figures.rates) for tax in below):
            above.append(price)
    values = {price.amount.minor for price in above}
    if len(values) == 1:
        return above
    return ()


def _only_marked(
    labelled: Sequence[LabelledAmount], lines: Sequence[Line]
) -> Sequence[LabelledAmount]:
    """The one amount with a currency's mark on a page without labelled amounts, as on a Japanese
    receipt that is written by hand. A dash behind it closes it, so that no digit is added.
    """
    # The digits of a masked card are no amount that has a label.
    if any(item.role is not Role.NONE and _is_money(item) for item in labelled):
        return ()
    marked = [item for item in labelled if item.amount.marked and item.amount.exact]
    if len({abs(item.amount.minor) for item in marked}) != 1:
        return ()
    closed = [
        item._replace(amount=item.amount._replace(minor=abs(item.amount.minor)))
        for item in marked
        if item.amount.minor > 0 or lines[item.line].plain[: item.amount.end].endswith("-")
    ]
    return [item for item in closed if item.amount.minor > 0]


def _is_money(item: LabelledAmount) -> bool:
    return item.amount.exact or item.amount.marked


def _candidate(
    value: int, items: Sequence[LabelledAmount], lines: Sequence[Line]
) -> Candidate[int]:
    """The candidate stands where its strongest label is; of equal ones the last."""

    def strength(item: LabelledAmount) -> int:
        table = weights.TOTAL
        against = (
            table["in_tax_table"] * item.in_summary + table["point_not_read"] * item.amount.repaired
        )
        return table[_LABELS[item.role]] + against

    best = max(reversed(items), key=strength)
    candidate = Candidate(value, lines[best.line], start=best.amount.start, end=best.amount.end)
    named = {
        item.line
        for item in items
        if item.role in TOTALS and not (item.in_summary or item.amount.doubtful)
    }
    signs = {
        _LABELS[best.role]: True,
        "in_tax_table": best.in_summary,
        "point_not_read": best.amount.repaired,
        "printed_again_as_total": len(named) > 1,
        "leading_zero": bool(
            _LEADING_ZERO.match(candidate.line.plain[candidate.start : candidate.end])
        ),
    }
    return candidate.give_all(signs, weights.TOTAL)


def _weigh_agreement(candidate: Candidate[int], figures: Figures) -> None:
    value = candidate.value
    rounded = {value + rounding for rounding in figures.roundings}
    handed_over = {paid - change for paid, change in product(figures.paid, figures.change)}
    is_subtotal = "labelled_subtotal" in candidate.reasons
    is_paid = "labelled_paid" in candidate.reasons
    allowed = {paid + apart for paid, apart in product(handed_over, {0, *figures.vouchers})}
    signs = {
        "paid_otherwise": len(handed_over) == 1
        and not (rounded | {value + tip for tip in figures.tips}) & allowed,
        "equals_paid_minus_change": value in handed_over,
        "equals_paid_minus_change_rounded": value not in handed_over
        and bool(rounded & handed_over),
        "equals_paid": value in figures.paid and not is_paid,
        "paid_with_change": is_paid and any(figures.change) and value not in handed_over,
        "equals_net_plus_tax": bool(rounded & figures.nets_with_tax),
        "equals_subtotal_and_adjustments": bool(rounded & figures.subtotals_adjusted)
        and not is_subtotal,
        "equals_sum_of_lines": bool(rounded & figures.lines_adjusted),
        "equals_tax_table": bool(rounded & figures.tax_table_sums),
        "contains_tax_at_rate": any(
            contains_tax(value, tax, figures.rates) for tax in figures.taxes
        ),
    }
    candidate.give_all(signs, weights.TOTAL)
    if not (
        AGREEMENTS - REPETITIONS
    ) & candidate.reasons.keys() and figures.made_twice - rounded - {value}:
        candidate.give("contradicted", weights.TOTAL)


_WORDS: Final = (
    "refund", "refunded", "credit note", "sales return", "goods return", "return receipt",
    "returned goods",
    "bayaran balik", "pemulangan", "nota kredit", "gutschrift", "rückerstattung", "erstattung",
    "storno", "retoure",
    "rückgabe", "remboursement", "avoir", "reembolso", "devolución", "devolucion", "rimborso",
    "reso merce",
    "terugbetaling", "retourbon", "devolução", "tilbagebetaling", "refusjon", "återköp", "retur",
    "zwrot", "vratka",
    "iade",
)  # fmt: skip
_REFUND: Final = re.compile(rf"\b(?:{one_of(_WORDS)})\b", re.IGNORECASE)
_STEMS: Final = tuple({fold(word)[:5] for word in _WORDS})
"""Looked for first, as most receipts hold none of the words."""
_STEM: Final = re.compile(one_of(_STEMS))
_POLICY: Final = re.compile(
    r"\b(?:no|not|non|non-|without|within|policy|exchange|for|days?|if|may|will|can|any|only|must"
    r"|keine?|kein|sin|senza"
    r"|pas|tiada|tidak|or|and|dan)\b|\bnon-?refundable\b",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 4
_TOTAL_WORDS: Final = re.compile(
    r"\b(?:total|amount|jumlah|amt|summe|betrag|totaal|montant|importe|totale)\b", re.IGNORECASE
)
_AMOUNTS: Final = ("total", "tax", "subtotal", "discount", "service_charge", "tip", "rounding")


class RefundLines(NamedTuple):
    """The indexes of the lines that say that money was given back."""

    headings: Sequence[int]
    """Above the goods."""
    totals: Sequence[int]
    """Those with an amount that is called a total."""


def refund_lines(page: Page, labelled: Sequence[LabelledAmount]) -> RefundLines:
    """The lines that name a refund by words which mean nothing else on a till's receipt."""
    if not any(stem in page.folded.text for stem in _STEMS):
        return RefundLines((), ())
    likely = page.lines_with(_STEM)
    lines = [
        line for line in likely if _REFUND.search(line.plain) and not _POLICY.search(line.plain)
    ]
    # With a day, it is that of a car's return, or of another visit.
    undated = [line for line in lines if not page.dates(line)]
    short = [line for line in undated if len(re.findall(r"[^\W\d_]+", line.plain)) <= _MOST_WORDS]
    amounts = {item.line for item in labelled if item.amount.exact and item.amount.minor}
    goods_from = min(amounts, default=0)
    totals = [
        line.index
        for line in short
        if line.index in amounts
        and _TOTAL_WORDS.search(line.plain)
        and Concept.TAX not in page.named(line)
    ]
    return RefundLines([line.index for line in short if line.index < goods_from], totals)


_PAYMENTS: Final = frozenset({Concept.CARD, Concept.CASH, Concept.PAID})


def pays_refund(page: Page, labelled: Sequence[LabelledAmount]) -> bool:
    """Whether a payment's own line says that it was given back: "VISA REFUND 10.00"."""
    amounts = {item.line for item in labelled if item.amount.exact and item.amount.minor}
    likely = (line for line in page.lines_with(_STEM) if line.index in amounts)
    return any(
        _REFUND.search(line.plain)
        and not _POLICY.search(line.plain)
        and not _PAYMENTS.isdisjoint(page.named(line))
        for line in likely
    )


def turned_round(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts of a refund as those of a purchase: without a minus, and what was paid back as
    what was paid.
    """
    texts = {line.index: line.plain for line in page.lines if _REFUND.search(line.plain)}
    turned: list[LabelledAmount] = []
    for item in labelled:
        role = item.role
        if role in (Role.CHANGE, Role.NONE) and item.line in texts:
            if _TOTAL_WORDS.search(texts[item.line]):
                role = Role.TOTAL
            else:
                role = Role.PAID
        turned.append(
            item._replace(role=role, amount=item.amount._replace(minor=abs(item.amount.minor)))
        )
    return turned


def given_back(extraction: Extraction) -> Extraction:
    amounts: dict[str, Field[str]] = {name: getattr(extraction, name) for name in _AMOUNTS}
    update: dict[str, object] = {
        name: field.model_copy(update={"value": _minus(field.value)})
        for name, field in amounts.items()
        if field.value is not None
    }
    update["tax_lines"] = tuple(
        line.model_copy(update={"net": line.net and _minus(line.net), "tax": _minus(line.tax)})
        for line in extraction.tax_lines
    )
    update["line_items"] = tuple(
        item.model_copy(update={"amount": _minus(item.amount)}) for item in extraction.line_items
    )
    return extraction.model_copy(update=update)


def _minus(amount: str) -> str:
    """The decimal string with the other sign; nothing stays nothing."""
    if amount.startswith("-"):
        return amount[1:]
    if amount.strip("0."):
        return f"-{amount}"
    return amount

"""The date of the purchase among all that a receipt prints, and what else on the receipt tells of
it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tillroll_documents.reading import weights
from tillroll_documents.reading.dates.other_calendars import NEAR, other_days
from tillroll_documents.reading.dates.short_years import (
    doubtful_long_ago,
    nearer_year,
)
from tillroll_documents.reading.dates.stays import stays_of
from tillroll_documents.reading.dates.two_orders import (
    hints_by_order,
    is_american_too,
    is_foreign_to_america,
)
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.countries import COUNTRIES
from tillroll_documents.reading.text.dates import Order, PrintedDate, day, find_time
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.places import by_code
from tillroll_documents.reading.text.vocabulary import (
    weekdays_of,
)
from tillroll_documents.reading.weights import Candidate

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_LONG_NUMBER: Final = re.compile(r"[0-9]{8,}")

_INTRODUCED: Final[Mapping[str, Mapping[str, date]]] = {
    "MY": {"gst": date(2015, 4, 1)},  # Goods and Services Tax Act 2014
    "IN": {
        "gstin": date(2017, 7, 1),
        "cgst": date(2017, 7, 1),
    },  # Central Goods and Services Tax Act, 2017
    "AE": {"vat": date(2018, 1, 1)},  # Federal Decree-Law No. 8 of 2017
    "SA": {"vat": date(2018, 1, 1)},  # Unified VAT Agreement of the Gulf states
    "AU": {"gst": date(2000, 7, 1)},  # A New Tax System (Goods and Services Tax) Act 1999
}
"""By country, the word for its tax and the day since when it is charged."""

_LOOK_ALIKE: Final = {
    "0": "8",
    "1": "7",
    "3": "8",
    "5": "6",
    "6": "58",
    "7": "1",
    "8": "036",
    "9": "8",
}


def weekday_on(page: Page, line: Line) -> int | None:
    """The day of the week that the line names, Monday 0; None without one or with several
    ("Mon-Sat").
    """
    names = weekdays_of(page.languages)
    words = (fold(match[0]) for match in _WORD.finditer(line.plain))
    weekdays = {names[word] for word in words if word in names}
    if len(weekdays) == 1:
        return weekdays.pop()
    return None


def stands_in_number(page: Page, value: date, outside: Line) -> bool:
    """Whether a long number on another line holds the date's digits: "BAT0220180312025"."""
    year = f"{value.year:04}"
    month = f"{value.month:02}"
    day_of_month = f"{value.day:02}"
    digits = (f"{year}{month}{day_of_month}", f"{day_of_month}{month}{year}")
    if not any(text in page.text for text in digits):
        return False
    runs = [match[0] for line, _, match in page.search(_LONG_NUMBER) if line is not outside]
    return any(text in run for run in runs for text in digits)


def earliest(page: Page) -> date | None:
    """The day since when the tax is charged that the receipt names, in the country that its signs
    speak for.
    """
    country = max(page.hints, key=lambda code: page.hints[code], default=None)
    taxes = _INTRODUCED.get(country or "", {})
    return max(
        (since for word, since in taxes.items() if _is_named(word, page.folded.text)), default=None
    )


def _is_named(word: str, text: str) -> bool:
    """Whether the folded text holds the word, not as a part of another or joined to one by a
    hyphen.
    """
    letter = r"[^\W\d_]"
    if word not in text:
        return False
    return (
        re.search(rf"{word}(?<!{letter}{word})(?<!{letter}-{word})(?!{letter}|-{letter})", text)
        is not None
    )


def look_alike_years(value: date) -> Iterator[date]:
    """This day in the years whose last digit print takes for this one's: 2013 for 2018."""
    for digit in _LOOK_ALIKE.get(str(value.year)[-1], ""):
        other = day(value.year // 10 * 10 + int(digit), value.month, value.day)
        if other:
            yield other


OLDEST: Final = timedelta(days=20 * 365)
"""What is older was most likely misread."""
TOMORROW: Final = timedelta(days=1)
"""A shop may be a time zone ahead of the account."""

_DIGIT_ORDERS: Final = (Order.DAY_FIRST, Order.MONTH_FIRST, Order.YEAR_FIRST)
_ORDERS: Final[Mapping[str, Set[Order]]] = {
    currency: {country.order for country in COUNTRIES if country.currency == currency}
    for currency in {country.currency for country in COUNTRIES}
}
"""By currency, how the countries write dates that use it."""
_TOLD_WEIGHT: Final = 10
"""A date that can be read in one order only tells more than any sign of the country."""
_OTHER_WEIGHT: Final = 2
"""A date of goods, such as "best before", may be in the order of the factory's country."""
_TELLING: Final = 2
_PAYMENTS: Final = frozenset({Concept.CARD, Concept.CASH, Concept.PAID})
_PERIOD_BEFORE: Final = re.compile(r"[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th|\.)? ?- ?$")
"""Before the end of a period whose beginning lacks the year: "Nov 3 - Dec 3, 2026"."""
_OFTEN: Final = 3
"""So many prints of one day outweigh another with a better label."""
_OF_PURCHASE: Final = frozenset({"labelled_date", "time_beside_it", "beside_payment"})
_LANGUAGE_TELLS: Final = 1
_NEAR: Final = timedelta(days=62)
"""So near is a day to another of the same purchase, such as one of a hotel's bill."""
_POINTED_TIME: Final = re.compile(
    r" (?:klo|kl\.?|ore|um|om) ?(?:[01]?\d|2[0-3])\.[0-5]\d(?![\d.,])"
    r"| (?:[01]\d|2[0-3])\.[0-5]\d(?: Uhr)?$"
)
"""A time behind a date with a point between hours and minutes, as in Finland: "24.9.2026 18.30".
More than one blank would make it an amount in a column."""
_RANGE_GAP: Final = re.compile(r"[^0-9:]{1,8}")
"""What parts the two ends of a period: " - ", " until "."""


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How much speaks for each order of dates of digits, best first; `told` when another date tells
    the best one.
    """

    scores: Mapping[Order, int]
    told: bool
    contested: bool = False
    """Whether seller and buyer, or the shop and its labels, are of two orders."""
    points_tell_month: bool = False
    """Whether another date with points has the month in front, against all custom."""

    def orders_of(self, printed: PrintedDate) -> Sequence[Order]:
        """The orders of digits, best first: with points, the month is in front last of all."""
        if not self._has_custom_of_points(printed):
            return [*self.scores]
        others = [order for order in self.scores if order is not Order.MONTH_FIRST]
        return [*others, Order.MONTH_FIRST]

    def is_known_for(self, printed: PrintedDate) -> bool:
        """Whether the receipt tells the order that counts. The account's currency does not: it may
        come from abroad.
        """
        if self._has_custom_of_points(printed):
            return self._is_known_by_points(printed)
        if self.contested and not self.told:
            return False
        return self._is_first_by_far(printed, self.scores)

    def reading_against_custom(self, printed: PrintedDate) -> date | None:
        """What a date with points would be with the month in front, which another day on the page
        does not make it: "2.8.2026" is not confirmed by a payment of 8 February.
        """
        if self._has_custom_of_points(printed):
            return printed.readings.get(Order.MONTH_FIRST)
        return None

    def _has_custom_of_points(self, printed: PrintedDate) -> bool:
        return printed.dotted and not self.points_tell_month

    def _is_known_by_points(self, printed: PrintedDate) -> bool:
        is_american = self.scores[Order.MONTH_FIRST] >= _TELLING and (
            next(iter(self.scores)) is Order.MONTH_FIRST
        )
        if is_american and not self.contested:
            return False  # a till of America with points is a riddle
        if Order.YEAR_FIRST not in printed.readings:
            return True
        return self._is_first_by_far(printed, self.orders_of(printed)[:-1])

    def _is_first_by_far(self, printed: PrintedDate, orders: Iterable[Order]) -> bool:
        first, second, *_ = (
            *(self.scores[order] for order in orders if order in printed.readings),
            0,
            0,
        )
        return first >= _TELLING and first >= 2 * second


def find_purchase_date(
    page: Page, currency: str | None, today: date | None, *, is_printed: bool = True
) -> tuple[list[Candidate[date]], frozenset[date]]:
    """Candidates, and those of their days whose month could as well be the other way round.

    `currency` (ISO 4217) hints at the order of day and month, where it `is_printed`; `today` is the
    upload's.
    """
    printed = [(line, printed_date) for line in page.lines for printed_date in page.dates(line)]
    if not printed:
        return [], frozenset()
    currency_tells = _TELLING if is_printed else 1
    order = _order(printed, page, currency, currency_tells=currency_tells, today=today)
    certain = frozenset(
        value
        for _, printed_date in printed
        if len(printed_date.readings) == 1
        for value in printed_date.readings.values()
    )
    witnesses = other_days(page)
    if witnesses:
        printed = _without_other_calendars(printed, witnesses, today)
    candidates: dict[date, Candidate[date]] = {}
    times: Counter[date] = Counter()
    ambiguous: set[date] = set()
    since = earliest(page)
    long_ago = doubtful_long_ago([dated for _, dated in printed], today)
    for line, printed_date in printed:
        weekday = weekday_on(page, line)
        value, is_open = _reading(
            printed_date, order, certain=certain, weekday=weekday, today=today
        )
        agreeing = _agreeing(printed_date, witnesses)
        if agreeing is not None:
            value = agreeing
            is_open = False
        signs = _signs(page, line, printed=printed_date, order=order) | {
            "weekday_agrees": weekday == value.weekday(),
            "weekday_differs": weekday is not None and weekday != value.weekday(),
            "long_ago": value in long_ago,
        }
        candidate = Candidate(value, line, start=printed_date.start, end=printed_date.end).give_all(
            signs, weights.DATE
        )
        _weigh_plausibility(candidate, since, today)
        value = candidate.value
        if stands_in_number(page, value, line):
            candidate.give("digits_in_number", weights.DATE)
        if is_open:
            ambiguous.add(value)
        times[value] += 1
        earlier = candidates.get(value)
        best = candidate if earlier is None or candidate.score > earlier.score else earlier
        if times[value] > 1:
            best.give("printed_again", weights.DATE)
        if times[value] >= _OFTEN and not _OF_PURCHASE.isdisjoint(best.reasons):
            best.give("printed_often", weights.DATE)
        candidates[value] = best
    _weigh_stays(page, candidates)
    if len(candidates) == 1:
        next(iter(candidates.values())).give("only_date", weights.DATE)
    return [*candidates.values()], frozenset(ambiguous)


def _weigh_stays(page: Page, candidates: Mapping[date, Candidate[date]]) -> None:
    """Prefer the later of the two days of a stay."""
    if len(candidates) == 1:
        return
    by_line = {candidate.line.index: candidate for candidate in candidates.values()}
    days = [(candidate.line, candidate.value) for candidate in candidates.values()]
    for stay in stays_of(page, days):
        by_line[stay.beginning].give("begins_stay", weights.DATE)
        by_line[stay.end].give("ends_stay", weights.DATE)


def _weigh_plausibility(candidate: Candidate[date], since: date | None, today: date | None) -> None:
    """Doubt a day that cannot be; where one year that prints alike can, take that."""
    value = candidate.value
    if is_plausible(value, today) and (since is None or value >= since):
        return
    years = look_alike_years(value)
    repaired = [other for other in years if (since or other) <= other <= (today or other)]
    if len(repaired) != 1:
        candidate.give("implausible", weights.DATE)
        return
    candidate.value = repaired[0]
    candidate.give("year_put_right", weights.DATE)


def _without_other_calendars(
    printed: Sequence[tuple[Line, PrintedDate]], witnesses: Sequence[date], today: date | None
) -> list[tuple[Line, PrintedDate]]:
    """The dates of the common calendar; where there are none, the days that the others come to."""
    common = [
        (line, dated)
        for line, dated in printed
        if any(is_plausible(value, today) for value in dated.readings.values())
    ]
    if common:
        return common
    readings = {Order.YEAR_FIRST: witnesses[0]}
    return [(line, replace(dated, readings=readings, guessed=True)) for line, dated in printed]


def _agreeing(dated: PrintedDate, witnesses: Sequence[date]) -> date | None:
    """The one reading that is near a day in another calendar."""
    readings = set(dated.readings.values())
    near = {day for day in readings if any(abs(day - witness) <= NEAR for witness in witnesses)}
    if len(near) != 1:
        return None
    return near.pop()


def is_plausible(value: date, today: date | None) -> bool:
    return today is None or today - OLDEST <= value <= today + TOMORROW


def _order(
    printed: Sequence[tuple[Line, PrintedDate]],
    page: Page,
    currency: str | None,
    *,
    currency_tells: int,
    today: date | None,
) -> DateOrder:
    votes = dict.fromkeys(Order, 0)
    for line, dated in printed:
        if len(dated.readings) == 1 and _may_tell(page, line, dated, printed=printed, today=today):
            is_other = Concept.OTHER_DATE in page.named(line, 0, dated.start)
            votes[next(iter(dated.readings))] += _OTHER_WEIGHT if is_other else _TOLD_WEIGHT
    votes[Order.YEAR_FIRST] = 0  # a year of four digits in front says nothing of dates with two
    score = {order: votes[order] for order in Order}
    for order, count in hints_by_order(page).items():
        score[order] += count
    orders = _ORDERS.get(currency or "", set[Order]())
    country = max(page.hints, key=lambda code: page.hints[code], default=None)
    # Dollars are printed in many countries, and each writes dates in its own way.
    if country is None or by_code(country).order in orders:
        for order in orders:
            score[order] += currency_tells
    if len(page.languages) > 1:
        score[Order.DAY_FIRST] += _LANGUAGE_TELLS
    dotted = [dated for _, dated in printed if dated.dotted]
    ranking = sorted(_DIGIT_ORDERS, key=lambda order: -score[order])
    return DateOrder(
        {order: score[order] for order in ranking},
        told=votes[ranking[0]] > 0,
        contested=_is_contested(printed, page, currency, best=ranking[0]),
        points_tell_month=any({*dated.readings} == {Order.MONTH_FIRST} for dated in dotted),
    )


def _is_contested(
    printed: Sequence[tuple[Line, PrintedDate]], page: Page, currency: str | None, *, best: Order
) -> bool:
    if best is not Order.MONTH_FIRST:
        return is_american_too(page, currency)
    labels = [line.plain[: dated.start] for line, dated in printed]
    return is_foreign_to_america(page, labels)


def _may_tell(
    page: Page,
    line: Line,
    dated: PrintedDate,
    *,
    printed: Sequence[tuple[Line, PrintedDate]],
    today: date | None,
) -> bool:
    """Whether a date may be of the purchase, so that it tells in which order the paper writes
    dates: no expiry, no lot, no other calendar.
    """
    value = next(iter(dated.readings.values()))
    label = page.named(line, 0, dated.start)
    if not is_plausible(value, today):
        return False
    is_labelled = Concept.DATE in label or find_time(line.plain[dated.end :]) is not None
    if is_labelled and Concept.OTHER_DATE not in label:
        return True
    unsure = [each for _, each in printed if len(set(each.readings.values())) > 1]
    return all(any(abs(day - value) <= _NEAR for day in each.readings.values()) for each in unsure)


def _reading(
    printed: PrintedDate,
    order: DateOrder,
    certain: frozenset[date],
    weekday: int | None,
    today: date | None,
) -> tuple[date, bool]:
    """The reading that falls on the printed day of the week, or that another date confirms, else
    the first plausible one in the receipt's order; and whether it could as well be another.
    """
    orders = (*order.orders_of(printed), Order.NAMED)
    readings = [printed.readings[each] for each in orders if each in printed.readings]
    on_weekday = {value for value in readings if value.weekday() == weekday}
    plausible = [value for value in readings if is_plausible(value, today)]
    against_custom = order.reading_against_custom(printed)
    for value in plausible:
        is_confirmed = value in certain and value != against_custom
        if is_confirmed or on_weekday == {value}:
            return value, False
    value = (plausible or readings)[0]
    if printed.is_short and today is not None:
        nearer = nearer_year(value, plausible, today)
        if nearer is not None:
            return nearer, True
    is_open = len(set(readings)) > 1 and (not order.is_known_for(printed) or value != readings[0])
    return value, is_open


def _signs(page: Page, line: Line, printed: PrintedDate, order: DateOrder) -> dict[str, bool]:
    before = line.plain[: printed.start]
    after = line.plain[printed.end :]
    label = page.named(line, 0, printed.start)
    several = len(set(printed.readings.values())) > 1
    is_known = order.is_known_for(printed)
    rank = page.rank(line)
    if rank + 1 < len(page.lines):
        following = page.lines[rank + 1].plain
    else:
        following = ""
    is_pointed = _POINTED_TIME.match(after) is not None
    timed = is_pointed or find_time(after) is not None or find_time(before) is not None
    return {
        "printed": True,
        "labelled_date": Concept.DATE in label and Concept.OTHER_DATE not in label,
        "labelled_other_date": Concept.OTHER_DATE in label,
        "time_beside_it": timed,
        "time_on_next_line": not timed and find_time(following) is not None,
        "beside_payment": not _PAYMENTS.isdisjoint(page.named(line)),
        "month_named": Order.NAMED in printed.readings,
        "near_top_or_bottom": rank * 3 < len(page.lines) or rank * 4 > len(page.lines) * 3,
        "order_certain": not several,
        "order_fits_other_dates": several and is_known and order.told,
        "order_fits_country": several and is_known and not order.told,
        "repaired": printed.repaired,
        "uneven": printed.uneven,
        "guessed": printed.guessed,
        "part_of_a_range": _in_range(printed, line, page),
    }


def _in_range(printed: PrintedDate, line: Line, page: Page) -> bool:
    """Whether another date stands beside this one with no more than a word between: a period, not a
    day.
    """
    if _PERIOD_BEFORE.search(line.plain, 0, printed.start):
        return True
    for other in page.dates(line):
        first, second = (printed, other) if printed.start < other.start else (other, printed)
        between = line.plain[first.end : second.start]
        if _RANGE_GAP.fullmatch(between) and set(printed.readings.values()).isdisjoint(
            other.readings.values()
        ):
            return True
    return False

"""The parts of docs/scale.md that are computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from bench.report import table
from bench.scale.bounds import Bound, bounds
from bench.scale.inputs import Assumed, Measured, measured, stored
from bench.scale.placing import MONTHS
from bench.scale.prices import GB, MILLION, PRICES, READ_ON
from bench.scale.sensitivity import sensitivity
from bench.scale.words import ASSUMED, MEASURED
from bench.scale.year import MONTH_SECONDS, Year, bytes_at, with_enough, with_few
from cli.pages.made_part import with_part
from local.config import read_deployed
from local.places import ROOT

PAGE: Final = ROOT / "docs" / "scale.md"
SCALES: Final = (1 * MILLION, 10 * MILLION, 100 * MILLION)
_MOST_SHOWN: Final = 12
_BILLION: Final = 1_000 * MILLION
_SMALL: Final = 10
_AN_HOUR: Final = 3_600


def with_scale(page: str) -> str:
    """The page with its computed parts made anew.

    Raises:
        ValueError: the page has no place for one of them.
    """
    for name, text in parts().items():
        page = with_part(page, f"<!-- scale: {name} -->\n", f"{text}\n", f"<!-- /scale: {name} -->")
    return page


def parts() -> Mapping[str, str]:
    """Each computed part by its name."""
    found = stored()
    figures = measured(found)
    assumed = Assumed()
    years = [with_enough(receipts, figures, assumed) for receipts in SCALES]
    few = [with_few(receipts, figures, assumed) for receipts in SCALES]
    return {
        "measured": _measured(found, figures),
        "assumed": _inputs(asdict(assumed), ASSUMED),
        "prices": _prices(),
        "year": _year(years, figures, assumed),
        "few": _few(few, years, figures),
        "dollars": _dollars(years),
        "months": _months(years[-1]),
        "months of few": _months(few[-1]),
        "breaks": _breaks(years, figures, assumed),
        "moves": _sensitivity(figures, assumed),
    }


def _measured(found: Mapping[str, Any], figures: Measured) -> str:
    rows = _inputs(asdict(figures), MEASURED)
    return f"{rows}\n\nMeasured {found['measured']}."


def _inputs(values: Mapping[str, float], words: Mapping[str, str]) -> str:
    rows = [[words[name], _number(value)] for name, value in values.items()]
    return table(["what", "how much"], rows)


def _prices() -> str:
    rows = [
        [
            price.what,
            _number(price.included),
            f"{_price(price.dollars)} for {_number(price.per)}",
            f"[page]({price.page})",
            f"{price.copy}. To be checked",
        ]
        for price in PRICES
    ]
    header = ["what", "included a month", "each further", "from", "stored copy of"]
    return f"{table(header, rows)}\n\nRead on {READ_ON}."


def _year(years: Sequence[Year], figures: Measured, assumed: Assumed) -> str:
    def row(what: str, of: Callable[[Year], str]) -> list[str]:
        return [what, *(of(year) for year in years)]

    def used(what: str, item: str) -> list[str]:
        return row(what, lambda year: _number(year.last.used[item]))

    def waiting(what: str, seconds: float) -> list[str]:
        return row(what, lambda year: _number(_messages(year, figures) * seconds))

    rows = [
        row("receipts a second, on average", lambda year: _number(year.receipts / MONTH_SECONDS)),
        row("in the busiest hour", lambda year: _number(year.peak_receipts)),
        row("accounts", lambda year: _number(year.receipts / assumed.receipts_an_account)),
        row("**databases** from the beginning", lambda year: f"**{year.begun_with:,}**"),
        row("databases at the end", lambda year: f"{year.last.databases:,}"),
        used("requests in the last month", "requests"),
        used("steps in it", "steps"),
        used("rows written in it", "rows_written"),
        used("rows read in it", "rows_read"),
        row("processors busy with it, on average", _processors),
        used("GB in D1 at its end", "d1_gb"),
        used("GB in R2 in its middle", "r2_gb"),
        waiting("messages a second, busiest hour", 1),
        waiting("messages in the queues then", assumed.message_seconds),
        waiting("messages after an hour without consumers", _AN_HOUR),
        row("**dollars in the year, without reading**", lambda year: f"**{_without(year)}**"),
        row("cents of a receipt, without reading", _cents),
        row("**for a model that reads**", lambda year: f"**{_dollar(year.reading)}**"),
    ]
    sizes = sum(bytes_at(age, figures, assumed) for age in range(MONTHS))
    largest = int(read_deployed()["vars"]["QUOTA_UPLOADS"])
    shown = table(["receipts a month", *(_number(receipts) for receipts in SCALES)], rows)
    return (
        f"{shown}\n\nThe largest account that `QUOTA_UPLOADS` allows sends {largest:,} a month: "
        f"{_number(largest * sizes / GB)} GB after the year, so it fits into one database."
    )


def _few(few: Sequence[Year], years: Sequence[Year], figures: Measured) -> str:
    def row(what: str, of: Callable[[Year], str]) -> list[str]:
        return [what, *(of(year) for year in few)]

    more = [_dollar(one.total - other.total) for one, other in zip(few, years, strict=True)]
    rows = [
        row("databases at the beginning", lambda year: f"{year.begun_with:,}"),
        row("databases after 1, 3, 6 and 12 months", _databases),
        row("accounts moved within the year", lambda year: _number(year.moved)),
        row("rows moved", lambda year: _number(_moved_rows(year, figures))),
        ["**dollars more in the year**", *(f"**{each}**" for each in more)],
    ]
    return table(["receipts a month", *(_number(receipts) for receipts in SCALES)], rows)


def _without(year: Year) -> str:
    return _dollar(year.total - year.reading)


def _cents(year: Year) -> str:
    return f"{100 * (year.total - year.reading) / year.receipts / MONTHS:.4f}"


def _databases(year: Year) -> str:
    return ", ".join(f"{year.months[after - 1].databases:,}" for after in (1, 3, 6, 12))


def _processors(year: Year) -> str:
    return _number(year.last.used["cpu_ms"] / 1000 / MONTH_SECONDS)


def _moved_rows(year: Year, figures: Measured) -> float:
    return sum(month.moved_receipts for month in year.months) * figures.entries


def _messages(year: Year, figures: Measured) -> float:
    return year.peak_receipts * figures.messages


def _dollars(years: Sequence[Year]) -> str:
    rows = [
        [price.what, *(_dollar(year.last.dollars[price.item]) for year in years)]
        for price in PRICES
    ]
    rows.append(["**all of it**", *(f"**{_dollar(year.last.total)}**" for year in years)])
    without = [_dollar(year.last.total - year.last.reading) for year in years]
    rows.append(["**without reading**", *(f"**{each}**" for each in without)])
    header = ["the twelfth month", *(_number(receipts) for receipts in SCALES)]
    return table(header, rows)


def _months(year: Year) -> str:
    rows = [
        [
            str(month.number),
            f"{month.databases:,}",
            f"{month.fullest:.0%}",
            _number(month.moved_accounts),
            _number(month.used["d1_gb"]),
            _number(month.used["rows_written"]),
            _dollar(month.total - month.reading),
        ]
        for month in year.months
    ]
    header = ["month", "databases", "the fullest", "accounts moved", "GB in D1", "rows written"]
    return table([*header, "dollars without reading"], rows)


def _breaks(years: Sequence[Year], figures: Measured, assumed: Assumed) -> str:
    found = [bounds(year, figures, assumed) for year in years]
    by_name = [{bound.what: bound for bound in each} for each in found]
    rows = [
        [
            bound.what,
            _number(bound.most),
            *(_strained(each[bound.what]) for each in by_name),
            _source(bound),
        ]
        for bound in found[-1]
    ]
    header = ["limit", "allowed", *(f"at {_number(receipts)}" for receipts in SCALES), "from"]
    said = [
        f"- **{_number(receipts)}**:{_broken(each)}"
        for receipts, each in zip(SCALES, found, strict=True)
    ]
    return f"{table(header, rows)}\n\nBeyond a limit, the furthest first:\n\n" + "\n".join(said)


def _strained(bound: Bound) -> str:
    needed = _number(bound.needed)
    return f"**{needed}**" if bound.share > 1 else needed


def _source(bound: Bound) -> str:
    if bound.source.startswith("https:"):
        return f"[page]({bound.source})"
    return f"`{bound.source}`"


def _broken(found: Sequence[Bound]) -> str:
    beyond = [f"{bound.what} ({bound.share:,.1f} times)" for bound in found if bound.share > 1]
    if not beyond:
        return " nothing."
    return "".join(f"\n  - {each}." for each in beyond)


def _sensitivity(figures: Measured, assumed: Assumed) -> str:
    words = {**MEASURED, **ASSUMED}
    rows = [
        [
            words[each.name],
            "measured" if each.is_measured else "assumed",
            f"{each.dollars:+.1%}",
            f"{each.all_dollars:+.1%}",
            f"{each.databases:+.0%}",
        ]
        for each in sensitivity(SCALES[-1], figures, assumed)[:_MOST_SHOWN]
    ]
    header = ["twice as much of", "", "dollars without reading", "all dollars", "databases"]
    return table(header, rows)


def _number(value: float) -> str:
    """A number as people say it: 1.2 million, 0.39, 4,000."""
    for size, name in ((_BILLION, " billion"), (MILLION, " million")):
        if abs(value) >= size:
            return f"{value / size:,.1f}".removesuffix(".0") + name
    if abs(value) >= _SMALL or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}"


def _price(value: float) -> str:
    return f"${value:.2f}" if round(value, 2) == value else f"${value:g}"


def _dollar(value: float) -> str:
    if abs(value) < _SMALL and value != int(value):
        return f"${value:,.2f}"
    return f"${value:,.0f}"

"""What people type into the page's fields, read as the API has it: the page's own modules, run by the pinned Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.places import NODE, ROOT

VALUES = ROOT / "public" / "js" / "values"

AMOUNTS = [
    ("76,30", "", "76.30"),
    ("1,234.50", "", "1234.50"),
    ("1.234,50", "", "1234.50"),
    ("1 234,50", "", "1234.50"),
    ("1'234.50", "CHF", "1234.50"),
    ("1,23,456.78", "INR", "123456.78"),
    ("RM 12.90", "MYR", "12.90"),
    ("€5,00", "EUR", "5.00"),
    ("12.90 EUR", "EUR", "12.90"),
    ("S$4.20", "SGD", "4.20"),
    ("1.234", "EUR", "1234"),
    ("1.234", "KWD", "1.234"),
    ("0,5", "", "0.5"),
    ("-5", "", "-5"),
    ("\N{MINUS SIGN}12,3", "", "-12.3"),
    ("5-", "", "-5"),
    ("(5.00)", "", "-5.00"),
    ("5,-", "EUR", "5"),
    ("0", "", "0"),
    ("-0.00", "", "0.00"),
    ("  ", "", ""),
    ("abc", "", None),
    ("1.2.3", "", None),
    ("12,34,5", "", None),
]
# Where three decimals are possible, the locale says what parts them.
NUMBERS = [
    ("1.234", "de", "1234"),
    ("1,234", "de", "1.234"),
    ("1.234", "en-US", "1.234"),
    ("1,234", "en-US", "1234"),
    ("1.5", "de", "1.5"),
    ("0.125", "de", "0.125"),
    ("1.234,5", "en-US", "1234.5"),
]
# As the API has it, and as people of a place write it in numbers; it is read there as it stands.
WRITTEN = [
    ("76.30", "de-DE", "76,30"),
    ("-1234.567", "de-DE", "-1234,567"),
    ("1234.50", "en-US", "1234.50"),
    ("1.234", "de-CH", "1.234"),
    ("2018-05-07", "de-DE", "07.05.2018"),
    ("2018-05-07", "en-US", "05/07/2018"),
    ("2018-05-07", "en-GB", "07/05/2018"),
    ("2018-05-07", "hu-HU", "2018. 05. 07."),
    ("2018-05-07", "fa-IR", "2018/05/07"),
    ("no day", "de-DE", "no day"),
]
DAYS = [
    ("2018-05-07", "de", "2018-05-07"),
    ("07.05.2018", "en-US", "2018-05-07"),
    ("7.5.18", "de", "2018-05-07"),
    ("7/5/2018", "en-GB", "2018-05-07"),
    ("7/5/2018", "en-US", "2018-07-05"),
    ("31/12/2025", "en-US", "2025-12-31"),
    ("12/31/2025", "de", "2025-12-31"),
    ("7 May 2018", "de", "2018-05-07"),
    ("7. Mai 2018", "de", "2018-05-07"),
    ("May 7, 2018", "en-US", "2018-05-07"),
    ("7 mai 2018", "fr", "2018-05-07"),
    ("", "de", ""),
    ("31.02.2020", "de", None),
    ("soon", "en", None),
]
_RUN = """
const { readAmount, readNumber, writtenAmount } = await import(process.argv[1] + "/amount.js");
const { dayOf, readDay, writtenDay } = await import(process.argv[1] + "/day.js");
const isDay = (value) => /\\d{4}-|day/.test(value);
const { amounts, days, numbers, written } = JSON.parse(process.argv[2]);
console.log(JSON.stringify({
  amounts: amounts.map(([text, currency]) => readAmount(text, currency)),
  days: days.map(([text, locale]) => readDay(text, locale)),
  numbers: numbers.map(([text, locale]) => [readNumber(text, locale).value, readAmount(text, "KWD", locale).value]),
  written: written.map(([value, locale]) => (isDay(value) ? writtenDay : writtenAmount)(value, locale)),
  readAgain: written.map(([value, locale, text]) =>
    (isDay(value) ? readDay(text, locale) : readAmount(text, "KWD", locale)).value),
  spans: ["2026", "2024-02", "2026-12", "2026-03-05"].map((text) => [dayOf(text, "first"), dayOf(text, "last")]),
}));
"""


@pytest.fixture(scope="module")
def read() -> dict[str, list[Any]]:
    asked = {"amounts": AMOUNTS, "days": DAYS}
    asked |= {"numbers": NUMBERS, "written": WRITTEN}
    command = [str(NODE), "--input-type=module", "--eval", _RUN, VALUES.as_uri(), json.dumps(asked)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout)


def test_amounts_are_read_as_they_are_written(read: dict[str, list[Any]]) -> None:
    found = [(*asked[:2], answer["value"]) for asked, answer in zip(AMOUNTS, read["amounts"], strict=True)]
    assert found == AMOUNTS


def test_days_are_read_as_they_are_written(read: dict[str, list[Any]]) -> None:
    found = [(*asked[:2], answer["value"]) for asked, answer in zip(DAYS, read["days"], strict=True)]
    assert found == DAYS


def test_the_locale_parts_thousands_from_decimals(read: dict[str, list[Any]]) -> None:
    assert read["numbers"] == [[value, value] for _, _, value in NUMBERS]


def test_values_are_written_as_the_locale_has_them_and_read_again(read: dict[str, list[Any]]) -> None:
    assert read["written"] == [text for _, _, text in WRITTEN]
    assert read["readAgain"] == [None if value == "no day" else value for value, _, _ in WRITTEN]


def test_months_and_years_are_the_days_that_they_span(read: dict[str, list[Any]]) -> None:
    assert read["spans"] == [
        ["2026-01-01", "2026-12-31"],
        ["2024-02-01", "2024-02-29"],
        ["2026-12-01", "2026-12-31"],
        ["2026-03-05", "2026-03-05"],
    ]


def test_what_is_not_understood_says_how_to_write_it(read: dict[str, list[Any]]) -> None:
    problems = [answer["problem"] for answer in (*read["amounts"], *read["days"]) if answer["value"] is None]
    assert all("Write it" in problem for problem in problems)
    assert len(problems) == sum(expected is None for *_, expected in (*AMOUNTS, *DAYS))


def test_the_modules_know_no_page() -> None:
    for module in sorted(Path(VALUES).glob("*.js")):
        assert "document." not in module.read_text(encoding="utf-8"), module.name


LEFT: list[tuple[str, list[str], str]] = [
    ("10.00", ["4.00", "6.00"], "0.00"),
    ("10.01", ["4", "0"], "6.01"),
    ("1.00", ["0.1", "0.2"], "0.70"),
    ("-12.90", ["-10.00"], "-2.90"),
    ("0.05", ["0.10"], "-0.05"),
    ("100", ["33", "33"], "34"),
    ("12345678901234.567", ["0.001"], "12345678901234.566"),
    ("5.00", [], "5.00"),
]


@pytest.mark.parametrize(("total", "parts", "left"), LEFT)
def test_what_is_left_to_distribute_is_exact(total: str, parts: list[str], left: str) -> None:
    script = """
    const { leftOf } = await import(process.argv[1] + "/decimals.js");
    const [total, parts] = JSON.parse(process.argv[2]);
    console.log(leftOf(total, parts));
    """
    given = json.dumps([total, parts])
    ran = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script, str(VALUES), given], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == left


BOUNDS = [
    ("", "", "month"),
    ("2026-03", "2026-03", "month"),
    ("2026-13", "2026-13", "month"),
    ("2026-03-05", "2026-03-05", "date"),
    ("2026", "2026", "text"),
    ("2026-0", "", "text"),
    ("March", "", "text"),
]


@pytest.mark.parametrize(("bound", "is_asked", "shown_by"), BOUNDS)
def test_a_report_of_days_asks_for_these_days(bound: str, is_asked: str, shown_by: str) -> None:
    """A day in the address of a report was left out, and the field stood empty."""
    script = """
    const { askable, inputOf } = await import(process.argv[1] + "/period.js");
    console.log(JSON.stringify([askable(process.argv[2]), inputOf(process.argv[2]).type]));
    """
    command = [str(NODE), "--input-type=module", "-e", script, str(VALUES), bound]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [is_asked, shown_by]


def test_an_entry_of_the_ledger_leads_to_what_it_was_for() -> None:
    of_a_claim, of_a_payout = {"otherAccount": "claims:received:EUR"}, {"otherAccount": "payouts:company:EUR"}
    asked = [
        {"transaction": "run_1A:issue", **of_a_claim},
        {"transaction": "run_1A:payment:k", "transfer": "run_1A:payment:k:1", **of_a_claim},
        {"transaction": "run_1A:debit", **of_a_payout},
        {"transaction": "run_1A:debit:rollback:left", **of_a_payout},
        {"transaction": "run_1A:of-another", "otherAccount": "mine"},
        # Only what a run has booked is its: an id in somebody's own reference may be of nothing.
        {"transaction": "t-1", "transfer": "t-1", "reference": "run_1A", **of_a_claim},
        {"transaction": "t-2", "transfer": "t-2", "reference": None, **of_a_claim},
    ]
    told = """
    const { causeOf, dayAfter } = await import(process.argv[1] + "/ledger.js");
    const causes = JSON.parse(process.argv[2]).map(causeOf).map(({ words, href }) => [words, href]);
    console.log(JSON.stringify([causes, ["2026-02-28", "2026-12-31", "", "2026-02", "9999-99-99"].map(dayAfter)]));
    """
    command = [str(NODE), "--input-type=module", "--eval", told, VALUES.as_uri(), json.dumps(asked)]
    causes, days = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    assert causes == [
        ["Claim: issued", "/claims/run_1A"],
        ["Claim: a payment came in", "/claims/run_1A"],
        ["Payout: taken from the company's account", "/runs/run_1A"],
        ["Payout: the payment had left before it was stopped", "/runs/run_1A"],
        ["A run", "/runs/run_1A"],
        ["run_1A", None],
        ["t-2", None],
    ]
    assert days == ["2026-03-01", "2027-01-01", "", "2026-02", "9999-99-99"]

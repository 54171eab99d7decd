"""How a period is written on the command line, and what a narrow terminal keeps whole."""

import re

import pytest
import typer

from cli.commands.options import first_day, last_day
from tillroll_command.output import Output

# The sequences of a terminal's styles, such as bold.
_STYLES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_day_a_month_or_a_year_is_a_period(text: str, first: str, last: str) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "march", "2026-13", "2026-02-30", "26", "0000", "2026-3", "٢٠٢٦", "2026-01-01T00"]
)
def test_what_is_no_period_says_how_to_write_one(text: str) -> None:
    for parse in (first_day, last_day):
        with pytest.raises(typer.BadParameter, match="a day, a month or a year"):
            parse(text)


def test_a_narrow_terminal_breaks_words_and_no_ids_or_days(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    row = ("exp_01M8G43BA8D35ZV4K0N4B0TD9F", "2026-03-05", "Green Garden Cafe " * 5, "12.90")
    Output(as_json=False).table(("expense", "day", "merchant", "total"), [row], right=("total",))
    lines = _STYLES.sub("", capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= 60
    for whole in ("exp_01M8G43BA8D35ZV4K0N4B0TD9F", "2026-03-05", "12.90"):
        assert any(whole in line for line in lines)

"""All formats that there are: the one list."""

from enum import StrEnum

from tillroll.exports.csv_file import CsvWriter
from tillroll.exports.json_lines import JsonLinesWriter
from tillroll.exports.writer import About, Format


class FormatName(StrEnum):
    """What the API calls them."""

    CSV = "csv"
    JSON_LINES = "jsonl"


_ALL = (
    Format(FormatName.CSV, "text/csv; charset=utf-8", "csv", CsvWriter),
    Format(FormatName.JSON_LINES, "application/jsonl; charset=utf-8", "jsonl", JsonLinesWriter),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


def file_name(file: Format, about: About) -> str:
    """The name that a file is saved under, in plain ASCII: `expenses_2026-03-01_2026-03-31.csv`."""
    days = [day for day in (about.first_day, about.last_day) if day is not None]
    return f"{'_'.join(['expenses', *days])}.{file.extension}"

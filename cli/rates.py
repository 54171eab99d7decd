"""Reference rates from a file that somebody has fetched."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.sql import as_text
from tillroll.conversion.rate_table import store_rates
from tillroll.exchange.files import read_rates


@dataclass(frozen=True)
class Import:
    """The rates of a file, stored once `sql` has run; those that were there before stay."""

    count: int
    first: date
    last: date
    sql: str


def import_rates(path: Path, since: date | None, today: date) -> Import | None:
    """The import of a file; None where it has no rate of `since` or later.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is no text.
        InvalidRates: it is no file of rates.
    """
    rates = read_rates(path.read_text(encoding="utf-8"))
    taken = [rate for rate in rates if since is None or rate.day >= since]
    if not taken:
        return None
    days = [rate.day for rate in taken]
    return Import(len(taken), min(days), max(days), as_text(store_rates(taken, path.name, today)))

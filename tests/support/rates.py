"""Reference rates as the European Central Bank writes them: its feed in XML, and its whole
history.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta

from tillroll.conversion.rates import is_publication_day
from tillroll.expenses.repository import FIRST_PUBLICATION

# The columns of eurofxref-hist.csv, with the currencies that the euro has replaced or that are
# quoted no more.
_COLUMNS = [
    "USD",
    "JPY",
    "BGN",
    "CYP",
    "CZK",
    "DKK",
    "EEK",
    "GBP",
    "HUF",
    "LTL",
    "LVL",
    "MTL",
    "PLN",
    "ROL",
    "RON",
    "SEK",
    "SIT",
    "SKK",
    "CHF",
    "ISK",
    "NOK",
    "HRK",
    "RUB",
    "TRL",
    "TRY",
    "AUD",
    "BRL",
    "CAD",
    "CNY",
    "HKD",
    "IDR",
    "ILS",
    "INR",
    "KRW",
    "MXN",
    "MYR",
    "NZD",
    "PHP",
    "SGD",
    "THB",
    "ZAR",
]
_QUOTED_UNTIL = {
    "CYP": 2007,
    "EEK": 2010,
    "LTL": 2014,
    "LVL": 2013,
    "MTL": 2007,
    "ROL": 2005,
    "SIT": 2006,
    "SKK": 2008,
    "HRK": 2022,
    "RUB": 2021,
    "TRL": 2004,
    "BGN": 2025,
}
_QUOTED_FROM = {
    "RON": 2006,
    "TRY": 2005,
    "BRL": 2008,
    "CNY": 2005,
    "IDR": 2005,
    "ILS": 2009,
    "INR": 2009,
    "MXN": 2008,
}

_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{days}</Cube></gesmes:Envelope>
"""


def feed(days: Mapping[date, Mapping[str, str]]) -> str:
    """The XML of rates per euro, by day and currency."""
    return _XML.format(
        days="".join(
            f'<Cube time="{day}">{"".join(map(_cube, rates, rates.values()))}</Cube>'
            for day, rates in days.items()
        )
    )


def _cube(currency: str, rate: str) -> str:
    return f'<Cube currency="{currency}" rate="{rate}"/>'


def history(last: date, first: date = FIRST_PUBLICATION) -> str:
    """eurofxref-hist.csv up to `last`, made up but for its form: the newest day first, N/A where a
    currency was not quoted, a comma at the end of each line. All years together have some 7,100
    days and 230,000 rates.
    """
    lines = [",".join(["Date", *_COLUMNS, ""])]
    for back in range((last - first).days + 1):
        day = last - timedelta(days=back)
        if is_publication_day(day):
            lines.append(",".join([day.isoformat(), *(_rate(day, code) for code in _COLUMNS), ""]))
    return "\n".join([*lines, ""])


def zipped(text: str, name: str = "eurofxref-hist.csv") -> bytes:
    """The text as the one file of an archive, as eurofxref-hist.zip has it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, text)
    return archive.getvalue()


def _rate(day: date, code: str) -> str:
    if not _QUOTED_FROM.get(code, 0) <= day.year <= _QUOTED_UNTIL.get(code, day.year):
        return "N/A"
    return f"{_COLUMNS.index(code) + 1}.{day.toordinal() % 10_000:04}"

"""A feed of reference rates as the European Central Bank writes it."""

from collections.abc import Mapping
from datetime import date

_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{days}</Cube></gesmes:Envelope>
"""


def feed(days: Mapping[date, Mapping[str, str]]) -> str:
    """The XML of rates per euro, by day and currency."""
    return _XML.format(
        days="".join(
            f'<Cube time="{day}">{"".join(map(_cube, rates, rates.values()))}</Cube>' for day, rates in days.items()
        )
    )


def _cube(currency: str, rate: str) -> str:
    return f'<Cube currency="{currency}" rate="{rate}"/>'

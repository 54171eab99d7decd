"""eurofxref-daily.xml, eurofxref-hist-90d.xml and eurofxref-hist.xml: a Cube a day, in it a Cube a currency.

Read by expat's events: no tree is built, and a document type, which could declare entities, ends the reading.
"""

from typing import Final, NoReturn
from xml.parsers import expat

from tillroll.exchange.rates import InvalidRates, Rate, read_day, read_rate

_CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"


def read_xml(text: str) -> list[Rate]:
    """The rates in the file's order; empty where it has no Cube of the vocabulary.

    Raises:
        InvalidRates: it is not well-formed, has a document type, or a Cube that is no rate.
    """
    cubes = _Cubes()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = cubes.begin
    try:
        # The text is decoded already, whatever encoding its declaration names.
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise InvalidRates(f"the file is not well-formed XML: {error}") from error
    return cubes.rates


def _refuse_doctype(*_: object) -> NoReturn:
    raise InvalidRates("the file has a document type, which no file of rates has")


class _Cubes:
    """Collects rates; the day is that of the Cube around."""

    def __init__(self) -> None:
        self.rates: list[Rate] = []
        self._day: str | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name != _CUBE:
            return
        if "time" in attributes:
            self._day = attributes["time"]
        elif "currency" in attributes:
            if self._day is None:
                raise InvalidRates(f"the rate for {attributes['currency']!r} stands under no day")
            day = read_day(self._day)
            self.rates.append(read_rate(day, attributes["currency"], attributes.get("rate", "")))

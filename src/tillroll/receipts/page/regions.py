"""States and provinces behind a city: "Durham, NC" is where a shop is, not what it is called.

Codes as their countries' posts write them; extend the tables where addresses are written so elsewhere.
"""

import re
from typing import Final

from tillroll.receipts.page.vocabulary import fold

_UNITED_STATES: Final = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
_CANADA: Final = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
_AUSTRALIA: Final = "ACT NSW NT QLD SA TAS VIC WA"
_NAMES: Final = (
    "alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,hawaii,idaho,illinois,"
    "indiana,iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,mississippi,missouri,"
    "montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota,ohio,oklahoma,"
    "oregon,pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,vermont,virginia,washington,"
    "west virginia,wisconsin,wyoming,alberta,british columbia,manitoba,new brunswick,newfoundland,nova scotia,ontario,"
    "quebec,saskatchewan,new south wales,queensland,south australia,tasmania,victoria,western australia"
)
_REGIONS: Final = frozenset([*f"{_UNITED_STATES} {_CANADA} {_AUSTRALIA}".lower().split(), *_NAMES.split(",")])
_CITY_AND_REGION: Final = re.compile(r"[^\W\d][^\d,]*,\s*(?P<region>[^\W\d][^\d,]*?)\.?(?:[\s,]+\d[\d-]*)?\s*")


def names_region(text: str) -> bool:
    """Whether a text is a city with its state or province, and no more than a postcode behind it."""
    match = _CITY_AND_REGION.fullmatch(text)
    return match is not None and fold(match["region"]) in _REGIONS

"""Reading the European Central Bank's files, and refusing everything else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.conversion.rates import MAX_CHARACTERS, InvalidRates, Rate, read_rates

FRIDAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 19)

XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>{days}</Cube>
</gesmes:Envelope>"""
DAY = (
    "<Cube time='{day}'><Cube currency='USD' rate='{usd}'/><Cube currency='JPY' "
    "rate='163.06'/></Cube>"
)
TWO_DAYS = XML.format(
    days=DAY.format(day=FRIDAY, usd="1.0823") + DAY.format(day=THURSDAY, usd="1.0805")
)


def test_the_xml_of_several_days() -> None:
    assert read_rates(TWO_DAYS) == [
        Rate(FRIDAY, "USD", Decimal("1.0823")),
        Rate(FRIDAY, "JPY", Decimal("163.06")),
        Rate(THURSDAY, "USD", Decimal("1.0805")),
        Rate(THURSDAY, "JPY", Decimal("163.06")),
    ]


def test_the_daily_csv() -> None:
    text = "\ufeffDate, USD, JPY, \n20 November 2026, 1.0823, 163.06, \n"
    assert read_rates(text) == [
        Rate(FRIDAY, "USD", Decimal("1.0823")),
        Rate(FRIDAY, "JPY", Decimal("163.06")),
    ]


def test_the_history_as_csv() -> None:
    text = "Date,USD,CYP,\r\n2026-11-20,1.0823,N/A,\r\n2026-11-19,1.0805,0.5853,\r\n"
    assert read_rates(text) == [
        Rate(FRIDAY, "USD", Decimal("1.0823")),
        Rate(THURSDAY, "USD", Decimal("1.0805")),
        Rate(THURSDAY, "CYP", Decimal("0.5853")),
    ]


ENTITY_BOMB = (
    """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">{entities}]><lolz>&z;</lolz>""".format(
        entities="".join(
            f'<!ENTITY {name} "{f"&{before};" * 10}">'
            for before, name in zip("abcdefgh", "bcdefghz", strict=True)
        )
    )
)
EXTERNAL_ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><x>&secret;</x>'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "neither XML nor a CSV"),
        ("<!doctype html><html><body>Sign in to this network</body></html>", "not well-formed"),
        ("<html><body>Moved</body></html>", "holds no rate"),
        (ENTITY_BOMB, "document type"),
        (EXTERNAL_ENTITY, "document type"),
        (TWO_DAYS[:-40], "not well-formed"),
        (XML.format(days="<Cube currency='USD' rate='1.08'/>"), "under no day"),
        (XML.format(days=DAY.format(day="2026-02-30", usd="1.08")), "no day of the calendar"),
        (XML.format(days=DAY.format(day="20261120", usd="1.08")), "not a day"),
        (XML.format(days=DAY.format(day=FRIDAY, usd="0")), "no rate for USD"),
        (XML.format(days=DAY.format(day=FRIDAY, usd="-1.08")), "no rate for USD"),
        (XML.format(days=DAY.format(day=FRIDAY, usd="NaN")), "no rate for USD"),
        (XML.format(days=DAY.format(day=FRIDAY, usd="1e9")), "no rate for USD"),
        (XML.format(days=DAY.format(day=FRIDAY, usd="9" * 5000)), "no rate for USD"),
        (
            XML.format(days=DAY.format(day=FRIDAY, usd="1.08").replace("JPY", "EUR")),
            "beside the euro",
        ),
        (
            XML.format(days=DAY.format(day=FRIDAY, usd="1.08").replace("JPY", "yen")),
            "beside the euro",
        ),
        (XML.format(days=2 * DAY.format(day=FRIDAY, usd="1.08")), "two rates for the same day"),
        ("Date,USD\n2026-11-20,1.08,163.06\n", "3 columns, the first line 2"),
        ("Date,USD\n20 Brumaire 2026,1.08\n", "not a day"),
        ("Date,USD\n", "holds no rate"),
        ('Date,USD\n2026-11-20,"1.08\n', "no CSV"),
        ("a,b\n1,2\n", "neither XML nor a CSV"),
        ("x" * (MAX_CHARACTERS + 1), "more than"),
    ],
)
def test_what_is_no_file_of_rates_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidRates, match=why):
        read_rates(text)


def test_depth_alone_breaks_nothing() -> None:
    with pytest.raises(InvalidRates, match="holds no rate"):
        read_rates("<a>" * 100_000 + "</a>" * 100_000)


@given(st.text(), st.integers(0, len(TWO_DAYS)))
def test_any_text_is_read_or_refused(text: str, cut: int) -> None:
    for attempt in (text, f"<{text}", f"Date,{text}", TWO_DAYS[:cut] + text + TWO_DAYS[cut:]):
        try:
            rates = read_rates(attempt)
        except InvalidRates:
            continue
        assert all(rate.per_euro > 0 for rate in rates)

"""Terms of payment as documents print them."""

import pytest

from tillroll_documents.reading.dates.payment_terms import Terms, terms_in

TWO_IN_14 = Terms(20, 14)


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("#SKONTO#TAGE=14#PROZENT=2.00#", [TWO_IN_14]),
        ("#SKONTO#TAGE=7#PROZENT=3.00# #SKONTO#TAGE=14#PROZENT=2.00#", [Terms(30, 7), TWO_IN_14]),
        ("2 % Skonto innerhalb 14 Tagen", [TWO_IN_14]),
        ("Bei Zahlung binnen 14 Tagen abzüglich 2% Skonto, 30 Tage netto", [TWO_IN_14]),
        ("14 Tage 2 % Skonto 30 Tage netto", [TWO_IN_14]),
        ("2,0 % Skonto bei Zahlung innerhalb von 14 Tagen, sonst 30 Tage netto", [TWO_IN_14]),
        ("2% discount if paid within 14 days", [TWO_IN_14]),
        ("2 % Skonto, 30 Tage netto", []),
        ("Zahlbar innerhalb 14 Tagen ohne Abzug", []),
        ("19 % Umsatzsteuer, zahlbar in 14 Tagen", []),
        ("12 % Rabatt auf Papier, 14 Tage Rückgabe", []),
    ],
)
def test_terms_are_read_as_they_are_printed(line: str, terms: list[Terms]) -> None:
    assert terms_in([line]) == terms


def test_terms_have_their_percent_in_words() -> None:
    assert [Terms(20, 14).percent, Terms(25, 7).percent] == ["2", "2.5"]

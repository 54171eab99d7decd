"""Why a text is no IBAN: its country, its length, its characters or its check digits."""

import pytest

from tillroll_documents.ibans import LENGTH_OF, iban_problem


@pytest.mark.parametrize(
    "iban",
    [
        "DE02120300000000202051",
        "GB82WEST12345698765432",
        "AT611904300234573201",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "CR05015202001026284066",
        "DJ2100010000000154000100186",
        "NI45BAPR00000013000003558124",
        "VA59001123000012345678",
    ],
)
def test_an_iban_has_no_problem(iban: str) -> None:
    assert iban_problem(iban) is None


@pytest.mark.parametrize(
    ("iban", "problem"),
    [
        ("XX02120300000000202051", "no country has IBANs that begin with these two letters"),
        ("DE0212030000000020205", "An IBAN of DE has 22 characters, and this one has 21"),
        ("DE03120300000000202051", "The check digits of this IBAN do not fit"),
        ("DE0212030000000020205-", "An IBAN has letters and digits only"),
        ("", "no country"),
    ],
)
def test_what_is_wrong_is_said_and_the_number_is_not(iban: str, problem: str) -> None:
    said = iban_problem(iban)
    assert said is not None
    assert problem in said
    assert not iban or iban[2:] not in said


# ISO 13616, the registry of July 2025: one country of each length.
@pytest.mark.parametrize(
    ("country", "length"),
    [
        ("NO", 15),
        ("BE", 16),
        ("DK", 18),
        ("MK", 19),
        ("AT", 20),
        ("CH", 21),
        ("DE", 22),
        ("AE", 23),
        ("ES", 24),
        ("PT", 25),
        ("TR", 26),
        ("FR", 27),
        ("PL", 28),
        ("BR", 29),
        ("KW", 30),
        ("MT", 31),
        ("LC", 32),
        ("RU", 33),
    ],
)
def test_an_iban_has_the_length_of_its_country(country: str, length: int) -> None:
    assert LENGTH_OF[country] == length

"""The words of an entry, in one form for all formats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.bank_files.entry_words import alike, words_of
from tillroll_documents.bank_files.printed import Counterparty, Payment


def words(name: str, text: str = "") -> str:
    return words_of(Payment(amount=0, counterparty=Counterparty(name), text=text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Lüna", "CAFE LUENA"),
        ("Bäckerei Weiß & Söhne", "BAECKEREI WEISS + SOEHNE"),
        ("Łódź Øresund", "LODZ ORESUND"),
        ("Müller", "Muller"),
    ],
)
def test_umlauts_and_accents_are_one(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_short_words_and_repeated_ones_are_left_out() -> None:
    assert words("REWE GmbH", "REWE SAGT DANKE zu 47") == "rewe gmbh sagt danke"
    assert len(words("", " ".join(f"word{number}" for number in range(100))).split()) == 40


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("netflix international", "netflix internationa", 1.0),
        ("rewe sagt danke", "rewesagt danke", 1.0),
        ("netflix monatsbeitrag", "netflix", 1.0),
        ("deutsche bahn fahrkarte", "deutsche bank fahrkarte", 0.6),
    ],
)
def test_alike(one: str, other: str, least: float) -> None:
    assert (alike(one, other) or 0) >= least


def test_not_alike() -> None:
    assert alike("netflix", "spotify") == 0
    assert alike("", "spotify") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_the_same_from_both_sides(one: str, other: str) -> None:
    first, second = words(one), words(other)
    assert alike(first, second) == alike(second, first)
    assert alike(first, first) in {None, 1.0}

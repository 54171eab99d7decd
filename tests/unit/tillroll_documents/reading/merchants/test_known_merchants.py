"""A merchant that people confirmed is recognised by equal keys; ties and contradictions are not
guessed at.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.extraction import Evidence, Extraction, Field, KnownAs
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.recognition import (
    Recognised,
    Sightings,
    look_key,
    merchant_key,
    read_name,
    recognise,
    usual_category,
    with_category,
    with_known_merchant,
)

TAX_ID = "MY123"
CAFE, BOOKS = "Green Garden Cafe", "Pine Books"
READ = "GREEN GARDEN CAFE SDN BHD"


def seen(
    merchant: str,
    spelling: str | None,
    confirmed: int = 1,
    *,
    unconfirmed: int = 0,
    tax_id: str | None = None,
) -> Sightings:
    return Sightings(
        merchant, spelling, tax_id, confirmed + unconfirmed, confirmed, "2026-01-01T00:00:00.000Z"
    )


def merchant_of(found: Recognised | None) -> str | None:
    return found.merchant if found else None


@pytest.mark.parametrize(
    "read",
    [
        READ,
        "Green Garden Café Sdn. Bhd.",
        "GREEN  GARDEN-CAFE SDN BHD",
        "GREEN GARDEN CAFE 5DN 8HD",
        "greengardencafesdnbhd",
    ],
)
def test_a_confirmed_spelling_leads_to_its_merchant(read: str) -> None:
    assert merchant_of(recognise(read, None, [seen(CAFE, READ)])) == CAFE


@pytest.mark.parametrize(
    "read", ["GREEN GARDEN CAFE SDN", "GREEN GARDEM CAFE SDN BHD", "GREEN GARDEN", "", None]
)
def test_what_is_only_similar_does_not(read: str | None) -> None:
    assert recognise(read, None, [seen(CAFE, READ)]) is None


def test_it_says_by_what_and_how_often() -> None:
    found = recognise(READ, None, [seen(CAFE, READ, 3, unconfirmed=1)])
    assert found is not None
    assert found.known_as == KnownAs(
        by="name", times=4, since="2026-01-01T00:00:00.000Z", spelling=READ, tax_id=None
    )


def test_without_a_confirmation_nothing_is_known() -> None:
    assert recognise(READ, TAX_ID, [seen(CAFE, READ, 0, unconfirmed=9, tax_id=TAX_ID)]) is None


def test_a_tax_id_leads_to_its_merchant_whatever_was_read() -> None:
    known = [seen(CAFE, READ, tax_id=TAX_ID)]
    for read in ("BRANCH 12", None):
        found = recognise(read, TAX_ID, known)
        assert found is not None
        assert (found.merchant, found.known_as.by, found.known_as.tax_id) == (
            CAFE,
            "tax_id",
            TAX_ID,
        )
    assert recognise("BRANCH 12", "MY999", known) is None


def test_name_and_tax_id_must_not_disagree() -> None:
    known = [seen(CAFE, READ), seen(BOOKS, "PINE BOOKS", tax_id=TAX_ID)]
    assert recognise(READ, TAX_ID, known) is None


def test_of_two_merchants_the_clear_majority_counts() -> None:
    assert recognise(READ, None, [seen(CAFE, READ), seen(BOOKS, READ)]) is None
    assert merchant_of(recognise(READ, None, [seen(CAFE, READ, 2), seen(BOOKS, READ)])) == CAFE


def test_the_exact_name_counts_before_one_that_looks_alike() -> None:
    known = [seen("Bistro 5", "BISTRO 5"), seen("Bistro S", "BISTRO S", 9)]
    assert merchant_of(recognise("BISTRO 5", None, known)) == "Bistro 5"
    assert merchant_of(recognise("8ISTRO 5", None, known)) == "Bistro S"


def test_the_usual_spelling_of_the_merchant_is_taken() -> None:
    known = [seen("GREEN GARDEN CAFE", READ), seen(CAFE, READ, 2)]
    assert merchant_of(recognise(READ, None, known)) == CAFE


NAMES = st.text(st.sampled_from("ABO0l1I5S8 é"), max_size=6)
SIGHTINGS = st.builds(
    seen,
    st.sampled_from([CAFE, CAFE.upper(), BOOKS, "Oak Inn"]),
    st.none() | NAMES,
    st.integers(0, 3),
    unconfirmed=st.integers(1, 3),
    tax_id=st.sampled_from([None, "A1", "B2"]),
)


@given(NAMES, st.sampled_from([None, "A1", "B2"]), st.lists(SIGHTINGS, max_size=8))
def test_what_is_recognised_was_confirmed_so(
    name: str, tax_id: str | None, known: list[Sightings]
) -> None:
    found = recognise(name, tax_id, known)
    assert found == recognise(name, tax_id, known[::-1])
    if found is None:
        return
    leading = [
        each
        for each in known
        if each.confirmed
        and merchant_key(each.merchant) == merchant_key(found.merchant)
        and (
            (tax_id and each.tax_id == tax_id)
            or (look_key(name) and look_key(each.spelling) == look_key(name))
        )
    ]
    assert leading
    assert 0 < found.confirmed <= found.known_as.times
    assert found.merchant in {each.merchant for each in leading}


DOUBTFUL = Reading(
    Extraction(
        merchant=Field[str](
            value=READ, evidence=Evidence(line=0, text=READ, start=0, end=len(READ)), confidence=0.2
        ),
        date=Field[date](value=date(2026, 2, 14), confidence=0.9),
    ),
    accepted=False,
    reasons=("merchant_uncertain", "total_uncertain"),
)
FOUND = Recognised(
    CAFE, KnownAs(by="name", times=4, since="2026-01-01", spelling=READ, tax_id=None), 4
)


def test_a_snap_clears_a_doubt_about_the_merchant_and_no_other() -> None:
    reading = with_known_merchant(DOUBTFUL, FOUND)
    assert (reading.accepted, reading.reasons) == (False, ("total_uncertain",))
    alone = Reading(DOUBTFUL.extraction, accepted=False, reasons=("merchant_uncertain",))
    assert with_known_merchant(alone, FOUND).accepted


def test_a_snap_keeps_what_was_printed() -> None:
    extraction = with_known_merchant(DOUBTFUL, FOUND).extraction
    assert (extraction.merchant.value, extraction.merchant.confidence) == (CAFE, 0.9)
    assert extraction.merchant.evidence == DOUBTFUL.extraction.merchant.evidence
    assert [reason.code for reason in extraction.merchant.reasons] == ["known_name"]
    assert read_name(extraction) == READ
    assert extraction.date == DOUBTFUL.extraction.date
    assert Extraction.model_validate_json(extraction.model_dump_json()) == extraction


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        ({}, None),
        ({"Meals": 1}, None),
        ({"Meals": 2}, "Meals"),
        ({"Meals": 2, "Travel": 2}, None),
        ({"Meals": 2, "Travel": 1}, "Meals"),
        ({"Meals": 3, "Travel": 2, "Other": 1}, None),
    ],
)
def test_the_usual_category_is_a_clear_majority(counts: dict[str, int], usual: str | None) -> None:
    assert usual_category(counts) == usual


def test_a_category_is_proposed_with_its_reason() -> None:
    field = with_category(DOUBTFUL, "Meals", 2).extraction.category
    assert (field.value, [reason.code for reason in field.reasons]) == ("Meals", ["usual_category"])

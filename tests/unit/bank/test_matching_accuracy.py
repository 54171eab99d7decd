"""The bar, on a few invented months; `python -m bench.matching` measures many. Planted bugs show
that it can fail.
"""

from typing import Final

import pytest

from bench.matching_counts import below_the_bar, counted
from tests.support.bank_months import month
from tests.support.company.months import company_month
from tillroll_documents.matching import evidence, matching, open_amounts, single_matches
from tillroll_documents.matching.evidence import Evidence

SEEDS: Final = range(1, 9)
FEW: Final = range(1, 3)


def test_the_bar_is_reached() -> None:
    counts = counted(month, SEEDS)
    assert below_the_bar(counts) == [], "\n".join(counts.wrong[:10])
    # All that the generator is for is there.
    assert all(counts.true[kind] >= len(SEEDS) for kind in counts.true)
    assert len(counts.true) == 11
    assert counts.without_truth > 50


def test_the_bar_is_reached_in_a_month_that_was_written_before_the_rules() -> None:
    counts = counted(company_month, FEW)
    assert below_the_bar(counts) == [], "\n".join(counts.wrong[:10])
    assert counts.matches_wrong == 0, "\n".join(counts.wrong[:10])
    assert len(counts.stories) > 40


def no_rivals(_self: object, _evidence: Evidence, _most: int) -> list[Evidence]:
    return []


def no_name(_one: object, _other: object, _weights: object) -> int:
    return 500


def never_sure(*, is_sure: bool, is_tie: bool) -> open_amounts.Level:
    return open_amounts.Level.TIE if is_tie and is_sure else open_amounts.Level.PROPOSED


def never_everyday(_amount: int, _currency: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("place", "name", "instead", "falls"),
    [
        (single_matches.Rivals, "_others", no_rivals, "precision"),
        (evidence, "likeness", no_name, "recall"),
        (single_matches, "level", never_sure, "recall"),
        (evidence, "_SAME_AMOUNT", -300, "first proposal"),
    ],
)
def test_a_planted_bug_fails(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, instead: object, falls: str
) -> None:
    monkeypatch.setattr(place, name, instead)
    # Everyday prices would be asked about all the same.
    monkeypatch.setattr(evidence, "is_everyday", never_everyday)
    assert falls in below_the_bar(counted(month, SEEDS[:4]))


def nothing_asked(*_parts: object, **_named: object) -> bool:
    return False


def no_batches(_views: object) -> frozenset[str]:
    return frozenset()


@pytest.mark.parametrize(
    ("place", "name", "instead", "story"),
    [
        (evidence.Weigher, "is_of_employee", nothing_asked, "paid_by_an_employee"),
        (evidence, "ASKED", frozenset[str](), "tip"),
        (single_matches, "_is_payers_own", nothing_asked, "payer_is_another_customer"),
        (matching, "find_split_batches", no_batches, "batch_and_singles"),
    ],
)
def test_a_planted_bug_is_named_by_its_story(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, instead: object, story: str
) -> None:
    monkeypatch.setattr(place, name, instead)
    assert counted(company_month, FEW).stories_wrong[story]

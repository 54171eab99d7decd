"""Papers that nobody here had seen come out as they must, but for those that do not hold yet."""

from typing import Final

import pytest

from tests.unit.tillroll_documents.reading.unseen.papers import (
    ROOTS,
    every_paper,
    outcome_of,
    papers_of,
)
from tests.unit.tillroll_documents.reading.unseen.records import before, not_yet

_LEAST: Final = 20
_NAMED: Final = ("refunds", "decimals", "years", "below_the_total", "against_itself", "currencies")
"""The roots of wrong values that were accepted."""


@pytest.mark.parametrize("root", ROOTS)
def test_what_does_not_hold_is_what_is_listed(root: str) -> None:
    papers = papers_of(root)
    outcomes = {paper.name: outcome_of(paper) for paper in papers}
    held = {paper.name for paper in papers if paper.is_held(outcomes[paper.name])}
    listed = not_yet()[root]
    broken = {name: outcomes[name] for name in outcomes if name not in held | listed}
    assert broken == {}
    assert held & listed == set(), "these hold now: take them out of not_yet.txt"


def test_each_paper_says_what_came_out_of_it_before() -> None:
    names: dict[str, set[str]] = {root: set() for root in ROOTS}
    for root, paper in every_paper():
        names[root].add(paper.name)
    assert {root: set(outcomes) for root, outcomes in before().items()} == names
    assert all(listed <= names[root] for root, listed in not_yet().items())


def test_no_name_stands_twice() -> None:
    names = [paper.name for _, paper in every_paper()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("root", _NAMED)
def test_there_are_enough_papers_and_controls(root: str) -> None:
    papers = papers_of(root)
    controls = [paper for paper in papers if paper.is_control]
    assert len(papers) >= _LEAST
    assert 3 * len(controls) >= len(papers)

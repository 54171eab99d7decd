"""Matching compares a bounded number of documents with each line, whatever all of them have in
common.
"""

from collections.abc import Callable
from itertools import cycle, islice
from typing import Final

import pytest

from tests.support.bank_matching import claim, document, line, on
from tillroll_documents.matching import payee_names, replaced_lines, subset_sums, transfers
from tillroll_documents.matching.evidence import Weigher
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import Document, DocumentKind, Level, Line

_MANY: Final = 600
_Books = tuple[list[Line], list[Document]]


def equal() -> _Books:
    """Everything the same."""
    return [line(-350, 1) for _ in range(_MANY)], [document(-350, 0) for _ in range(_MANY)]


def in_parts() -> _Books:
    """Lines that could each be a part of each claim."""
    return (
        [line(10 + at, 5, "Kontor Nord", counterparty="mark-1") for at in range(_MANY)],
        [claim(10**6 + at, 0) for at in range(_MANY)],
    )


def with_tips() -> _Books:
    """Amounts that all could be one another's with a tip."""
    return (
        [line(-10_000 - at, 1) for at in range(_MANY)],
        [document(-9_000 - at, 0, allows_tip=True) for at in range(_MANY)],
    )


def of_one_file() -> _Books:
    """Single payments that all name their file."""
    return (
        [line(-1_000 - at, 1, "PAYEE", text="PAYFILE000000042") for at in range(_MANY)],
        [
            document(
                -1_000 - at,
                0,
                "Jan Weber",
                kind=DocumentKind.PAYOUT,
                references=("PAYFILE000000042", f"RUN{at:08d}"),
            )
            for at in range(_MANY)
        ],
    )


def held() -> _Books:
    """Pending and booked lines of one merchant."""
    pending = [line(-6_000 - at, None, value_day=on(0), is_pending=True) for at in range(_MANY)]
    return [*pending, *(line(-5_000 - at, 1) for at in range(_MANY))], []


def undone() -> _Books:
    """Debits of one amount that all come back."""
    return [
        *(line(999, 1) for _ in range(_MANY)),
        *(line(-999, 2, is_reversal=True) for _ in range(_MANY)),
    ], []


def moved() -> _Books:
    """Transfers of one amount."""
    own = [
        document(0, None, "Own", id=name, kind=DocumentKind.OWN_ACCOUNT, accounts=(f"mark-{name}",))
        for name in ("a", "b")
    ]
    out = [line(-999, 1, account="a", counterparty="mark-b") for _ in range(_MANY)]
    return [*out, *(line(999, 1, account="b", counterparty="mark-a") for _ in range(_MANY))], own


class Steps:
    """How often the functions that cost time are called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken = 0
        for place, name in (
            (Weigher, "weigh"), (Weigher, "name"), (subset_sums, "_of_size"),
            (replaced_lines, "_weigh"),
            (transfers, "_weigh"),
        ):  # fmt: skip
            monkeypatch.setattr(place, name, self._counting(getattr(place, name)))

    def _counting(self, function: Callable[..., object]) -> Callable[..., object]:
        def counting(*args: object, **named: object) -> object:
            self.taken += 1
            return function(*args, **named)

        return counting


@pytest.mark.parametrize("books", [equal, in_parts, with_tips, of_one_file, held, undone, moved])
def test_the_steps_of_a_line_are_bounded(
    books: Callable[[], _Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(monkeypatch)
    lines, documents = books()
    result = match(lines, documents)
    assert steps.taken <= 200 * (len(lines) + len(documents))
    assert len(result.matches) + len(result.unmatched_lines) >= len(lines) / 2


def test_very_many_equal_lines_are_matched_one_by_one_and_are_ties() -> None:
    lines, documents = equal()
    result = match(lines, documents)
    assert result.unmatched_lines == {}
    assert {pair.document for found in result.matches for pair in found.pairs} == {
        each.id for each in documents
    }
    # The very last has no other document left, which makes it no surer.
    assert not result.automatic()
    assert sum(found.level is Level.TIE for found in result.matches) >= _MANY - 1


@pytest.mark.parametrize(
    "text", ["1A" * 100_000, "2026-" * 50_000, "Ä" * 100_000, "\0\ud800" * 1_000]
)
def test_long_texts_are_cut(text: str) -> None:
    paid = line(-1_234, 2, text, text=text, references=(text,) * 50)
    assert len(match([paid], [document(-1_234, 0, text, references=(text,))]).matches) <= 1
    assert len(payee_names.read_name(text).tokens) <= 8


def test_names_of_many_words_are_cut() -> None:
    words = islice(cycle(["alpha", "beta", "gamma"]), 1_000)
    assert len(payee_names.read_name(" ".join(words)).tokens) == 8

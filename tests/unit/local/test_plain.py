"""`make plain`: what is hard to read may only get less, and what is moved takes its counts
along.
"""

import subprocess
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from local.plain import (
    MEASURES,
    Counts,
    allowed_after_moves,
    count,
    counts_of,
    folder_of,
    read_record,
    record_of,
    rises,
    table,
)

HARD = '''\
"""Of a purchase."""

first, second = one(), two()
third = one() if first else two()
if (fourth := one()) is not None:
    call(1, 2, 3, 4)


def told(kept: int) -> int:
    """It gives back its number."""
    found = kept
    return found
'''
PLAIN = '''\
"""Purchases."""

first, second = both()
first, *rest = second
third = call(first, second, rest, name=1)


def total(items: int) -> int:
    """The sum. Those that are void count nothing."""
    return items
'''
LONG = f'text = "{"x" * 100}"\n'


def measured(source: str) -> dict[str, int]:
    return {
        measure: number
        for measure, number in counts_of(source).items()
        if measure in MEASURES and number > 0
    }


def test_each_measure_is_counted() -> None:
    assert measured(HARD + LONG) == {
        "assignments": 1,
        "conditionals": 1,
        "walrus": 1,
        "positional": 1,
        "long_lines": 1,
        "participles": 3,
        "docstrings": 2,
    }


def test_plain_code_has_none() -> None:
    assert measured(PLAIN) == {}


def test_a_line_of_a_hundred_characters_is_short_enough() -> None:
    assert measured(f'text = "{"x" * 91}"\n') == {}
    assert measured(f'text = "{"x" * 92}"\n') == {"long_lines": 1}
    silenced = f'text = "{"x" * 80}"  # noqa: S105 - the reason is not measured\n'
    assert measured(silenced) == {}


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("src/entry.py", "src"),
        ("src/tillroll/module.py", "src/tillroll"),
        ("src/tillroll/bank/entries.py", "src/tillroll/bank"),
        ("src/tillroll/bank/sources/access.py", "src/tillroll/bank"),
    ],
)
def test_a_folder_is_a_room_with_all_below_it(file: str, folder: str) -> None:
    assert folder_of(PurePosixPath(file)) == folder


BANK = ("src/tillroll/bank", "walrus")
BOOKS = ("src/tillroll/books", "walrus")


def test_a_rise_fails_and_a_fall_does_not() -> None:
    allowed = Counts({BANK: 3, BOOKS: 3})
    assert rises(Counts({BANK: 3, BOOKS: 0}), allowed) == []
    [sentence] = rises(Counts({BANK: 4, BOOKS: 2}), allowed)
    assert sentence.startswith("src/tillroll/bank: 4 walrus, allowed are 3.")
    assert len(rises(Counts({("src/tillroll/tax", "walrus"): 1}), allowed)) == 1, (
        "a new folder has none"
    )


def test_writing_lowers_and_never_raises() -> None:
    record = record_of(Counts({BANK: 4, BOOKS: 2}), Counts({BANK: 3, BOOKS: 3}))
    assert record == "src/tillroll/bank walrus 3\nsrc/tillroll/books walrus 2\n"


def test_of_two_lines_for_a_count_the_lower_one_is_valid() -> None:
    lines = [
        "src/tillroll/bank walrus 4",
        "src/tillroll/bank walrus 3",
        "src/tillroll/bank walrus 5",
    ]
    assert read_record("\n".join(lines)) == Counter({BANK: 3})


def test_the_table_has_a_share_for_each_folder_and_the_sums() -> None:
    counts = Counts(
        {("src/tillroll/bank", measure): number for measure, number in counts_of(HARD).items()}
    )
    rows = table(counts).splitlines()
    assert rows[2].startswith("| src/tillroll/bank | 9 | 111.1 | 111.1 | 111.1 | 111.1 | 0.0 |")
    assert rows[3].startswith("| all | 9 |")
    assert "walrus: 1 assignments in an expression" in "\n".join(rows)


class Checkout:
    """A project under git with two folders, and its record."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.record = root / "local" / "plain.txt"
        self.record.parent.mkdir()
        self.hard = root / "src" / "tillroll" / "bank" / "hard.py"
        self.hard.parent.mkdir(parents=True)
        self.hard.write_text(HARD)
        books = root / "src" / "tillroll" / "books"
        books.mkdir()
        (books / "plain.py").write_text(PLAIN)
        counts = count(root)
        self.record.write_text(record_of(counts, counts))

    def git(self, *words: str) -> None:
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", *identity, *words], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")

    def rises(self) -> list[str]:
        return rises(count(self.root), allowed_after_moves(self.root, self.record))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    project = Checkout(tmp_path)
    project.git("init", "--quiet")
    project.commit()
    return project


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_moved_file_takes_its_counts_along(checkout: Checkout, *, is_committed: bool) -> None:
    checkout.git("mv", "src/tillroll/bank/hard.py", "src/tillroll/books/hard.py")
    if is_committed:
        checkout.commit()
    assert rises(count(checkout.root), read_record(checkout.record.read_text())) != []
    allowed = allowed_after_moves(checkout.root, checkout.record)
    assert rises(count(checkout.root), allowed) == []
    checkout.record.write_text(record_of(count(checkout.root), allowed))
    assert "bank" not in checkout.record.read_text()
    assert rises(count(checkout.root), read_record(checkout.record.read_text())) == []
    again = allowed_after_moves(checkout.root, checkout.record)
    assert record_of(count(checkout.root), again) == checkout.record.read_text(), (
        "a second time changes nothing"
    )


def test_a_moved_file_that_became_worse_does_not_pass(checkout: Checkout) -> None:
    checkout.git("mv", "src/tillroll/bank/hard.py", "src/tillroll/books/hard.py")
    moved = checkout.root / "src" / "tillroll" / "books" / "hard.py"
    moved.write_text(HARD + "fifth = one() if second else two()\n")
    assert [sentence.partition(",")[0] for sentence in checkout.rises()] == [
        "src/tillroll/books: 2 conditionals"
    ]


def test_a_copied_file_takes_nothing_along(checkout: Checkout) -> None:
    (checkout.root / "src" / "tillroll" / "books" / "copy.py").write_text(HARD)
    checkout.commit()
    assert len(checkout.rises()) == 6


def test_without_git_the_record_alone_is_valid(tmp_path: Path) -> None:
    project = Checkout(tmp_path)
    assert project.rises() == []
    (tmp_path / "src" / "tillroll" / "books" / "copy.py").write_text(HARD)
    assert len(project.rises()) == 6

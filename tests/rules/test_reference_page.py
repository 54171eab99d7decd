"""docs/reference.md is made from docstrings, and they say what an author needs of each public
name.
"""

import pytest

from cli.pages.declarations import Declared, declared, lacks, names_in
from cli.pages.docstrings import said_by
from cli.pages.reference_page import PAGE, SECTIONS, everything, reference_page

NAMES = [*everything()]


def test_the_page_is_made_from_the_docstrings() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), (
        "run `make docs` and commit the page"
    )


@pytest.mark.parametrize("each", NAMES, ids=lambda each: each.name)
def test_a_public_name_says_what_it_is_and_each_field_what_it_counts(each: Declared) -> None:
    assert [*lacks(each)] == []


def test_each_name_has_its_place_on_the_page() -> None:
    placed = " ".join(SECTIONS.values()).split()
    assert len(placed) == len({*placed})
    assert {*placed} <= {*names_in("tillroll_durable")}
    page = PAGE.read_text(encoding="utf-8")
    assert [each.name for each in NAMES if f"{each.name}`\n" not in page] == []


class _Bare:
    seconds: int
    shown: str = ""
    """What people read."""

    def act(self) -> None:
        return


def test_what_says_nothing_is_found() -> None:
    assert [*lacks(declared("Bare", _Bare, packages=("tests",)))] == [
        "Bare has no docstring",
        "Bare.seconds is not described",
        "Bare.seconds has no unit",
        "Bare.act has no docstring",
    ]


def test_a_docstring_is_read_by_its_parts() -> None:
    said = said_by(
        """A thing.

        Attributes:
            one, two: what they are,
                in two lines.

        Raises ValueError: it is none.
        """
    )
    assert said.text == "A thing.\n\nRaises ValueError: it is none."
    assert said.of == {"one": "what they are, in two lines.", "two": "what they are, in two lines."}

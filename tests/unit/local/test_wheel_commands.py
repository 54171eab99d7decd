"""Each command that a page of the wheel names is one that the wheel has, with its options."""

from typing import Any, Final

import pytest
import typer

from local.places import ROOT
from local.wheel_pages import wheel_pages
from tests.unit.cli.test_named_commands import commands_in, is_there
from tillroll_command.app import authors_own

_OWN: Final[Any] = typer.main.get_command(authors_own())
_TEMPLATES: Final = ROOT / "testing" / "tillroll_command" / "making" / "templates"
_SOME: Final = 100
PAGES: Final = {
    **{name: page.decode() for name, page in wheel_pages()},
    **{
        f"examples/{path.parent.name}": path.read_text(encoding="utf-8")
        for path in (ROOT / "examples").glob("*/README.md")
    },
    **{path.name: path.read_text(encoding="utf-8") for path in _TEMPLATES.glob("*.md.txt")},
}


@pytest.mark.parametrize("name", PAGES)
def test_each_command_of_a_page_is_the_wheels(name: str) -> None:
    wrong = [line for line, words in commands_in(PAGES[name]) if not is_there(_OWN, words)]
    assert wrong == []


def test_the_pages_name_commands() -> None:
    assert sum(1 for page in PAGES.values() for _ in commands_in(page)) > _SOME


def test_a_page_that_names_the_products_command_is_found() -> None:
    [(_, words)] = commands_in("See `tillroll doctor`.")
    assert not is_there(_OWN, words)

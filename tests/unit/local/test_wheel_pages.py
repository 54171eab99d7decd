"""The pages of the wheel stand alone: each link leads to a page or an example that it has."""

import re
from pathlib import PurePosixPath
from typing import Final

import pytest

from local.places import ROOT
from local.wheel_pages import PAGES, standing_alone, wheel_pages

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
CONTENTS: Final = {name: content.decode() for name, content in wheel_pages()}


def _anchors(page: str) -> set[str]:
    headings = _HEADING.findall(_FENCED.sub("", page))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in words}


def _below_docs(name: str, target: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath("docs", name).parent / target).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("name", PAGES)
def test_each_link_of_a_page_leads_to_what_the_wheel_has(name: str) -> None:
    for link in _LINK.findall(_FENCED.sub("", CONTENTS[name])):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = _below_docs(name, path) if path else f"docs/{name}"
        if target.startswith("examples"):
            assert (ROOT / target).exists()
            continue
        page = CONTENTS[target.removeprefix("docs/")]
        assert not anchor or anchor in _anchors(page), f"{name}: {link}"


def test_each_how_to_page_is_in_the_wheel() -> None:
    pages = {f"how-to/{path.name}" for path in (ROOT / "docs" / "how-to").glob("*.md")}
    assert pages <= {*PAGES}


def test_a_link_to_what_is_elsewhere_is_its_text() -> None:
    page = (
        "[one](decisions/0001-one-guarded-batch.md), [two](reference.md#a-workflow), "
        "[three](https://a.example)"
    )
    assert standing_alone("tutorial.md", page) == (
        "one, [two](reference.md#a-workflow), [three](https://a.example)"
    )
    assert standing_alone("how-to/test.md", "[a](../reference.md) [b](../api.md)") == (
        "[a](../reference.md) b"
    )


def test_what_concerns_this_repository_alone_is_left_out() -> None:
    page = (
        "It holds ([decision 1](decisions/0001-one-guarded-batch.md)).\n"
        "As here\n([a test](../tests/conftest.py)):\n\n"
        "> **In this repository** it is otherwise.\n> So it is.\n\nOn.\n"
    )
    assert standing_alone("tutorial.md", page) == "It holds.\nAs here:\n\nOn.\n"

"""Sentences of the documentation have at most 25 words: local/long_sentences.txt says how many
longer ones a page still has.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import files, text

MOST_WORDS: Final = 25
_COUNTS: Final = ROOT / "local" / "long_sentences.txt"
# Made from code, where the sentences are looked at, or tables of figures.
_MADE: Final = {"api.md", "audit.md", "benchmarks.md", "cli.md", "contracts.md", "reference.md"}
_FENCED: Final = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE: Final = re.compile(r"`+[^`\n]+`+")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BEGINS: Final = re.compile(r"^ *(?:[-*] (?:\[[ x]\] )?|\d+\. |#+ |> ?|$)")
_ENDS: Final = re.compile(r"(?<=[.!?])[*_)\"]*\s+(?=[\"(*_]*[A-Z0-9])")
_WORD: Final = re.compile(r"\w[\w'.,/+-]*")


def sentences(page: str) -> Iterator[str]:
    """The sentences of a page: those of its paragraphs, items and cells of tables. Code in a line
    counts as one word, and a link as its text.
    """
    prose = _COMMENT.sub("", _FENCED.sub("\n", page))
    prose = _LINK.sub(r"\1", _CODE.sub("Code", prose))
    for block in _blocks(prose):
        yield from (each for each in _ENDS.split(block) if each.strip())


def _blocks(prose: str) -> Iterator[str]:
    block: list[str] = []
    for line in prose.splitlines():
        if line.startswith("|"):
            yield from line.strip("|").split("|")
        begins = _BEGINS.match(line)
        if begins or line.startswith("|"):
            yield " ".join(block)
            block = []
        if not line.startswith("|"):
            block.append(_BEGINS.sub("", line))
    yield " ".join(block)


def long_sentences(page: str) -> list[str]:
    return [each for each in sentences(page) if len(_WORD.findall(each)) > MOST_WORDS]


def pages() -> list[Path]:
    return [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *(path for path in files("docs", ".md") if path.name not in _MADE),
    ]


def _allowed() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in text(_COUNTS).splitlines():
        if line and not line.startswith("#"):
            most, page = (part.strip() for part in line.split("|"))
            found[page] = int(most)
    return found


ALLOWED: Final = _allowed()


def _grouped() -> dict[str, list[Path]]:
    """The pages by the name that they are counted under. Decisions are counted together."""
    found: dict[str, list[Path]] = {}
    for path in pages():
        name = path.relative_to(ROOT).as_posix()
        group = "docs/decisions" if name.startswith("docs/decisions/") else name
        found.setdefault(group, []).append(path)
    return found


GROUPED: Final = _grouped()


@pytest.mark.parametrize("name", GROUPED)
def test_a_page_has_no_more_long_sentences_than_before(name: str) -> None:
    found = [each for path in GROUPED[name] for each in long_sentences(text(path))]
    most = ALLOWED.get(name, 0)
    assert len(found) <= most, (
        f"{name} may have {most} sentences of more than {MOST_WORDS} words: make two of one of "
        f"these {len(found)}: {found}"
    )


def test_each_count_is_of_a_page() -> None:
    assert ALLOWED.keys() - GROUPED.keys() == set()
    assert [name for name, most in ALLOWED.items() if most < 1] == []


def test_sentences_are_told_apart() -> None:
    page = """# A page

One sentence
over two lines. Another, with `code. Of one word` and [a link](somewhere.md)? Yes.

- An item.
- Another.

| A cell. | Another cell. |
| --- | --- |

```sh
no sentence. None here
```
"""
    assert [each.strip() for each in sentences(page) if re.search(r"\w", each)] == [
        "A page",
        "One sentence over two lines.",
        "Another, with Code and a link?",
        "Yes.",
        "An item.",
        "Another.",
        "A cell.",
        "Another cell.",
    ]
    assert long_sentences("word " * 25) == []
    assert len(long_sentences("word " * 26)) == 1

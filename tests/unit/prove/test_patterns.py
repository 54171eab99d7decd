"""`make patterns`: what it finds where an expression is planted that takes the square of the
time.
"""

import importlib
import re
import sys
from pathlib import Path

import pytest

from tests.patterns import __main__ as patterns
from tests.patterns.bounded import OF_LINES, as_given, longest_of
from tests.patterns.found import Found, in_texts
from tillroll_documents.reading.extraction import MAX_LINE_LENGTH

QUADRATIC = Found(
    re.compile(r"\s+$"), "tillroll/api/planted.py:7", "_PLANTED", frozenset({"search"})
)
LINEAR = Found(
    re.compile(r"(?<!\s)\s+$"), "tillroll/api/sound.py:8", "_SOUND", frozenset({"search"})
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is plainly slow is told sooner."""
    monkeypatch.setattr(patterns, "_PATIENCE_SECONDS", 0.3)


@pytest.mark.parametrize(
    ("found", "ends"), [([LINEAR, QUADRATIC], 1), ([LINEAR], 0)], ids=["planted", "sound"]
)
def test_what_takes_the_square_of_the_time_is_reported(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[Found],
    ends: int,
) -> None:

    def given(*_: object, **__: object) -> list[Found]:
        return found

    monkeypatch.setattr(patterns, "all_patterns", given)
    monkeypatch.setattr(sys, "argv", ["patterns"])
    assert patterns.main() == ends
    said = capsys.readouterr().out
    assert ("tillroll/api/planted.py:7 _PLANTED: " in said) is bool(ends)
    assert "sound.py" not in said
    assert f"{len(found)} expressions; {ends} take more than" in said


def _planted(folder: Path, text: str) -> list[Found]:
    file = folder / "tillroll_durable/platform/cloudflare/planted.py"
    file.parent.mkdir(parents=True)
    file.write_text(f"import js\nimport re\n\n{text}\n", encoding="utf-8")
    return list(in_texts(folder))


def test_what_only_the_runtime_can_import_is_read(tmp_path: Path) -> None:
    written = (
        '_LAST = re.compile(r"\\s+$", re.DOTALL | re.ASCII)\n'
        'found = _LAST.search(x), re.sub("a+$", "", x)'
    )
    last, called = _planted(tmp_path, written)
    assert (str(last), last.methods) == (
        "tillroll_durable/platform/cloudflare/planted.py:4 _LAST",
        {"search"},
    )
    assert last.pattern == re.compile(r"\s+$", re.DOTALL | re.ASCII)
    assert (called.pattern.pattern, called.methods) == ("a+$", {"sub"})
    assert patterns.slowest(last) is not None


def test_what_cannot_be_read_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"planted.py:4: write the expression as one text"):
        _planted(tmp_path, '_MADE = re.compile(f"{x}+$")')


@pytest.mark.parametrize("bounded", sorted(OF_LINES))
def test_what_is_asked_of_one_line_is_there_and_gets_no_more(bounded: str) -> None:
    file, name = bounded.split()
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    assert getattr(module, name)
    found = Found(QUADRATIC.pattern, f"{file}:1", name)
    assert longest_of(found, patterns.LENGTH) == MAX_LINE_LENGTH
    assert len(as_given(found, "x" * patterns.LENGTH)) == MAX_LINE_LENGTH

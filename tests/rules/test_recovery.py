"""docs/recovery.md numbers its rules without gaps, and each names tests that there are."""

import ast
import re

import pytest

from local.places import ROOT
from tests.rules.sources import nodes

_PAGE = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| R(\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
_RULES = _ROW.findall(_PAGE)


def test_the_rules_are_numbered_without_gaps() -> None:
    assert [int(number) for number, *_ in _RULES] == [*range(1, len(_RULES) + 1)]
    assert _RULES


@pytest.mark.parametrize(("number", "tests"), [(number, tests) for number, _, tests in _RULES])
def test_each_rule_names_tests_that_there_are(number: str, tests: str) -> None:
    named = _TEST.findall(tests)
    assert len(named) == tests.count("`") // 2 > 0, number
    for path, name in named:
        defined = {
            node.name
            for node in nodes(ROOT / "tests" / path)
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        }
        assert name in defined, f"R{number}: {path}::{name}"

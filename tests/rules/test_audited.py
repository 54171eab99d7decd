"""The audit has one vocabulary. Types hold that what is written is declared; here, what is declared
is written.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.pages.audit_page import audit_page, vocabularies
from cli.pages.docs import AUDIT_PAGE
from local.places import ROOT
from tests.rules.sources import files, nodes
from tillroll_durable.platform.actions import Action

_VOCABULARIES = [actions for _, actions in vocabularies()]


def _sources() -> tuple[Path, ...]:
    return (*files("src", ".py"), *files("cli", ".py"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("src.")


def _names(path: Path, actions: type[Action]) -> set[str]:
    """What a file calls a vocabulary."""
    if _module(path) == actions.__module__:
        return {actions.__name__}
    return {
        each.asname or each.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == actions.__module__
        for each in node.names
        if each.name == actions.__name__
    }


def _written(actions: type[Action]) -> Iterator[str]:
    """The members that are named somewhere, and those that are made of a verb:
    `Audited(f"claim.{verb}")`.
    """
    for path in _sources():
        names = _names(path, actions)
        for node in nodes(path) if names else ():
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=member) if name in names:
                    yield member
                case ast.Call(
                    func=ast.Name(id=name),
                    args=[ast.JoinedStr(values=[ast.Constant(value=noun), _])],
                ) if name in names:
                    verbs = _texts(actions)
                    yield from (
                        each.name
                        for each in actions
                        if each.value in {f"{noun}{verb}" for verb in verbs}
                    )
                case _:
                    pass


def _texts(actions: type[Action]) -> set[object]:
    """The texts that stand in the code of a vocabulary's module."""
    package, feature, *_ = actions.__module__.split(".")
    module = f"{package}.{feature}" if package == "tillroll" else package
    paths = [path for path in _sources() if _module(path).startswith(f"{module}.")]
    return {node.value for path in paths for node in nodes(path) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("actions", _VOCABULARIES, ids=lambda actions: actions.__module__)
def test_what_is_declared_is_written(actions: type[Action]) -> None:
    unwritten = {*actions.__members__} - {*_written(actions)}
    assert not unwritten, f"nobody writes {sorted(unwritten)}"


def test_no_action_is_declared_twice() -> None:
    declared = [action.value for actions in _VOCABULARIES for action in actions]
    assert sorted(declared) == sorted({*declared})


def test_the_page_is_made_from_it() -> None:
    assert AUDIT_PAGE.read_text(encoding="utf-8") == audit_page(), (
        "run `make docs` and commit the page"
    )

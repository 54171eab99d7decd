"""A binding is there since something reads it, and docs name no variable that the code lacks."""

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.rules import sources
from tillroll_durable.platform.services import Platform

_CODE: Final = ("src", "testing", "cli", "local", "bench", "tests", "public")
_ENDINGS: Final = (".py", ".ts", ".tsx", ".mjs", ".cjs", ".js", ".sql")
_CONFIGURATIONS: Final = ("wrangler.jsonc", "pyproject.toml", "package.json", "Makefile")
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_NAME_IN_DOCS: Final = re.compile(rf"`({_NAME.pattern})(?![A-Za-z])")
# An author's own, in examples.
_OF_AUTHORS: Final = {"CONFIRM_SECONDS", "CRM_URL"}
# These make the platform, and read each part of it.
_MAKERS: Final = ("services.py", "invocation.py")
_PLATFORM: Final = ROOT / "src" / "tillroll_durable" / "platform"


def _makes_platform(path: Path) -> bool:
    is_maker = path.parent == _PLATFORM and path.name in _MAKERS
    return is_maker or path.is_relative_to(_PLATFORM / "cloudflare")


def test_each_part_of_the_platform_is_read() -> None:
    """What nobody reads is bound, made and paid for in vain."""
    attributes = {
        node.attr
        for path in (*sources.files("src", ".py"), *sources.files("examples", ".py"))
        if not _makes_platform(path)
        for node in sources.nodes(path)
        if isinstance(node, ast.Attribute)
    }
    # These are asked by the platform's own methods.
    of_methods = {"bare", "databases", "instances", "tables_of_accounts"}
    assert {field.name for field in fields(Platform)} - of_methods - attributes == set()


def test_docs_name_no_variable_that_the_code_lacks() -> None:
    known = set[str]()
    for folder in _CODE:
        for path in sources.files(folder, *_ENDINGS):
            known.update(_NAME.findall(sources.text(path)))
    for name in _CONFIGURATIONS:
        known.update(_NAME.findall(sources.text(ROOT / name)))
    unknown = {
        (name, page.relative_to(ROOT).as_posix())
        for page in [*ROOT.glob("*.md"), *sources.files("docs", ".md")]
        for name in _NAME_IN_DOCS.findall(sources.text(page))
        if name not in known | _OF_AUTHORS
    }
    assert unknown == set()

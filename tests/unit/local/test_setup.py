"""The set-up's first looks: at Python and at Node."""

import sys
from pathlib import Path

import pytest

from local import setup
from local.installation import ToolMissing, check_node


def test_an_old_python_is_told_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert setup.main() == 1
    assert "this python3 is 3.9.18" in capsys.readouterr().err


def test_an_old_python_can_read_the_file() -> None:
    """Python 3.6 has no `match`, no `X | Y` at run time, and no imports from modules that use them."""
    source = Path(setup.__file__).read_text(encoding="utf-8")
    before_the_check = source.split("def main")[0]
    assert [line for line in before_the_check.splitlines() if "import" in line] == ["import sys"]


def fake_tool(folder: Path, name: str, prints: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\necho {prints}\n", encoding="utf-8")
    tool.chmod(0o755)


def test_without_node_the_message_says_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"needs Node\.js 20 or newer with npm: https://nodejs"):
        check_node()


def test_node_without_npm_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tool(tmp_path, "node", "v22.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="with npm"):
        check_node()


def test_an_old_node_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tool(tmp_path, "node", "v18.20.4")
    fake_tool(tmp_path, "npm", "10.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"this node is v18\.20\.4"):
        check_node()

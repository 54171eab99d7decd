"""The set-up's first looks: at Python and at Node."""

import ast
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local import installation, setup
from local.installation import LinkedFolder, ToolMissing, check_folders, check_node, write_command
from tillroll_local.installable import Installable


def test_an_old_python_is_told_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert setup.main() == 1
    assert "this python3 is 3.9.18" in capsys.readouterr().err


def test_an_old_python_can_read_the_file() -> None:
    """Python 3.6 has no `match`, no `X | Y` at run time, and no imports from modules that use
    them.
    """
    source = Path(setup.__file__).read_text(encoding="utf-8")
    before_the_check = source.split("def main")[0]
    assert [line for line in before_the_check.splitlines() if "import" in line] == ["import sys"]


def fake_tool(folder: Path, name: str, prints: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\necho {prints}\n", encoding="utf-8")
    tool.chmod(0o755)


def test_without_node_the_message_says_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_folder_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    own, shared = tmp_path / ".venv", tmp_path / "elsewhere"
    own.mkdir()
    shared.mkdir()
    check_folders([own, tmp_path / "node_modules"])
    (tmp_path / "node_modules").symlink_to(shared)
    with pytest.raises(
        LinkedFolder, match=r"^node_modules is a link .* To install here: rm node_modules$"
    ):
        check_folders([own, tmp_path / "node_modules"])
    (tmp_path / ".build").symlink_to(tmp_path / "gone")
    with pytest.raises(LinkedFolder, match=r"^node_modules and \.build are links"):
        check_folders([tmp_path / "node_modules", tmp_path / ".build"])


@pytest.mark.parametrize("name", ["tillroll", "a folder", "it's", "x" * 140])
def test_the_command_starts_in_any_folder(tmp_path: Path, name: str) -> None:
    """A system cuts the first line of a script at a blank, or when it is long."""
    python = tmp_path / name / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nprintf '%s|' \"$@\"\n", encoding="utf-8")
    python.chmod(0o755)
    command = tmp_path / name / "tillroll"
    write_command(command, python)
    done = subprocess.run(
        [command, "upload", "a receipt.jpg"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{command}|upload|a receipt.jpg|"
    last = ast.parse(command.read_text(encoding="utf-8")).body[-1]
    assert ast.unparse(last) == "sys.exit(main())"


def test_the_set_up_ends_before_it_changes_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def is_linked() -> None:
        raise LinkedFolder(".venv is a link")

    def missing(_: Installable) -> bool:
        return False

    def never(_: object) -> None:
        raise AssertionError("something is installed")

    def unheard(*_: object, **__: object) -> None:
        """The test's own process keeps its signals."""

    monkeypatch.setattr(Installable, "is_installed", missing)
    monkeypatch.setattr(installation, "check_folders", is_linked)
    monkeypatch.setattr(installation, "_install", never)
    monkeypatch.setattr(signal, "signal", unheard)
    assert installation.install_what_is_missing() == 1
    assert ".venv is a link" in capsys.readouterr().err

"""What one part of the project needs is installed beside the rest, or the command says why not."""

from pathlib import Path

import pytest

from local.further_tools import FurtherTools

_LOCK = """{"name": "tools", "lockfileVersion": 3, "packages": {"": {"name": "tools"}}}"""


def test_a_lock_that_cannot_be_installed_is_told_without_a_traceback(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("--no-index\nno-such-package==1\n", encoding="utf-8")
    tools = FurtherTools(
        tmp_path / "tools",
        "tools",
        requirements=requirements,
        node_title="tools of Node",
        node_lock=tmp_path,
        node_product="nothing",
    )
    with pytest.raises(SystemExit, match=r"(?s)This failed: .*pip.*no-such-package"):
        tools.install()


def test_packages_of_npm_lie_in_their_own_folder(tmp_path: Path) -> None:
    """A prefix would move the configuration of the machine's npm."""
    (tmp_path / "package.json").write_text('{"name": "tools"}', encoding="utf-8")
    (tmp_path / "package-lock.json").write_text(_LOCK, encoding="utf-8")
    asked: list[tuple[object, ...]] = []

    def run(*command: object, folder: Path) -> None:
        asked.append((*command, folder))

    folder = tmp_path / "tools"
    folder.mkdir()
    tools = FurtherTools(
        folder,
        "tools",
        requirements=tmp_path / "requirements.txt",
        node_title="tools of Node",
        node_lock=tmp_path,
        node_product="nothing",
    )
    tools.install_node(run)
    [words] = asked
    assert words[-1] == folder
    assert "--prefix" not in words
